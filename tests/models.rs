//! The models themselves: a real detector on real pictures, and the shipped ones on scenes they have not
//! seen.
//!
//! Accuracy at length is measured by `benches/analytics.rs`; here is what must never break.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use opencv::{
    core::{MatTraitConst, MatTraitConstManual},
    imgcodecs::{IMREAD_COLOR, imread},
};
use serde_json::Value;
use steadycast::{
    analytics::{CrowdModel, DetectSettings, Detection, Detector},
    frame::Picture,
    nouns::{picture::Bgr, place::BBox},
    source::scene::{Class, Scene, SceneParams, Truth},
};
use support::{media::data, skip};

// Each test program uses its own part.
#[allow(dead_code)]
mod support;

fn read(path: &Path) -> Picture {
    let mat = imread(path, IMREAD_COLOR).expect("OpenCV reads pictures");
    let (width, height) = (mat.cols() as usize, mat.rows() as usize);
    Picture::Bgr(Bgr { width, height, data: mat.data_bytes().expect("a picture").to_vec() })
}

fn settings(confidence: f32) -> DetectSettings {
    DetectSettings { confidence, nms_iou: 0.45, classes: Default::default(), input: None }
}

/// What the reference found, as (class, confidence, box).
fn reference(all: &Value, picture: &str, names: &[Arc<str>]) -> Vec<(Arc<str>, f32, BBox)> {
    let found = all[picture]["detections"].as_array().expect("a list").iter();
    let number = |value: &Value| value.as_f64().expect("a number") as f32;
    found
        .map(|one| {
            let class = one["class_id"].as_u64().expect("a class") as usize;
            let at = |corner: &str| number(&one["bbox"][corner]);
            let bbox = BBox { x1: at("x1"), y1: at("y1"), x2: at("x2"), y2: at("y2") };
            (Arc::clone(&names[class]), number(&one["confidence"]), bbox)
        })
        .collect()
}

#[test]
fn a_real_detector_finds_what_the_reference_found() {
    let needed = ["yolox_nano.onnx", "street.jpg", "plaza_5s.png", "../reference/yolox_nano_detections.json"];
    let files: Vec<PathBuf> = match needed.into_iter().map(data).collect() {
        Ok(files) => files,
        Err(reason) => return skip("a_real_detector_finds_what_the_reference_found", &reason),
    };
    let text = std::fs::read_to_string(&files[3]).expect("can be read");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let mut detector = Detector::load(&files[0], settings(0.3)).expect("loads");
    for (picture, file) in needed.into_iter().zip(&files).skip(1).take(2) {
        let mut found = detector.detect(&read(file)).expect("runs");
        found.retain(|one| !one.is_under);
        let expected = reference(&all, picture, detector.names());
        let (mut worst_iou, mut worst_confidence) = (1.0_f32, 0.0_f32);
        for (class, confidence, bbox) in expected.iter().filter(|(_, confidence, _)| *confidence >= 0.4) {
            let same = |one: &&Detection| one.class == *class;
            let best = found.iter().filter(same).max_by(|a, b| a.bbox.iou(bbox).total_cmp(&b.bbox.iou(bbox)));
            let best = best.unwrap_or_else(|| panic!("{picture}: no {class} found"));
            worst_iou = worst_iou.min(best.bbox.iou(bbox));
            worst_confidence = worst_confidence.max((best.confidence - confidence).abs());
        }
        let extra = |one: &&Detection| {
            one.confidence >= 0.45
                && !expected.iter().any(|(class, _, bbox)| one.class == *class && one.bbox.iou(bbox) >= 0.5)
        };
        let extra: Vec<&Detection> = found.iter().filter(extra).collect();
        println!(
            "{picture}: worst IoU {worst_iou:.3}, worst confidence off by {worst_confidence:.4}, {} extra",
            extra.len()
        );
        assert!(worst_iou >= 0.9 && worst_confidence <= 0.03 && extra.is_empty(), "{picture}: {extra:?}");
    }
}

