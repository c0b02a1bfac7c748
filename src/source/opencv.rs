//! Webcams, network streams and files through OpenCV: the only file that names `opencv` for capture.
//!
//! In goes an address, out come BGR pictures, or a webcam's own JPEGs. Reading may block for good when a camera comes back half-open, so whoever calls
//! must be ready to abandon the thread; nothing here retries.

use std::time::Duration;

use opencv::{
    core::{CV_8UC1, CV_8UC3, Mat, MatTraitConst, MatTraitConstManual, Vector},
    videoio::{
        CAP_FFMPEG, CAP_PROP_BUFFERSIZE, CAP_PROP_CONVERT_RGB, CAP_PROP_FOURCC, CAP_PROP_FPS, CAP_PROP_FRAME_COUNT,
        CAP_PROP_FRAME_HEIGHT, CAP_PROP_FRAME_WIDTH, CAP_PROP_OPEN_TIMEOUT_MSEC, CAP_PROP_POS_FRAMES, CAP_PROP_POS_MSEC,
        CAP_PROP_READ_TIMEOUT_MSEC, CAP_V4L2, VideoCapture, VideoCaptureTrait, VideoCaptureTraitConst, VideoWriter,
    },
};

use super::{
    Address, Cadence, Grabbed, MOST_BROKEN, READ_TIMEOUT, Reason, ReasonCode, SourceError, Unused, Wish, clip::Clip, diagnose,
};
use crate::{
    frame::{Bgr, Picture},
    jpeg::CameraJpeg,
};

/// How long FFmpeg may take to open a stream.
pub const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// What FFmpeg is told about network streams, in OpenCV's notation. RTSP goes over TCP, since lost packets smear the picture;
/// nothing is buffered ahead, and a stream without sound is not searched for some for longer than a second. OpenCV reads it from the environment when it opens a stream.
const FFMPEG_OPTIONS: &str = "rtsp_transport;tcp|fflags;nobuffer|max_delay;0|analyzeduration;1000000";

/// An open capture device, stream or file.
pub struct Video {
    capture: VideoCapture,
    address: Address,
    clip: Option<Clip>,
    mat: Mat,
    /// Whether a webcam gives its JPEGs as they are.
    untouched: bool,
    unused: Unused,
}

/// Sets what OpenCV and FFmpeg take from the environment; to be called first thing in `main`, before any thread exists.
/// Values that are set already are kept.
pub fn prepare_environment() {
    for (name, value) in [
        ("OPENCV_FFMPEG_CAPTURE_OPTIONS", FFMPEG_OPTIONS),
        // Their own messages repeat addresses with passwords; what is wrong is found by `diagnose`.
        ("OPENCV_LOG_LEVEL", "OFF"),
        ("OPENCV_FFMPEG_LOGLEVEL", "-8"),
    ] {
        if std::env::var_os(name).is_none() {
            sys::set_environment(name, value);
        }
    }
}

/// The one call that the standard library fences as unsafe.
#[allow(unsafe_code)]
mod sys {
    pub(super) fn set_environment(name: &str, value: &str) {
        // SAFETY: called only from `prepare_environment`, which `main` calls while the process has a single thread, so nobody
        // reads the environment at the same time.
        unsafe { std::env::set_var(name, value) }
    }
}

impl Video {
    /// Opens a webcam, a stream or a file.
    ///
    /// # Errors
    /// [`SourceError::Open`] with the reason in plain words.
    pub fn open(address: &Address, wish: &Wish) -> Result<Video, SourceError> {
        let opened = match address {
            Address::Webcam(index) => open_webcam(*index, wish),
            Address::Stream(_) | Address::File(_) => open_ffmpeg(&location(address)),
            Address::Synthetic(_) => VideoCapture::default(),
        };
        match opened {
            Ok(mut capture) if capture.is_opened().unwrap_or(false) => {
                let clip = is_recording(address, &capture).then(|| Clip::new(capture.get(CAP_PROP_FPS).ok(), wish.file_fps));
                let untouched = matches!(address, Address::Webcam(_)) && keep_jpegs(&mut capture);
                Ok(Video { capture, address: address.clone(), clip, mat: Mat::default(), untouched, unused: Unused::default() })
            }
            _ => Err(SourceError::open(address, diagnose::why(address))),
        }
    }

    /// A file carries times, everything else is live.
    pub fn cadence(&self) -> Cadence {
        if self.clip.is_some() { Cadence::Timed } else { Cadence::Live }
    }

