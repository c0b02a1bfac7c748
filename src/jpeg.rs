//! A camera's own JPEG: kept as it came, checked from outside, decoded once at most and only when somebody needs pixels.
//!
//! In go bytes from a source, out come the same bytes, or planes. Whether the bytes may go to viewers as they are is decided in
//! `encode`.

mod decode;
mod markers;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;

pub use decode::DecodeError;
use markers::Structure;
pub use markers::{Malformed, Piece};

use crate::frame::Planes;

/// A camera's JPEG. Cloning shares it.
#[derive(Clone, Debug)]
pub struct CameraJpeg {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// From SOI to EOI.
    bytes: Bytes,
    structure: Structure,
    /// What it decodes to, once somebody has needed it.
    planes: OnceLock<Result<Planes, DecodeError>>,
    /// Whether a thread that must not wait has begun to decode it.
    begun: AtomicBool,
}

/// A JPEG of which any decoder shows the pieces behind SOI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain<'a> {
    /// All of it.
    pub jpeg: &'a [u8],
    /// What shows the picture, in order.
    pub pieces: &'a [Piece],
}

/// The same bytes are the same picture.
impl PartialEq for CameraJpeg {
    fn eq(&self, other: &Self) -> bool {
        self.shared.bytes == other.shared.bytes
    }
}

impl Eq for CameraJpeg {}

impl CameraJpeg {
    /// Takes a JPEG and whatever follows it, which is cut off.
    ///
    /// # Errors
    /// Where its segments are not sound, or are of a kind that cameras do not make.
    pub fn new(mut bytes: Bytes) -> Result<Self, Malformed> {
        let structure = markers::parse(&bytes)?;
        bytes.truncate(structure.end);
        let shared = Shared { bytes, structure, planes: OnceLock::new(), begun: AtomicBool::new(false) };
        Ok(CameraJpeg { shared: Arc::new(shared) })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        self.shared.structure.size
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.shared.bytes
    }

    /// What of it viewers get; `None` where some decoders would not show it.
    pub fn plain(&self) -> Option<Plain<'_>> {
        let Structure { plain, pieces, .. } = &self.shared.structure;
        plain.then(|| Plain { jpeg: self.bytes(), pieces })
    }

    /// Its pixels. The first who asks decodes it, others wait for that.
    ///
    /// # Errors
    /// Where it does not decode, for all who ask.
    pub fn planes(&self) -> Result<&Planes, &DecodeError> {
        self.shared.begun.store(true, Ordering::Relaxed);
        self.shared.planes.get_or_init(|| decode::decode(self.bytes())).as_ref()
    }

    /// The same for a thread of the lowest priority, for which nobody may wait: it decodes on its own where nobody else has begun. Should
    /// somebody begin meanwhile, the picture is decoded twice.
    ///
    /// # Errors
    /// As [`CameraJpeg::planes`].
    pub fn planes_in_the_background(&self) -> Result<&Planes, &DecodeError> {
        let Shared { planes, begun, .. } = &*self.shared;
        if planes.get().is_none() && !begun.load(Ordering::Relaxed) {
            // Refused where somebody was faster, with the same result.
            let _ = planes.set(decode::decode(self.bytes()));
        }
        self.planes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::{Coefficients, Huffman};

    fn jpeg(luma: u8) -> Vec<u8> {
        let mut coefficients = Coefficients::new();
        coefficients.load_planes(&Planes::grey(32, 16, luma)).expect("a picture");
        coefficients.to_jpeg(80, Huffman::Standard).expect("a picture")
    }

    #[test]
    fn padding_is_cut_off_and_the_rest_stays_as_it_came() {
        let bytes = jpeg(50);
        let camera = CameraJpeg::new([&bytes[..], &[0; 64]].concat().into()).expect("is sound");
        assert_eq!((camera.bytes(), camera.size()), (&bytes[..], (32, 16)));
        assert_eq!(camera.plain(), Some(Plain { jpeg: &bytes, pieces: &[Piece::Bytes(2..bytes.len())] }));
    }

    #[test]
    fn whoever_asks_gets_the_same_planes() {
        let camera = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        let quiet = camera.planes_in_the_background().expect("decodes");
        assert!(quiet.y.iter().all(|luma| luma.abs_diff(50) < 3));
        assert!(std::ptr::eq(quiet, camera.clone().planes().expect("decodes")), "decoded once");
    }

    #[test]
    fn the_same_bytes_are_the_same_picture() {
        let camera = |luma| CameraJpeg::new(jpeg(luma).into()).expect("is sound");
        assert!(camera(50) == camera(50) && camera(50) != camera(60));
    }

    #[test]
    fn what_does_not_decode_is_an_error_for_all_who_ask() {
        // A scan of components that the frame does not have: sound from outside only.
        let mut bytes = jpeg(50);
        let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
        bytes[scan + 5] = 9;
        let camera = CameraJpeg::new(bytes.into()).expect("is sound");
        assert!(camera.planes_in_the_background().is_err() && camera.planes().is_err());
    }
}
