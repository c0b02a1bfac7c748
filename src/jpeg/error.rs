//! Why a camera's JPEG has no pixels to show.

use thiserror::Error;

/// Why a JPEG does not decode, in libjpeg-turbo's words or ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the camera's JPEG does not decode: {0}")]
pub struct DecodeError(pub(super) String);
