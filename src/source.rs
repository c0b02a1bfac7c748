//! Stage 1, where pictures come from: one type that opens an address and reads from it.
//!
//! In goes an [`Address`], out come pictures with the time at which a recording wants them shown. When to
//! read, what to do when reading fails and which number a frame gets belong to `capture`.

pub mod address;
mod clip;
mod colour;
mod diagnose;
pub mod environment;
mod facts;
pub mod ffmpeg;
pub mod http;
mod login;
mod multipart;
pub mod opencv;
mod patience;
pub mod scene;
mod still;
mod tone;
mod turn;

use std::time::Duration;

use thiserror::Error;

pub use self::{address::Address, facts::Facts};
use self::{
    ffmpeg::Video,
    http::{HttpCamera, NotOpened},
    opencv::Webcam,
    scene::Scene,
};
use crate::frame::Picture;
pub use crate::nouns::reason::{Reason, ReasonCode};

/// How long a camera may take for a picture.
pub const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// How long opening may take until the first picture has come, or it is known why none comes: over HTTP, or
/// through FFmpeg once HTTP's answer, soon given, has turned out to be FFmpeg's.
pub const FIRST_PICTURE_TIMEOUT: Duration = longer(
    http::FIRST_PICTURE_TIMEOUT,
    http::CONNECT_TIMEOUT.saturating_add(
        ffmpeg::OPEN_TIMEOUT.saturating_add(READ_TIMEOUT).saturating_add(diagnose::PROBE_TIMEOUT),
    ),
);

const fn longer(one: Duration, other: Duration) -> Duration {
    if one.as_nanos() > other.as_nanos() { one } else { other }
}

/// Pictures in a row that may be broken before the source counts as lost.
const MOST_BROKEN: usize = 30;

/// What is asked of a source that can choose.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Frames a second: the ceiling, what a webcam is asked for, and the rate of the scene.
    pub fps: f64,
    /// Width and height in pixels, of a webcam and of the scene.
    pub size: (usize, usize),
    /// Plays a file at this rate instead of by its timestamps.
    pub file_fps: Option<f64>,
    /// Pictures a second that are asked of a page that gives one each time.
    pub snapshot_fps: f64,
}

/// Why a source gives no pictures, in words for whoever runs the camera; without credentials.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The source cannot be opened.
    #[error("cannot open {address}: {reason}")]
    Open {
        /// The address without credentials.
        address: String,
        /// What is wrong and what to do.
        reason: Reason,
    },
    /// The source gave pictures and stopped.
    #[error("{address} stopped delivering: {reason}")]
    Read {
        /// The address without credentials.
        address: String,
        /// What is wrong.
        reason: Reason,
    },
}

impl SourceError {
    fn open(address: &Address, reason: Reason) -> Self {
        SourceError::Open { address: address.to_string(), reason }
    }

    fn read(address: &Address, reason: Reason) -> Self {
        SourceError::Read { address: address.to_string(), reason }
    }

    /// What is wrong, without the address.
    pub fn into_reason(self) -> Reason {
        let (SourceError::Open { reason, .. } | SourceError::Read { reason, .. }) = self;
        reason
    }

    /// The kind of trouble, and the whole error as its sentence.
    pub fn reason(&self) -> Reason {
        let (SourceError::Open { reason, .. } | SourceError::Read { reason, .. }) = self;
        Reason::new(reason.code, self.to_string())
    }
}

/// What waiting for the next picture came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Grabbed {
    /// A picture is there; a recording wants it shown at this time, counted from its beginning.
    Picture(Option<Duration>),
    /// No picture yet, but the source lives: it is to be asked again. The reason says what is waited for.
    Nothing(Reason),
}

/// How a source wants to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cadence {
    /// A picture exists when it is asked for: the scene.
    OnDemand,
    /// Each picture carries its time; reading is faster than playing: a file.
    Timed,
    /// Reading waits until the camera has a picture.
    Live,
}

/// An open source.
pub enum Source {
    /// The synthetic plaza, drawn as of its frame's time.
    Scene(Box<Scene>),
    /// A file or a stream that FFmpeg opens.
    Video(Box<Video>),
    /// A webcam.
    Webcam(Box<Webcam>),
    /// JPEGs over HTTP, in one answer or one to a request.
    Http(Box<HttpCamera>),
}

/// Pictures that a source had and that nobody gets, since somebody last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Unused {
    /// They cannot be used.
    pub broken: u64,
    /// A newer one had come already.
    pub passed_over: u64,
}

