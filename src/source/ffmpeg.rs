//! Files and network streams through FFmpeg's own libraries: the only room that names `ffmpeg_next`.
//!
//! In goes an address, out come pictures in JPEG's colours, upright, with the times that a recording wants them shown at. Reading gives
//! up at deadlines of its own; who retries is capture.

mod fault;
mod graph;
mod normal;
mod open;
mod relay;
mod sys;
mod watch;

use std::time::{Duration, Instant};

use ffmpeg_next::{Error, Packet, Rational, codec, codec::packet::side_data, frame};

pub use self::open::OPEN_TIMEOUT;
use self::{
    normal::Normal,
    open::{Nature, Opened},
    watch::Patience,
};
use super::{
    Address, Cadence, Facts, Grabbed, MOST_BROKEN, Reason, ReasonCode, SourceError, Unused, Wish,
    clip::Clip,
    still::{Stamp, Still},
    turn::Turn,
};
use crate::frame::{Picture, Planes};

/// How often somebody who waits for a picture hears that the source lives.
const SIGN_EVERY: Duration = Duration::from_secs(1);

/// Longest wait for a key frame; smart codecs send one in 30 s. Then pictures are shown as they are: some streams never send one.
const KEY_FRAME_WITHIN: Duration = Duration::from_secs(40);

/// Longest wait for a piece of a stream that comes in bursts: pieces of HLS last up to ten seconds.
const BURST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest read of a file: a network folder may take its time.
const FILE_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// An open stream or file.
pub struct Video {
    address: Address,
    wish: Wish,
    opened: Opened,
    normal: Normal,
    /// The last decoded frame, until it is converted.
    frame: frame::Video,
    /// When pictures of a recording are due.
    clip: Option<Clip>,
    /// The only picture of a recording.
    still: Option<Still>,
    /// The file as it was when it was opened.
    stamp: Option<Stamp>,
    /// Pictures since the recording began this time, and the first of them.
    round: u64,
    first: Option<Planes>,
    /// Whether this round was begun by opening the file, not by going back in it.
    reopened: bool,
    /// Whether the decoder has been told of the end.
    draining: bool,
    gate: Gate,
    patience: Patience,
    began: Instant,
    unused: Unused,
    /// Reads, or packets, in a row that failed.
    failures: usize,
    /// What the last frame said of itself.
    facts: Facts,
    /// How often the recording has started again.
    rounds: u64,
    /// Time stamp of the newest packet, and how far behind it the last picture is.
    newest_stamp: Option<i64>,
    delay_ms: Option<f64>,
}

/// Keeps pictures back until the first that needs no other: decoders of H.265 show grey smear before.
#[derive(Debug)]
struct Gate {
    open: bool,
    since: Instant,
}

/// What waiting once came to.
enum Step {
    Picture,
    Packet,
    End,
}

impl Video {
    /// Opens a stream or a file.
    ///
    /// # Errors
    /// [`SourceError::Open`] with what really happened.
    pub fn open(address: &Address, wish: &Wish) -> Result<Video, SourceError> {
        // Before reading it, so that a change meanwhile is one.
        let stamp = Stamp::of(address);
        let opened = open::open(address)?;
        let stream = opened.input.stream(opened.stream);
        let header_fps = stream.as_ref().map(|stream| f64::from(stream.avg_frame_rate()));
        let matrix = stream.and_then(|stream| {
            stream.side_data().find(|data| data.kind() == side_data::Type::DisplayMatrix).map(|data| Turn::of_matrix(data.data()))
        });
        let clip = (opened.nature != Nature::Live).then(|| Clip::new(header_fps, wish.file_fps));
        let began = Instant::now();
        Ok(Video {
            address: address.clone(),
            wish: *wish,
            normal: Normal::new(matrix.unwrap_or_default(), opened.codec),
            // H.264's decoder keeps its pictures back by itself, and knows streams that refresh without key frames.
            gate: Gate { open: opened.codec == codec::Id::H264, since: began },
            opened,
            frame: frame::Video::empty(),
            clip,
            still: None,
            stamp,
            round: 0,
            first: None,
            reopened: true,
            draining: false,
            patience: Patience::default(),
            began,
            unused: Unused::default(),
            failures: 0,
            facts: Facts::default(),
            rounds: 0,
            newest_stamp: None,
            delay_ms: None,
        })
    }

    /// How the source wants to be read.
    pub fn cadence(&self) -> Cadence {
        if self.clip.is_some() { Cadence::Timed } else { Cadence::Live }
    }

    /// Whether the container is that of a single picture, such as a JPEG.
    pub fn is_one_picture(&self) -> bool {
        let format = self.opened.input.format();
        format.name().ends_with("_pipe") || format.name() == "image2"
    }

