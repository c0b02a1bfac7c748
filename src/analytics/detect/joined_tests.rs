//! Made models through engine and detector together: what the one finds out about a file, the other goes by.

use super::{
    DetectSettings, Detection, Detector,
    fixtures::Given,
    model_files_tests::fixtures::{
        CAR, NAMES, SIZE, Truth, box_and_scores, columns, of_grid, of_queries, rows, y_first,
    },
};
use crate::{analytics::engine::made::Made, frame::Picture, nouns::picture::Planes};

/// Adds a constant of that name.
fn constant(made: &mut Made, name: &str, given: &Given) {
    let dims: Vec<i64> = given.shape.iter().map(|length| *length as i64).collect();
    made.floats(name, &dims, &given.values);
}

/// Adds an input `x` of that form, and its mean value as `mean`.
fn mean(made: &mut Made, kind: &str) {
    match kind {
        "bytes" => made.bytes("x", &[1, 3, 160, 160]),
        "halves" => made.halves("x", &[1, 3, 160, 160]),
        "grey" => made.picture("x", &[1, 1, 160, 160]),
        "bytes by pixel" => made.bytes("x", &[1, 160, 160, 3]),
        "floats by pixel" => made.picture("x", &[1, 160, 160, 3]),
        "grey by pixel" => made.picture("x", &[1, 160, 160, 1]),
        "two pictures" => made.picture("x", &[2, 3, 160, 160]),
        _ => made.picture("x", &[1, 3, 160, 160]),
    };
    made.node("Cast", "x", "f").with("to", 1).node("ReduceMean", "f", "mean").with("keepdims", 0);
}

fn detector(made: &Made, input: &str) -> Detector {
    let classes = Default::default();
    let settings = DetectSettings { confidence: 0.1, nms_iou: 0.45, classes, input: input.parse().ok() };
    Detector::of(made.load().expect("fits"), settings).expect("is a detector")
}

/// What a detector finds in the end in a few grey pictures of that level.
fn found(detector: &mut Detector, level: u8) -> Vec<Detection> {
    let picture = Picture::Planes(Planes::grey(SIZE.0, SIZE.1, level));
    (0..6).fold(Vec::new(), |_, _| detector.detect(&picture).expect("runs"))
}

/// A YOLOv8 whose scores grow with what it is shown, and are right at 0 to 255.
fn by_brightness(kind: &str) -> Made {
    let output = columns("o", &of_grid(525, 3), box_and_scores);
    let (boxes, scores) = output.values.split_at(4 * 525);
    let mut made = Made::new();
    mean(&mut made, kind);
    made.metadata("names", NAMES);
    constant(&mut made, "b", &Given { name: "b".into(), shape: vec![1, 4, 525], values: boxes.to_vec() });
    constant(&mut made, "s", &Given { name: "s".into(), shape: vec![1, 3, 525], values: scores.to_vec() });
    made.floats("bright", &[], &[1.0 / 128.0]).floats("nothing", &[], &[0.0]);
    made.node("Mul", "mean bright", "by").node("Mul", "mean nothing", "zero");
    made.node("Mul", "s by", "scores").node("Add", "b zero", "boxes");
    made.node("Concat", "boxes scores", "y").with("axis", 1).output("y");
    made
}

#[test]
fn a_detector_that_takes_bytes_is_shown_whole_values_whatever_is_asked() {
    for (asked, shown) in
        [("", "rgb255"), ("imagenet", "rgb255"), ("rgb01", "rgb255"), ("bgr-imagenet", "bgr255")]
    {
        let mut detector = detector(&by_brightness("bytes"), asked);
        let found = found(&mut detector, 128);
        assert!(detector.reading().ends_with(&format!("it is shown {shown}")), "{}", detector.reading());
        assert!(found.len() == 1 && found[0].confidence > 0.8, "{asked}: {found:?}");
    }
}

#[test]
fn a_detector_finds_the_same_whatever_form_its_input_has() {
    let forms = [
        "floats",
        "bytes",
        "halves",
        "grey",
        "floats by pixel",
        "bytes by pixel",
        "grey by pixel",
        "two pictures",
    ];
    for form in forms {
        let mut made = by_brightness(form);
        made.metadata("input", "rgb255");
        let mut detector = detector(&made, "");
        let found = found(&mut detector, 128);
        let [car] = &found[..] else { panic!("{form}: {found:?}") };
        assert!(&*car.class == "car" && car.confidence > 0.8 && car.bbox.iou(&CAR) > 0.9, "{form}: {car:?}");
    }
}

#[test]
fn a_confidence_above_1_is_told_as_1_and_warned_of() {
    let mut detector = detector(&by_brightness("bytes"), "");
    let found = found(&mut detector, 160);
    assert!(found.len() == 1 && found[0].confidence == 1.0, "{found:?}");
}

#[test]
fn a_grey_detector_is_shown_red_first() {
    let detector = detector(&by_brightness("grey"), "bgr255");
    assert!(detector.reading().ends_with("it is shown rgb255"), "{}", detector.reading());
}

/// Boxes of a suppressed model.
#[derive(Clone, Copy, PartialEq)]
enum Boxes {
    Middles,
    Corners,
    /// TensorFlow's.
    YFirst,
}

/// Boxes without a grid, of which eleven lie over the car's place, with a suppression behind them.
fn suppressed(boxes: Boxes) -> Made {
    let mut all = of_queries(300, 3);
    let car = all.iter().position(|truth| truth.scores[2] > 0.5).expect("there is one");
    let [x, y] = all[car].middle;
    for n in 20..30 {
        (all[n].middle, all[n].size) = ([x + (n % 3) as f32, y], all[car].size);
        all[n].scores[2] = 0.6;
    }
    let form = |truth: &Truth| match boxes {
        Boxes::Middles => truth.middles(),
        Boxes::Corners => truth.corners(),
        Boxes::YFirst => y_first(truth.corners()),
    };
    let mut made = Made::new();
    made.producer(if boxes == Boxes::YFirst { "tf2onnx" } else { "pytorch" });
    mean(&mut made, "floats");
    made.metadata("names", NAMES).floats("nothing", &[], &[0.0]).node("Mul", "mean nothing", "zero");
    constant(&mut made, "b", &rows("b", &all, |truth| form(truth).to_vec()));
    constant(&mut made, "s", &columns("s", &all, |truth| truth.scores.clone()));
    made.node("Add", "b zero", "boxes").node("Add", "s zero", "scores");
    made.ints("most", &[100]).floats("iou", &[1], &[0.5]);
    made.node("NonMaxSuppression", "boxes scores most iou", "kept");
    made.with("center_point_box", i64::from(boxes == Boxes::Middles)).output("kept");
    made
}

#[test]
fn boxes_whose_suppression_was_cut_off_are_suppressed_here() {
    let forms = [(Boxes::Corners, "corners"), (Boxes::Middles, "middles"), (Boxes::YFirst, "y before x")];
    for (boxes, form) in forms {
        let mut detector = detector(&suppressed(boxes), "");
        let found = found(&mut detector, 128);
        let sure: Vec<&Detection> = found.iter().filter(|one| !one.is_under).collect();
        assert!(sure.len() == 1 && sure[0].confidence > 0.8, "{}: {found:?}", detector.reading());
        assert!(detector.reading().contains(form), "{}", detector.reading());
        // The car lies right of the input's middle, and above it.
        let [x, y] = [sure[0].bbox.x1, sure[0].bbox.y1];
        assert!(x > y, "{x}, {y}");
    }
}
