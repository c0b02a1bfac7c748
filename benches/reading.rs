//! Clips, and how they are read: by our reader and by OpenCV's, how fast, with how much of the processor.
//!
//! In goes a path or an address, out come the figures of one reading. What they must be is each bench's own.

// Every bench uses its own part.
#![allow(dead_code)]

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use opencv::{
    core::{Mat, Vector},
    videoio::{CAP_FFMPEG, VideoCapture, VideoCaptureTrait},
};
use steadycast::{
    frame::Picture,
    nouns::picture::Planes,
    source::{Address, Grabbed, Moment, Source, Wish},
};

use crate::support;

/// What is asked of each source.
pub const WISH: Wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };

/// What reading a clip took.
pub struct Reading {
    /// Milliseconds until the first picture.
    pub first_ms: f64,
    /// Frames a second.
    pub fps: f64,
    /// Milliseconds of CPU a frame.
    pub cpu_ms: f64,
}

/// A reading that goes on.
struct Clock {
    began: Instant,
    cpu: f64,
    first_ms: Option<f64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { began: Instant::now(), cpu: cpu_seconds(), first_ms: None }
    }

    /// Notes that a picture is there.
    fn note_picture(&mut self) {
        self.first_ms.get_or_insert(self.began.elapsed().as_secs_f64() * 1e3);
    }

    fn stop(self, frames: usize) -> Reading {
        let frames = frames as f64;
        Reading {
            first_ms: self.first_ms.unwrap_or(f64::NAN),
            fps: frames / self.began.elapsed().as_secs_f64(),
            cpu_ms: (cpu_seconds() - self.cpu) * 1e3 / frames,
        }
    }
}

/// Has ffmpeg's program make a clip of that name in `folder`.
pub fn clip(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let made = Command::new("ffmpeg").args(["-loglevel", "error", "-y"]).args(arguments).arg(&path).status();
    assert!(made.is_ok_and(|status| status.success()), "ffmpeg makes {name}");
    path
}

/// Makes ten seconds of H.264 in 1280x720 in `folder`, of the real clip where it is to be had.
pub fn h264_720p(folder: &Path) -> PathBuf {
    match support::clip() {
        Some(real) => {
            let coded = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "4M", "-g", "50", "-bf", "0"];
            clip(folder, "720p.mkv", &[&["-i", &*real.to_string_lossy()][..], &coded].concat())
        }
        None => {
            let drawn = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25", "-t", "10"];
            clip(folder, "720p.mkv", &[&drawn[..], &["-c:v", "libx264", "-bf", "0"]].concat())
        }
    }
}

/// Opens a source.
pub fn open(source: &str) -> Source {
    Source::open(&source.parse::<Address>().expect("an address"), &WISH).expect("opens")
}

/// Returns the next picture, however long it takes.
pub fn next(source: &mut Source, number: u64) -> Picture {
    while !matches!(source.grab().expect("is there"), Grabbed::Picture(_)) {}
    source.retrieve(Moment { time: Duration::ZERO, number }).expect("is there")
}

/// Reads a clip or a stream as fast as it goes, and does `with` each picture what is to be done with it.
pub fn read(source: &str, frames: usize, mut with: impl FnMut(&Planes)) -> Reading {
    let mut clock = Clock::start();
    let mut source = open(source);
    for number in 0..frames {
        let Picture::Planes(planes) = next(&mut source, number as u64) else {
            panic!("FFmpeg's pictures are planes")
        };
        clock.note_picture();
        with(&planes);
    }
    clock.stop(frames)
}

/// Opens a clip or a stream by OpenCV's reader, through FFmpeg; `None` where it fails. What it returns may be
/// closed all the same.
pub fn open_by_opencv(source: impl AsRef<OsStr>) -> Option<VideoCapture> {
    VideoCapture::from_file_with_params(source, CAP_FFMPEG, &Vector::<i32>::new()).ok()
}

/// Reads a clip by OpenCV's reader as fast as it goes, and does `with` each picture what is to be done with
/// it.
pub fn read_by_opencv(clip: &Path, frames: usize, mut with: impl FnMut(&Mat)) -> Reading {
    let mut clock = Clock::start();
    let mut capture = open_by_opencv(clip).expect("OpenCV opens it");
    let mut mat = Mat::default();
    for _ in 0..frames {
        assert!(capture.read(&mut mat).expect("OpenCV reads it"), "there is a picture");
        clock.note_picture();
        with(&mat);
    }
    clock.stop(frames)
}

/// Returns the CPU time of this process with all its threads, as Linux counts it in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux says it");
    // The name before these fields may hold spaces; it ends with the last parenthesis.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / 100.0
}