    /// As [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<Grabbed, SourceError> {
        if self.capture.grab().unwrap_or(false) {
            let position = self.capture.get(CAP_PROP_POS_MSEC).unwrap_or_default();
            return Ok(Grabbed::Picture(self.clip.as_mut().map(|clip| clip.due(position))));
        }
        match &mut self.clip {
            Some(clip) if !clip.is_fresh() => {
                clip.start_again();
                self.rewind()
            }
            Some(_) => Err(self.lost(ReasonCode::Empty, "the file holds no picture that can be decoded")),
            None => Err(SourceError::read(&self.address, diagnose::why(&self.address))),
        }
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
        if std::mem::take(&mut self.untouched) && self.capture.set(CAP_PROP_CONVERT_RGB, 1.0).unwrap_or(false) {
            self.grab()?;
            return self.retrieve();
        }
        Err(self.lost(ReasonCode::Broken, "its pictures cannot be decoded, or are not in 8-bit colour"))
    }

    /// As [`super::Source::take_unused`].
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    /// The file's first picture again. Seeking takes a fraction of the time that opening takes; not every format can seek.
    fn rewind(&mut self) -> Result<Grabbed, SourceError> {
        let sought = self.capture.set(CAP_PROP_POS_FRAMES, 0.0).unwrap_or(false) && self.capture.grab().unwrap_or(false);
        if !sought {
            self.capture = open_ffmpeg(&location(&self.address)).map_err(|_| self.lost(ReasonCode::NotVideo, "it cannot be opened again"))?;
            return self.grab();
        }
        let position = self.capture.get(CAP_PROP_POS_MSEC).unwrap_or_default();
        Ok(Grabbed::Picture(self.clip.as_mut().map(|clip| clip.due(position))))
    }

    fn lost(&self, code: ReasonCode, reason: &str) -> SourceError {
        SourceError::read(&self.address, Reason::new(code, reason))
    }
}

/// What FFmpeg opens. Files are marked as such: it would take what stands before a colon in a name for a protocol.
fn location(address: &Address) -> String {
    match address {
        Address::Stream(url) => url.to_string(),
        Address::File(path) => format!("file:{}", path.display()),
        Address::Webcam(_) | Address::Synthetic(_) => String::new(),
    }
}

/// Whether it has an end: a file, or a video that a web server delivers from one.
fn is_recording(address: &Address, capture: &VideoCapture) -> bool {
    // Streams without an end say 0, or a negative number.
    let frames = || capture.get(CAP_PROP_FRAME_COUNT).unwrap_or_default();
    match address {
        Address::File(_) => true,
        Address::Stream(url) => matches!(url.scheme(), "http" | "https") && (2.0..1e9).contains(&frames()),
        Address::Webcam(_) | Address::Synthetic(_) => false,
    }
}

fn open_ffmpeg(address: &str) -> opencv::Result<VideoCapture> {
    // Timeouts act only as parameters of the opening call, and only with this back end named.
    let millis = |time: Duration| i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let params =
        Vector::from_slice(&[CAP_PROP_OPEN_TIMEOUT_MSEC, millis(OPEN_TIMEOUT), CAP_PROP_READ_TIMEOUT_MSEC, millis(READ_TIMEOUT)]);
    VideoCapture::from_file_with_params(address, CAP_FFMPEG, &params)
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
        let bgr = Mat::new_rows_cols_with_default(4, 6, CV_8UC3, opencv::core::Scalar::all(7.0)).expect("a picture");
        assert_eq!(picture_of(&bgr), Some(Picture::Bgr(Bgr { width: 6, height: 4, data: vec![7; 72] })));
        let grey = Mat::new_rows_cols_with_default(4, 6, CV_8UC1, opencv::core::Scalar::all(7.0)).expect("a picture");
        assert_eq!(picture_of(&grey), None);
        assert_eq!(picture_of(&Mat::default()), None);
        let mut jpeg = jpeg(32);
        jpeg.extend([0; 40]);
        let of = |bytes: &[u8]| picture_of(&Mat::from_slice(bytes).expect("a row").try_clone().expect("memory"));
        assert_eq!(of(&jpeg).map(|picture| picture.size()), Some((32, 16)));
        assert_eq!(of(&jpeg[..100]), None, "one that breaks off");
    }

    /// A webcam's JPEG of so many columns.
    fn jpeg(width: usize) -> Vec<u8> {
        let mut coefficients = crate::encode::Coefficients::new();
        coefficients.load_planes(&crate::frame::Planes::grey(width, 16, 9)).expect("a picture");
        coefficients.to_jpeg(80, crate::encode::Huffman::Standard).expect("a picture")
    }

    #[test]
    fn a_webcams_broken_jpegs_are_passed_over_and_counted() {
        let file = tempfile::Builder::new().suffix(".mjpeg").tempfile().expect("a file");
        let broken = [0xFF, 0xD8, 0xFF, 0xC0, 0, 4, 8, 8, 0xFF, 0xD9];
        let pictures = [&jpeg(32)[..], &broken, &broken, &jpeg(48), &jpeg(64), &jpeg(64)].concat();
        std::fs::write(file.path(), pictures).expect("can be written");
        let address = Address::File(file.path().to_owned());
        let mut video = Video::open(&address, &Wish { fps: 30.0, size: (32, 16), file_fps: None }).expect("opens");
        // FFmpeg hands its packets on as they are, as a webcam does.
        assert!(video.capture.set(opencv::videoio::CAP_PROP_FORMAT, -1.0).expect("is asked"));
        let mut next = || {
            video.grab().expect("there is one");
            let size = video.retrieve().expect("there is one").size();
            (size.0, video.take_unused().broken)
        };
        assert_eq!([next(), next(), next()], [(32, 0), (48, 2), (64, 0)]);
    }
}
