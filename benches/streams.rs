//! Files and streams: what a captured frame costs, against OpenCV's reader on the same input, how soon the
//! first picture is there, and how old pictures of a stream are.
//!
//! Clips are made by ffmpeg's program; the stream comes from GStreamer's RTSP server, whose pictures carry
//! the time as black and white blocks.

mod support;

use std::{
    fs,
    hint::black_box,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, ExitCode},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use opencv::{
    core::{Mat, MatTraitConst, MatTraitConstManual, Vector},
    videoio::{CAP_FFMPEG, VideoCapture, VideoCaptureTrait},
};
use steadycast::{
    coder::{Coefficients, Huffman},
    frame::Picture,
    nouns::picture::{Bgr, Planes},
    source::{Address, Grabbed, Moment, Source, Wish},
};
use support::{Bars, Must, Server, free_address, median};

/// Level at which frames are encoded.
const LEVEL: u8 = 80;

/// Number of frames of a file that are read.
const FRAMES: usize = 250;

/// Time for which a stream is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// Time between two frames of the stream, milliseconds.
const INTERVAL_MS: f64 = 40.0;

/// Number of bits of the time that a picture carries.
const BITS: u32 = 24;
/// Side of the block that shows one of them, pixels.
const BLOCK: usize = 40;

fn main() -> ExitCode {
    let mut bars = Bars::default();
    let folder = tempfile::tempdir().expect("a folder");
    let clip = |name: &str, arguments: &[&str]| {
        let path = folder.path().join(name);
        let made =
            Command::new("ffmpeg").args(["-loglevel", "error", "-y"]).args(arguments).arg(&path).status();
        assert!(made.is_ok_and(|status| status.success()), "ffmpeg makes {name}");
        path
    };
    let h264 = match support::clip() {
        Some(real) => {
            let real = real.to_string_lossy().into_owned();
            clip(
                "720p.mkv",
                &[
                    "-i", &real, "-c:v", "libx264", "-preset", "veryfast", "-b:v", "4M", "-g", "50", "-bf",
                    "0",
                ],
            )
        }
        None => clip(
            "720p.mkv",
            &["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25", "-t", "10", "-c:v", "libx264", "-bf", "0"],
        ),
    };
    for _ in 0..support::rounds() {
        against_opencv(&mut bars, &h264);
    }
    let source = "testsrc2=s=3840x2160:r=25,format=yuv420p10le";
    let x265 = "log-level=none";
    let hevc = clip(
        "4k.mkv",
        &[
            "-f",
            "lavfi",
            "-i",
            source,
            "-t",
            "4",
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            x265,
        ],
    );
    let is_4k = |planes: &Planes| assert_eq!(planes.width, 3840);
    let Reading { fps, .. } = read(&hevc.to_string_lossy(), 100, is_4k);
    bars.note("2160p HEVC of 10 bits, a file: frames a second", fps, "FPS", Must::AtLeast(20.0));
    let sent = clip("4k.ts", &["-i", &hevc.to_string_lossy(), "-c", "copy"]);
    // Frames in parallel keep some back.
    let Reading { fps, .. } = read(&served(&sent), 90, is_4k);
    bars.note("2160p HEVC of 10 bits, live: frames a second", fps, "FPS", Must::AtLeast(20.0));
    stream(&mut bars);
    bars.finish()
}

fn open(source: &str) -> Source {
    let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
    Source::open(&source.parse::<Address>().expect("an address"), &wish).expect("opens")
}

/// Returns the next picture, however long it takes.
fn next(source: &mut Source, number: u64) -> Picture {
    while !matches!(source.grab().expect("is there"), Grabbed::Picture(_)) {}
    source.retrieve(Moment { time: Duration::ZERO, number }).expect("is there")
}

