//! What the levels of a frame have in common, each made at most once: the smaller pictures of the tiers,
//! those that are painted over, the cosine transform of each that is coded by `coder`, and what moved in it.
//!
//! In goes a frame, out come planes or coefficients of a tier. Sharing them between threads is `shared`'s,
//! making levels of them `coder`'s or `turbo`'s. What is painted is nobody's here.
//!
//! Layers are painted at the tier's own size: lines and letters that were made smaller with the picture could
//! not be read.

use std::sync::Arc;

use dashmap::DashMap;
use parking_lot::Mutex;

use super::{
    downscale::halve,
    error::PixelsError,
    paint::{FrameAt, Paint},
    shared::{Key, Shared},
};
use crate::{
    coder::{CoderError, Coefficients, Gauge, Motion, Moved},
    frame::Picture,
    nouns::{
        layers::Layers,
        picture::{Bgr, Planes},
        quality::Tier,
    },
};

/// Makes planes of a BGR picture.
pub(super) type Convert = fn(&Bgr, &mut Planes) -> Result<(), CoderError>;

/// The planes and transforms of every camera's newest frame, at the tiers and with the layers that were asked
/// for.
pub(super) struct Transforms {
    planes: Shared<Planes>,
    coefficients: Shared<Coefficients>,
    moved: Shared<Moved>,
    /// Each tier's references of what moves. The locks are held while a frame is transformed and compared
    /// with them, by the one thread that does it for all; never while anything is waited for.
    motions: DashMap<(Arc<str>, Tier), Arc<Mutex<Motion>>>,
    convert: Convert,
    painter: Box<dyn Paint>,
}

