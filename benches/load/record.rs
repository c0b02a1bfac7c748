//! What one viewer saw, counted as its messages arrive.
//!
//! In: messages, the phase, the time of their last byte. Out: a [`ViewerReport`] and what to answer. Not
//! here: sockets, clocks. Memory per viewer is bounded, except for the timeline, which is kept only when
//! asked for.

use std::time::{Duration, Instant};

use super::ages::Ages;
use super::canvas::Prints;
use super::wire::{Comment, DeltaKind, Kind, Message, Rung, header_bytes, parse_comment};

/// What the viewers of a run are doing; sent to all of them at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Read, count nothing.
    Warmup,
    /// Read and count.
    Measure,
    /// Stop reading and hand in the report.
    Done,
}

/// When the last byte of a message was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub at: Instant,
    /// UTC, microseconds since the Unix epoch.
    pub utc_us: u64,
}

/// A frame that carried the comment, to its last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// What its comment says.
    pub comment: Comment,
    /// Size of the JPEG.
    pub bytes: u64,
    pub at: Arrival,
}

impl Arrived {
    /// Returns the time from capture to arrival; server and viewer share a clock.
    pub fn age(&self) -> Duration {
        Duration::from_micros(self.at.utc_us.saturating_sub(self.comment.captured_us))
    }
}

/// Why a viewer stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// The run was over.
    #[default]
    Stopped,
    /// The server closed, with its code and reason where it gave them.
    Closed { code: Option<u16>, reason: String },
    /// The connection broke, or carried something that is no WebSocket of JPEGs.
    Lost(String),
}

/// What one viewer got of whole and of changed pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deltas {
    /// Key frames, and all frames of a viewer that asks for no deltas.
    pub keys: u64,
    /// Frames of what changed.
    pub changed: u64,
    /// Parts of sweeps.
    pub swept: u64,
    /// Messages of sharper blocks, which are no frames.
    pub refined: u64,
    /// Blocks of all of these.
    pub blocks: u64,
    /// Bytes that complete pictures would have taken, by what the comments say.
    pub whole_bytes: u64,
    /// Delta frames that did not apply to what the viewer had.
    pub unapplied: u64,
}

impl Deltas {
    /// Adds another viewer's.
    pub fn add(&mut self, other: &Deltas) {
        self.keys += other.keys;
        self.changed += other.changed;
        self.swept += other.swept;
        self.refined += other.refined;
        self.blocks += other.blocks;
        self.whole_bytes += other.whole_bytes;
        self.unapplied += other.unapplied;
    }

    fn count(&mut self, arrived: &Arrived) {
        let Some(delta) = arrived.comment.delta else {
            self.keys += 1;
            self.whole_bytes += arrived.bytes;
            return;
        };
        self.blocks += delta.blocks;
        match delta.kind {
            DeltaKind::Changed => self.changed += 1,
            DeltaKind::Sweep => self.swept += 1,
            // Without deltas these would not have been sent at all.
            DeltaKind::Refined => {
                self.refined += 1;
                return;
            }
        }
        self.whole_bytes += delta.whole;
    }
}

/// One viewer's counts over the measured time.
#[derive(Debug, Default)]
pub struct ViewerReport {
    /// Frames received.
    pub frames: u64,
    /// Bytes of their JPEGs, and of sharper blocks.
    pub bytes: u64,
    /// Which of them were deltas.
    pub deltas: Deltas,
    /// Received minus captured, for frames that carry the comment.
    pub ages: Ages,
    /// Frame numbers skipped between frames received.
    pub gaps: u64,
    /// Frames whose number did not rise; a correct server sends none, but for the last frame again to a
    /// viewer that asked for a key frame, which does not count here.
    pub backwards: u64,
    /// Frames that carried the comment.
    pub commented: u64,
    /// Text messages: hello, status, analytics, ….
    pub texts: u64,
    /// Bytes of all messages, with the headers of their frames.
    pub message_bytes: u64,
    /// Bytes that came to a viewer that looks at none, without what TLS adds.
    pub sealed_bytes: u64,
    /// When the first frame arrived.
    pub first: Option<Instant>,
    /// When the last frame arrived.
    pub last: Option<Instant>,
    /// Each commented frame, when asked for.
    pub timeline: Vec<Arrived>,
    /// What its pictures showed, where it looked at them.
    pub prints: Prints,
    /// Why the viewer stopped.
    pub end: End,
}

/// What a message asks the viewer to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    Nothing,
    /// Tell the server that this frame arrived, if the viewer acks, and whoever chooses the rung.
    Arrived(Arrived),
    /// Ask for a key frame, and tell of this one as of any other: it arrived, but does not apply.
    Unapplied(Arrived),
    /// Tell whoever chooses the rung of this text message, of which this is the beginning.
    Heard(Vec<u8>, Arrival),
    /// Answer a ping with its own payload.
    Pong(Vec<u8>),
    End(End),
}

