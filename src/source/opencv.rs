//! Webcams through OpenCV: the only file that names `opencv` for capture.
//!
//! In goes a webcam's number, out come BGR pictures, or its own JPEGs. Reading may block for good when a
//! camera comes back half-open, so whoever calls must be ready to abandon the thread; nothing here retries.
//! Files and streams are `ffmpeg`'s.

use opencv::{
    core::{CV_8UC1, CV_8UC3, Mat, MatTraitConst, MatTraitConstManual},
    videoio::{
        CAP_PROP_BUFFERSIZE, CAP_PROP_CONVERT_RGB, CAP_PROP_FOURCC, CAP_PROP_FPS, CAP_PROP_FRAME_HEIGHT,
        CAP_PROP_FRAME_WIDTH, CAP_V4L2, VideoCapture, VideoCaptureTrait, VideoCaptureTraitConst, VideoWriter,
    },
};

use super::{Address, MOST_BROKEN, Reason, ReasonCode, SourceError, Unused, Wish, diagnose};
use crate::{frame::Picture, jpeg::CameraJpeg, nouns::picture::Bgr};

/// An open webcam.
pub struct Webcam {
    capture: VideoCapture,
    address: Address,
    mat: Mat,
    /// Whether the webcam gives its JPEGs as they are.
    untouched: bool,
    unused: Unused,
}

impl Webcam {
    /// Opens a webcam by its number.
    ///
    /// # Errors
    /// [`SourceError::Open`] with the reason in plain words.
    pub fn open(address: &Address, index: u32, wish: &Wish) -> Result<Webcam, SourceError> {
        quiet();
        match open_webcam(index, wish) {
            Ok(mut capture) if capture.is_opened().unwrap_or(false) => {
                let untouched = keep_jpegs(&mut capture);
                Ok(Webcam {
                    capture,
                    address: address.clone(),
                    mat: Mat::default(),
                    untouched,
                    unused: Unused::default(),
                })
            }
            _ => Err(SourceError::open(address, diagnose::why(address))),
        }
    }

    /// As [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<(), SourceError> {
        if self.capture.grab().unwrap_or(false) {
            return Ok(());
        }
        Err(SourceError::read(&self.address, diagnose::why(&self.address)))
    }

    /// As [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        // A webcam's first pictures after its start, and a stream's after a lost packet, may be broken.
        for _ in 0..MOST_BROKEN {
            let retrieved = self.capture.retrieve(&mut self.mat, 0).unwrap_or(false);
            if let Some(picture) = retrieved.then(|| picture_of(&self.mat)).flatten() {
                return Ok(picture);
            }
            self.unused.broken += 1;
            self.grab()?;
        }
        // A camera that says MJPEG and sends something else: OpenCV may know what.
        if std::mem::take(&mut self.untouched) && self.capture.set(CAP_PROP_CONVERT_RGB, 1.0).unwrap_or(false)
        {
            self.grab()?;
            return self.retrieve();
        }
        Err(self.lost(ReasonCode::Broken, "its pictures cannot be decoded, or are not in 8-bit colour"))
    }

    /// As [`super::Source::take_unused`].
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    fn lost(&self, code: ReasonCode, reason: &str) -> SourceError {
        SourceError::read(&self.address, Reason::new(code, reason))
    }
}

/// Keeps OpenCV from writing lines of its own, which name devices in words that are none of ours; what is
/// wrong is found by `diagnose`.
fn quiet() {
    // Without it there is more to read, and nothing else is lost.
    let _ = opencv::core::set_log_level(opencv::core::LogLevel::LOG_LEVEL_SILENT);
}

fn open_webcam(index: u32, wish: &Wish) -> opencv::Result<VideoCapture> {
    let mut capture = VideoCapture::new(i32::try_from(index).unwrap_or(i32::MAX), CAP_V4L2)?;
    let (width, height) = wish.size;
    // Most webcams reach their full rate at this size only in MJPEG. What a camera refuses it ignores.
    for (property, value) in [
        (CAP_PROP_FOURCC, f64::from(VideoWriter::fourcc('M', 'J', 'P', 'G')?)),
        (CAP_PROP_FRAME_WIDTH, width as f64),
        (CAP_PROP_FRAME_HEIGHT, height as f64),
        (CAP_PROP_FPS, wish.fps.ceil()),
        (CAP_PROP_BUFFERSIZE, 1.0),
    ] {
        capture.set(property, value)?;
    }
    Ok(capture)
}

