//! Files: memory and time to the first picture of our reader, beside OpenCV's on the same file; and what
//! turning pictures upright costs.
//!
//! Each reading whose memory counts has a process of its own, which is this bench started again with other
//! arguments: what one has taken, the other would find there.

use std::{
    hint::black_box,
    path::Path,
    process::{Command, Stdio},
};

use steadycast::nouns::picture::Planes;

use crate::{
    reading::{clip, h264_720p, read, read_by_opencv},
    support::{self, Bars, Must},
};

/// Number of frames that are read: ten seconds.
const FRAMES: usize = 250;

/// First argument of a process that reads a clip; the reader and the clip follow.
const READ_BY: &str = "--read-by";

/// Names of the readers.
const OURS: &str = "steadycast";
const THEIRS: &str = "opencv";

/// What a reading in a process of its own took.
struct Apart {
    /// Milliseconds from opening to the first picture.
    first_ms: f64,
    /// Most memory that was in use, beyond that of before, MB.
    memory: f64,
}

/// Reads a clip and says what that took, where this process was started for that. Returns whether it was.
pub fn is_reader() -> bool {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let [flag, reader, clip] = &asked[..] else { return false };
    if flag != READ_BY {
        return false;
    }
    let before = kib("VmRSS:");
    let reading = match reader.as_str() {
        OURS => read(clip, FRAMES, |planes| {
            black_box(planes);
        }),
        _ => read_by_opencv(Path::new(clip), FRAMES, |mat| {
            black_box(mat);
        }),
    };
    println!("{} {}", reading.first_ms, kib("VmHWM:") - before);
    true
}

/// Returns a number of Linux's status of this process, KiB.
fn kib(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says it");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Has a process of its own read a clip.
fn apart(reader: &str, clip: &Path) -> Apart {
    let program = std::env::current_exe().expect("this program is a file");
    let output = Command::new(program)
        .args([READ_BY, reader])
        .arg(clip)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("this program starts again");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{reader} fails: {said}");
    let figures: Vec<f64> = said.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [first_ms, kib] = figures[..] else { panic!("{reader} says {said:?}") };
    Apart { first_ms, memory: kib * 1024.0 / 1e6 }
}

/// Measures reading of files beside OpenCV's, and turning.
pub fn measure(bars: &mut Bars) {
    let folder = tempfile::tempdir().expect("a folder");
    let h264 = h264_720p(folder.path());
    for _ in 0..support::rounds() {
        against_opencv(bars, &h264);
    }
    turned(bars, folder.path(), &h264.to_string_lossy());
}

/// Notes the time to the first picture and the memory of reading `clip`, by our reader and by OpenCV's.
fn against_opencv(bars: &mut Bars, clip: &Path) {
    let (ours, theirs) = (apart(OURS, clip), apart(THEIRS, clip));
    let what = "720p H.264, a file";
    bars.note(format!("{what}: until the first picture"), ours.first_ms, "ms", Must::Be);
    bars.note(format!("{what}: until OpenCV's first picture"), theirs.first_ms, "ms", Must::Be);
    let share = ours.first_ms / theirs.first_ms;
    bars.note(format!("{what}: until the first picture, of OpenCV's"), share, "", Must::Be);
    bars.note(format!("{what}: memory of reading"), ours.memory, "MB", Must::Be);
    bars.note(format!("{what}: memory of OpenCV's reading"), theirs.memory, "MB", Must::Be);
    let share = ours.memory / theirs.memory;
    bars.note(format!("{what}: memory of reading, of OpenCV's"), share, "", Must::Be);
}

/// The same video with and without a quarter turn that its file asks for.
fn turned(bars: &mut Bars, folder: &Path, h264: &str) {
    let straight = clip(folder, "straight.mp4", &["-i", h264, "-c", "copy"]);
    let turned = ["-i", h264, "-c", "copy", "-metadata:s:v", "rotate=270"];
    let turned = clip(folder, "turned.mp4", &turned);
    for _ in 0..support::rounds() {
        let [straight, turned] = [(&straight, (1280, 720)), (&turned, (720, 1280))].map(|(clip, size)| {
            let is_upright = |planes: &Planes| assert_eq!((planes.width, planes.height), size);
            read(&clip.to_string_lossy(), FRAMES, is_upright).cpu_ms
        });
        let more = turned - straight;
        bars.note("720p H.264, a file: CPU a frame, without encoding", straight, "ms", Must::Be);
        bars.note("720p H.264, a file: CPU of turning a frame by 90 degrees", more, "ms", Must::Be);
        bars.note("720p H.264, a file: CPU of turning, of reading", more / straight, "", Must::Be);
    }
}
