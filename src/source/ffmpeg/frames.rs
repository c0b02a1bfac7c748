//! From a container to decoded frames: packets are read and decoded, damage is passed over, and nothing is
//! waited for without end.
//!
//! In goes an open container, out come frames one by one, with signs in between that the source lives. What a
//! frame looks like is `normal`'s, when it is due `clip`'s; what damage comes to is decided in `damage`.

use std::time::{Duration, Instant};

use ffmpeg_next::{Error, Packet, Rational, frame};

use super::{
    damage::{Damage, Failure, Verdict},
    fault,
    gate::Gate,
    nature::{self, Nature},
    open::{self, Opened},
    sys,
    wait::Wait,
};
use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, error::SourceError},
};

/// Time without a packet after which video that has come up in another stream is what the source goes on
/// with: an encoder that was started again, another part of a broadcast.
const REPLACED_AFTER: Duration = Duration::from_secs(1);

/// Time between two reads of a source that says to ask again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// What one step came to.
pub(super) enum Step {
    /// A frame is there.
    Frame,
    /// Something was read; there is no frame yet.
    Packet,
    /// The recording has ended.
    End,
}

/// A container being decoded.
pub(super) struct Frames {
    address: Address,
    opened: Opened,
    /// The last decoded frame.
    frame: frame::Video,
    gate: Gate,
    wait: Wait,
    /// Frames since the recording began this time.
    round: u64,
    /// Whether this round was begun by opening the file, not by going back in it.
    reopened: bool,
    /// Whether the decoder has been told of the end.
    draining: bool,
    damage: Damage,
    /// Time stamp of the newest packet.
    newest_stamp: Option<i64>,
}

impl Frames {
    /// Opens the address.
    ///
    /// # Errors
    /// [`SourceError::Open`] with what really happened.
    pub(super) fn open(address: &Address) -> Result<Frames, SourceError> {
        let began = Instant::now();
        let opened = open::open(address)?;
        let now = Instant::now();
        Ok(Frames {
            address: address.clone(),
            frame: frame::Video::empty(),
            gate: Gate::new(opened.codec, now),
            wait: Wait::new(began, now),
            round: 0,
            reopened: true,
            draining: false,
            damage: Damage::default(),
            newest_stamp: None,
            opened,
        })
    }

    /// The open container.
    pub(super) fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Whether the source has an end, behind which it starts again.
    pub(super) fn is_recording(&self) -> bool {
        self.opened.nature == Nature::Recording
    }

    /// Frames since the recording began this time.
    pub(super) fn round(&self) -> u64 {
        self.round
    }

    /// Takes the last frame.
    pub(super) fn take(&mut self) -> frame::Video {
        std::mem::replace(&mut self.frame, frame::Video::empty())
    }

    /// Takes the count of packets that could not be decoded.
    pub(super) fn take_broken(&mut self) -> u64 {
        self.damage.take_broken()
    }

    /// Time stamp of the last frame in ms, and how far behind the newest packet it is; `None` where the
    /// stream tells no times.
    pub(super) fn stamp_ms(&self) -> (Option<f64>, Option<f64>) {
        let stream = self.opened.input.stream(self.opened.stream);
        let base = f64::from(stream.map_or(Rational(1, 1000), |stream| stream.time_base()));
        let millis = |stamp: i64| stamp as f64 * base * 1000.0;
        let stamp = self.frame.timestamp();
        let behind =
            stamp.zip(self.newest_stamp).map(|(shown, newest)| millis(newest.saturating_sub(shown)).max(0.0));
        (stamp.map(millis), behind)
    }