    fn is_recording(&self) -> bool {
        self.opened.nature == Nature::Recording
    }

    /// What the stream says of itself, as of the last picture that was converted.
    pub fn facts(&self) -> Facts {
        let rate = self.opened.input.stream(self.opened.stream).map(|stream| f64::from(stream.avg_frame_rate()));
        Facts {
            codec: Some(self.opened.codec.name().to_owned()),
            header_fps: rate.filter(|rate| rate.is_finite() && *rate > 0.0),
            recording: self.is_recording(),
            rounds: self.rounds,
            delay_ms: self.delay_ms,
            ..self.facts.clone()
        }
    }

    /// As [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<Grabbed, SourceError> {
        if let Some(still) = &mut self.still {
            if !still.has_changed() {
                return Ok(Grabbed::Picture(Some(still.next_due())));
            }
            self.replace_still();
        }
        let asked = Instant::now();
        loop {
            match self.step()? {
                Step::Picture => return Ok(Grabbed::Picture(self.due())),
                Step::End if self.round == 1 && self.first.is_some() => {
                    if let Some(due) = self.become_still() {
                        return Ok(Grabbed::Picture(Some(due)));
                    }
                }
                Step::End => self.start_again()?,
                Step::Packet if asked.elapsed() >= SIGN_EVERY && !self.is_recording() => {
                    return Ok(Grabbed::Nothing(self.what_is_waited_for()));
                }
                Step::Packet => {}
            }
        }
    }

    /// As [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        if let Some(still) = &self.still {
            return Ok(Picture::Planes(still.picture().clone()));
        }
        for _ in 0..MOST_BROKEN {
            self.facts = self.normal.facts(&self.frame);
            match self.normal.picture(&self.frame) {
                Ok(Some(planes)) => {
                    self.first = (self.is_recording() && self.round == 1).then(|| planes.clone());
                    return Ok(Picture::Planes(planes));
                }
                // The filters look at the next picture as well.
                Ok(None) => {}
                Err(error) => {
                    log::debug!("{}: a picture cannot be converted: {error}", self.address);
                    self.unused.broken += 1;
                }
            }
            while !matches!(self.grab()?, Grabbed::Picture(_)) {}
        }
        Err(self.lost(ReasonCode::Broken, "its pictures cannot be decoded, or are of no size that can be shown"))
    }

    /// As [`super::Source::take_unused`].
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    /// One picture out of the decoder, or one packet into it.
    fn step(&mut self) -> Result<Step, SourceError> {
        match self.opened.decoder.receive_frame(&mut self.frame) {
            Ok(()) if self.passes() => {
                self.failures = 0;
                self.round += 1;
                return Ok(Step::Picture);
            }
            Ok(()) => return Ok(Step::Packet),
            Err(Error::Eof) => return Ok(Step::End),
            Err(Error::Other { errno: ffmpeg_next::error::EAGAIN }) => {}
            Err(_) => self.note_broken()?,
        }
        self.feed()
    }

    /// Reads a packet and gives it to the decoder.
    fn feed(&mut self) -> Result<Step, SourceError> {
        let limit = match self.opened.nature {
            Nature::Recording => FILE_READ_TIMEOUT,
            Nature::Live => self.patience.limit(),
            Nature::Bursts => BURST_TIMEOUT,
        };
        self.opened.watch.allow(limit);
        let mut packet = Packet::empty();
        match packet.read(&mut self.opened.input) {
            Ok(()) if packet.stream() != self.opened.stream => Ok(Step::Packet),
            Ok(()) => {
                self.patience.packet(Instant::now());
                self.newest_stamp = self.newest_stamp.max(packet.pts());
                match self.opened.decoder.send_packet(&packet) {
                    Ok(()) => Ok(Step::Packet),
                    Err(_) => self.note_broken().map(|()| Step::Packet),
                }
            }
            Err(Error::Eof) => self.drain(),
            Err(error) => self.not_read(error),
        }
    }

    /// The source has no more packets: what the decoder has kept back comes now.
    fn drain(&mut self) -> Result<Step, SourceError> {
        if self.opened.nature != Nature::Recording {
            return Err(self.ended(Error::Eof));
        }
        if !std::mem::replace(&mut self.draining, true) {
            // It can only have been told before.
            let _ = self.opened.decoder.send_eof();
            return Ok(Step::Packet);
        }
        Ok(Step::End)
    }

    /// One failure is no end: asked again, demuxers go on behind the damage.
    fn not_read(&mut self, error: Error) -> Result<Step, SourceError> {
        let again = matches!(error, Error::InvalidData | Error::Other { errno: ffmpeg_next::error::EAGAIN });
        if !again || self.opened.watch.is_over() {
            return if self.is_recording() { self.drain() } else { Err(self.ended(error)) };
        }
        self.failures += 1;
        if self.failures > MOST_BROKEN {
            return if self.is_recording() { self.drain() } else { Err(self.ended(error)) };
        }
        if error != Error::InvalidData {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Step::Packet)
    }

    fn note_broken(&mut self) -> Result<(), SourceError> {
        if !self.gate.open && self.round == 0 {
            // What comes before the first key frame cannot be decoded, and is not to blame.
            return Ok(());
        }
        self.unused.broken += 1;
        self.failures += 1;
        if self.failures > 10 * MOST_BROKEN && !self.is_recording() {
            return Err(self.lost(ReasonCode::Broken, "its pictures cannot be decoded"));
        }
        Ok(())
    }

    /// Whether the decoded frame may be shown.
    fn passes(&mut self) -> bool {
        self.gate.open = self.gate.open || self.frame.is_key() || self.gate.since.elapsed() >= KEY_FRAME_WITHIN;
        self.gate.open
    }

    /// Time at which the picture just decoded is to be shown.
    fn due(&mut self) -> Option<Duration> {
        let base = self.opened.input.stream(self.opened.stream).map_or(Rational(1, 1000), |stream| stream.time_base());
        let millis = |stamp: i64| stamp as f64 * f64::from(base) * 1000.0;
        let stamp = self.frame.timestamp();
        self.delay_ms = stamp.zip(self.newest_stamp).map(|(shown, newest)| millis(newest.saturating_sub(shown)).max(0.0));
        // Without a time stamp the clip goes on at its usual rate.
        let position = stamp.map_or(f64::NAN, millis);
        Some(self.clip.as_mut()?.due(position))
    }

    fn what_is_waited_for(&mut self) -> Reason {
        let waited = self.gate.since.elapsed();
        if self.round > 0 {
            return Reason::new(ReasonCode::Broken, "packets come, but no picture can be made of them");
        }
        if waited >= KEY_FRAME_WITHIN {
            self.opened.decoder.set_flags(codec::Flags::LOW_DELAY | codec::Flags::OUTPUT_CORRUPT);
        }
        let text =
            format!("waiting for a key frame for {} s; a shorter key frame interval in the camera helps", waited.as_secs());
        Reason::new(ReasonCode::NoKeyFrame, text)
    }

    /// The recording's first picture again. Seeking takes a fraction of the time that opening takes; not every format can seek.
    fn start_again(&mut self) -> Result<(), SourceError> {
        if self.round == 0 && !std::mem::replace(&mut self.gate.open, true) {
            // It holds no key frame: smear is better than nothing.
            self.opened = open::open(&self.address)?;
            (self.reopened, self.draining, self.failures) = (true, false, 0);
            return Ok(());
        }
        if self.round == 0 && self.reopened {
            return Err(match self.address {
                Address::File(_) => self.lost(ReasonCode::Empty, "the file holds no picture that can be decoded"),
                _ => self.lost(
                    ReasonCode::Empty,
                    "no picture of this recording can be read; its server may have to give parts of files",
                ),
            });
        }
        if let Some(clip) = &mut self.clip {
            clip.start_again();
        }
        // A round without a picture: going back did not bring it to the beginning.
        self.reopened = self.round == 0 || self.opened.input.seek(0, ..).is_err();
        if self.reopened {
            self.opened = open::open(&self.address)?;
        } else {
            self.opened.decoder.flush();
        }
        self.rounds += 1;
        (self.round, self.draining, self.failures) = (0, false, 0);
        self.newest_stamp = None;
        Ok(())
    }

    /// The recording has turned out to be one picture, which is shown once a second from now on. When it is due next.
    fn become_still(&mut self) -> Option<Duration> {
        let (first, clip) = (self.first.take()?, self.clip.as_mut()?);
        let mut still = Still::new(&self.address, self.stamp, first, clip.last());
        let due = still.next_due();
        self.rounds += 1;
        self.still = Some(still);
        Some(due)
    }

    /// The still's file has changed: opened anew, and kept as it is where that fails, since it may be half written.
    fn replace_still(&mut self) {
        let shown_until = self.still.as_ref().map(Still::due);
        match Video::open(&self.address, &self.wish) {
            Ok(mut video) => {
                if let (Some(clip), Some(due)) = (&mut video.clip, shown_until) {
                    clip.go_on_from(due);
                }
                *self = video;
            }
            Err(error) => log::debug!("{error}; the picture before stays"),
        }
    }

    fn ended(&self, error: Error) -> SourceError {
        let silent = self.opened.watch.is_over();
        SourceError::read(&self.address, fault::of_reading(error, silent, self.began.elapsed()))
    }

    fn lost(&self, code: ReasonCode, reason: &str) -> SourceError {
        SourceError::read(&self.address, Reason::new(code, reason))
    }
}

#[cfg(test)]
mod tests;