#[test]
fn a_detector_in_half_floats_finds_the_same_as_fast() {
    let needed = ["yolox_nano.onnx", "../cases/analytics/yolox_nano_fp16_inside.onnx", "street.jpg"];
    let files: Vec<PathBuf> = match needed.into_iter().map(data).collect() {
        Ok(files) => files,
        Err(reason) => return skip("a_detector_in_half_floats_finds_the_same_as_fast", &reason),
    };
    let street = read(&files[2]);
    let [mut whole, mut half] = [0, 1].map(|n| Detector::load(&files[n], settings(0.3)).expect("loads"));
    let [mut whole_took, mut half_took] = [Duration::MAX; 2];
    for _ in 0..5 {
        for (detector, took) in [(&mut whole, &mut whole_took), (&mut half, &mut half_took)] {
            let began = Instant::now();
            detector.detect(&street).expect("runs");
            *took = (*took).min(began.elapsed());
        }
    }
    let [expected, found] = [&mut whole, &mut half].map(|detector| detector.detect(&street).expect("runs"));
    println!("{whole_took:?} in whole floats, {half_took:?} in half floats, {} found", found.len());
    assert!(half_took < whole_took * 2, "{whole_took:?} and {half_took:?}");
    for one in expected.iter().filter(|one| one.confidence >= 0.35) {
        let same = |other: &&Detection| other.class == one.class && other.bbox.iou(&one.bbox) > 0.9;
        let other = found.iter().find(same).unwrap_or_else(|| panic!("{one:?} is missing"));
        assert!((other.confidence - one.confidence).abs() < 0.03, "{one:?} and {other:?}");
    }
}

#[test]
fn decoded_boxes_and_names_in_json_change_nothing_that_is_found() {
    let needed = [
        "yolox_nano.onnx",
        "../cases/analytics/yolox_decoded.onnx",
        "../cases/analytics/yolox_nano_json_names.onnx",
        "street.jpg",
    ];
    let files: Vec<PathBuf> = match needed.into_iter().map(data).collect() {
        Ok(files) => files,
        Err(reason) => {
            return skip("decoded_boxes_and_names_in_json_change_nothing_that_is_found", &reason);
        }
    };
    let street = read(&files[3]);
    let sure = |detector: &mut Detector| {
        // The first results tell how a file is read.
        let mut found = (0..6).fold(Vec::new(), |_, _| detector.detect(&street).expect("runs"));
        found.retain(|one| !one.is_under && one.confidence >= 0.4);
        found
    };
    let expected = sure(&mut Detector::load(&files[0], settings(0.1)).expect("loads"));
    assert!(!expected.is_empty(), "or this tests nothing");
    for file in &files[1..3] {
        let mut detector = Detector::load(file, settings(0.1)).expect("loads");
        let found = sure(&mut detector);
        println!("{}: {}: {} found", file.display(), detector.reading(), found.len());
        assert_eq!(found.len(), expected.len(), "{}: {found:?}", detector.reading());
        for one in &expected {
            let same = |other: &&Detection| other.class == one.class && other.bbox.iou(&one.bbox) > 0.9;
            assert!(found.iter().any(|other| same(&other)), "{one:?} is missing: {}", detector.reading());
        }
    }
    let people = DetectSettings { classes: ["Person".to_owned()].into(), ..settings(0.1) };
    let found = sure(&mut Detector::load(&files[2], people).expect("knows people"));
    assert_eq!(found.len(), expected.iter().filter(|one| &*one.class == "person").count(), "{found:?}");
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
}

/// A picture of a scene whose seed no training sees, and what is in it.
fn unseen(seed: u64, people: u32) -> (Picture, Vec<Truth>) {
    let mut scene =
        Scene::new(&SceneParams { people, vehicles: 6, seed, ..SceneParams::default() }, 1280, 720);
    let planes = scene.draw(Duration::from_secs(20), seed, "");
    (Picture::Planes(planes), scene.truth())
}

#[test]
fn the_shipped_crowd_model_counts_people_it_has_not_seen() {
    let mut model = CrowdModel::load(&shipped("crowd.onnx"), None).expect("loads");
    let (mut people, mut off) = (0.0, 0.0);
    for (seed, crowd) in [(3901, 20), (3902, 60), (3903, 120), (3904, 200)] {
        let (picture, truth) = unseen(seed, crowd);
        let inside = |fact: &&Truth| fact.class == Class::Person && fact.visible >= 0.1 && fact.head[1] > 0.0;
        let there = truth.iter().filter(inside).count() as f32;
        let density = model.count(&picture).expect("runs");
        assert!((density.cells.iter().sum::<f32>() - density.total).abs() < 0.01 * density.total.max(1.0));
        people += there;
        off += (density.total - there).abs();
    }
    println!("off by {:.1} % of {people} people", off / people * 100.0);
    assert!(off / people <= 0.12, "off by {off} of {people}");
}

