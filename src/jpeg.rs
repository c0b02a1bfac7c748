//! A camera's own JPEG: kept as it came, checked from outside, decoded once at most and only when somebody
//! needs pixels.
//!
//! In go bytes from a source, out come the same bytes, or planes. Whether the bytes may go to viewers as they
//! are is decided in `encode`.

mod decode;
mod error;
mod markers;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;

pub use error::DecodeError;
use markers::Structure;
pub use markers::{Malformed, Piece};

use crate::{nouns::picture::Planes, tools::fence::Around};

/// A function that makes planes of bytes: the one decoder, or a test's.
type Decoder = fn(&[u8]) -> Result<Planes, DecodeError>;

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
    /// What it decodes to, once a thread that viewers wait for has needed it.
    planes: OnceLock<Result<Planes, DecodeError>>,
    /// Whether such a thread has begun, so that it will be there.
    begun: AtomicBool,
    /// What it decodes to, once a thread of the lowest priority has needed it. Only their like wait for it.
    in_the_background: OnceLock<Result<Planes, DecodeError>>,
}

/// A JPEG of which any decoder shows the pieces behind SOI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain<'a> {
    /// All of it.
    pub jpeg: &'a [u8],
    /// What shows the picture, in order.
    pub pieces: &'a [Piece],
}

/// Pictures are equal where their bytes are.
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
        let (planes, in_the_background) = (OnceLock::new(), OnceLock::new());
        let shared = Shared { bytes, structure, planes, begun: AtomicBool::new(false), in_the_background };
        Ok(CameraJpeg { shared: Arc::new(shared) })
    }

    /// Takes a JPEG that may have been cut off before its EOI was put in: whatever follows that is cut off as
    /// well, and it is decoded at once, since only that tells whether anything is missing.
    ///
    /// # Errors
    /// As [`CameraJpeg::new`], and [`Malformed::Truncated`] where part of the picture is missing.
    pub fn whole(bytes: Bytes) -> Result<Self, Malformed> {
        let jpeg = CameraJpeg::new(bytes)?;
        let planes = decode::decode_whole(jpeg.bytes()).map_err(|_| Malformed::Truncated)?;
        let CameraJpeg { shared } = &jpeg;
        shared.begun.store(true, Ordering::Relaxed);
        // Nobody else has it yet.
        let _ = shared.planes.set(Ok(planes));
        Ok(jpeg)
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        self.shared.structure.size
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.shared.bytes
    }

    /// Gives the pieces that viewers get; `None` where some decoders would not show them.
    pub fn plain(&self) -> Option<Plain<'_>> {
        let Structure { plain, pieces, .. } = &self.shared.structure;
        plain.then(|| Plain { jpeg: self.bytes(), pieces })
    }

    /// Gives the pixels. The first who asks decodes them, others wait for that.
    ///
    /// # Errors
    /// Where it does not decode, for all who ask; a decoder that panics is such a case.
    pub fn planes(&self) -> Result<&Planes, &DecodeError> {
        self.planes_by(decode::decode)
    }

    fn planes_by(&self, decoder: Decoder) -> Result<&Planes, &DecodeError> {
        let Shared { planes, begun, in_the_background, .. } = &*self.shared;
        if let Some(done) = in_the_background.get() {
            return done.as_ref();
        }
        begun.store(true, Ordering::Relaxed);
        planes.get_or_init(|| self.decode(decoder)).as_ref()
    }

    /// Gives the pixels to threads of the lowest priority, for which nobody else may wait: they decode for
    /// themselves where nobody else has begun. Should somebody begin meanwhile, the picture is decoded twice.
    ///
    /// # Errors
    /// As [`CameraJpeg::planes`].
    pub fn planes_in_the_background(&self) -> Result<&Planes, &DecodeError> {
        self.planes_in_the_background_by(decode::decode)
    }

    fn planes_in_the_background_by(&self, decoder: Decoder) -> Result<&Planes, &DecodeError> {
        let Shared { planes, begun, in_the_background, .. } = &*self.shared;
        // Whoever says to have begun may not have got to it, so this thread must not be the one that does it
        // there.
        if begun.load(Ordering::Relaxed) {
            planes.wait()
        } else {
            in_the_background.get_or_init(|| self.decode(decoder))
        }
        .as_ref()
    }

    /// Has `decoder` decode the bytes. A panic becomes a value here, since others wait for the outcome.
    fn decode(&self, decoder: Decoder) -> Result<Planes, DecodeError> {
        let decoded = Around::here().run(|| decoder(self.bytes()));
        decoded.unwrap_or_else(|what| Err(DecodeError(format!("a fault of this program: {what}"))))
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread, time::Duration};

    use super::*;
    use crate::{
        fixtures::grey_jpeg,
        tools::{fence::Place, metrics::Metrics},
    };

    fn jpeg(luma: u8) -> Vec<u8> {
        grey_jpeg((32, 16), luma)
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
    fn viewers_do_not_wait_for_the_background() {
        let camera = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        let (begun, has_begun) = channel();
        let (go_on, goes_on) = channel();
        let slow = camera.clone();
        let background = thread::spawn(move || {
            slow.shared.in_the_background.get_or_init(|| {
                begun.send(()).expect("the test waits");
                goes_on.recv_timeout(Duration::from_secs(5)).expect("the test goes on");
                slow.decode(decode::decode)
            });
        });
        has_begun.recv().expect("the thread decodes");
        assert_eq!(camera.planes().expect("decodes").y.len(), 512);
        go_on.send(()).expect("the thread waits");
        background.join().expect("ends");
    }

    #[test]
    fn the_background_leaves_to_others_what_they_have_begun() {
        let camera = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        camera.shared.begun.store(true, Ordering::Relaxed);
        let quiet = camera.clone();
        let background =
            thread::spawn(move || quiet.planes_in_the_background().map(|planes| planes.y.len()).ok());
        let planes = camera.planes().expect("decodes");
        assert_eq!(background.join().expect("ends"), Some(planes.y.len()));
        assert!(camera.shared.in_the_background.get().is_none(), "decoded once");
    }

    #[test]
    fn a_decoder_that_panics_is_an_error_for_all_who_ask_and_nobody_waits_for_it() {
        let broken: Decoder = |_| panic!("a fault");
        let camera = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        let why = camera.planes_by(broken).expect_err("the decoder panics");
        assert!(why.to_string().contains("a fault of this program: a fault"), "{why}");
        let (told, hears) = channel();
        let quiet = camera.clone();
        thread::spawn(move || told.send(quiet.planes_in_the_background().is_err()));
        assert_eq!(hears.recv_timeout(Duration::from_secs(5)), Ok(true), "the background waits for nothing");
        assert!(camera.planes().is_err(), "it is not decoded again");
        let unseen = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        assert!(unseen.planes_in_the_background_by(broken).is_err() && unseen.planes().is_err());
        let metrics = Metrics::new().expect("names differ");
        let counted = CameraJpeg::new(jpeg(50).into()).expect("is sound");
        let decoded = metrics.fences.run(Place::Encode, || counted.planes_by(broken).is_err());
        assert_eq!((decoded, metrics.fences.panics()[Place::Encode as usize]), (Ok(true), 1));
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