fn key(FrameAt { camera, tier, layers, frame }: FrameAt<'_>) -> Key<'_> {
    Key { camera, tier, layers, number: frame.number }
}

/// Place of a frame's references: with layers there are none.
fn place(FrameAt { camera, tier, .. }: FrameAt) -> (Arc<str>, Tier) {
    (Arc::clone(camera), tier)
}

/// Has `load` take frame `number`, and measure it by those references where they are given.
fn measured<T>(
    by: Option<(&Mutex<Motion>, &mut Moved)>,
    number: u64,
    load: impl FnOnce(Option<Gauge>) -> T,
) -> T {
    let Some((motion, moved)) = by else { return load(None) };
    let mut motion = motion.lock();
    load(Some(Gauge { motion: &mut motion, number, moved }))
}

impl Transforms {
    /// Transforms of no frame yet; planes of BGR pictures will be made by `convert`, and layers painted by
    /// `painter`.
    pub fn new(convert: Convert, painter: Box<dyn Paint>) -> Self {
        Transforms {
            planes: Shared::default(),
            coefficients: Shared::default(),
            moved: Shared::default(),
            motions: DashMap::new(),
            convert,
            painter,
        }
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.planes.forget(camera);
        self.coefficients.forget(camera);
        self.moved.forget(camera);
        self.motions.retain(|(other, _), _| &**other != camera);
        self.painter.forget(camera);
    }

    /// Forgets a camera's pictures of one tier with those layers.
    pub fn forget_layers(&self, camera: &Arc<str>, tier: Tier, layers: Layers) {
        self.planes.forget_layers(camera, tier, layers);
        self.coefficients.forget_layers(camera, tier, layers);
    }

    /// Forgets what moves at a tier of a camera.
    pub fn forget_motion(&self, camera: &Arc<str>, tier: Tier) {
        self.moved.forget_layers(camera, tier, Layers::NONE);
        self.motions.remove(&(Arc::clone(camera), tier));
    }

    /// Forgets what is painted over a camera's pictures.
    pub fn forget_painting(&self, camera: &str) {
        self.painter.forget(camera);
    }

    /// A frame's coefficients at a tier. Where somebody wants to know what moves there, that is measured on
    /// the way, in less time, and kept for [`Transforms::moved`].
    ///
    /// # Errors
    /// Where the picture has no pixels, is too large for JPEG, or is one that does not decode.
    pub fn coefficients(&self, at: FrameAt) -> Result<Arc<Coefficients>, PixelsError> {
        self.coefficients.get(key(at), |mut coefficients| {
            match self.motion(at) {
                Some(motion) => {
                    let mut moved = self.moved.buffers(key(at));
                    self.load(at, &mut coefficients, Some((&motion, &mut moved)))?;
                    self.moved.put(key(at), moved);
                }
                None => self.load(at, &mut coefficients, None)?,
            }
            Ok(coefficients)
        })
    }

    /// References of a tier where there are any. A slate shows nothing of the scene, and pictures with layers
    /// are compared with nothing.
    fn motion(&self, at: FrameAt) -> Option<Arc<Mutex<Motion>>> {
        let motion = self.motions.get(&place(at)).filter(|_| at.layers.is_empty() && !at.frame.slate)?;
        Some(Arc::clone(&motion))
    }

    /// Loads a frame's picture, and measures what moved in it where references are given.
    fn load(
        &self,
        at: FrameAt,
        coefficients: &mut Coefficients,
        by: Option<(&Mutex<Motion>, &mut Moved)>,
    ) -> Result<(), PixelsError> {
        let number = at.frame.number;
        match &at.frame.picture {
            // At full size colour is converted on the way; the planes are never written down.
            Picture::Bgr(bgr) if at.tier == Tier::Full && at.layers.is_empty() => {
                measured(by, number, |gauge| coefficients.load_bgr_measured(bgr, gauge))?;
            }
            _ => self.with_planes(at, |planes| {
                measured(by, number, |gauge| coefficients.load_planes_measured(planes, gauge))
            })??,
        }
        Ok(())
    }

    /// What moved in a frame at a tier, without layers, whose coefficients are `picture`.
    ///
    /// # Errors
    /// None of its own.
    pub fn moved(&self, at: FrameAt, picture: &Coefficients) -> Result<Arc<Moved>, PixelsError> {
        self.moved.get(key(at), |mut moved| {
            let motion = Arc::clone(&self.motions.entry(place(at)).or_default());
            motion.lock().measure(picture, at.frame.number, &mut moved);
            Ok(moved)
        })
    }

    /// Has `with` look at a frame's planes at a tier.
    ///
    /// # Errors
    /// Where the picture has no pixels, fewer than its size says, or is a JPEG that does not decode.
    pub fn with_planes<T>(&self, at: FrameAt, with: impl FnOnce(&Planes) -> T) -> Result<T, PixelsError> {
        if !at.layers.is_empty() {
            return Ok(with(&*self.painted(at)?));
        }
        match &at.frame.picture {
            Picture::Planes(planes) if at.tier == Tier::Full => Ok(with(planes)),
            Picture::Jpeg(jpeg) if at.tier == Tier::Full => Ok(with(jpeg.planes().map_err(Clone::clone)?)),
            _ => Ok(with(&*self.planes(at)?)),
        }
    }

    /// The planes of a tier with layers over them.
    fn painted(&self, at: FrameAt) -> Result<Arc<Planes>, PixelsError> {
        self.planes.get(key(at), |mut planes| {
            let plain = FrameAt { layers: Layers::NONE, ..at };
            self.with_planes(plain, |plain| planes.copy_from(plain))?;
            self.painter.paint(at, &mut planes);
            Ok(planes)
        })
    }

    /// The planes of a tier that the source did not give, each tier from the next larger one.
    fn planes(&self, at: FrameAt) -> Result<Arc<Planes>, PixelsError> {
        self.planes.get(key(at), |mut planes| {
            match (at.tier.larger(), &at.frame.picture) {
                (Some(tier), _) => {
                    self.with_planes(FrameAt { tier, ..at }, |larger| halve(larger, &mut planes))??
                }
                (None, Picture::Bgr(bgr)) => (self.convert)(bgr, &mut planes)?,
                (None, Picture::Planes(_) | Picture::Jpeg(_)) => {
                    self.with_planes(at, |full| planes.copy_from(full))?
                }
            }
            Ok(planes)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{super::paint::Nothing, *};
    use crate::{
        coder::{self, Huffman},
        frame::Frame,
    };

    fn frame(number: u64, size: usize) -> Frame {
        Frame::new(number, 0, Picture::Planes(Planes::grey(size, size, number as u8)))
    }

    fn transforms() -> Transforms {
        Transforms::new(coder::convert, Box::new(Nothing))
    }

    fn jpeg(transforms: &Transforms, tier: Tier, frame: &Frame) -> Vec<u8> {
        let at = FrameAt { camera: &Arc::from("main"), tier, layers: Layers::NONE, frame };
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
    fn what_moves_is_measured_once_a_frame_and_tier() {
        let (shared, camera) = (transforms(), Arc::from("main"));
        let moved = |tier, frame: &Frame| {
            let at = FrameAt { camera: &camera, tier, layers: Layers::NONE, frame };
            let picture = shared.coefficients(at).expect("a picture");
            shared.moved(at, &picture).expect("is measured")
        };
        let frames = [1, 2].map(|number| frame(number, 64));
        for tier in [Tier::Full, Tier::Half] {
            for frame in &frames {
                let (first, second) = (moved(tier, frame), moved(tier, frame));
                assert!(Arc::ptr_eq(&first, &second));
                assert_eq!(first.number(), frame.number);
                assert!(first.since(0).is_some(), "no level has to look at all blocks");
            }
        }
        // Once somebody wants it, it is there with the coefficients.
        let next = frame(3, 64);
        let at = FrameAt { camera: &camera, tier: Tier::Full, layers: Layers::NONE, frame: &next };
        shared.coefficients(at).expect("a picture");
        let found = shared.moved.get(key(at), |_| panic!("was measured on the way"));
        assert_eq!(found.map(|moved| moved.number()), Ok(3));
        assert_eq!(moved(Tier::Full, &frames[0]).since(0), None, "a frame that comes late is not compared");
        shared.forget_motion(&camera, Tier::Half);
        let left: Vec<Tier> = shared.motions.iter().map(|entry| entry.key().1).collect();
        assert_eq!(left, [Tier::Full]);
    }

    #[test]
    fn every_tier_has_its_size() {
        let data = (0..50 * 30 * 3).map(|n| n as u8).collect();
        let bgr = Frame::new(1, 0, Picture::Bgr(Bgr { width: 50, height: 30, data }));
        let planes = Frame::new(2, 0, Picture::Planes(Planes::grey(50, 30, 9)));
        let shared = transforms();
        for frame in [bgr, planes] {
            for (tier, size) in Tier::OFFERED.into_iter().zip([(50, 30), (25, 15), (13, 8), (7, 4)]) {
                let at = FrameAt { camera: &Arc::from("main"), tier, layers: Layers::NONE, frame: &frame };
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
            let frame = frame(1, 0);
            let at = FrameAt { camera: &Arc::from("main"), tier, layers: Layers::NONE, frame: &frame };
            assert!(transforms.coefficients(at).is_err());
        }
        assert!(!jpeg(&transforms, Tier::Full, &frame(2, 64)).is_empty());
    }

    /// Paints how many layers there are into the first sample, and counts how often.
    impl Paint for Arc<AtomicUsize> {
        fn paint(&self, at: FrameAt, planes: &mut Planes) {
            self.fetch_add(1, Ordering::Relaxed);
            planes.y[0] = at.layers.names().count() as u8;
        }

        fn forget(&self, _: &str) {}
    }

    #[test]
    fn layers_are_painted_once_a_frame_and_tier_over_a_copy() {
        let painted = Arc::new(AtomicUsize::new(0));
        let shared = Transforms::new(coder::convert, Box::new(Arc::clone(&painted)));
        let bgr = Bgr { width: 50, height: 30, data: vec![90; 50 * 30 * 3] };
        let bgr = Frame::new(1, 0, Picture::Bgr(bgr));
        let planes = Frame::new(2, 0, Picture::Planes(Planes::grey(50, 30, 90)));
        let boxes = Layers { boxes: true, ..Layers::NONE };
        for (frame, times) in [(bgr, 4), (planes, 8)] {
            for tier in [Tier::Full, Tier::Quarter] {
                let first = |layers| {
                    let at = FrameAt { camera: &Arc::from("main"), tier, layers, frame: &frame };
                    shared.coefficients(at).expect("a picture");
                    shared.with_planes(at, |planes| planes.y[0]).expect("a picture")
                };
                let firsts = [Layers::ALL, boxes, Layers::NONE, boxes].map(first);
                assert_eq!(firsts, [4, 1, 90, 1], "{tier:?}");
            }
            assert_eq!(painted.load(Ordering::Relaxed), times, "two kinds at two tiers, however many ask");
        }
    }
}
