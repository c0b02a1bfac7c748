//! tract beside ONNX Runtime: the same models on the same input, one thread each, in turn; and whether both
//! say the same.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use steadycast::analytics::Model;

use crate::{
    shipped,
    support::{Bars, Must, median},
};

/// Runs of each model, of which the median counts.
const RUNS: usize = 15;

/// Width and height of the input of CSRNet at its full width, pixels.
const WIDE_INPUT: (usize, usize) = (320, 240);

pub fn measure(bars: &mut Bars) {
    let Some(python) = python("onnx", &["onnxruntime", "numpy"]) else {
        return println!("ONNX Runtime cannot be installed here: not compared");
    };
    yolov8_like(bars);
    for name in ["detector.onnx", "crowd.onnx"] {
        let Some((ours, theirs, _)) = compare(&python, &shipped(name)) else { continue };
        bars.note(format!("{name}: tract"), ours, "ms", Must::Be);
        bars.note(format!("{name}: ONNX Runtime"), theirs, "ms", Must::Be);
        bars.note(format!("{name}: ratio"), ours / theirs, "", Must::AtMost(1.5));
    }
    let Some(wide) = full_width_csrnet() else {
        return println!(
            "Python's torch is not installed (python3-torch): the full-width CSRNet is not compared"
        );
    };
    if let Some((ours, theirs, off)) = compare(&python, &wide) {
        bars.note("CSRNet of full width: tract", ours, "ms", Must::Be);
        bars.note("CSRNet of full width: ONNX Runtime", theirs, "ms", Must::Be);
        bars.note(
            "CSRNet of full width: largest difference, of the largest value",
            off * 1e6,
            "1e-6",
            Must::AtMost(1000.0),
        );
    }
}

/// YOLOv8n's layers with random weights: as the file has them, as they are rewritten, and by ONNX Runtime.
fn yolov8_like(bars: &mut Bars) {
    for side in [640, 320] {
        let Some(file) = yolov8_like_file(side) else {
            return println!("Python's onnx cannot be installed here: no model like YOLOv8n is measured");
        };
        let Some(python) = python("onnx-files", &ONNX_FILES) else { return };
        let Some((ours, theirs, off)) = compare(&python, &file) else { return };
        let before = Model::load_as_it_is(&file, WIDE_INPUT).expect("the model loads");
        let (before, _) = by_tract(&before, &random_picture(before.input()));
        bars.note(format!("like YOLOv8n at {side}: tract, as it is"), before, "ms", Must::Be);
        bars.note(format!("like YOLOv8n at {side}: tract"), ours, "ms", Must::Be);
        bars.note(format!("like YOLOv8n at {side}: ONNX Runtime"), theirs, "ms", Must::Be);
        bars.note(
            format!("like YOLOv8n at {side}: of the time before"),
            ours / before,
            "",
            Must::AtMost(0.5),
        );
        let off = off * 1e6;
        bars.note(format!("like YOLOv8n at {side}: largest difference"), off, "1e-6", Must::AtMost(100.0));
    }
}

/// Python's packages that write ONNX files and run them.
pub const ONNX_FILES: [&str; 3] = ["onnx", "onnxruntime", "numpy"];

/// A file with YOLOv8n's layers and random weights for a square input.
fn yolov8_like_file(side: usize) -> Option<PathBuf> {
    let path = std::env::temp_dir().join(format!("steadycast-yolov8-{side}-{}.onnx", std::process::id()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/analytics/yolov8_like.py");
    let side = side.to_string();
    let written = Command::new(python("onnx-files", &ONNX_FILES)?)
        .arg(script)
        .arg(&path)
        .args([&side, &side])
        .status()
        .ok()?;
    written.success().then_some(path)
}

/// Three planes of random values from 0 to 1.
pub fn random_picture((width, height): (usize, usize)) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..3 * width * height).map(|_| random.f32()).collect()
}

/// A Python with these packages, in an environment of that name; `None` where it cannot be made.
pub fn python(name: &str, packages: &[&str]) -> Option<String> {
    let prepared = Command::new("scripts/python.sh").arg(name).args(packages).output().ok()?;
    Some(String::from_utf8(prepared.stdout).ok()?.trim().to_owned()).filter(|python| !python.is_empty())
}

/// Returns the milliseconds of tract and of ONNX Runtime, and the largest difference as a share of the
/// largest value.
fn compare(python: &str, model: &Path) -> Option<(f64, f64, f64)> {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("input.f32"), folder.path().join("output.f32"));
    let loaded = Model::load(model, WIDE_INPUT).expect("the model loads");
    let (width, height) = loaded.input();
    let values = random_picture((width, height));
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(&input, bytes).expect("writes");
    let (ours, result) = by_tract(&loaded, &values);
    let told = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/analytics/onnxruntime_run.py"))
        .arg(model)
        .args([&input, &output])
        .args([height, width, RUNS].map(|n| n.to_string()))
        .output()
        .ok()?;
    let theirs: f64 = String::from_utf8_lossy(&told.stdout).trim().parse().ok()?;
    Some((ours, theirs, difference(&result, &std::fs::read(output).ok()?)))
}

/// Returns the milliseconds of one run, and what it gives.
pub fn by_tract(model: &Model, values: &[f32]) -> (f64, Vec<f32>) {
    let (mut times, mut result) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let began = Instant::now();
        result = model.run(values).expect("runs").values;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    (median(times), result)
}

/// Returns the largest difference to what `expected` holds as bytes, as a share of the largest value.
fn difference(values: &[f32], expected: &[u8]) -> f64 {
    let expected =
        expected.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let off = values.iter().zip(expected).fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
    f64::from(off / largest)
}

/// CSRNet as published, with random weights, written by the export script; needs Debian's python3-torch.
fn full_width_csrnet() -> Option<PathBuf> {
    let path = std::env::temp_dir().join(format!("steadycast-csrnet-{}.onnx", std::process::id()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/export_csrnet.py");
    let (width, height) = (WIDE_INPUT.0.to_string(), WIDE_INPUT.1.to_string());
    let python = python("debian-torch", &["onnxruntime", "onnx", "numpy<2"])?;
    let exported = Command::new(python)
        .arg(script)
        .args(["--random", "64", "--width", &width, "--height", &height])
        .arg(&path)
        .status()
        .ok()?;
    exported.success().then_some(path)
}