/// A viewer's counts under way.
#[derive(Default)]
pub struct Recorder {
    report: ViewerReport,
    newest: Option<u64>,
    /// Whether the viewer has asked for a key frame of a picture that it could compose.
    asks_keys: bool,
    /// Number and rung of the picture that is composed.
    held: Option<(u64, Rung)>,
    keep_timeline: bool,
}

impl Recorder {
    /// Starts with nothing counted.
    pub fn new(keep_timeline: bool) -> Self {
        Self { keep_timeline, ..Self::default() }
    }

    /// Ends the counting, and returns what was counted.
    pub fn finish(mut self, end: End) -> ViewerReport {
        self.report.end = end;
        self.report
    }

    /// Counts a message, and returns what it asks the viewer to do.
    pub fn take(&mut self, message: &Message, phase: Phase, arrival: impl FnOnce() -> Arrival) -> Reply {
        if phase == Phase::Measure {
            self.report.message_bytes += message.payload_bytes + header_bytes(message.payload_bytes);
        }
        match message.kind {
            Kind::Binary => self.frame(message, phase == Phase::Measure, arrival()),
            Kind::Text => {
                self.report.texts += u64::from(phase == Phase::Measure);
                Reply::Heard(message.start.to_vec(), arrival())
            }
            Kind::Ping => Reply::Pong(message.start.to_vec()),
            Kind::Pong => Reply::Nothing,
            Kind::Close => {
                let code = message.start.first_chunk().map(|code| u16::from_be_bytes(*code));
                let reason = String::from_utf8_lossy(message.start.get(2..).unwrap_or_default()).into_owned();
                Reply::End(End::Closed { code, reason })
            }
        }
    }

    fn frame(&mut self, message: &Message, measured: bool, arrival: Arrival) -> Reply {
        if !message.start.starts_with(&[0xff, 0xd8]) {
            return Reply::End(End::Lost("a binary message is not a JPEG".to_owned()));
        }
        let arrived = parse_comment(message.start).map(|comment| Arrived {
            comment,
            bytes: message.payload_bytes,
            at: arrival,
        });
        if let Some(arrived) = &arrived
            && let Some(reply) = self.delta(arrived, measured)
        {
            return reply;
        }
        let newest = arrived.and_then(|arrived| self.newest.replace(arrived.comment.frame));
        if measured {
            let report = &mut self.report;
            report.frames += 1;
            report.bytes += message.payload_bytes;
            report.first.get_or_insert(arrival.at);
            report.last = Some(arrival.at);
            if let Some(arrived) = arrived {
                report.commented += 1;
                report.ages.push(arrived.age());
                if self.keep_timeline {
                    report.timeline.push(arrived);
                }
                let frame = arrived.comment.frame;
                match newest {
                    Some(before) if frame == before && self.asks_keys => {}
                    Some(before) if frame <= before => report.backwards += 1,
                    Some(before) => report.gaps += frame - before - 1,
                    None => {}
                }
            }
        }
        arrived.map_or(Reply::Nothing, Reply::Arrived)
    }

    /// Counts what the frame is, and holds it; a reply where it is no further frame.
    fn delta(&mut self, arrived: &Arrived, measured: bool) -> Option<Reply> {
        let Comment { frame, rung, delta, .. } = arrived.comment;
        let applies = delta.is_none_or(|delta| {
            self.held.is_some_and(|(before, held)| match delta.kind {
                DeltaKind::Sweep => before < frame,
                DeltaKind::Refined => held == rung && before == frame,
                DeltaKind::Changed => held == rung && (delta.base..frame).contains(&before),
            })
        });
        let deltas = &mut self.report.deltas;
        if !applies {
            // Behind the first one nothing applies until a key frame comes, which is asked for once.
            deltas.unapplied += u64::from(measured);
            let is_first = self.held.take().is_some();
            return Some(if is_first { Reply::Unapplied(*arrived) } else { Reply::Arrived(*arrived) });
        }
        self.held = Some((frame, rung));
        let is_refined = delta.is_some_and(|delta| delta.kind == DeltaKind::Refined);
        if measured {
            deltas.count(arrived);
            self.report.bytes += if is_refined { arrived.bytes } else { 0 };
        }
        is_refined.then_some(Reply::Arrived(*arrived))
    }

    /// Notes that the viewer asks for a key frame, which may be of the frame that came last.
    pub fn asks_key(&mut self) {
        self.asks_keys = true;
    }

    /// Counts a message whose blocks could not be put into the picture, in addition to one that does not
    /// apply; as all else only in the measured time.
    pub fn broken(&mut self, phase: Phase) {
        self.report.deltas.unapplied += u64::from(phase == Phase::Measure);
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
