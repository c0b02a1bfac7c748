//! How large what a camera sends in parts may be.

use thiserror::Error;

/// Most bytes of a picture: more than the largest of a 4K camera.
pub(in crate::source) const MOST_PICTURE_BYTES: usize = 16 << 20;

/// Most bytes of a delimiter's line.
pub(super) const MOST_LINE_BYTES: usize = 8 << 10;

/// Most bytes of a part's headers.
pub(super) const MOST_HEADER_BYTES: usize = 8 << 10;

/// A stream that does not keep to any bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a picture or its headers are larger than any camera's")]
pub struct TooLarge;
