//! The crowd model's count on twenty scenes of 5 to 200 people, as drawn and after a JPEG of level 30.

use std::time::Duration;

use steadycast::{
    analytics::CrowdModel,
    encode::Compressor,
    frame::Picture,
    nouns::{picture::Bgr, quality::Level},
    source::scene::{Class, Truth},
};
use turbojpeg::PixelFormat;

use crate::{
    SIZE, scene, shipped,
    support::{Bars, Must},
};

/// First of the seeds, which training never sees.
const FIRST_SEED: u64 = 3000;
/// Number of scenes, each of a seed of its own.
const SCENES: u64 = 20;

/// Least visible share of somebody who is in the picture for whoever counts.
const LEAST_VISIBLE: f32 = 0.1;

pub fn measure(bars: &mut Bars) {
    let mut model = CrowdModel::load(&shipped("crowd.onnx"), None).expect("the shipped model loads");
    let mut compressor = Compressor::new().expect("an encoder");
    let (mut people, mut plain, mut coarse) = (0.0, 0.0, 0.0);
    for n in 0..SCENES {
        let crowd = 5 + (n * 195 / (SCENES - 1)) as u32;
        let mut scene = scene(FIRST_SEED + n, crowd, (n % 9) as u32);
        let planes = scene.draw(Duration::from_secs(7 + n), n, "");
        let truth = scene.truth().iter().filter(|fact| counts(fact)).count() as f64;
        let jpeg = compressor.compress(&planes, Level::MIN).expect("compresses");
        let pixels = turbojpeg::decompress(jpeg, PixelFormat::BGR).expect("decodes").pixels;
        let lossy = Picture::Bgr(Bgr { width: SIZE.0, height: SIZE.1, data: pixels });
        let mut count = |picture: &Picture| f64::from(model.count(picture).expect("runs").total);
        let (found, found_lossy) = (count(&Picture::Planes(planes)), count(&lossy));
        println!("{truth:>5} people: {found:>6.1}, {found_lossy:>6.1} after level 30");
        people += truth;
        plain += (found - truth).abs();
        coarse += (found_lossy - truth).abs();
    }
    bars.note("crowd, 20 unseen scenes: sum of errors", plain / people * 100.0, "%", Must::AtMost(8.0));
    bars.note("crowd, the same at level 30: sum of errors", coarse / people * 100.0, "%", Must::AtMost(12.0));
}

fn counts(fact: &Truth) -> bool {
    let [x, y] = fact.head;
    let inside = (0.0..SIZE.0 as f32).contains(&x) && (0.0..SIZE.1 as f32).contains(&y);
    fact.class == Class::Person && inside && fact.visible >= LEAST_VISIBLE
}
