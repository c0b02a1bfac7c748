//! The models that the program carries inside, so that it needs no folder beside it; `models/README.md` says
//! what they are. They know the drawn scene only, so other sources get a sentence instead.

use std::{
    io::{Error, ErrorKind},
    path::Path,
};

/// Usual place of the crowd model.
pub const CROWD_PATH: &str = "models/crowd.onnx";

/// Usual place of the detector.
pub const DETECTOR_PATH: &str = "models/detector.onnx";

/// What is said where a real camera has no detector.
pub const NEEDS_DETECTOR: &str = "the models inside the program know the drawn scene only: get a real one by \
     `steadycast models get yolox_nano`, then start with --detect-model yolox_nano";

/// What is said where a real camera has no crowd model, and its detector is another matter.
pub const NEEDS_CROWD: &str =
    "the crowd model inside the program knows the drawn scene only; --crowd-model names another";

/// The slim crowd model.
const CROWD: &[u8] = include_bytes!("../../models/crowd.onnx");

/// The small detector.
const DETECTOR: &[u8] = include_bytes!("../../models/detector.onnx");

/// The shipped model for a file that could not be opened: only where it is at its usual place and not there.
/// Whoever asks for another one must not get this one instead.
pub fn model(path: &Path, why: &Error) -> Option<&'static [u8]> {
    let shipped = match path.to_str()? {
        CROWD_PATH => CROWD,
        DETECTOR_PATH => DETECTOR,
        _ => return None,
    };
    (why.kind() == ErrorKind::NotFound).then_some(shipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_at_its_usual_place_is_replaced() {
        let missing = Error::from(ErrorKind::NotFound);
        assert!(model(Path::new("models/crowd.onnx"), &missing).is_some());
        assert!(model(Path::new("models/detector.onnx"), &missing).is_some());
        for other in ["/data/models/crowd.onnx", "crowd.onnx", "models/other.onnx"] {
            assert!(model(Path::new(other), &missing).is_none(), "{other}");
        }
        assert!(model(Path::new("models/crowd.onnx"), &Error::from(ErrorKind::PermissionDenied)).is_none());
    }
}
