//! A camera that gives one JPEG to each request: asked again and again, on one connection where it keeps
//! that.

use std::{thread, time::Instant};

use super::{
    body::Came,
    client::{Answer, Client},
    failure::Failure,
    kind::{self, Kind, Said},
    pace::{Conditions, Pace},
};
use crate::{
    jpeg::CameraJpeg,
    nouns::reason::Reason,
    source::{
        grabbed::Unused,
        limits::READ_TIMEOUT,
        multipart::{Part, PartReader},
    },
};

/// A camera being polled.
pub(super) struct Snapshots {
    client: Client,
    pace: Pace,
    conditions: Conditions,
    /// The newest picture, which a camera may say has not changed.
    last: CameraJpeg,
    unused: Unused,
}

/// What a poll came to.
#[derive(Debug)]
pub(super) enum Polled {
    /// A picture, new or the last one again.
    Picture,
    /// No picture this time; it is worth another try.
    Failed(Reason),
}

impl Snapshots {
    /// Takes over a camera that answers by a picture; `began` is what has been taken of the body.
    ///
    /// # Errors
    /// Why there is no picture in the answer.
    pub fn open(mut client: Client, answer: Answer, began: Vec<u8>, fps: f64) -> Result<Snapshots, Failure> {
        let now = Instant::now();
        let (tag, date) = validators(&answer);
        let jpeg = picture(&mut client, answer, began, now + READ_TIMEOUT)?;
        if jpeg.planes().is_err() {
            return Err(Failure::Broken);
        }
        let mut conditions = Conditions::default();
        conditions.picture(tag.as_deref(), date.as_deref(), true);
        Ok(Snapshots { client, pace: Pace::new(fps, now), conditions, last: jpeg, unused: Unused::default() })
    }

    /// Waits until the next picture is due, and asks for it.
    ///
    /// # Errors
    /// Why asking again is not worth it.
    pub fn grab(&mut self) -> Result<Polled, Reason> {
        thread::sleep(self.pace.due().saturating_duration_since(Instant::now()));
        let began = Instant::now();
        match self.poll(began + READ_TIMEOUT) {
            Ok(()) => {
                self.pace.succeeded(began);
                Ok(Polled::Picture)
            }
            // Cameras lock out who tries again and again.
            Err(failure) if failure.code().is_refused_login() => Err(failure.reason()),
            Err(failure) => {
                self.unused.broken += u64::from(failure == Failure::Broken);
                let reason = failure.reason();
                if self.pace.failed(Instant::now()) { Ok(Polled::Failed(reason)) } else { Err(reason) }
            }
        }
    }

    /// The newest picture.
    pub fn take(&self) -> CameraJpeg {
        self.last.clone()
    }

    /// Takes the counts of pictures that nobody got since this was last called.
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    /// Asks for a picture once.
    fn poll(&mut self, deadline: Instant) -> Result<(), Failure> {
        let mut answer = self.client.get(&self.conditions.headers(), deadline)?;
        if answer.head.status == 304 {
            self.client.give_back(answer.body);
            self.conditions.unchanged();
            return Ok(());
        }
        let mut began = Vec::new();
        if let Kind::Nothing(failure) = kind_of(&mut answer, &mut began, deadline)? {
            return Err(failure);
        }
        let (tag, date) = validators(&answer);
        let jpeg = picture(&mut self.client, answer, began, deadline)?;
        self.conditions.picture(tag.as_deref(), date.as_deref(), jpeg != self.last);
        self.last = jpeg;
        Ok(())
    }
}

/// What an answer is; as much of its body as that takes is put into `began`.
///
/// # Errors
/// Where nothing of the body comes although it should.
pub(super) fn kind_of(answer: &mut Answer, began: &mut Vec<u8>, deadline: Instant) -> Result<Kind, Failure> {
    let content_type = answer.head.get("content-type").unwrap_or_default();
    if let Said::Enough(kind) = kind::by_type(content_type) {
        return Ok(kind);
    }
    let asked = Instant::now();
    while began.len() < kind::TELLING_BYTES {
        match answer.body.read(began, deadline) {
            Came::Some => {}
            Came::Silent if began.is_empty() => return Err(Failure::Silent(asked.elapsed())),
            Came::End if began.is_empty() && content_type.is_empty() => {
                return Err(Failure::HungUp { after: answer.body.age(), before_first: true });
            }
            Came::Silent | Came::End => break,
        }
    }
    Ok(kind::by_beginning(content_type, began, answer.body.has_length()))
}

/// Tag and date of an answer's picture.
fn validators(answer: &Answer) -> (Option<String>, Option<String>) {
    let value = |name| answer.head.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    (value("etag"), value("last-modified"))
}

/// The picture that an answer holds. Its own end is believed rather than its length.
fn picture(
    client: &mut Client,
    mut answer: Answer,
    began: Vec<u8>,
    deadline: Instant,
) -> Result<CameraJpeg, Failure> {
    let asked = Instant::now();
    let mut parts = PartReader::bare();
    *parts.inbox() = began;
    loop {
        if let Some(part) = parts.next()? {
            client.give_back(answer.body);
            return jpeg_of(part);
        }
        match answer.body.read(parts.inbox(), deadline) {
            Came::Some => {}
            Came::Silent => return Err(Failure::Silent(asked.elapsed())),
            Came::End => {
                let part = parts.finish().ok_or(Failure::Broken)?;
                client.give_back(answer.body);
                return jpeg_of(part);
            }
        }
    }
}

/// The JPEG that a part is.
///
/// # Errors
/// Where it cannot be used.
fn jpeg_of(part: Part) -> Result<CameraJpeg, Failure> {
    let jpeg = match part {
        Part::Picture(bytes) => CameraJpeg::new(bytes.into()),
        Part::Cut(bytes) => CameraJpeg::whole(bytes.into()),
        Part::NoPicture => return Err(Failure::Broken),
    };
    jpeg.map_err(|_| Failure::Broken)
}
