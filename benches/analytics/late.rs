//! A detector that takes about three seconds for a picture, in the whole server: how old a picture is when
//! its boxes are told, and whether that is told with them.
//!
//! In: the shipped detector, with work before it until it is slow enough. Out: bars. How the page and painted
//! pictures show boxes of that age is tested there.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use steadycast::analytics::Model;

use crate::{
    SIZE,
    runtime::{ONNX_FILES, by_tract, python, random_picture},
    shipped,
    support::{Bars, Must, Server, metric},
};

/// Seconds that the detector takes for a picture, and by how much they may be off.
const LOOK: [f64; 2] = [3.0, 0.75];

/// Layers of a first try, which tells what one costs.
const TRIED: usize = 4;

/// Most layers: each is 4.5 GFLOP, so that all of them take 3 s at 300 GFLOPS.
const MOST: f64 = 200.0;

/// Results that are waited for.
const RESULTS: usize = 6;

/// Longest time that they are waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// Time between two questions.
const EVERY: Duration = Duration::from_millis(50);

pub fn measure(bars: &mut Bars) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(detector) = slow_detector(folder.path()) else {
        return println!("Python's onnx cannot be installed here: no slow detector is measured");
    };
    let settings = ["--source", "synthetic", "--analytics", "on", "--crowd-model", "none", "--detect-model"];
    let detector = detector.to_string_lossy();
    let settings: Vec<&str> = settings.into_iter().chain([&*detector]).collect();
    let server = Server::steadycast(&settings).expect("the server starts");
    let told = Told::by(&server);
    let text = server.metrics().expect("metrics");
    let of = |part: &str| metric(&text, &format!("steadycast_analytics_seconds_{part}"), "detect");
    let [look, off] = LOOK;
    bars.note("slow detector: one look", of("sum") / of("count"), "s", Must::Within(look, off));
    told.note(bars);
}

/// What the server told of its results.
#[derive(Default)]
struct Told {
    /// Number of the frame that the last result is of; `None` before the first one.
    frame: Option<u64>,
    /// Age in seconds of each result's frame when the result was first told.
    ages: Vec<f64>,
    /// Results with boxes.
    with_boxes: usize,
    /// Answers since the first result.
    answers: usize,
    /// Answers that told how old the result was.
    dated: usize,
}

impl Told {
    /// Asks a server until enough results were told, or for as long as is waited at most.
    fn by(server: &Server) -> Told {
        let (mut told, began) = (Told::default(), Instant::now());
        while told.ages.len() < RESULTS && began.elapsed() < PATIENCE {
            let answer = server.get("/api/stats").expect("answers");
            told.hear(&serde_json::from_str(&answer).expect("JSON"));
            thread::sleep(EVERY);
        }
        told
    }

    /// Takes an answer.
    fn hear(&mut self, stats: &Value) {
        let frame = stats["counted"]["frame"].as_u64();
        if frame.is_none() && self.frame.is_none() {
            return;
        }
        let age = stats["age_ms"]["detector"].as_f64();
        self.answers += 1;
        self.dated += usize::from(age.is_some());
        if frame.is_some() && frame != self.frame {
            self.frame = frame;
            self.ages.push(age.map_or(f64::INFINITY, |ms| ms / 1e3));
            self.with_boxes += usize::from(stats["detection_count"].as_u64().is_some_and(|boxes| boxes > 0));
        }
    }

    fn note(&self, bars: &mut Bars) {
        let share = |part: usize, of: usize| part as f64 / of as f64 * 100.0;
        let oldest = self.ages.iter().copied().fold(f64::NAN, f64::max);
        let with_boxes = share(self.with_boxes, self.ages.len());
        let dated = share(self.dated, self.answers);
        let results = self.ages.len() as f64;
        bars.note("slow detector: results", results, "", Must::AtLeast(RESULTS as f64));
        bars.note("slow detector: boxes told after, at most", oldest, "s", Must::AtMost(4.0));
        bars.note("slow detector: results with boxes", with_boxes, "%", Must::AtLeast(100.0));
        bars.note("slow detector: answers with the age of boxes", dated, "%", Must::AtLeast(100.0));
    }
}

/// The shipped detector, with as much work before it as makes it slow enough on this machine.
fn slow_detector(folder: &Path) -> Option<PathBuf> {
    let tried = slowed(folder, TRIED)?;
    let [plain, slow] = [&shipped("detector.onnx"), &tried].map(|file| seconds(file));
    let layers = (LOOK[0] - plain) / (slow - plain) * TRIED as f64;
    slowed(folder, layers.clamp(1.0, MOST).round() as usize)
}

/// The shipped detector with that many layers before it; `None` where Python's packages are not to be had.
fn slowed(folder: &Path, layers: usize) -> Option<PathBuf> {
    let path = folder.join(format!("slow-{layers}.onnx"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/analytics/slow_detector.py");
    let written = Command::new(python("onnx-files", &ONNX_FILES)?)
        .arg(script)
        .arg(shipped("detector.onnx"))
        .arg(&path)
        .arg(layers.to_string())
        .status()
        .ok()?;
    written.success().then_some(path)
}

/// Seconds that a model takes for a picture.
fn seconds(file: &Path) -> f64 {
    let model = Model::load(file, SIZE).expect("the model loads");
    by_tract(&model, &random_picture(model.input())).0 / 1e3
}
