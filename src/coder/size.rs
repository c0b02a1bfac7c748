//! The size of a picture as JPEG writes it: in go pictures, out come width and height in 16 bits, or what is
//! wrong with the picture.

use super::error::CoderError;
use crate::nouns::picture::{Bgr, Planes};

/// Width and height in pixels as a JPEG's header has them; both 0 where there is no picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JpegSize {
    /// Pixels in a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Samples of a plane, and how many there should be.
struct Plane<'a> {
    samples: &'a [u8],
    expected: usize,
}

impl JpegSize {
    /// Takes the size of pixels, if there are any and their rows are whole.
    pub(super) fn of_bgr(bgr: &Bgr) -> Result<JpegSize, CoderError> {
        let expected = bgr.width.saturating_mul(bgr.height).saturating_mul(3);
        checked(bgr.width, bgr.height, &[Plane { samples: &bgr.data, expected }])
    }

    /// Takes the size of planes, if there are pixels and the planes are whole.
    pub(crate) fn of_planes(planes: &Planes) -> Result<JpegSize, CoderError> {
        let luma = planes.width.saturating_mul(planes.height);
        let chroma = planes.chroma_width().saturating_mul(planes.chroma_height());
        let parts = [(&planes.y, luma), (&planes.u, chroma), (&planes.v, chroma)];
        let parts = parts.map(|(samples, expected)| Plane { samples, expected });
        checked(planes.width, planes.height, &parts)
    }
}

/// The size of a picture of those planes, if it has pixels and all of them are whole.
fn checked(width: usize, height: usize, planes: &[Plane]) -> Result<JpegSize, CoderError> {
    if width == 0 || height == 0 {
        return Err(CoderError::Empty);
    }
    let axis = |length: usize| u16::try_from(length).map_err(|_| CoderError::TooLarge(width, height));
    let size = JpegSize { width: axis(width)?, height: axis(height)? };
    match planes.iter().find(|plane| plane.samples.len() < plane.expected) {
        Some(Plane { samples, expected }) => {
            Err(CoderError::TooShort { expected: *expected, found: samples.len() })
        }
        None => Ok(size),
    }
}
