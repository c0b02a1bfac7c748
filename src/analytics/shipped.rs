//! The models that the program carries inside, so that it needs no folder beside it; `models/README.md` says what they are.

use std::path::Path;

/// The slim crowd model.
const CROWD: &[u8] = include_bytes!("../../models/crowd.onnx");

/// The small detector.
const DETECTOR: &[u8] = include_bytes!("../../models/detector.onnx");

/// The shipped model that goes by a file's name.
pub fn model(path: &Path) -> Option<&'static [u8]> {
    match path.file_name()?.to_str()? {
        "crowd.onnx" => Some(CROWD),
        "detector.onnx" => Some(DETECTOR),
        _ => None,
    }
}