    /// Takes one frame out of the decoder, or gives it one packet.
    ///
    /// # Errors
    /// [`SourceError::Read`] where a live source has ended, or where a recording cannot be read any further.
    pub(super) fn step(&mut self) -> Result<Step, SourceError> {
        match self.opened.decoder.receive_frame(&mut self.frame) {
            Ok(()) if self.gate.lets_through(self.frame.is_key()) => {
                self.damage.decoded();
                self.round += 1;
                return Ok(Step::Frame);
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
        if let Some(limit) = self.wait.begin(self.opened.nature) {
            self.opened.watch.allow(limit);
        }
        let mut packet = Packet::empty();
        loop {
            match packet.read(&mut self.opened.input) {
                Ok(()) if packet.stream() != self.opened.stream => return self.pass_over(packet.stream()),
                Ok(()) => return self.decode(&packet).map(|()| Step::Packet),
                Err(Error::Other { errno: ffmpeg_next::error::EAGAIN }) if !self.opened.watch.is_over() => {
                    std::thread::sleep(ASK_AGAIN_AFTER);
                }
                Err(error) => return self.not_read(error),
            }
        }
    }

    /// Passes over a packet of another stream, which says nothing of ours.
    fn pass_over(&mut self, stream: usize) -> Result<Step, SourceError> {
        if self.is_recording() {
            self.wait.end();
        } else if self.opened.watch.is_over() {
            return Err(self.lost(Error::Exit));
        } else if self.opened.is_new_video(stream) && self.wait.quiet_for() >= REPLACED_AFTER {
            let reason =
                Reason::new(ReasonCode::HungUp, "its video has ended, and goes on in another stream");
            return Err(SourceError::read(&self.address, reason));
        }
        Ok(Step::Packet)
    }

    /// Gives a packet to the decoder.
    fn decode(&mut self, packet: &Packet) -> Result<(), SourceError> {
        self.wait.came(Instant::now());
        self.damage.read();
        self.newest_stamp = self.newest_stamp.max(packet.pts());
        if packet.is_key() {
            self.opened.suit_width();
        }
        match self.opened.decoder.send_packet(packet) {
            Ok(()) => Ok(()),
            Err(_) => self.note_broken(),
        }
    }

    /// Has the decoder give what it has kept back, since the recording has no more packets.
    fn drain(&mut self) -> Step {
        if std::mem::replace(&mut self.draining, true) {
            return Step::End;
        }
        // It can only have been told before.
        let _ = self.opened.decoder.send_eof();
        Step::Packet
    }

    /// Does what a failed read comes to.
    fn not_read(&mut self, error: Error) -> Result<Step, SourceError> {
        let input = &self.opened.input;
        let over_network = matches!(self.address, Address::Stream(_));
        // How the list of pieces was read says nothing of the pieces.
        let whole = !nature::in_pieces(input);
        let unread = self.opened.watch.is_over()
            || whole && (sys::io_error(input).is_some() || over_network && sys::ends_early(input));
        let recording = self.is_recording();
        match self.damage.not_read(Failure { error, unread, recording, file: !over_network }) {
            Verdict::Again => Ok(Step::Packet),
            Verdict::End => Ok(self.drain()),
            Verdict::Lost => Err(self.lost(error)),
        }
    }

    /// Counts a packet that cannot be decoded.
    ///
    /// # Errors
    /// Where too many have come in a row.
    fn note_broken(&mut self) -> Result<(), SourceError> {
        if self.is_before_the_first() && !self.is_recording() {
            // What comes before the first key frame cannot be decoded, and is not to blame.
            return Ok(());
        }
        if self.damage.not_decoded() && !self.is_recording() {
            let reason = Reason::new(ReasonCode::Broken, "its pictures cannot be decoded");
            return Err(SourceError::read(&self.address, reason));
        }
        Ok(())
    }

    /// Whether no frame has come yet, and one may still be waited for.
    fn is_before_the_first(&self) -> bool {
        self.round == 0 && self.gate.is_waiting()
    }

    /// Has a stream that has had no frame for long enough shown as it is from now on.
    pub(super) fn show_at_last(&mut self) {
        if !self.is_recording() && self.round == 0 && !self.is_before_the_first() {
            sys::show_damaged(&mut self.opened.decoder);
        }
    }

    /// Why there is no frame although packets come.
    pub(super) fn what_is_waited_for(&self) -> Reason {
        if self.is_recording() || self.round > 0 {
            return Reason::new(ReasonCode::Broken, "packets come, but no picture can be made of them");
        }
        let waited = self.gate.waited().as_secs();
        let text = format!(
            "waiting for a key frame for {waited} s; a shorter key frame interval in the camera helps"
        );
        Reason::new(ReasonCode::NoKeyFrame, text)
    }

    /// Goes to the recording's beginning. Seeking takes a fraction of the time that opening takes; not every
    /// format can seek.
    ///
    /// # Errors
    /// [`SourceError::Read`] where the recording holds no picture; [`SourceError::Open`] where it cannot be
    /// opened again.
    pub(super) fn start_again(&mut self) -> Result<(), SourceError> {
        let nothing = self.round == 0;
        // Without a single key frame, smear is better than nothing.
        let first_try = !self.gate.open();
        if nothing && self.reopened && !first_try {
            return Err(SourceError::read(&self.address, self.holds_nothing()));
        }
        // A round without a picture: going back did not bring it to the beginning.
        self.reopened = nothing || self.opened.input.seek(0, ..).is_err();
        if self.reopened {
            self.opened = open::open(&self.address)?;
        } else {
            self.opened.decoder.flush();
        }
        (self.round, self.draining) = (0, false);
        self.damage.start_again();
        self.wait.end();
        self.newest_stamp = None;
        Ok(())
    }

    /// Why a recording gives no picture.
    fn holds_nothing(&self) -> Reason {
        let text = if self.address.file().is_some() {
            "the file holds no picture that can be decoded"
        } else {
            "no picture of this recording can be read; its server may have to give parts of files"
        };
        Reason::new(ReasonCode::Empty, text)
    }

    /// The error of a source that cannot be read any further.
    fn lost(&self, error: Error) -> SourceError {
        let silent = self.opened.watch.is_over();
        let reason = match self.address.file() {
            Some(_) if self.is_recording() && !silent => {
                let error = sys::io_error(&self.opened.input).unwrap_or(error);
                let text = format!("the file cannot be read any further ({error}); its disk may be failing");
                Reason::new(ReasonCode::Broken, text)
            }
            _ => fault::of_reading(error, silent, self.wait.lasted()),
        };
        SourceError::read(&self.address, reason)
    }
}
