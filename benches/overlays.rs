//! Overlays: what painting adds to a frame that is encoded anyway, layer by layer and all together.
//!
//! Forty people who walk, and a crowd, both looked at three times a second, over a picture of 720p at 34
//! frames a second. The picture is copied for each frame, as the encoder does it.

use steadycast::{
    cameras::Survey,
    coder::{Coefficients, convert},
    nouns::{
        count::LineCount,
        layers::Layers,
        picture::{Bgr, Planes},
        place::{BBox, Line, Velocity, Zone},
        result::{AnalyticsResult, Crowd, FrameRef, Grid, Object, RiskLevel, Timings},
    },
    overlay::{Density, Known, Seen, Sheet, Tint, paint},
};

use super::{
    seconds,
    support::{Bars, Must, median},
};

/// Number of rounds, of which the median counts.
const ROUNDS: usize = 9;

/// Frames of a round: two seconds.
const FRAMES: u64 = 68;

/// Time between two frames, microseconds.
const FRAME_US: u64 = 29_412;

/// Frames between two results of each model.
const RESULT_EVERY: u64 = 11;

/// Number of boxes.
const BOXES: u64 = 40;

/// Most milliseconds that boxes, labels and heat may add to a frame.
const MOST_MS: f64 = 1.5;

/// Measures what layers add to a frame.
pub fn measure(bars: &mut Bars, name: &str, picture: &Bgr) {
    let (mut plain, mut copy, mut coefficients) = (Planes::default(), Planes::default(), Coefficients::new());
    convert(picture, &mut plain).expect("a picture");
    let boxes = Layers { boxes: true, labels: true, ..Layers::NONE };
    let heat = Layers { heat: true, ..Layers::NONE };
    let asked = Layers { heat: true, ..boxes };
    for (what, layers, must) in [
        ("nothing, copied", Layers::NONE, Must::Be),
        ("40 boxes with labels", boxes, Must::Be),
        ("heat", heat, Must::Be),
        ("40 boxes with labels, and heat", asked, Must::AtMost(MOST_MS)),
        ("all, with two long lines and two large zones", Layers::ALL, Must::Be),
    ] {
        let ms = median((0..ROUNDS).map(|_| a_frame(&plain, &mut copy, layers) * 1e3).collect());
        bars.note(format!("{name}, painted over: {what}"), ms, "ms", must);
        assert!(layers.is_empty() || copy != plain, "something is painted");
    }
    let times = (0..ROUNDS).map(|_| seconds(|| coefficients.load_planes(&copy).expect("a picture")));
    bars.note(
        format!("{name}, painted over: its own transform"),
        median(times.collect()) * 1e3,
        "ms",
        Must::Be,
    );
}

/// Mean seconds of a frame.
fn a_frame(plain: &Planes, copy: &mut Planes, layers: Layers) -> f64 {
    let (survey, size) = (survey(), (plain.width, plain.height));
    let mut heat: Option<(Density, Tint)> = None;
    let at = |us| [objects(), crowd()].map(|it| AnalyticsResult { captured_us: us, finished_us: us, ..it });
    let results: Vec<[AnalyticsResult; 2]> =
        (0..=FRAMES / RESULT_EVERY).map(|n| at(n * RESULT_EVERY * FRAME_US)).collect();
    let all = seconds(|| {
        for frame in 0..FRAMES {
            copy.copy_from(plain);
            let [objects, crowd] = &results[(frame / RESULT_EVERY) as usize];
            if layers.heat && frame.is_multiple_of(RESULT_EVERY) {
                heat = Some(heat_of(crowd, heat.take().map(|(density, _)| density), size));
            }
            let seen = |result| Some(Seen { result, since_us: Some(RESULT_EVERY * FRAME_US) });
            let (tint, survey) = (heat.as_ref().map(|(_, tint)| tint), Some(&survey));
            let known = Known { objects: seen(objects), crowd: seen(crowd), tint, survey };
            paint(
                copy,
                &Sheet { frame: size, scale: 1, captured_us: frame * FRAME_US, take: 0 },
                &known,
                layers,
            );
        }
    });
    all / FRAMES as f64
}

/// The heat of a result, with what is left of the one before it.
fn heat_of(result: &AnalyticsResult, before: Option<Density>, size: (usize, usize)) -> (Density, Tint) {
    let own = Density::of(&result.crowd.as_ref().expect("people").grid);
    let density = match before {
        Some(before) => own.mixed(&before, RESULT_EVERY * FRAME_US),
        None => own,
    };
    let tint = Tint::of(&density, size);
    (density, tint)
}

fn result() -> AnalyticsResult {
    AnalyticsResult {
        camera: "main".into(),
        frame: 1,
        captured_us: 0,
        finished_us: 30_000,
        crowd: None,
        objects: None,
        counted: Some(FrameRef { frame: 1, captured_us: 0 }),
        counts: Default::default(),
        lines: vec![LineCount { id: "promenade".into(), inbound: 12, outbound: 7, ..LineCount::default() }],
        zones: vec![],
        timings_ms: Timings::default(),
    }
}

/// People of a plaza, the nearer the larger.
fn objects() -> AnalyticsResult {
    let object = |n: u64| {
        let (x, y) = (30.0 + (n * 173 % 1180) as f32, 60.0 + (n * 97 % 480) as f32);
        let height = 40.0 + y / 4.0;
        Object {
            track_id: 100 + n,
            class: if n.is_multiple_of(8) { "car" } else { "person" }.into(),
            confidence: 0.8,
            bbox: BBox { x1: x, y1: y, x2: x + height * 0.4, y2: y + height },
            velocity: Velocity { x: 30.0, y: -10.0 },
            speed_kmh: Some(4.2),
            trail: vec![],
        }
    };
    AnalyticsResult { objects: Some((0..BOXES).map(object).collect()), ..result() }
}

/// A crowd over most of the picture.
fn crowd() -> AnalyticsResult {
    let people: Vec<f32> = (0..60 * 40).map(|n| if n % 7 == 0 { 0.3 } else { 0.0 }).collect();
    let crowd = Crowd { total: people.iter().sum(), grid: Grid { cols: 60, people }, risk: RiskLevel::High };
    AnalyticsResult { crowd: Some(crowd), ..result() }
}

fn survey() -> Survey {
    let square = |left: f64| vec![[left, 0.5], [left + 0.35, 0.5], [left + 0.35, 0.9], [left, 0.9]];
    Survey {
        lines: vec![
            Line::new("promenade", [0.1, 0.4], [0.9, 0.45]),
            Line::new("steps", [0.5, 0.1], [0.55, 0.95]),
        ],
        zones: vec![Zone::new("plaza", square(0.1)), Zone::new("steps-top", square(0.6))],
        ..Survey::default()
    }
}