#[test]
fn the_shipped_detector_finds_what_it_has_not_seen() {
    let mut detector = Detector::load(&shipped("detector.onnx"), settings(0.3)).expect("loads");
    assert_eq!(
        detector.names().iter().map(|name| &**name).collect::<Vec<_>>(),
        ["person", "car", "truck", "bus"]
    );
    let (mut asked, mut found, mut extra) = (0, 0, 0);
    for seed in 3911..3915 {
        let (picture, truth) = unseen(seed, 40);
        let mut detections = detector.detect(&picture).expect("runs");
        detections.retain(|one| !one.is_under);
        let bbox = |fact: &Truth| BBox {
            x1: fact.bounds[0],
            y1: fact.bounds[1],
            x2: fact.bounds[2],
            y2: fact.bounds[3],
        };
        let is_at = |fact: &Truth, one: &Detection| {
            *one.class == *fact.class.name() && one.bbox.iou(&bbox(fact)) >= 0.5
        };
        let easy = truth.iter().filter(|fact| fact.visible >= 0.6 && bbox(fact).height() >= 32.0);
        let easy: Vec<&Truth> = easy.collect();
        asked += easy.len();
        found += easy.iter().filter(|fact| detections.iter().any(|one| is_at(fact, one))).count();
        extra += detections
            .iter()
            .filter(|one| one.confidence >= 0.5 && !truth.iter().any(|fact| is_at(fact, one)))
            .count();
    }
    println!("{found} of {asked} found, {extra} that are not there");
    assert!(
        found * 100 >= asked * 85 && extra * 20 <= asked,
        "{found} of {asked} found, {extra} that are not there"
    );
}

/// A Python that has PyTorch and ONNX Runtime; `None` where they cannot be had.
fn python() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = ["debian-torch", "onnxruntime", "onnx", "numpy<2"];
    let prepared =
        Command::new(root.join("scripts/python.sh")).args(packages).output().expect("the script runs");
    let python = String::from_utf8_lossy(&prepared.stdout).trim().to_owned();
    let has_torch = |python: &str| {
        Command::new(python)
            .args(["-c", "import torch, onnxruntime"])
            .output()
            .is_ok_and(|run| run.status.success())
    };
    (!python.is_empty() && has_torch(&python)).then_some(python)
}

/// Why a test that needs PyTorch is skipped.
const NO_TORCH: &str = "Python's torch (python3-torch) or onnxruntime cannot be had";

#[test]
fn a_csrnet_checkpoint_is_read_however_it_is_saved() {
    let Some(python) = python() else {
        return skip("a_csrnet_checkpoint_is_read_however_it_is_saved", NO_TORCH);
    };
    let folder = support::media::folder();
    let read =
        "import pathlib, sys; import export_csrnet; export_csrnet.read_wrapped(pathlib.Path(sys.argv[1]))";
    let run = Command::new(python)
        .args(["-c", read])
        .arg(folder.path())
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("models"))
        .output()
        .expect("Python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        said.contains("plain: read from bare, nested, twice") && said.contains("batch norm: read"),
        "{said}"
    );
}

#[test]
fn a_csrnet_of_any_width_is_exported_and_runs() {
    let Some(python) = python() else {
        return skip("a_csrnet_of_any_width_is_exported_and_runs", NO_TORCH);
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = support::media::folder();
    let file = folder.path().join("csrnet.onnx");
    // The script itself checks that ONNX Runtime and PyTorch count alike.
    let exported = Command::new(python)
        .arg(root.join("models/export_csrnet.py"))
        .args(["--random", "12", "--width", "160", "--height", "96"])
        .arg(&file)
        .output()
        .expect("the script runs");
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    let mut model = CrowdModel::load(&file, None).expect("loads");
    let (picture, _) = unseen(3921, 10);
    let density = model.count(&picture).expect("runs");
    let (cells, most) =
        (density.cells.iter().sum::<f32>(), density.cells.iter().fold(0.0, |a: f32, b| a.max(*b)));
    assert!(
        most > 0.0 && (cells - density.total).abs() < 1e-3 * most * 2400.0,
        "{cells} in cells, {} in all",
        density.total
    );
}
