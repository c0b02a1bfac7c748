//! What damage comes to: reads that fail and packets that cannot be decoded, counted apart. Pure.

use ffmpeg_next::Error;

use crate::source::limits::MOST_BROKEN;

/// Most packets in a row of a live source that cannot be decoded before it counts as lost: ten seconds and
/// more of most.
const MOST_UNDECODED: usize = 10 * MOST_BROKEN;

/// A read that failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// What the demuxer says.
    pub(super) error: Error,
    /// Whether the disk or the connection failed, or nothing came in time: then it is not what was read that
    /// is damaged.
    pub(super) unread: bool,
    /// Whether the source is a recording.
    pub(super) recording: bool,
    /// Whether it is a file, of which all can be read that there is.
    pub(super) file: bool,
}

/// What a read that failed comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The next read may go on behind the damage.
    Again,
    /// The recording has ended, or is cut off here.
    End,
    /// The source is lost.
    Lost,
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Damage {
    /// Reads in a row that failed.
    unread: usize,
    /// Packets since the last frame that could not be decoded.
    undecoded: usize,
    /// Packets that could not be decoded since the count was last taken.
    broken: u64,
}

impl Damage {
    /// Notes that a packet was read.
    pub(super) fn read(&mut self) {
        self.unread = 0;
    }

    /// Notes that a frame was decoded.
    pub(super) fn decoded(&mut self) {
        self.undecoded = 0;
    }

    /// Counts a read that failed. One is no end: asked again, demuxers go on behind damage. An end that a
    /// disk or a connection made is none either.
    pub(super) fn not_read(&mut self, failure: Failure) -> Verdict {
        let Failure { error, unread, recording, file } = failure;
        if error == Error::InvalidData && !unread && self.unread < MOST_BROKEN {
            self.unread += 1;
            return Verdict::Again;
        }
        // A demuxer has errors of its own for the torn end of a file.
        let is_end = matches!(error, Error::Eof | Error::InvalidData) || file;
        if recording && is_end && !unread { Verdict::End } else { Verdict::Lost }
    }

    /// Counts a packet that could not be decoded. Returns whether they are too many for a live source.
    pub(super) fn not_decoded(&mut self) -> bool {
        self.broken += 1;
        self.undecoded += 1;
        self.undecoded > MOST_UNDECODED
    }

    /// Takes the count of packets that could not be decoded.
    pub(super) fn take_broken(&mut self) -> u64 {
        std::mem::take(&mut self.broken)
    }

    /// Begins to count anew what is counted in a row, as at the beginning of a recording.
    pub(super) fn start_again(&mut self) {
        (self.unread, self.undecoded) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIO: Error = Error::Other { errno: ffmpeg_next::error::EIO };

    fn verdict(error: Error, unread: bool, [recording, file]: [bool; 2]) -> Verdict {
        Damage::default().not_read(Failure { error, unread, recording, file })
    }

    #[test]
    fn only_what_was_read_to_its_end_has_ended() {
        let (file, film, live) = ([true, true], [true, false], [false, false]);
        assert_eq!([file, film].map(|kind| verdict(Error::Eof, false, kind)), [Verdict::End; 2]);
        assert_eq!(verdict(Error::Eof, false, live), Verdict::Lost);
        for kind in [file, film, live] {
            for error in [EIO, Error::Eof, Error::Exit, Error::InvalidData] {
                assert_eq!(verdict(error, true, kind), Verdict::Lost, "{error}: reading itself failed");
            }
        }
        assert_eq!([file, film].map(|kind| verdict(EIO, false, kind)), [Verdict::End, Verdict::Lost]);
    }

    #[test]
    fn damage_is_read_past_and_at_last_is_the_end_of_a_recording() {
        for (recording, at_last) in [(true, Verdict::End), (false, Verdict::Lost)] {
            let mut damage = Damage::default();
            let failure = Failure { error: Error::InvalidData, unread: false, recording, file: recording };
            for _ in 0..3 {
                assert!((0..MOST_BROKEN).all(|_| damage.not_read(failure) == Verdict::Again));
                damage.read();
            }
            assert!((0..MOST_BROKEN).all(|_| damage.not_read(failure) == Verdict::Again));
            assert_eq!(damage.not_read(failure), at_last);
        }
    }

    #[test]
    fn packets_that_cannot_be_decoded_are_no_reads_that_failed() {
        let mut damage = Damage::default();
        assert!((0..MOST_UNDECODED).all(|_| !damage.not_decoded()));
        let failure = Failure { error: Error::InvalidData, unread: false, recording: true, file: true };
        assert_eq!(damage.not_read(failure), Verdict::Again);
        damage.read();
        assert!(damage.not_decoded(), "a packet that was read is no frame");
        damage.decoded();
        assert!(!damage.not_decoded());
        assert_eq!(damage.take_broken(), MOST_UNDECODED as u64 + 2);
    }
}
