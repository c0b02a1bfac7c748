//! Whether a camera's own JPEGs go to a level's viewers as they came: in go sizes and times, out comes what
//! to do with a frame.
//!
//! Such a JPEG is the best picture that there is, and costs nothing; but it may be far larger than ours, at
//! the top level or any other. How large ours would be is known from making it: every few seconds a frame is
//! encoded as well, the smaller of the two is sent, and until the next comparison the same is taken for
//! smaller. A camera keeps its own quality, so that the two sizes rise and fall together with what is to be
//! seen. Deltas are compared in the same way, over the time from one comparison to the next. Pure, but for
//! laying out the bytes.

use std::time::{Duration, Instant};

use super::queue::Job;
use crate::{
    coder::append_standard_tables,
    frame::EncodedFrame,
    jpeg::{Piece, Plain},
};

/// Longest time for which a comparison of sizes is believed: one frame in sixty of a camera of 30, about 2 %
/// of what encoding each would take. A camera that turns its quality up meanwhile costs its viewers two
/// seconds of larger frames.
const COMPARE_EVERY: Duration = Duration::from_secs(2);

/// Share of the camera's bytes, as a fraction, which deltas take at most where they begin: the change costs
/// each viewer a complete picture, and must not be made for a few bytes.
const DELTAS_BEGIN_BELOW: (u64, u64) = (9, 10);

/// What to do with a camera's JPEG at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Send it as it is.
    PassThrough,
    /// Encode its picture.
    Encode,
    /// Encode its picture, and send the smaller one.
    Compare,
}

/// How one camera's JPEGs fare against ours at a level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fit {
    last: Option<Comparison>,
}

/// One frame's JPEGs, the camera's and ours.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    at: Instant,
    /// Whether the camera's was no larger.
    fits: bool,
}

impl Fit {
    /// Says what to do with the next JPEG.
    pub fn choice(self, now: Instant) -> Choice {
        match self.last {
            Some(Comparison { at, fits }) if now.saturating_duration_since(at) < COMPARE_EVERY => {
                if fits {
                    Choice::PassThrough
                } else {
                    Choice::Encode
                }
            }
            _ => Choice::Compare,
        }
    }

    /// Takes the sizes of both; true if the camera's is no larger.
    pub fn compare(&mut self, theirs: usize, ours: usize, now: Instant) -> bool {
        let fits = theirs <= ours;
        self.last = Some(Comparison { at: now, fits });
        fits
    }
}

/// What to do with a camera's JPEG for those who get deltas of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Send it as it is.
    PassThrough,
    /// Send it as it is, and have a stream of deltas begin with its picture: the next one will be weighed.
    Begin,
    /// Make a delta, and weigh the two.
    Weigh,
}

/// How deltas of one camera's pictures fare against its JPEGs at a level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contest {
    stage: Stage,
}

/// How far a contest is.
#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The camera's JPEGs go out, since that moment.
    Untouched { since: Instant },
    /// The camera's JPEGs go out; the stream of deltas has had one picture.
    Begun,
    /// Deltas go out; what both took since that moment.
    Deltas { since: Instant, ours: u64, theirs: u64 },
}

impl Contest {
    /// Says what to do with the next JPEG.
    pub fn step(&mut self, now: Instant) -> Step {
        match self.stage {
            Stage::Untouched { since } if now.saturating_duration_since(since) < COMPARE_EVERY => {
                Step::PassThrough
            }
            Stage::Unknown | Stage::Untouched { .. } => {
                self.stage = Stage::Begun;
                Step::Begin
            }
            Stage::Begun | Stage::Deltas { .. } => Step::Weigh,
        }
    }

    /// Takes the bytes of the camera's JPEG and of the delta; true if deltas go out.
    pub fn weigh(&mut self, theirs: usize, ours: usize, now: Instant) -> bool {
        let (theirs, ours) = (theirs as u64, ours as u64);
        let begins = ours * DELTAS_BEGIN_BELOW.1 <= theirs * DELTAS_BEGIN_BELOW.0;
        self.stage = match self.stage {
            Stage::Deltas { since, ours: before, theirs: theirs_before } => {
                let (ours, theirs) = (before + ours, theirs_before + theirs);
                if now.saturating_duration_since(since) < COMPARE_EVERY {
                    Stage::Deltas { since, ours, theirs }
                } else if ours <= theirs {
                    Stage::Deltas { since: now, ours: 0, theirs: 0 }
                } else {
                    Stage::Untouched { since: now }
                }
            }
            _ if begins => Stage::Deltas { since: now, ours: 0, theirs: 0 },
            _ => Stage::Untouched { since: now },
        };
        matches!(self.stage, Stage::Deltas { .. })
    }
}

