//! One cosine transform a frame, shared by the threads that make its levels, in buffers that go from frame to frame.
//!
//! In goes a frame, out come its coefficients, made by the first thread that asks while the others wait. Making levels of them is
//! `coder`'s.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, OnceLock},
};

use parking_lot::Mutex;

use super::{
    EncodeError,
    coder::{CoderError, Coefficients},
};
use crate::frame::{Frame, Picture};

/// A frame's coefficients, once somebody has made them.
type Made = OnceLock<Result<Coefficients, CoderError>>;

/// The transforms of every camera's newest frame.
#[derive(Default)]
pub(super) struct Transforms {
    /// Guards which frame's coefficients are kept, at most one a camera; held for a few instructions, not while they are made.
    newest: Mutex<HashMap<Arc<str>, Slot>>,
}

#[derive(Default)]
struct Slot {
    number: u64,
    made: Arc<Made>,
    /// Buffers of an earlier frame.
    spare: Option<Coefficients>,
}

impl Transforms {
    /// Has `with` look at a frame's coefficients.
    ///
    /// # Errors
    /// Where the picture has no pixels or is too large for JPEG.
    pub fn with<T>(
        &self,
        camera: &Arc<str>,
        frame: &Frame,
        with: impl FnOnce(&Coefficients) -> Result<T, CoderError>,
    ) -> Result<T, EncodeError> {
        let (made, spare) = self.slot(camera, frame.number);
        let coefficients = made.get_or_init(|| {
            let mut coefficients = spare.unwrap_or_default();
            match &frame.picture {
                Picture::Bgr(bgr) => coefficients.load_bgr(bgr)?,
                Picture::Planes(planes) => coefficients.load_planes(planes)?,
            }
            Ok(coefficients)
        });
        match coefficients {
            Ok(coefficients) => Ok(with(coefficients)?),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// Where a frame's coefficients are, or will be, and buffers to make them with.
    fn slot(&self, camera: &Arc<str>, number: u64) -> (Arc<Made>, Option<Coefficients>) {
        let mut newest = self.newest.lock();
        let slot = newest.entry(Arc::clone(camera)).or_default();
        if number > slot.number {
            slot.number = number;
            let before = mem::take(&mut slot.made);
            // A thread that is still at the frame before keeps its buffers; the next frame finds them here or makes new ones.
            let before = Arc::try_unwrap(before).ok().and_then(OnceLock::into_inner).and_then(Result::ok);
            slot.spare = before.or(slot.spare.take());
        }
        if number < slot.number {
            // Somebody is late: this frame's coefficients are for nobody else.
            return (Arc::default(), None);
        }
        let spare = if slot.made.get().is_none() { slot.spare.take() } else { None };
        (Arc::clone(&slot.made), spare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Planes;

    fn frame(number: u64, size: usize) -> Frame {
        Frame::new(number, 0, Picture::Planes(Planes::grey(size, size, number as u8)))
    }

    fn jpeg(transforms: &Transforms, frame: &Frame) -> Vec<u8> {
        transforms.with(&Arc::from("main"), frame, |coefficients| coefficients.to_jpeg(80)).expect("a picture")
    }

    #[test]
    fn each_frame_has_its_own_coefficients_whatever_the_order() {
        let transforms = Transforms::default();
        let alone = |frame: &Frame| jpeg(&Transforms::default(), frame);
        for (number, size) in [(1, 64), (2, 64), (2, 64), (1, 64), (3, 32), (5, 80), (4, 16), (5, 80)] {
            let frame = frame(number, size);
            assert!(jpeg(&transforms, &frame) == alone(&frame), "frame {number}");
        }
    }

    #[test]
    fn a_picture_without_pixels_is_an_error_for_all_who_ask() {
        let transforms = Transforms::default();
        for _ in 0..2 {
            let made = transforms.with(&Arc::from("main"), &frame(1, 0), |coefficients| coefficients.to_jpeg(80));
            assert!(made.is_err());
        }
        assert!(!jpeg(&transforms, &frame(2, 64)).is_empty());
    }
}