/// What reading a clip took.
struct Reading {
    /// Milliseconds until the first picture.
    first_ms: f64,
    /// Frames a second.
    fps: f64,
    /// Milliseconds of CPU a frame.
    cpu_ms: f64,
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

/// Reads a clip or a stream as fast as it goes, and does `with` each picture what is to be done with it.
fn read(source: &str, frames: usize, mut with: impl FnMut(&Planes)) -> Reading {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let mut source = open(source);
    let mut first_ms = None;
    for number in 0..frames {
        let Picture::Planes(planes) = next(&mut source, number as u64) else {
            panic!("FFmpeg's pictures are planes")
        };
        first_ms.get_or_insert(began.elapsed().as_secs_f64() * 1e3);
        with(&planes);
    }
    let count = frames as f64;
    let fps = count / began.elapsed().as_secs_f64();
    Reading { first_ms: first_ms.unwrap_or(f64::NAN), fps, cpu_ms: (cpu_seconds() - cpu) * 1e3 / count }
}

/// Returns the milliseconds of CPU a frame by OpenCV's reader, encoded at [`LEVEL`].
fn opencvs(clip: &Path, frames: usize) -> f64 {
    let mut capture = VideoCapture::from_file_with_params(clip, CAP_FFMPEG, &Vector::<i32>::new())
        .expect("OpenCV opens it");
    let (mut mat, mut coefficients) = (Mat::default(), Coefficients::new());
    let cpu = cpu_seconds();
    for _ in 0..frames {
        assert!(capture.read(&mut mat).expect("OpenCV reads it"), "there is a picture");
        let (width, height) = (mat.cols() as usize, mat.rows() as usize);
        let bgr = Bgr { width, height, data: mat.data_bytes().expect("bytes").to_vec() };
        coefficients.load_bgr(&bgr).expect("a picture");
        black_box(coefficients.to_jpeg(LEVEL, Huffman::Standard).expect("a picture"));
    }
    (cpu_seconds() - cpu) * 1e3 / frames as f64
}

fn against_opencv(bars: &mut Bars, clip: &Path) {
    let theirs = opencvs(clip, FRAMES);
    let mut coefficients = Coefficients::new();
    let Reading { first_ms, fps, cpu_ms } = read(&clip.to_string_lossy(), FRAMES, |planes| {
        coefficients.load_planes(planes).expect("a picture");
        black_box(coefficients.to_jpeg(LEVEL, Huffman::Standard).expect("a picture"));
    });
    bars.note("720p H.264, a file: until the first picture", first_ms, "ms", Must::AtMost(500.0));
    bars.note("720p H.264, a file: frames a second", fps, "FPS", Must::Be);
    bars.note("720p H.264, a file: CPU a frame", cpu_ms, "ms", Must::Be);
    bars.note("720p H.264, a file: CPU a frame through OpenCV", theirs, "ms", Must::Be);
    bars.note("720p H.264, a file: CPU a frame, of OpenCV's", cpu_ms / theirs, "", Must::AtMost(0.8));
}

/// Pictures of a stream: how soon, and how old.
fn stream(bars: &mut Bars) {
    let addr = free_address().expect("a port");
    let mut command = Command::new("/usr/bin/python3");
    command.arg("benches/stamped_rtsp.py").arg(addr.port().to_string());
    let Ok(_server) = Server::start(command, addr) else {
        return println!("GStreamer's RTSP server is not to be had");
    };
    let began = Instant::now();
    let mut source = open(&format!("rtsp://{addr}/live"));
    let (mut first, mut ages) = (None, vec![]);
    while began.elapsed() < WATCHED {
        let picture = next(&mut source, 0);
        first.get_or_insert(began.elapsed());
        if began.elapsed() > WATCHED / 5 {
            ages.push(age_ms(&picture) / INTERVAL_MS);
        }
    }
    let first = first.expect("there were pictures").as_secs_f64();
    bars.note("720p H.264 by RTSP: until the first picture", first, "s", Must::AtMost(1.0));
    ages.sort_by(f64::total_cmp);
    let p95 = ages[ages.len() * 95 / 100];
    bars.note("720p H.264 by RTSP: age at capture, p50", median(ages), "frames", Must::AtMost(2.0));
    bars.note("720p H.264 by RTSP: age at capture, p95", p95, "frames", Must::AtMost(4.0));
}

/// Returns how long ago the picture was made, by the time that it carries.
fn age_ms(picture: &Picture) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_millis() as u64;
    let Picture::Planes(planes) = picture else { panic!("FFmpeg's pictures are planes") };
    let bit = |n: usize| u64::from(planes.y[BLOCK / 2 * planes.width + n * BLOCK + BLOCK / 2] > 128);
    let made = (0..BITS as usize).fold(0, |time, n| time << 1 | bit(n));
    (now.wrapping_sub(made) & ((1 << BITS) - 1)) as f64
}

/// Returns the CPU time of this process with all its threads, as Linux counts it in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux says it");
    // The name before these fields may hold spaces; it ends with the last parenthesis.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / 100.0
}
