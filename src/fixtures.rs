//! Pictures and results for the tests of any room, so that none has to climb to the encoder for them.

use std::collections::BTreeMap;

use crate::{
    coder::{Coefficients, Huffman},
    encode,
    nouns::{
        picture::{Bgr, Planes},
        place::{BBox, Velocity},
        result::{AnalyticsResult, Object, Timings},
    },
};

/// Quality of the JPEGs made here, as libjpeg counts: fine enough for a grey to come back within 2 of 255.
const QUALITY: u8 = 80;

/// Returns a JPEG of one flat grey, with the standard's tables, as cameras send them.
pub(crate) fn grey_jpeg((width, height): (usize, usize), luma: u8) -> Vec<u8> {
    jpeg(&Planes::grey(width, height, luma))
}

/// Returns a JPEG of `planes`, with the standard's tables.
pub(crate) fn jpeg(planes: &Planes) -> Vec<u8> {
    let mut coefficients = Coefficients::new();
    coefficients.load_planes(planes).expect("a picture has pixels");
    coefficients.to_jpeg(QUALITY, Huffman::Standard).expect("coefficients make a JPEG")
}

/// Returns what `bgr` shows, as planes.
pub(crate) fn planes(bgr: &Bgr) -> Planes {
    encode::planes_of(bgr)
}

/// Returns the result of a detector that has found nothing in the first frame of the camera `main`.
pub(crate) fn found_nothing() -> AnalyticsResult {
    AnalyticsResult {
        camera: "main".to_owned(),
        frame: 1,
        captured_us: 0,
        finished_us: 0,
        crowd: None,
        objects: Some(vec![]),
        counted: None,
        counts: BTreeMap::new(),
        lines: vec![],
        zones: vec![],
        timings_ms: Timings::default(),
    }
}

/// Returns the result of a detector that has found one person, who stands in the middle of a frame of
/// 320 x 180 and was looked for at no cost of time.
pub(crate) fn somebody() -> AnalyticsResult {
    let person = Object {
        track_id: 7,
        class: "person".to_owned(),
        confidence: 0.9,
        bbox: BBox { x1: 130.0, y1: 60.0, x2: 170.0, y2: 140.0 },
        velocity: Velocity::default(),
        speed_kmh: None,
        trail: vec![],
    };
    AnalyticsResult { captured_us: 1, finished_us: 1, objects: Some(vec![person]), ..found_nothing() }
}
