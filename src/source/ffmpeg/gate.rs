//! Keeps frames back until the first that needs no other: decoders of H.265 give grey smear before.

use std::time::{Duration, Instant};

use ffmpeg_next::codec;

/// Longest wait for a key frame; smart codecs send one in 30 s. Then pictures are shown as they are: some
/// streams never send one.
const KEY_FRAME_WITHIN: Duration = Duration::from_secs(40);

/// Whether frames may be shown, and since when they may not.
#[derive(Debug)]
pub(super) struct Gate {
    open: bool,
    since: Instant,
}

impl Gate {
    /// The gate of a stream that has just been opened. H.264's is open at once: its decoder keeps its frames
    /// back by itself, and knows streams that refresh without key frames.
    pub(super) fn new(codec: codec::Id, now: Instant) -> Gate {
        Gate { open: codec == codec::Id::H264, since: now }
    }

    /// Whether a frame may be shown. A key frame opens the gate, and so does a long wait for one.
    pub(super) fn lets_through(&mut self, is_key: bool) -> bool {
        self.open = self.open || is_key || !self.is_waiting();
        self.open
    }

    /// Opens the gate. Returns whether it was open.
    pub(super) fn open(&mut self) -> bool {
        std::mem::replace(&mut self.open, true)
    }

    /// Whether a key frame may still come.
    pub(super) fn is_waiting(&self) -> bool {
        self.waited() < KEY_FRAME_WITHIN
    }

    /// Time since the stream was opened.
    pub(super) fn waited(&self) -> Duration {
        self.since.elapsed()
    }
}
