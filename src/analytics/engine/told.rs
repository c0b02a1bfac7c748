//! What tract says, in words: its errors and its panics.

use tract_onnx::prelude::TractError;

use crate::tools::fence;

/// An error of tract's in words: the whole chain, whose last link says what is wrong.
pub fn told(error: &TractError) -> String {
    format!("{error:#}")
}

/// The result of a step of loading. A panic's message becomes its error, to be told with the name of the file
/// in the log and in `/api/status`.
pub fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // What `work` borrows is dropped with its result, so nothing half-changed is seen afterwards.
    fence::caught(work).unwrap_or_else(|what| Err(format!("it panicked: {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_message() {
        let caught = caught(|| -> Result<(), String> { panic!("index {} is out of range", 7) });
        let why = caught.expect_err("panics");
        assert!(why.starts_with("it panicked: index 7 is out of range ("), "{why}");
    }
}
