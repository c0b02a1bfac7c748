//! Files and streams: what a captured frame costs, against OpenCV's reader on the same input, how soon the
//! first picture is there, how old pictures of a stream are, and what whoever joins one has to wait for.
//!
//! Clips are made by ffmpeg's program; the stream comes from GStreamer's RTSP server, whose pictures carry
//! the time as black and white blocks.

mod reading;
mod stamped;
mod support;

use std::{
    fs,
    hint::black_box,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::ExitCode,
};

use opencv::core::{MatTraitConst, MatTraitConstManual};
use reading::{Reading, clip, h264_720p, read, read_by_opencv};
use steadycast::{
    coder::{Coefficients, Huffman},
    nouns::picture::{Bgr, Planes},
};
use support::{Bars, Must};

/// Level at which frames are encoded.
const LEVEL: u8 = 80;

/// Number of frames of a file that are read.
const FRAMES: usize = 250;

fn main() -> ExitCode {
    let mut bars = Bars::default();
    let folder = tempfile::tempdir().expect("a folder");
    let h264 = h264_720p(folder.path());
    for _ in 0..support::rounds() {
        against_opencv(&mut bars, &h264);
    }
    large(&mut bars, folder.path());
    stamped::measure(&mut bars);
    bars.finish()
}

/// Pictures of 3840x2160 in ten bits: a file, and a stream.
fn large(bars: &mut Bars, folder: &Path) {
    let drawn = ["-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=25,format=yuv420p10le", "-t", "4"];
    let coded = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"];
    let hevc = clip(folder, "4k.mkv", &[&drawn[..], &coded].concat());
    let is_4k = |planes: &Planes| assert_eq!(planes.width, 3840);
    let Reading { fps, .. } = read(&hevc.to_string_lossy(), 100, is_4k);
    bars.note("2160p HEVC of 10 bits, a file: frames a second", fps, "FPS", Must::AtLeast(20.0));
    let sent = clip(folder, "4k.ts", &["-i", &hevc.to_string_lossy(), "-c", "copy"]);
    // Frames in parallel keep some back.
    let Reading { fps, .. } = read(&served(&sent), 90, is_4k);
    bars.note("2160p HEVC of 10 bits, live: frames a second", fps, "FPS", Must::AtLeast(20.0));
}

/// Returns the address of a stream that is sent as fast as it is taken, once.
fn served(clip: &Path) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let bytes = fs::read(clip).expect("it is there");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        // Whoever has seen enough hangs up.
        stream.write_all(&bytes)
    });
    format!("tcp://{address}")
}

fn against_opencv(bars: &mut Bars, clip: &Path) {
    let mut coefficients = Coefficients::new();
    let theirs = read_by_opencv(clip, FRAMES, |mat| {
        let (width, height) = (mat.cols() as usize, mat.rows() as usize);
        let bgr = Bgr { width, height, data: mat.data_bytes().expect("bytes").to_vec() };
        coefficients.load_bgr(&bgr).expect("a picture");
        black_box(coefficients.to_jpeg(LEVEL, Huffman::Standard).expect("a picture"));
    });
    let mut coefficients = Coefficients::new();
    let Reading { first_ms, fps, cpu_ms } = read(&clip.to_string_lossy(), FRAMES, |planes| {
        coefficients.load_planes(planes).expect("a picture");
        black_box(coefficients.to_jpeg(LEVEL, Huffman::Standard).expect("a picture"));
    });
    let theirs = theirs.cpu_ms;
    bars.note("720p H.264, a file: until the first picture", first_ms, "ms", Must::AtMost(500.0));
    bars.note("720p H.264, a file: frames a second", fps, "FPS", Must::Be);
    bars.note("720p H.264, a file: CPU a frame", cpu_ms, "ms", Must::Be);
    bars.note("720p H.264, a file: CPU a frame through OpenCV", theirs, "ms", Must::Be);
    bars.note("720p H.264, a file: CPU a frame, of OpenCV's", cpu_ms / theirs, "", Must::AtMost(0.8));
}
