//! Why a frame was not encoded.

use thiserror::Error;

use crate::{coder::CoderError, jpeg::DecodeError};

/// Why a frame has no pixels to encode. Cloned for each thread that asks for them.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PixelsError {
    /// The picture is one that our coder does not take.
    #[error(transparent)]
    Coder(#[from] CoderError),
    /// The camera sent a JPEG that does not decode.
    #[error(transparent)]
    Camera(#[from] DecodeError),
}

/// Why a picture could not be compressed.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// There are no pixels to compress.
    #[error(transparent)]
    Pixels(#[from] PixelsError),
    /// The library refused, for this reason.
    #[error("JPEG: {0}")]
    Library(String),
}

impl From<CoderError> for EncodeError {
    fn from(error: CoderError) -> Self {
        EncodeError::Pixels(error.into())
    }
}
