//! The detector's boxes on unseen scenes of 40 people and 6 vehicles.

use std::{collections::BTreeMap, time::Duration};

use steadycast::frame::Picture;

use crate::{
    detector, scene,
    score::{Fact, Precision},
    support::{Bars, Must},
};

/// First of the seeds, which training never sees.
const FIRST_SEED: u64 = 3100;
/// Number of scenes, each of a seed of its own.
const SCENES: u64 = 12;
/// Number of pictures of a scene.
const PICTURES: u64 = 12;

/// Time between two pictures of a scene: long enough for others to be there.
const BETWEEN: Duration = Duration::from_secs(5);

/// Classes that are judged.
const CLASSES: [&str; 4] = ["person", "car", "truck", "bus"];

pub fn measure(bars: &mut Bars) {
    let mut detector = detector();
    let mut precisions: BTreeMap<&str, Precision> = CLASSES.map(|class| (class, Precision::default())).into();
    for seed in FIRST_SEED..FIRST_SEED + SCENES {
        let mut scene = scene(seed, 40, 6);
        for n in 1..=PICTURES {
            let picture = Picture::Planes(scene.draw(BETWEEN * n as u32, n, ""));
            let facts: Vec<Fact> = scene.truth().iter().map(Fact::from).collect();
            let mut found = detector.detect(&picture).expect("runs");
            // What may be behind others is for tracks to tell.
            found.retain(|one| !one.is_under);
            for (class, precision) in &mut precisions {
                let of_class = found
                    .iter()
                    .filter(|one| *one.class == **class)
                    .map(|one| (one.confidence, one.bbox))
                    .collect();
                precision
                    .picture(of_class, &facts.iter().filter(|fact| fact.class == *class).collect::<Vec<_>>());
            }
        }
    }
    let averages: Vec<f64> = CLASSES.iter().filter_map(|class| precisions[class].average()).collect();
    for (class, average) in CLASSES.iter().zip(&averages) {
        bars.note(format!("detector, unseen scenes: AP@0.5 of {class}"), *average, "", Must::Be);
    }
    let mean = averages.iter().sum::<f64>() / averages.len() as f64;
    bars.note("detector, unseen scenes: mAP@0.5", mean, "", Must::AtLeast(0.90));
}
