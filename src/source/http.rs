//! Cameras that send JPEGs over HTTP: one after the other in one answer, or one to each request.
//!
//! In goes an address, out come the camera's own JPEGs. Video that is sent over HTTP, playlists, and `https`
//! (with certificates of the cameras' own making) are FFmpeg's; what neither can show is refused here, by a
//! sentence that says what the server answered.

mod body;
mod client;
mod connection;
mod deadline;
mod encrypted;
mod failure;
mod framing;
mod head;
mod kind;
mod pace;
mod place;
mod snapshot;
mod stream;

use std::time::{Duration, Instant};

use url::Url;

use self::{
    client::Client,
    encrypted::Encrypted,
    failure::Failure,
    kind::Kind,
    snapshot::{Polled, Snapshots},
    stream::{NoStream, Stream},
};
use super::{
    address::Address,
    error::SourceError,
    grabbed::{Grabbed, Unused},
    wish::Wish,
};
use crate::{
    frame::Picture,
    nouns::reason::{Reason, ReasonCode},
};

/// Longest time that connecting may take.
pub const CONNECT_TIMEOUT: Duration = connection::CONNECT_WITHIN;

/// Longest wait for the head of the answer, connecting and logging in included: some cameras think for 12 s
/// before they say anything.
const HEAD_WITHIN: Duration = Duration::from_secs(15);

/// Longest wait for the first picture, connecting included.
pub const FIRST_PICTURE_TIMEOUT: Duration = CONNECT_TIMEOUT.saturating_add(stream::FIRST_PICTURE_WITHIN);

/// A camera being read.
pub struct HttpCamera {
    address: Address,
    reading: Reading,
    /// Whether nobody has asked for the first picture yet.
    first: bool,
}

/// How a camera is read.
enum Reading {
    /// The camera sends one answer without end.
    Stream(Box<Stream>),
    /// The camera is sent one request after the other.
    Snapshots(Box<Snapshots>),
    /// The camera is asked again and again through FFmpeg.
    Encrypted(Box<Encrypted>),
}

/// Why a camera is not opened here.
#[derive(Debug, PartialEq)]
pub enum NotOpened {
    /// The camera is refused: nobody else need try.
    Refused(Reason),
    /// The camera is FFmpeg's, which may understand what comes.
    ForFfmpeg {
        /// What comes, in words.
        kind: String,
        /// Whether the camera let us in by Digest with SHA-256.
        by_sha256: bool,
    },
}

/// Longest waits while a camera is opened, from its beginning.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Wait for the answer's head.
    head: Duration,
    /// Wait for the first picture.
    picture: Duration,
}

/// How long opening a camera may take.
const LIMITS: Limits = Limits { head: HEAD_WITHIN, picture: FIRST_PICTURE_TIMEOUT };

impl From<Failure> for NotOpened {
    fn from(failure: Failure) -> Self {
        NotOpened::Refused(failure.reason())
    }
}

impl HttpCamera {
    /// Opens `url`, which is the address's, up to the first picture. An address that is said to give single
    /// pictures may as well give a stream of them.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(address: &Address, url: &Url, wish: &Wish) -> Result<HttpCamera, NotOpened> {
        let is_snapshot = matches!(address, Address::Snapshot(_));
        if is_snapshot && url.scheme() == "https" {
            let encrypted = Encrypted::open(url, wish).map_err(NotOpened::Refused)?;
            return Ok(HttpCamera {
                address: address.clone(),
                reading: Reading::Encrypted(Box::new(encrypted)),
                first: true,
            });
        }
        open_within(LIMITS, address, url, wish).map_err(|why| match why {
            NotOpened::ForFfmpeg { kind, .. } if is_snapshot => Failure::NotJpeg { kind }.into(),
            why => why,
        })
    }

    /// Waits for the next picture; see [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<Grabbed, SourceError> {
        if std::mem::take(&mut self.first) {
            return Ok(Grabbed::Picture(None));
        }
        let grabbed = match &mut self.reading {
            Reading::Stream(stream) => {
                stream.grab().map(|()| Polled::Picture).map_err(|failure| failure.reason())
            }
            Reading::Snapshots(snapshots) => snapshots.grab(),
            Reading::Encrypted(encrypted) => encrypted.grab(),
        };
        match grabbed {
            Ok(Polled::Picture) => Ok(Grabbed::Picture(None)),
            Ok(Polled::Failed(reason)) => Ok(Grabbed::Nothing(reason)),
            Err(reason) => Err(SourceError::read(&self.address, reason)),
        }
    }

    /// The picture that was grabbed; see [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`] where nothing was grabbed.
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        let picture = match &mut self.reading {
            Reading::Stream(stream) => stream.take().map(Picture::Jpeg),
            Reading::Snapshots(snapshots) => Some(Picture::Jpeg(snapshots.take())),
            Reading::Encrypted(encrypted) => Some(encrypted.take()),
        };
        let nothing = || {
            SourceError::read(&self.address, Reason::new(ReasonCode::Internal, "no picture was waited for"))
        };
        picture.ok_or_else(nothing)
    }

    /// Takes the counts of pictures that nobody got since this was last called.
    pub fn take_unused(&mut self) -> Unused {
        match &mut self.reading {
            Reading::Stream(stream) => stream.take_unused(),
            Reading::Snapshots(snapshots) => snapshots.take_unused(),
            Reading::Encrypted(_) => Unused::default(),
        }
    }
}

/// Opens a camera that is asked here, not through FFmpeg.
fn open_within(limits: Limits, address: &Address, url: &Url, wish: &Wish) -> Result<HttpCamera, NotOpened> {
    let began = Instant::now();
    let deadline = began + limits.head;
    let mut client = Client::new(address, url);
    let mut answer = client.get(&[], deadline)?;
    let by_sha256 = client.has_used_sha256();
    let for_ffmpeg = |kind| NotOpened::ForFfmpeg { kind, by_sha256 };
    let mut first_bytes = Vec::new();
    let reading = match snapshot::kind_of(&mut answer, &mut first_bytes, deadline)? {
        Kind::Stream(parts) => {
            let body = answer.body.endless(&answer.head);
            let left = limits.picture.saturating_sub(began.elapsed());
            let stream = Stream::open(body, parts, &first_bytes, left).map_err(|why| match why {
                NoStream::Failed(failure) => NotOpened::from(failure),
                NoStream::Foreign => for_ffmpeg("JPEGs of an unusual kind".to_owned()),
            })?;
            Reading::Stream(Box::new(stream))
        }
        Kind::Snapshot => {
            Reading::Snapshots(Box::new(Snapshots::open(client, answer, first_bytes, wish.snapshot_fps)?))
        }
        Kind::Video(kind) => return Err(for_ffmpeg(kind)),
        Kind::Nothing(failure) => return Err(failure.into()),
    };
    Ok(HttpCamera { address: address.clone(), reading, first: true })
}

#[cfg(test)]
mod tests;
