//! Analytics: the shipped models on scenes they have not seen, tracks, speeds and counts against the exact
//! truth, and the rate that is left beside live video. ONNX Runtime is measured beside tract where Python's
//! packages can be installed.
//!
//! In: seeds that training never sees. Out: a table of bars. `--parts` picks some of them.

mod crowd;
mod detect;
mod hall;
mod late;
mod live;
mod passages;
mod replay;
mod road;
mod runtime;
mod score;
mod seeds;
mod simulate;
mod tracks;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

#[path = "../load/mod.rs"]
mod load;
#[path = "../support.rs"]
mod support;

use support::Bars;

/// What can be measured.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// The crowd model's count.
    Crowd,
    /// The detector's boxes.
    Detect,
    /// Tracks, speeds and line counts.
    Tracks,
    /// Identities and passages of several scenes.
    Seeds,
    /// Fast and near things at the road, found by a simulated detector.
    Road,
    /// Line counts of recorded detections.
    Replay,
    /// Line counts of a real clip through the server.
    Hall,
    /// Rate and delay beside live video.
    Live,
    /// A detector that takes seconds.
    Late,
    /// tract and ONNX Runtime.
    Runtime,
}

#[derive(Parser)]
struct Cli {
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "crowd,detect,tracks,seeds,road,replay,hall,live,late,runtime"
    )]
    parts: Vec<Part>,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let mut bars = Bars::default();
    for part in Cli::parse().parts {
        match part {
            Part::Crowd => crowd::measure(&mut bars),
            Part::Detect => detect::measure(&mut bars),
            Part::Tracks => tracks::measure(&mut bars),
            Part::Seeds => seeds::measure(&mut bars),
            Part::Road => road::measure(&mut bars),
            Part::Replay => replay::measure(&mut bars, &replay::folder()),
            Part::Hall => hall::measure(&mut bars),
            Part::Live => live::measure(&mut bars),
            Part::Late => late::measure(&mut bars),
            Part::Runtime => runtime::measure(&mut bars),
        }
    }
    bars.finish()
}

/// The plaza with that many people and vehicles.
fn scene(seed: u64, people: u32, vehicles: u32) -> steadycast::source::scene::Scene {
    let params = steadycast::source::scene::SceneParams { people, vehicles, seed, ..Default::default() };
    steadycast::source::scene::Scene::new(&params, SIZE.0, SIZE.1)
}

/// Least confidence of what is shown: the server's default.
const SURE: f32 = 0.3;

/// Width and height of every picture here.
const SIZE: (usize, usize) = (1280, 720);

/// A model that ships.
fn shipped(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
}

/// The shipped detector, as the server asks it.
fn detector() -> steadycast::analytics::Detector {
    let settings = steadycast::analytics::DetectSettings {
        confidence: 0.1,
        nms_iou: 0.45,
        classes: Default::default(),
        input: None,
    };
    steadycast::analytics::Detector::load(&shipped("detector.onnx"), settings)
        .expect("the shipped detector loads")
}
