//! Six people who walk into a hall one after another: a real clip, through the whole server with a real
//! detector, and who crossed upright lines.
//!
//! In: the clip beside the recordings, and YOLOX-nano as it is published. Out: bars. What is missing is named
//! and left out. The clip plays once, at its own speed.

use std::{fs, path::Path, thread, time::Duration};

use serde_json::Value;
use steadycast::source::{Address, Source, Wish};

use crate::{
    SIZE, replay,
    support::{Bars, Must, Server, test_data},
};

/// The clip, in the folder of the recordings.
const CLIP: &str = "one-by-one-person-detection.mp4";

/// The detector, in the folder of the test data.
const DETECTOR: &str = "yolox_nano.onnx";

/// An upright line, and how many cross it as counted by eye.
struct Upright {
    id: &'static str,
    /// Part of the picture's width; inbound is to the right.
    x: f64,
    /// Part of a box that crosses.
    at: &'static str,
    people: f64,
}

/// The lines. All six come in at the lower border and leave to the right. All but the fifth come in left of
/// the middle; of her only the left side crosses it.
const LINES: [Upright; 3] = [
    Upright { id: "middle", x: 0.5, at: "foot", people: 5.0 },
    Upright { id: "middle, left side", x: 0.5, at: "left", people: 6.0 },
    Upright { id: "right", x: 0.75, at: "foot", people: 6.0 },
];

/// Time after the clip's end by which the last one is counted; it begins again with five seconds in which
/// nobody crosses a line.
const AFTER: Duration = Duration::from_secs(2);

pub fn measure(bars: &mut Bars) {
    let files = [replay::folder().join(CLIP), test_data().join(DETECTOR)].map(fs::canonicalize);
    let [Ok(clip), Ok(detector)] = files else {
        return println!("skipped: {CLIP} or {DETECTOR} is missing");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let cameras = folder.path().join("cameras.toml");
    fs::write(&cameras, described()).expect("can be written");
    let length = length(&clip);
    let [source, model, cameras] = [&clip, &detector, &cameras].map(|path| path.to_string_lossy());
    let settings = ["--source", &source, "--detect-model", &model, "--cameras", &cameras];
    let settings = [&settings[..], &["--analytics", "on", "--crowd-model", "none"]].concat();
    let server = Server::steadycast(&settings).expect("the server starts");
    // Its first picture has just come.
    thread::sleep(length + AFTER);
    let stats = server.get("/api/stats").expect("answers");
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    let results = server.metric("steadycast_analytics_seconds_count", "detect").expect("metrics");
    bars.note("hall: results a second", results / length.as_secs_f64(), "", Must::Be);
    for Upright { id, people, .. } in LINES {
        let lines = stats["lines"].as_array().expect("lines");
        let line = lines.iter().find(|line| line["id"] == id).expect("the line is there");
        for (way, must) in [("inbound", Must::Within(people, 0.0)), ("outbound", Must::AtMost(0.0))] {
            let count = line[way].as_f64().unwrap_or(f64::NAN);
            bars.note(format!("hall, line {id}: {way}"), count, "", must);
        }
    }
}

/// The cameras file: one camera with these lines.
fn described() -> String {
    let line = |Upright { id, x, at, .. }: &Upright| {
        format!("[[main.lines]]\nid = \"{id}\"\nat = \"{at}\"\nfrom = [{x}, 1.0]\nto = [{x}, 0.0]\n")
    };
    LINES.iter().map(line).collect()
}

/// How long a clip is.
fn length(clip: &Path) -> Duration {
    let wish = Wish { fps: 34.0, size: SIZE, file_fps: None, snapshot_fps: 1.0 };
    let source = Source::open(&Address::File(clip.to_owned()), &wish).expect("the clip opens");
    Duration::from_secs_f64(source.facts().seconds.expect("the clip tells its length"))
}
