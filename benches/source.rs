//! Source stage: milliseconds the scene takes to draw a frame, and the bytes it takes at level 80; the memory
//! and the first picture of reading a file, against OpenCV's reader; turning its pictures.

mod files;
mod reading;
mod support;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use steadycast::{
    encode::Compressor,
    frame::Picture,
    nouns::quality::Level,
    source::{Moment, Source, Wish},
};
use support::{Bars, Must, median};

/// Frames that are drawn: ten seconds of the scene.
const FRAMES: u64 = 340;

fn main() -> ExitCode {
    if files::is_reader() {
        return ExitCode::SUCCESS;
    }
    let mut bars = Bars::default();
    scenes(&mut bars);
    files::measure(&mut bars);
    bars.finish()
}

/// The scenes, drawn.
fn scenes(bars: &mut Bars) {
    for (name, address, size, most_ms) in [
        ("1280x720", "synthetic", (1280, 720), Must::AtMost(6.0)),
        ("1920x1080", "synthetic", (1920, 1080), Must::Be),
        ("road 1280x720", "synthetic:kind=road", (1280, 720), Must::AtMost(7.0)),
    ] {
        let wish = Wish { fps: 34.0, size, file_fps: None, snapshot_fps: 1.0 };
        let began = Instant::now();
        let mut source = Source::open(&address.parse().expect("an address"), &wish).expect("the scene opens");
        bars.note(format!("scene {name}: opening"), began.elapsed().as_secs_f64() * 1e3, "ms", Must::Be);
        let mut compressor = Compressor::new().expect("an encoder");
        let (mut millis, mut kilobytes) = (vec![], vec![]);
        for number in 0..FRAMES {
            let began = Instant::now();
            let time = Duration::from_secs_f64(number as f64 / 34.0);
            let picture = source.retrieve(Moment { time, number }).expect("draws");
            millis.push(began.elapsed().as_secs_f64() * 1e3);
            let Picture::Planes(planes) = picture else { panic!("the scene draws planes") };
            let level = Level::at_or_below(80).expect("on the ladder");
            kilobytes.push(compressor.compress(&planes, level).expect("compresses").len() as f64 / 1e3);
        }
        millis.sort_by(f64::total_cmp);
        bars.note(format!("scene {name}: a frame, p50"), millis[millis.len() / 2], "ms", most_ms);
        bars.note(format!("scene {name}: a frame, p99"), millis[millis.len() * 99 / 100], "ms", Must::Be);
        let bytes = if name == "1280x720" { Must::Within(90.0, 20.0) } else { Must::Be };
        bars.note(format!("scene {name}: level 80"), median(kilobytes), "KB", bytes);
    }
}
