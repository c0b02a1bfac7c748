//! Stage 1, where pictures come from: one type that opens an address and reads from it.
//!
//! In goes an [`Address`], out come pictures with the time at which a recording wants them shown. When to
//! read, what to do when reading fails and which number a frame gets belong to `capture`.

pub mod address;
mod cadence;
mod clip;
mod colour;
mod diagnose;
pub mod environment;
mod error;
mod facts;
pub mod ffmpeg;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzz;
mod grabbed;
mod guard;
pub mod http;
mod inside;
mod limits;
mod login;
mod lookout;
mod multipart;
pub mod opencv;
mod patience;
mod reach;
pub mod scene;
mod still;
mod tone;
mod turn;
mod wish;

use std::time::Duration;

pub use self::{
    address::Address,
    cadence::Cadence,
    error::SourceError,
    facts::Facts,
    ffmpeg::libraries,
    grabbed::{Grabbed, Unused},
    limits::READ_TIMEOUT,
    lookout::{LOOK_EVERY, file_gone},
    reach::{is_refused, set_allowed},
    wish::Wish,
};
use self::{
    ffmpeg::Video,
    http::{HttpCamera, NotOpened},
    opencv::Webcam,
    scene::Scene,
};
use crate::frame::Picture;
pub use crate::nouns::reason::{Reason, ReasonCode};

/// Longest time from asking a source to open until its first picture has come, or it is known why none comes:
/// over HTTP, or through FFmpeg once HTTP's answer, soon given, has turned out to be FFmpeg's.
pub const FIRST_PICTURE_TIMEOUT: Duration = longer(
    http::FIRST_PICTURE_TIMEOUT,
    http::CONNECT_TIMEOUT.saturating_add(
        ffmpeg::OPEN_TIMEOUT.saturating_add(READ_TIMEOUT).saturating_add(diagnose::PROBE_TIMEOUT),
    ),
);

/// Who reads an address.
enum Reader {
    /// A camera that sends JPEGs over HTTP.
    Http(Box<HttpCamera>),
    /// FFmpeg; by Digest with SHA-256, which it does not know, the server may have let us in.
    Ffmpeg { by_sha256: bool },
}

/// Opens an address of HTTP, unless FFmpeg has to read what it answers with; any other is FFmpeg's.
///
/// # Errors
/// [`SourceError::Open`] with the reason in plain words.
fn open_http(address: &Address, wish: &Wish) -> Result<Reader, SourceError> {
    let others = Reader::Ffmpeg { by_sha256: false };
    let (Address::Stream(url) | Address::Snapshot(url)) = address else { return Ok(others) };
    if url.scheme() != "http" && !matches!(address, Address::Snapshot(_)) {
        return Ok(others);
    }
    match HttpCamera::open(address, url, wish) {
        Ok(camera) => Ok(Reader::Http(Box::new(camera))),
        Err(NotOpened::Refused(reason)) => Err(SourceError::open(address, reason)),
        Err(NotOpened::ForFfmpeg { kind, by_sha256 }) => {
            log::info!("{address} is left to FFmpeg: it answers with {kind}");
            Ok(Reader::Ffmpeg { by_sha256 })
        }
    }
}

/// What FFmpeg's failure is where the server has let us in by Digest with SHA-256: user and password are
/// right.
fn beyond_ffmpeg(address: &Address, error: SourceError) -> SourceError {
    match error {
        SourceError::Open { reason, .. } if reason.code == ReasonCode::LoginWrong => {
            let text = "the server wants Digest with SHA-256, which FFmpeg on this machine does not know; \
                        let it take Digest with MD5";
            SourceError::open(address, Reason::new(ReasonCode::LoginUnsupported, text))
        }
        error => error,
    }
}

/// Opens an address of `https` that has turned out to give one picture, so that it is asked again and again;
/// `None` where it is none, or cannot be opened so.
fn open_snapshots(address: &Address, video: &Video, wish: &Wish) -> Option<HttpCamera> {
    let Address::Stream(url) = address else { return None };
    if url.scheme() != "https" || !video.is_one_picture() {
        return None;
    }
    HttpCamera::open(&Address::Snapshot(url.clone()), url, wish).ok()
}

/// The longer of two times.
const fn longer(one: Duration, other: Duration) -> Duration {
    if one.as_nanos() > other.as_nanos() { one } else { other }
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

/// The picture that is wanted; only the scene looks at it.
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
        let video = match open_http(address, wish)? {
            Reader::Http(camera) => return Ok(Source::Http(camera)),
            Reader::Ffmpeg { by_sha256: true } => {
                Video::open(address, wish).map_err(|error| beyond_ffmpeg(address, error))?
            }
            Reader::Ffmpeg { by_sha256: false } => Video::open(address, wish)?,
        };
        match open_snapshots(address, &video, wish) {
            Some(camera) => Ok(Source::Http(Box::new(camera))),
            None => Ok(Source::Video(Box::new(video))),
        }
    }

    /// How the source wants to be read.
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

    /// Looks whether the source is still there, for whoever waits for long until its next picture is due;
    /// asks a disk once in [`LOOK_EVERY`] at most.
    ///
    /// # Errors
    /// [`SourceError::Read`] of a file that is gone.
    pub fn look(&mut self) -> Result<(), SourceError> {
        match self {
            Source::Video(video) => video.look(),
            Source::Scene(_) | Source::Http(_) | Source::Webcam(_) => Ok(()),
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

    /// How often a recording has begun again, or the scene has cut to another moment.
    pub fn rounds(&self) -> u64 {
        match self {
            Source::Video(video) => video.rounds(),
            Source::Scene(scene) => scene.cuts(),
            Source::Webcam(_) | Source::Http(_) => 0,
        }
    }

    /// Takes the counts of pictures that nobody got since this was last called.
    pub fn take_unused(&mut self) -> Unused {
        match self {
            Source::Scene(_) => Unused::default(),
            Source::Video(video) => video.take_unused(),
            Source::Webcam(webcam) => webcam.take_unused(),
            Source::Http(camera) => camera.take_unused(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::{Kind, SceneParams};

    #[test]
    fn a_cut_of_the_scene_is_told_with_the_first_picture_behind_it() {
        let params = SceneParams { people: 0, vehicles: 0, cut_s: 1, ..SceneParams::of(Kind::Road) };
        let wish = Wish { fps: 25.0, size: (160, 90), file_fps: None, snapshot_fps: 1.0 };
        let mut source = Source::open(&Address::Synthetic(params), &wish).expect("the scene is always there");
        let rounds = [500, 990, 1_030, 1_900, 2_030].map(|ms| {
            let moment = Moment { time: Duration::from_millis(ms), number: ms };
            source.retrieve(moment).expect("is drawn");
            source.rounds()
        });
        assert_eq!(rounds, [0, 0, 1, 1, 2]);
    }
}
