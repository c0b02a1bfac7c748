//! Files and network streams through FFmpeg's own libraries: the only room that names `ffmpeg_next`.
//!
//! In goes an address, out come pictures in JPEG's colours, upright, with the times that a recording wants
//! them shown at. Reading gives up at deadlines of its own; who retries is capture.

mod bounds;
mod damage;
mod decoder;
mod fault;
mod frames;
mod gate;
mod graph;
mod led;
mod nature;
mod normal;
mod open;
mod plan;
mod relay;
mod sys;
mod tags;
mod wait;
mod watch;
mod ways;
mod web;

use std::time::{Duration, Instant};

pub use self::plan::OPEN_TIMEOUT;
use self::{
    frames::{Frames, Step},
    nature::Nature,
    normal::{Normal, Ready},
};
use super::{
    address::Address,
    cadence::Cadence,
    clip::Clip,
    error::SourceError,
    facts::Facts,
    grabbed::{Grabbed, Unused},
    lookout::{self, Lookout},
    still::{Stamp, Still},
    wish::Wish,
};
use crate::{
    frame::Picture,
    nouns::{
        picture::Planes,
        reason::{Reason, ReasonCode},
    },
};

/// Longest time that somebody who waits for a picture hears nothing from a source that lives.
const SIGN_EVERY: Duration = Duration::from_secs(1);

/// Longest search for the first picture of a file that has taken another's place.
const FIRST_WITHIN: Duration = Duration::from_secs(10);

/// Returns the libraries by which streams and files are read, with their versions, as FFmpeg writes them.
pub fn libraries() -> String {
    let written = |version: u32| format!("{}.{}.{}", version >> 16, (version >> 8) & 0xff, version & 0xff);
    let (codec, format) = (written(ffmpeg_next::codec::version()), written(ffmpeg_next::format::version()));
    format!("libavformat {format}, libavcodec {codec}")
}

/// An open stream or file.
pub struct Video {
    address: Address,
    wish: Wish,
    frames: Frames,
    normal: Normal,
    /// The picture that was grabbed, until it is taken.
    ready: Option<Ready>,
    /// When pictures of a recording are due.
    clip: Option<Clip>,
    /// The only picture of a recording.
    still: Option<Still>,
    /// The file as it was when it was opened.
    stamp: Option<Stamp>,
    /// Whether the recording's file is still there; the description of a stream may go.
    lookout: Option<Lookout>,
    /// Pictures that were made ready in this round, and the first of them while it is the only one.
    shown: u64,
    first: Option<Planes>,
    unused: Unused,
    /// What the last frame said of itself.
    facts: Facts,
    /// How often the recording has started again.
    rounds: u64,
}

impl Video {
    /// Opens a stream or a file.
    ///
    /// # Errors
    /// [`SourceError::Open`] with what really happened.
    pub fn open(address: &Address, wish: &Wish) -> Result<Video, SourceError> {
        // Before reading it, so that a change meanwhile is one.
        let stamp = Stamp::of(address);
        let frames = Frames::open(address)?;
        let opened = frames.opened();
        let stream = opened.input.stream(opened.stream);
        let header_fps = stream.map(|stream| f64::from(stream.avg_frame_rate()));
        let clip = (opened.nature != Nature::Live).then(|| Clip::new(header_fps, wish.file_fps));
        let normal = Normal::of(opened);
        let lookout = Lookout::of(address, Instant::now()).filter(|_| opened.nature == Nature::Recording);
        Ok(Video {
            address: address.clone(),
            wish: *wish,
            frames,
            normal,
            ready: None,
            clip,
            still: None,
            stamp,
            lookout,
            shown: 0,
            first: None,
            unused: Unused::default(),
            facts: Facts::default(),
            rounds: 0,
        })
    }

    /// How the source wants to be read.
    pub fn cadence(&self) -> Cadence {
        if self.clip.is_some() { Cadence::Timed } else { Cadence::Live }
    }

    /// Whether the container is that of a single picture, such as a JPEG.
    pub fn is_one_picture(&self) -> bool {
        let format = self.frames.opened().input.format();
        format.name().ends_with("_pipe") || format.name() == "image2"
    }

    /// Whether the source has an end, and starts again behind it.
    pub fn is_recording(&self) -> bool {
        self.frames.is_recording()
    }

    /// Longest wait for the next picture, without what is learned of slow cameras.
    pub fn patience(&self) -> Duration {
        self.frames.opened().nature.patience()
    }

    /// What the stream says of itself, as of the last picture.
    pub fn facts(&self) -> Facts {
        let opened = self.frames.opened();
        let rate = opened.input.stream(opened.stream).map(|stream| f64::from(stream.avg_frame_rate()));
        // Microseconds; FFmpeg's own number stands for one that is not known.
        let seconds = opened.input.duration() as f64 / 1e6;
        Facts {
            codec: Some(opened.codec.name().to_owned()),
            seconds: Some(seconds).filter(|seconds| self.frames.is_recording() && *seconds > 0.0),
            header_fps: rate.filter(|rate| rate.is_finite() && *rate > 0.0),
            recording: self.frames.is_recording(),
            rounds: self.rounds,
            ..self.facts.clone()
        }
    }

