//! Recorded detections of real clips, followed: line counts at the recorded rate and thinned ones.
//!
//! In: a folder of JSON lines, one a result, with `t` (seconds), `size` (pixels) and raw `detections` (class,
//! confidence, x1, y1, x2, y2). Out: counts each way, told, and bars where people counted by eye. A recording
//! that is missing is named and skipped.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;
use steadycast::{
    analytics::{Appearance, Detection, Follower, Look},
    cameras::Survey,
    nouns::place::{BBox, Fraction, Line},
};

use crate::{
    SURE,
    support::{Bars, Must},
};

/// Rates to which recordings are thinned, results a second; a recording has those below its own.
const RATES: [f64; 5] = [2.0, 4.0, 6.0, 10.0, 15.0];

/// Most overlap of two boxes of a class that are two things: the server's default.
const NMS_IOU: f32 = 0.45;
/// Most overlap with any other box of its class at which one under a surer one is kept, as the detector does.
const UNDER_IOU: f32 = 0.65;

/// A recording, where its lines are, and what people counted by eye.
struct Recording {
    file: &'static str,
    lines: &'static [Counted],
}

/// A line with what must be counted there of the whole recording.
struct Counted {
    id: &'static str,
    from: Fraction,
    to: Fraction,
    inbound: Must,
    outbound: Must,
}

/// A line over the whole width, from left to right: outbound is upwards.
const fn level(id: &'static str, y: f64, inbound: Must, outbound: Must) -> Counted {
    Counted { id, from: [0.0, y], to: [1.0, y], inbound, outbound }
}

/// A line over the whole height, from below: inbound is to the right.
const fn upright(id: &'static str, x: f64, inbound: Must, outbound: Must) -> Counted {
    Counted { id, from: [x, 1.0], to: [x, 0.0], inbound, outbound }
}

/// All recordings.
///
/// On the road 33 four-wheeled and 3 two-wheeled vehicles drive away from the camera over 0.6 in the clip, of
/// which the recording lacks the last 1.6 s. Towards it come a person on foot (27 to 31 s) and, on the far
/// lane, two cars that leave the picture on the left just beyond 0.6 (at 35.5 and 39 s). Into the hall walk
/// six people one after another, two of them in the 30 s that are recorded: the first passes both lines at
/// 5 s, and is first seen beyond 0.35; the second at 22 s.
const RECORDINGS: [Recording; 2] = [
    Recording {
        file: "cars_yolov5n_6hz.jsonl",
        lines: &[
            level("0.35", 0.35, Must::Be, Must::Be),
            level("0.6", 0.6, Must::Within(3.0, 1.0), Must::Within(33.5, 2.5)),
            level("0.8", 0.8, Must::Be, Must::Be),
        ],
    },
    Recording {
        file: "onebyone_yolov5n.jsonl",
        lines: &[
            upright("0.5", 0.5, Must::Within(2.0, 0.0), Must::AtMost(0.0)),
            upright("0.35", 0.35, Must::Be, Must::AtMost(0.0)),
        ],
    },
];

/// One recorded result.
#[derive(Deserialize)]
struct Recorded {
    t: f64,
    size: (usize, usize),
    detections: Vec<(String, f32, f32, f32, f32, f32)>,
}

/// Follows all recordings of a folder.
pub fn measure(bars: &mut Bars, folder: &Path) {
    for recording in &RECORDINGS {
        let path = folder.join(recording.file);
        match fs::read_to_string(&path) {
            Ok(text) => replay(bars, recording, &results(&text)),
            Err(error) => println!("skipped: {} ({error})", path.display()),
        }
    }
}

/// Folder of the recordings; `STEADYCAST_TEST_CASES` says otherwise.
pub fn folder() -> PathBuf {
    std::env::var_os("STEADYCAST_TEST_CASES")
        .map_or_else(|| PathBuf::from("../shared/cases/analytics"), PathBuf::from)
}

fn results(text: &str) -> Vec<Recorded> {
    text.lines().map(|line| serde_json::from_str(line).expect("a recorded result a line")).collect()
}

/// Counts at the recorded rate, which has bars, and at lower ones, which are told.
fn replay(bars: &mut Bars, recording: &Recording, results: &[Recorded]) {
    let seconds = results.last().map_or(0.0, |last| last.t) - results.first().map_or(0.0, |first| first.t);
    let rate = results.len() as f64 / seconds;
    println!("{}: {} results, {rate:.1} a second", recording.file, results.len());
    note(bars, recording, "all", true, &counted(recording, results.iter()));
    for thinned in RATES.into_iter().filter(|thinned| *thinned < rate) {
        let kept = results.iter().enumerate().filter(|(n, result)| {
            *n == 0 || (result.t * thinned).floor() > (results[n - 1].t * thinned).floor()
        });
        let counts = counted(recording, kept.map(|(_, result)| result));
        note(bars, recording, &format!("{thinned} a second"), false, &counts);
    }
}

/// Counts of the recording's lines, inbound and outbound.
fn counted<'a>(recording: &Recording, results: impl Iterator<Item = &'a Recorded>) -> Vec<[u64; 2]> {
    let line = |line: &Counted| Line::new(line.id, line.from, line.to);
    let lines = recording.lines.iter().map(line).collect();
    let mut follower = Follower::new(&Survey { lines, ..Survey::default() }, SURE);
    for result in results {
        let look = Look { at: Duration::from_secs_f64(result.t), apart: Duration::ZERO };
        follower.step(look, result.size, &detections(result));
    }
    follower.line_counts().iter().map(|line| [line.inbound, line.outbound]).collect()
}

fn note(bars: &mut Bars, recording: &Recording, rate: &str, is_whole: bool, counts: &[[u64; 2]]) {
    let name = recording.file.split('_').next().unwrap_or_default();
    for (line, [inbound, outbound]) in recording.lines.iter().zip(counts) {
        for (way, count, must) in [("inbound", inbound, line.inbound), ("outbound", outbound, line.outbound)]
        {
            let must = if is_whole { must } else { Must::Be };
            bars.note(format!("replay {name}, {rate}, line {}: {way}", line.id), *count as f64, "", must);
        }
    }
}

/// A recorded result as the detector would have given it: the surest first, those that lie under surer ones
/// of their class marked. All are of one grey: looks were not recorded, so that they tell nobody apart.
fn detections(result: &Recorded) -> Vec<Detection> {
    let mut raw: Vec<&(String, f32, f32, f32, f32, f32)> = result.detections.iter().collect();
    raw.sort_by(|a, b| b.1.total_cmp(&a.1));
    let grey = Appearance::plain([128; 3]);
    let mut kept: Vec<Detection> = Vec::new();
    for (class, confidence, x1, y1, x2, y2) in raw {
        let bbox = BBox { x1: *x1, y1: *y1, x2: *x2, y2: *y2 };
        let most = |under: bool| {
            let of_class = kept.iter().filter(|one| *one.class == **class && (under || !one.is_under));
            of_class.map(|one| one.bbox.iou(&bbox)).fold(0.0, f32::max)
        };
        let is_under = most(false) > NMS_IOU;
        if !is_under || most(true) <= UNDER_IOU {
            let (class, appearance) = (Arc::from(class.as_str()), grey.clone());
            kept.push(Detection { class, confidence: *confidence, bbox, appearance, is_under });
        }
    }
    kept
}
