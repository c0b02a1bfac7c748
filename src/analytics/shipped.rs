//! The models that the program carries inside, so that it needs no folder beside it; `models/README.md` says
//! what they are.

use std::{
    io::{Error, ErrorKind},
    path::Path,
};

/// The slim crowd model.
const CROWD: &[u8] = include_bytes!("../../models/crowd.onnx");

/// The small detector.
const DETECTOR: &[u8] = include_bytes!("../../models/detector.onnx");

/// The shipped model for a file that could not be opened: only where it is at its usual place and not there.
/// Whoever asks for another one must not get this one instead.
pub fn model(path: &Path, why: &Error) -> Option<&'static [u8]> {
    let shipped = match path.to_str()? {
        "models/crowd.onnx" => CROWD,
        "models/detector.onnx" => DETECTOR,
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