    /// Waits for the next picture; see [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<Grabbed, SourceError> {
        self.look()?;
        if let Some(due) = self.still_due() {
            return Ok(Grabbed::Picture(Some(due)));
        }
        let asked = Instant::now();
        loop {
            match self.frames.step()? {
                Step::Frame => {
                    if let Some(due) = self.prepare() {
                        return Ok(Grabbed::Picture(due));
                    }
                }
                Step::End => {
                    if let Some(due) = self.become_still() {
                        return Ok(Grabbed::Picture(Some(due)));
                    }
                    self.start_again()?;
                }
                Step::Packet if asked.elapsed() >= SIGN_EVERY => {
                    self.frames.show_at_last();
                    return Ok(Grabbed::Nothing(self.frames.what_is_waited_for()));
                }
                Step::Packet => {}
            }
        }
    }

    /// Looks whether a recording's file is still there; see [`super::Source::look`].
    ///
    /// # Errors
    /// [`SourceError::Read`] where it is gone.
    pub fn look(&mut self) -> Result<(), SourceError> {
        match self.lookout.as_mut().is_some_and(|lookout| lookout.is_gone(Instant::now())) {
            true => Err(SourceError::read(&self.address, lookout::file_gone())),
            false => Ok(()),
        }
    }

    /// The picture that was grabbed; see [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`] where none was grabbed.
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        if let Some(still) = &self.still {
            return Ok(Picture::Planes(still.picture().clone()));
        }
        let planes = self.ready.take().and_then(Ready::planes).ok_or_else(|| {
            let reason = Reason::new(ReasonCode::Broken, "its pictures are shorter than they say");
            SourceError::read(&self.address, reason)
        })?;
        self.first = (self.frames.is_recording() && self.shown == 1).then(|| planes.clone());
        Ok(Picture::Planes(planes))
    }

    /// How often the recording has begun again.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Counts of pictures that nobody gets; see [`super::Source::take_unused`].
    pub fn take_unused(&mut self) -> Unused {
        self.unused.broken += self.frames.take_broken();
        std::mem::take(&mut self.unused)
    }

    /// Makes the decoded frame ready to be converted. Returns when it is due; `None` where the next frame is
    /// needed first, or where nothing can be made of this one.
    fn prepare(&mut self) -> Option<Option<Duration>> {
        let (stamp, behind) = self.frames.stamp_ms();
        let frame = self.frames.take();
        self.facts = Facts { delay_ms: behind, ..self.normal.facts(&frame) };
        match self.normal.prepare(frame) {
            Ok(Some(ready)) => {
                self.shown += 1;
                self.ready = Some(ready);
            }
            Ok(None) => return None,
            Err(error) => {
                log::debug!("{}: a picture cannot be converted: {error}", self.address);
                self.unused.broken += 1;
                return None;
            }
        }
        // Without a time stamp the clip goes on at its usual rate.
        Some(self.clip.as_mut().map(|clip| clip.due(stamp.unwrap_or(f64::NAN))))
    }

    /// Begins the recording again, or a file that has taken its place.
    fn start_again(&mut self) -> Result<(), SourceError> {
        let shown = std::mem::take(&mut self.shown);
        if self.frames.round() > 2 {
            self.normal.unweave();
        }
        if shown == 0 && self.frames.round() > 0 && !self.normal.weave() {
            let nothing = || {
                Reason::new(ReasonCode::Broken, "no picture that can be shown can be made of what it holds")
            };
            let coded = self.facts.coded.unwrap_or_default();
            let reason = bounds::too_large(coded).unwrap_or_else(nothing);
            return Err(SourceError::read(&self.address, reason));
        }
        // One of which nothing could be shown may still be growing, and is opened again below.
        if shown > 0 && Stamp::of(&self.address).is_some_and(|now| self.stamp != Some(now)) && self.replace()
        {
            return Ok(());
        }
        self.frames.start_again()?;
        self.normal.forget();
        if let Some(clip) = &mut self.clip {
            clip.start_again();
        }
        self.rounds += 1;
        Ok(())
    }

    /// When the still is to be shown next; `None` where there is none, or where its file has changed and is
    /// read instead.
    fn still_due(&mut self) -> Option<Duration> {
        if self.still.as_mut()?.has_changed() && self.replace() {
            return None;
        }
        self.still.as_mut().map(Still::next_due)
    }

    /// Whether a picture comes within [`FIRST_WITHIN`].
    fn gives_a_picture(&mut self) -> Result<bool, SourceError> {
        let until = Instant::now() + FIRST_WITHIN;
        loop {
            match self.grab()? {
                Grabbed::Picture(_) => return Ok(true),
                Grabbed::Nothing(_) if Instant::now() >= until => return Ok(false),
                Grabbed::Nothing(_) => {}
            }
        }
    }

    /// Shows a recording that has turned out to be one picture once a second from now on. Returns when it is
    /// due next.
    fn become_still(&mut self) -> Option<Duration> {
        let first = self.first.take();
        if self.shown != 1 || self.frames.round() != 1 {
            return None;
        }
        let (first, clip) = (first?, self.clip.as_mut()?);
        let mut still = Still::new(&self.address, self.stamp, first, clip.last());
        let due = still.next_due();
        self.rounds += 1;
        self.still = Some(still);
        Some(due)
    }

    /// Opens the file anew, since it has changed. What was shown stays where no picture can be made of it.
    /// Returns whether one can.
    fn replace(&mut self) -> bool {
        let shown_until = self.still.as_ref().map(Still::due).or_else(|| self.clip.as_ref().map(Clip::last));
        let rounds = self.rounds + 1;
        let looked = Video::open(&self.address, &self.wish).and_then(|mut video| video.gives_a_picture());
        match looked.and_then(|gives| gives.then(|| Video::open(&self.address, &self.wish)).transpose()) {
            Ok(Some(mut video)) => {
                if let (Some(clip), Some(due)) = (&mut video.clip, shown_until) {
                    clip.go_on_from(due);
                }
                *self = video;
                self.rounds = rounds;
                true
            }
            Ok(None) => false,
            Err(error) => {
                log::debug!("{error}; what was shown before stays");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;
