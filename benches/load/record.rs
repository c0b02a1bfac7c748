//! What one viewer saw, counted as its messages arrive.
//!
//! In: messages, the phase, the time of their last byte. Out: a [`ViewerReport`] and what to answer. Not
//! here: sockets, clocks. Memory per viewer is bounded, except for the timeline, which is kept only when
//! asked for.

use std::time::{Duration, Instant};

use super::ages::Ages;
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
    /// Frames whose number did not rise; a correct server sends none.
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
    /// Why the viewer stopped.
    pub end: End,
}

/// What a message asks the viewer to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    Nothing,
    /// Tell the server that this frame arrived, if the viewer acks, and whoever chooses the rung.
    Arrived(Arrived),
    /// Ask for a key frame: what arrived does not apply.
    Unapplied,
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
            return Some(if self.held.take().is_some() { Reply::Unapplied } else { Reply::Nothing });
        }
        self.held = Some((frame, rung));
        let is_refined = delta.is_some_and(|delta| delta.kind == DeltaKind::Refined);
        if measured {
            deltas.count(arrived);
            self.report.bytes += if is_refined { arrived.bytes } else { 0 };
        }
        is_refined.then_some(Reply::Arrived(*arrived))
    }

    /// Counts a message whose blocks could not be put into the picture, in addition to one that does not
    /// apply.
    pub fn broken(&mut self) {
        self.report.deltas.unapplied += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(frame: u64, captured_us: u64) -> Vec<u8> {
        let text =
            format!("steadycast/1 camera=main frame={frame} captured_us={captured_us} level=80 scale=1");
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe];
        bytes.extend_from_slice(&(text.len() as u16 + 2).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    fn take(recorder: &mut Recorder, kind: Kind, start: &[u8], phase: Phase) -> Reply {
        let arrival = || Arrival { at: Instant::now(), utc_us: 1_000_000 };
        recorder.take(&Message { kind, payload_bytes: start.len() as u64, start }, phase, arrival)
    }

    #[test]
    fn only_the_measured_time_counts_but_a_gap_into_it_does() {
        let mut recorder = Recorder::new(true);
        for (frame, phase) in
            [(3, Phase::Warmup), (9, Phase::Warmup), (12, Phase::Measure), (13, Phase::Measure)]
        {
            let reply = take(&mut recorder, Kind::Binary, &jpeg(frame, 980_000), phase);
            assert!(matches!(reply, Reply::Arrived(arrived) if arrived.comment.frame == frame), "{reply:?}");
        }
        take(&mut recorder, Kind::Text, b"{}", Phase::Warmup);
        take(&mut recorder, Kind::Text, b"{}", Phase::Measure);
        let report = recorder.finish(End::Stopped);
        assert_eq!(
            (report.frames, report.commented, report.gaps, report.backwards, report.texts),
            (2, 2, 2, 0, 1)
        );
        assert_eq!(report.ages.sorted_ms(), [20.0, 20.0]);
        assert_eq!(report.timeline.len(), 2);
    }

    #[test]
    fn a_number_that_does_not_rise_is_counted() {
        let mut recorder = Recorder::default();
        for frame in [5, 5, 4] {
            take(&mut recorder, Kind::Binary, &jpeg(frame, 0), Phase::Measure);
        }
        let report = recorder.finish(End::Stopped);
        assert_eq!((report.backwards, report.gaps), (2, 0));
        assert!(report.timeline.is_empty(), "nobody asked for it");
    }

    #[test]
    fn a_frame_without_comment_counts_without_age_or_ack() {
        let mut recorder = Recorder::default();
        assert_eq!(
            take(&mut recorder, Kind::Binary, &[0xff, 0xd8, 0xff, 0xe0], Phase::Measure),
            Reply::Nothing
        );
        let report = recorder.finish(End::Stopped);
        assert_eq!((report.frames, report.bytes, report.commented), (1, 4, 0));
    }

    #[test]
    fn control_messages_ask_for_their_answer() {
        let mut recorder = Recorder::default();
        assert_eq!(take(&mut recorder, Kind::Ping, b"abc", Phase::Warmup), Reply::Pong(b"abc".to_vec()));
        let closed = End::Closed { code: Some(1013), reason: "full".to_owned() };
        assert_eq!(take(&mut recorder, Kind::Close, b"\x03\xf5full", Phase::Warmup), Reply::End(closed));
        let silent = End::Closed { code: None, reason: String::new() };
        assert_eq!(take(&mut recorder, Kind::Close, b"", Phase::Warmup), Reply::End(silent));
        let lost = take(&mut recorder, Kind::Binary, b"PNG", Phase::Warmup);
        assert!(matches!(lost, Reply::End(End::Lost(_))));
    }

    fn delta(frame: u64, words: &str) -> Vec<u8> {
        let text = format!("steadycast/1 camera=main frame={frame} captured_us=0 level=80 scale=1{words}");
        let length = (text.len() as u16 + 2).to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xfe][..], &length, text.as_bytes()].concat()
    }

    #[test]
    fn sharper_blocks_are_no_frames_and_what_does_not_apply_asks_for_a_key_frame_once() {
        let mut recorder = Recorder::default();
        let mut takes = |jpeg: &[u8]| take(&mut recorder, Kind::Binary, jpeg, Phase::Measure);
        takes(&jpeg(5, 0));
        let next = delta(6, " base=5 blocks=3 whole=900");
        assert!(matches!(takes(&next), Reply::Arrived(_)));
        assert!(matches!(takes(&delta(6, " base=6 blocks=2 whole=900 refined=1")), Reply::Arrived(_)));
        assert_eq!(takes(&delta(9, " base=8 blocks=1 whole=900")), Reply::Unapplied);
        assert_eq!(takes(&delta(10, " base=9 blocks=1 whole=900")), Reply::Nothing);
        let report = recorder.finish(End::Stopped);
        let whole_bytes = jpeg(5, 0).len() as u64 + 900;
        let deltas =
            Deltas { keys: 1, changed: 1, refined: 1, blocks: 5, whole_bytes, unapplied: 2, swept: 0 };
        assert_eq!((report.frames, report.gaps, report.deltas), (2, 0, deltas));
    }
}
