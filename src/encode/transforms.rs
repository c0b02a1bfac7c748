//! What the levels of a frame have in common, each made at most once: the smaller pictures of the tiers, and
//! the cosine transform at each tier that is coded by `coder`.
//!
//! In goes a frame, out come planes or coefficients of a tier. Sharing them between threads is `once`'s,
//! making levels of them `coder`'s or `jpeg`'s.

use std::sync::Arc;

use super::{
    coder::{CoderError, Coefficients},
    downscale::halve,
    once::{Of, Once},
};
use crate::{
    frame::{Frame, Picture},
    nouns::{
        picture::{Bgr, Planes},
        quality::Tier,
    },
};

/// Makes planes of a BGR picture.
pub(super) type Convert = fn(&Bgr, &mut Planes) -> Result<(), CoderError>;

/// The planes and transforms of every camera's newest frame, at the tiers that were asked for.
pub(super) struct Transforms {
    planes: Once<Planes>,
    coefficients: Once<Coefficients>,
    convert: Convert,
}

impl Transforms {
    /// None yet; planes of BGR pictures will be made by `convert`.
    pub fn new(convert: Convert) -> Self {
        Transforms { planes: Once::default(), coefficients: Once::default(), convert }
    }

    /// A frame's coefficients at a tier.
    ///
    /// # Errors
    /// Where the picture has no pixels, is too large for JPEG, or is one that does not decode.
    pub fn coefficients(
        &self,
        camera: &Arc<str>,
        tier: Tier,
        frame: &Frame,
    ) -> Result<Arc<Coefficients>, CoderError> {
        self.coefficients.get(Of { camera, tier, number: frame.number }, |mut coefficients| {
            match &frame.picture {
                // At full size colour is converted on the way; the planes are never written down.
                Picture::Bgr(bgr) if tier == Tier::Full => coefficients.load_bgr(bgr)?,
                _ => self.with_planes(camera, tier, frame, |planes| coefficients.load_planes(planes))??,
            }
            Ok(coefficients)
        })
    }

    /// Has `with` look at a frame's planes at a tier.
    ///
    /// # Errors
    /// Where the picture has no pixels, fewer than its size says, or is a JPEG that does not decode.
    pub fn with_planes<T>(
        &self,
        camera: &Arc<str>,
        tier: Tier,
        frame: &Frame,
        with: impl FnOnce(&Planes) -> T,
    ) -> Result<T, CoderError> {
        match &frame.picture {
            Picture::Planes(planes) if tier == Tier::Full => Ok(with(planes)),
            Picture::Jpeg(jpeg) if tier == Tier::Full => Ok(with(jpeg.planes().map_err(Clone::clone)?)),
            _ => Ok(with(&*self.planes(camera, tier, frame)?)),
        }
    }

    /// The planes of a tier that the source did not give, each tier from the next larger one.
    fn planes(&self, camera: &Arc<str>, tier: Tier, frame: &Frame) -> Result<Arc<Planes>, CoderError> {
        self.planes.get(Of { camera, tier, number: frame.number }, |mut planes| {
            match (tier.larger(), &frame.picture) {
                (Some(larger), _) => {
                    self.with_planes(camera, larger, frame, |larger| halve(larger, &mut planes))??
                }
                (None, Picture::Bgr(bgr)) => (self.convert)(bgr, &mut planes)?,
                (None, Picture::Planes(_) | Picture::Jpeg(_)) => {
                    self.with_planes(camera, tier, frame, |full| planes.clone_from(full))?
                }
            }
            Ok(planes)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::coder::{self, Huffman};

    fn frame(number: u64, size: usize) -> Frame {
        Frame::new(number, 0, Picture::Planes(Planes::grey(size, size, number as u8)))
    }

    fn transforms() -> Transforms {
        Transforms::new(coder::convert)
    }

    fn jpeg(transforms: &Transforms, tier: Tier, frame: &Frame) -> Vec<u8> {
        let coefficients = transforms.coefficients(&Arc::from("main"), tier, frame).expect("a picture");
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
                let camera = Arc::from("main");
                assert_eq!(shared.coefficients(&camera, tier, &frame).expect("a picture").size(), size);
                let planes =
                    shared.with_planes(&camera, tier, &frame, |planes| (planes.width, planes.height));
                assert_eq!(planes, Ok(size));
            }
        }
    }

    #[test]
    fn a_picture_without_pixels_is_an_error_for_all_who_ask() {
        let transforms = transforms();
        for tier in [Tier::Full, Tier::Quarter, Tier::Full] {
            assert!(transforms.coefficients(&Arc::from("main"), tier, &frame(1, 0)).is_err());
        }
        assert!(!jpeg(&transforms, Tier::Full, &frame(2, 64)).is_empty());
    }
}