/// Which picture is wanted; only the scene looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Time since the source was opened.
    pub time: Duration,
    /// Number the frame will have.
    pub number: u64,
}

impl Source {
    /// Opens `address`. May block for as long as the system or the network does; see
    /// [`FIRST_PICTURE_TIMEOUT`].
    ///
    /// # Errors
    /// [`SourceError::Open`] with the reason in plain words.
    pub fn open(address: &Address, wish: &Wish) -> Result<Source, SourceError> {
        if let Address::Synthetic(params) = address {
            let (width, height) = wish.size;
            return Ok(Source::Scene(Box::new(Scene::new(params, width, height))));
        }
        if let Address::Webcam(index) = address {
            return Webcam::open(address, *index, wish).map(Box::new).map(Source::Webcam);
        }
        if let Address::Stream(url) | Address::Snapshot(url) = address
            && (url.scheme() == "http" || matches!(address, Address::Snapshot(_)))
        {
            match HttpCamera::open(address, url, wish) {
                Ok(camera) => return Ok(Source::Http(Box::new(camera))),
                Err(NotOpened::Refused(reason)) => return Err(SourceError::open(address, reason)),
                Err(NotOpened::ForFfmpeg(kind)) => {
                    log::info!("{address} is left to FFmpeg: it answers with {kind}")
                }
            }
        }
        let video = Video::open(address, wish)?;
        if let Address::Stream(url) = address
            && url.scheme() == "https"
            && video.is_one_picture()
            && let Ok(camera) = HttpCamera::open(&Address::Snapshot(url.clone()), url, wish)
        {
            return Ok(Source::Http(Box::new(camera)));
        }
        Ok(Source::Video(Box::new(video)))
    }

    /// How it wants to be read.
    pub fn cadence(&self) -> Cadence {
        match self {
            Source::Scene(_) => Cadence::OnDemand,
            Source::Video(video) => video.cadence(),
            Source::Http(_) | Source::Webcam(_) => Cadence::Live,
        }
    }

    /// Whether the source is a recording, which may show one picture for as long as it likes.
    pub fn is_recording(&self) -> bool {
        matches!(self, Source::Video(video) if video.is_recording())
    }

    /// Longest wait for the next picture before reading fails; a slow camera, whose pace is learned, may get
    /// longer.
    pub fn patience(&self) -> Duration {
        match self {
            Source::Video(video) => video.patience(),
            Source::Scene(_) | Source::Http(_) | Source::Webcam(_) => READ_TIMEOUT,
        }
    }

    /// Waits for the next picture without converting it. A recording starts again after its end, with times
    /// that go on rising.
    ///
    /// # Errors
    /// [`SourceError::Read`]; the source has to be opened again.
    pub fn grab(&mut self) -> Result<Grabbed, SourceError> {
        match self {
            Source::Scene(_) => Ok(Grabbed::Picture(None)),
            Source::Video(video) => video.grab(),
            Source::Webcam(webcam) => webcam.grab().map(|()| Grabbed::Picture(None)),
            Source::Http(camera) => camera.grab(),
        }
    }

    /// The picture that was grabbed; the scene draws the one of `moment`.
    ///
    /// # Errors
    /// [`SourceError::Read`]; the source has to be opened again.
    pub fn retrieve(&mut self, moment: Moment) -> Result<Picture, SourceError> {
        match self {
            Source::Scene(scene) => {
                let clock = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S%.3f UTC");
                let caption = format!("{clock}  #{}", moment.number);
                Ok(Picture::Planes(scene.draw(moment.time, moment.number, &caption)))
            }
            Source::Video(video) => video.retrieve(),
            Source::Webcam(webcam) => webcam.retrieve(),
            Source::Http(camera) => camera.retrieve(),
        }
    }

    /// What the source says of itself, as of the last picture.
    pub fn facts(&self) -> Facts {
        let named = |codec: &str| Facts {
            codec: Some(codec.to_owned()),
            full_range: true,
            key: true,
            ..Facts::default()
        };
        match self {
            Source::Scene(_) => Facts { on_demand: true, ..named("synthetic") },
            Source::Video(video) => video.facts(),
            Source::Http(_) => named("mjpeg"),
            Source::Webcam(_) => named("webcam"),
        }
    }

    /// What was lost since this was asked.
    pub fn take_unused(&mut self) -> Unused {
        match self {
            Source::Scene(_) => Unused::default(),
            Source::Video(video) => video.take_unused(),
            Source::Webcam(webcam) => webcam.take_unused(),
            Source::Http(camera) => camera.take_unused(),
        }
    }
}
