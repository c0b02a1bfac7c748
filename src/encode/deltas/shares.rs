//! How many bytes the streams of deltas keep: in goes what each would keep, out comes whether it may. Pure.

use std::{collections::HashMap, mem};

use crate::encode::stream::Stream;

/// Most bytes that all streams keep together, as [`crate::delta::Live::most_bytes`] has it: 63 streams of
/// 4096x2304, or 327 of 1280x720. Without it each viewer could have the server keep one stream more.
const MOST_BYTES: usize = 2 << 30;

/// Most bytes that the streams of one camera keep together, which is more than all rungs of one of 4096x2304
/// take: who watches one camera at all of them takes no other camera's deltas away.
const MOST_OF_A_CAMERA: usize = MOST_BYTES / 2;

/// The streams that may keep something.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Bytes of each stream.
    bytes: HashMap<Stream, usize>,
    /// Whether a stream was refused since that was asked last.
    is_short: bool,
}

impl Shares {
    /// Whether a stream may keep so many bytes. Who may, may so until that is let go, or is to be another
    /// number of bytes.
    pub fn admit(&mut self, stream: &Stream, bytes: usize) -> bool {
        if self.bytes.get(stream) == Some(&bytes) {
            return true;
        }
        self.let_go(stream);
        let all = self.sum(|_| true);
        let of_camera = self.sum(|other| other.camera == stream.camera);
        let fits = all + bytes <= MOST_BYTES && of_camera + bytes <= MOST_OF_A_CAMERA;
        if fits {
            self.bytes.insert(stream.clone(), bytes);
        }
        self.is_short |= !fits;
        fits
    }

    /// Bytes of those streams together for which `counts` is true.
    fn sum(&self, counts: impl Fn(&Stream) -> bool) -> usize {
        self.bytes.iter().filter(|(stream, _)| counts(stream)).map(|(_, bytes)| bytes).sum()
    }

    /// Takes that a stream keeps nothing any more.
    pub fn let_go(&mut self, stream: &Stream) {
        self.bytes.remove(stream);
    }

    /// Takes that no stream of a camera keeps anything any more.
    pub fn forget(&mut self, camera: &str) {
        self.bytes.retain(|stream, _| &*stream.camera != camera);
    }

    /// Whether a stream was refused since this was asked last.
    pub fn take_short(&mut self) -> bool {
        mem::take(&mut self.is_short)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nouns::quality::{Level, Rung, Tier};

    fn stream(camera: &str, place: usize) -> Stream {
        let level = Level::at_or_below(30 + place as u32 % 14 * 5).expect("on the ladder");
        Stream::plain(&Arc::from(camera), Rung { tier: Tier::OFFERED[place / 14], level })
    }

    #[test]
    fn one_camera_keeps_half_of_all_at_most() {
        let (mut shares, bytes) = (Shares::default(), MOST_BYTES / 32);
        let admitted = |shares: &mut Shares, camera| {
            (0..40).filter(|place| shares.admit(&stream(camera, *place), bytes)).count()
        };
        assert_eq!(["yard", "gate", "hall"].map(|camera| admitted(&mut shares, camera)), [16, 16, 0]);
        shares.forget("yard");
        assert_eq!(
            ["gate", "hall"].map(|camera| admitted(&mut shares, camera)),
            [16; 2],
            "who is in stays in"
        );
    }

    #[test]
    fn that_a_stream_was_refused_is_told_once() {
        let mut shares = Shares::default();
        let [one, other] = [stream("yard", 0), stream("yard", 1)];
        assert!(shares.admit(&one, MOST_OF_A_CAMERA) && !shares.take_short());
        assert!(!shares.admit(&other, 1));
        assert_eq!([shares.take_short(), shares.take_short()], [true, false]);
        shares.let_go(&one);
        assert!(shares.admit(&other, 1) && !shares.take_short());
    }
}
