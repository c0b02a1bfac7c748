//! Why a picture cannot be coded.

use thiserror::Error;

/// Why a picture cannot be coded.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CoderError {
    /// The picture has no pixels.
    #[error("the picture is empty")]
    Empty,
    /// The picture has more pixels on an axis than JPEG's size fields of 16 bits can hold.
    #[error("the picture has {0} x {1} pixels; JPEG allows 65535 on an axis")]
    TooLarge(usize, usize),
    /// The picture has fewer samples than its size asks for.
    #[error("the picture should have {expected} samples and has {found}")]
    TooShort {
        /// Samples that the size asks for.
        expected: usize,
        /// Samples there are, in the first plane that lacks any.
        found: usize,
    },
}
