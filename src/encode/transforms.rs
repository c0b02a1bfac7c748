//! What the levels of a frame have in common, each made at most once: the smaller pictures of the tiers, and
//! the cosine transform at each tier that is coded by `coder`.
//!
//! In goes a frame, out come planes or coefficients of a tier. Sharing them between threads is `shared`'s,
//! making levels of them `coder`'s or `turbo`'s.

use std::sync::Arc;

use super::{
    downscale::halve,
    error::PixelsError,
    shared::{Key, Shared},
};
use crate::{
    coder::{CoderError, Coefficients},
    frame::{Frame, Picture},
    nouns::{
        picture::{Bgr, Planes},
        quality::Tier,
    },
};

/// Makes planes of a BGR picture.
pub(super) type Convert = fn(&Bgr, &mut Planes) -> Result<(), CoderError>;

/// A frame at a tier.
#[derive(Clone, Copy)]
pub(super) struct FrameAt<'a> {
    /// Name of the camera.
    pub camera: &'a Arc<str>,
    /// Picture size.
    pub tier: Tier,
    /// The frame.
    pub frame: &'a Frame,
}

/// The planes and transforms of every camera's newest frame, at the tiers that were asked for.
pub(super) struct Transforms {
    planes: Shared<Planes>,
    coefficients: Shared<Coefficients>,
    convert: Convert,
}

impl<'a> FrameAt<'a> {
    fn key(self) -> Key<'a> {
        Key { camera: self.camera, tier: self.tier, number: self.frame.number }
    }
}

impl Transforms {
    /// Transforms of no frame yet; planes of BGR pictures will be made by `convert`.
    pub fn new(convert: Convert) -> Self {
        Transforms { planes: Shared::default(), coefficients: Shared::default(), convert }
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.planes.forget(camera);
        self.coefficients.forget(camera);
    }

    /// A frame's coefficients at a tier.
    ///
    /// # Errors
    /// Where the picture has no pixels, is too large for JPEG, or is one that does not decode.
    pub fn coefficients(&self, at: FrameAt) -> Result<Arc<Coefficients>, PixelsError> {
        self.coefficients.get(at.key(), |mut coefficients| {
            match &at.frame.picture {
                // At full size colour is converted on the way; the planes are never written down.
                Picture::Bgr(bgr) if at.tier == Tier::Full => coefficients.load_bgr(bgr)?,
                _ => self.with_planes(at, |planes| coefficients.load_planes(planes))??,
            }
            Ok(coefficients)
        })
    }

    /// Has `with` look at a frame's planes at a tier.
    ///
    /// # Errors
    /// Where the picture has no pixels, fewer than its size says, or is a JPEG that does not decode.
    pub fn with_planes<T>(&self, at: FrameAt, with: impl FnOnce(&Planes) -> T) -> Result<T, PixelsError> {
        match &at.frame.picture {
            Picture::Planes(planes) if at.tier == Tier::Full => Ok(with(planes)),
            Picture::Jpeg(jpeg) if at.tier == Tier::Full => Ok(with(jpeg.planes().map_err(Clone::clone)?)),
            _ => Ok(with(&*self.planes(at)?)),
        }
    }

    /// The planes of a tier that the source did not give, each tier from the next larger one.
    fn planes(&self, at: FrameAt) -> Result<Arc<Planes>, PixelsError> {
        self.planes.get(at.key(), |mut planes| {
            match (at.tier.larger(), &at.frame.picture) {
                (Some(tier), _) => {
                    self.with_planes(FrameAt { tier, ..at }, |larger| halve(larger, &mut planes))??
                }
                (None, Picture::Bgr(bgr)) => (self.convert)(bgr, &mut planes)?,
                (None, Picture::Planes(_) | Picture::Jpeg(_)) => {
                    self.with_planes(at, |full| planes.clone_from(full))?
                }
            }
            Ok(planes)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coder::{self, Huffman};

    fn frame(number: u64, size: usize) -> Frame {
        Frame::new(number, 0, Picture::Planes(Planes::grey(size, size, number as u8)))
    }

    fn transforms() -> Transforms {
        Transforms::new(coder::convert)
    }

    fn jpeg(transforms: &Transforms, tier: Tier, frame: &Frame) -> Vec<u8> {
        let at = FrameAt { camera: &Arc::from("main"), tier, frame };
        let coefficients = transforms.coefficients(at).expect("a picture");
        coefficients.to_jpeg(80, Huffman::Standard).expect("a picture")
    }

    #[test]
    fn each_frame_and_tier_has_its_own_coefficients_whatever_the_order() {
        let shared = transforms();
        for (number, size) in [(1, 64), (2, 64), (2, 64), (1, 64), (3, 32), (5, 80), (4, 16), (5, 80)] {
            for tier in [Tier::Eighth, Tier::Full, Tier::Half] {
                let frame = frame(number, size);
                assert!(
                    jpeg(&shared, tier, &frame) == jpeg(&transforms(), tier, &frame),
                    "frame {number} at {tier:?}"
                );
            }
        }
    }

    #[test]
    fn every_tier_has_its_size() {
        let data = (0..50 * 30 * 3).map(|n| n as u8).collect();
        let bgr = Frame::new(1, 0, Picture::Bgr(Bgr { width: 50, height: 30, data }));
        let planes = Frame::new(2, 0, Picture::Planes(Planes::grey(50, 30, 9)));
        let shared = transforms();
        for frame in [bgr, planes] {
            for (tier, size) in Tier::OFFERED.into_iter().zip([(50, 30), (25, 15), (13, 8), (7, 4)]) {
                let at = FrameAt { camera: &Arc::from("main"), tier, frame: &frame };
                assert_eq!(shared.coefficients(at).expect("a picture").size(), size);
                let planes = shared.with_planes(at, |planes| (planes.width, planes.height));
                assert_eq!(planes, Ok(size));
            }
        }
    }

    #[test]
    fn a_picture_without_pixels_is_an_error_for_all_who_ask() {
        let transforms = transforms();
        for tier in [Tier::Full, Tier::Quarter, Tier::Full] {
            let at = FrameAt { camera: &Arc::from("main"), tier, frame: &frame(1, 0) };
            assert!(transforms.coefficients(at).is_err());
        }
        assert!(!jpeg(&transforms, Tier::Full, &frame(2, 64)).is_empty());
    }
}