/// Has a webcam that agreed to MJPEG give its JPEGs as they are; false where it did not agree.
fn keep_jpegs(capture: &mut VideoCapture) -> bool {
    let mjpeg = VideoWriter::fourcc('M', 'J', 'P', 'G').map(f64::from);
    let agreed = mjpeg.is_ok_and(|mjpeg| capture.get(CAP_PROP_FOURCC).is_ok_and(|format| format == mjpeg));
    agreed && capture.set(CAP_PROP_CONVERT_RGB, 0.0).unwrap_or(false)
}

/// What OpenCV's back ends deliver: BGR bytes, or one row with a webcam's JPEG; `None` of anything else.
fn picture_of(mat: &Mat) -> Option<Picture> {
    let (width, height) = (usize::try_from(mat.cols()).ok()?, usize::try_from(mat.rows()).ok()?);
    if mat.empty() || !mat.is_continuous() {
        return None;
    }
    let data = mat.data_bytes().ok()?.to_vec();
    match (mat.typ(), height) {
        (CV_8UC3, _) => Some(Picture::Bgr(Bgr { width, height, data })),
        (CV_8UC1, 1) => CameraJpeg::new(data.into()).ok().map(Picture::Jpeg),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opencv_delivers_is_told_by_its_shape() {
        let bgr = Mat::new_rows_cols_with_default(4, 6, CV_8UC3, opencv::core::Scalar::all(7.0))
            .expect("a picture");
        assert_eq!(picture_of(&bgr), Some(Picture::Bgr(Bgr { width: 6, height: 4, data: vec![7; 72] })));
        let grey = Mat::new_rows_cols_with_default(4, 6, CV_8UC1, opencv::core::Scalar::all(7.0))
            .expect("a picture");
        assert_eq!(picture_of(&grey), None);
        assert_eq!(picture_of(&Mat::default()), None);
        let mut jpeg = jpeg(32);
        jpeg.extend([0; 40]);
        let of =
            |bytes: &[u8]| picture_of(&Mat::from_slice(bytes).expect("a row").try_clone().expect("memory"));
        assert_eq!(of(&jpeg).map(|picture| picture.size()), Some((32, 16)));
        assert_eq!(of(&jpeg[..100]), None, "one that breaks off");
    }

    /// A webcam's JPEG of so many columns.
    fn jpeg(width: usize) -> Vec<u8> {
        let mut coefficients = crate::coder::Coefficients::new();
        coefficients.load_planes(&crate::nouns::picture::Planes::grey(width, 16, 9)).expect("a picture");
        coefficients.to_jpeg(80, crate::coder::Huffman::Standard).expect("a picture")
    }

    #[test]
    fn a_webcams_broken_jpegs_are_passed_over_and_counted() {
        let file = tempfile::Builder::new().suffix(".mjpeg").tempfile().expect("a file");
        let broken = [0xFF, 0xD8, 0xFF, 0xC0, 0, 4, 8, 8, 0xFF, 0xD9];
        let pictures = [&jpeg(32)[..], &broken, &broken, &jpeg(48), &jpeg(64), &jpeg(64)].concat();
        std::fs::write(file.path(), pictures).expect("can be written");
        // OpenCV's FFmpeg hands its packets on as they are, as a webcam does.
        let mut capture = VideoCapture::from_file(file.path(), opencv::videoio::CAP_FFMPEG).expect("opens");
        assert!(capture.set(opencv::videoio::CAP_PROP_FORMAT, -1.0).expect("is asked"));
        let (address, mat, unused) = (Address::Webcam(0), Mat::default(), Unused::default());
        let mut webcam = Webcam { capture, address, mat, untouched: true, unused };
        let mut next = || {
            webcam.grab().expect("there is one");
            let size = webcam.retrieve().expect("there is one").size();
            (size.0, webcam.take_unused().broken)
        };
        assert_eq!([next(), next(), next()], [(32, 0), (48, 2), (64, 0)]);
    }
}