/// Lays out a camera's JPEG as the job's viewers get it.
pub(super) fn frame(job: &Job, plain: Plain) -> EncodedFrame {
    let Job { stream, frame } = job;
    let mut draft = EncodedFrame::begin(&stream.camera, frame, stream.rung, plain.jpeg.len());
    append(plain, draft.jpeg());
    draft.finish()
}

/// Appends what shows the picture, with the tables that the camera takes for granted; all but SOI.
fn append(plain: Plain, out: &mut Vec<u8>) {
    for piece in plain.pieces {
        match piece {
            Piece::Bytes(range) => out.extend_from_slice(&plain.jpeg[range.clone()]),
            Piece::StandardTables => append_standard_tables(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coder::{Coefficients, Huffman},
        jpeg::CameraJpeg,
        nouns::picture::Planes,
    };

    #[test]
    fn the_smaller_one_is_sent_until_the_next_comparison() {
        let (mut fit, start) = (Fit::default(), Instant::now());
        assert_eq!(fit.choice(start), Choice::Compare);
        for (theirs, ours, then) in [(100, 100, Choice::PassThrough), (101, 100, Choice::Encode)] {
            assert_eq!(fit.compare(theirs, ours, start), then == Choice::PassThrough);
            assert_eq!(fit.choice(start + COMPARE_EVERY / 2), then);
            assert_eq!(fit.choice(start + COMPARE_EVERY), Choice::Compare);
        }
    }

    #[test]
    fn deltas_go_out_once_they_are_clearly_smaller_and_while_they_are_no_larger() {
        let (mut contest, start) = (Contest::default(), Instant::now());
        assert_eq!([contest.step(start), contest.step(start)], [Step::Begin, Step::Weigh]);
        assert!(!contest.weigh(100, 91, start), "not for a few bytes");
        assert_eq!(contest.step(start + COMPARE_EVERY / 2), Step::PassThrough);
        let again = start + COMPARE_EVERY;
        assert_eq!([contest.step(again), contest.step(again)], [Step::Begin, Step::Weigh]);
        assert!(contest.weigh(100, 90, again));
        // A scene that moves for less than a comparison's time, and one that goes on moving.
        for (ours, stays) in [([300, 0], true), ([101, 100], false)] {
            let weighed = ours.map(|ours| {
                assert_eq!(contest.step(again), Step::Weigh);
                contest.weigh(100, ours, again + COMPARE_EVERY / 2)
            });
            assert_eq!(weighed, [true; 2], "within the time of a comparison");
            let last = if stays { 0 } else { 100 };
            assert_eq!(contest.weigh(100, last, again + COMPARE_EVERY), stays);
            if stays {
                contest = at(again);
            }
        }
        assert_eq!(contest.step(again + COMPARE_EVERY), Step::PassThrough);
    }

    /// A contest in which deltas go out from that moment on.
    fn at(moment: Instant) -> Contest {
        let mut contest = Contest::default();
        contest.step(moment);
        assert!(contest.weigh(100, 1, moment));
        contest
    }

    #[test]
    fn tables_that_a_camera_takes_for_granted_are_put_in() {
        let mut coefficients = Coefficients::new();
        coefficients.load_planes(&Planes::grey(32, 16, 90)).expect("a picture");
        let whole = coefficients.to_jpeg(80, Huffman::Standard).expect("a picture");
        let mut bare = whole.clone();
        let scan = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
        let tables = whole.windows(2).position(|pair| pair == [0xFF, 0xC4]).expect("has tables");
        bare.drain(tables..scan);
        for jpeg in [bare, whole.clone()] {
            let camera = CameraJpeg::new(jpeg.into()).expect("is sound");
            let mut out = whole[..2].to_vec();
            append(camera.plain().expect("is plain"), &mut out);
            assert!(out == whole, "libjpeg-turbo's tables are those of annex K, in the same place");
        }
    }
}
