//! What one viewer saw, counted as its messages arrive.
//!
//! In: messages, the phase, the time of their last byte. Out: a [`ViewerReport`] and what to answer. Not
//! here: sockets, clocks. Memory per viewer is bounded, except for the timeline, which is kept only when
//! asked for.

use std::time::{Duration, Instant};

use super::ages::Ages;
use super::wire::{Comment, Kind, Message, header_bytes, parse_comment};

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

/// One viewer's counts over the measured time.
#[derive(Debug, Default)]
pub struct ViewerReport {
    /// Frames received.
    pub frames: u64,
    /// Bytes of their JPEGs.
    pub bytes: u64,
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
}
