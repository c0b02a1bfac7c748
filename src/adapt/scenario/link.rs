//! A bottleneck with a queue in front of it, in simulated time. For tests only.

/// Bytes a sender's kernel takes beyond what its link has room for.
const UNSENT: f64 = 16_384.0;

/// What the viewers of a link share: it carries one frame after another.
#[derive(Clone, Copy)]
pub struct Bottleneck {
    /// Megabits a second.
    pub mbit: f64,
    /// Longest time for which its queue holds what comes, milliseconds.
    pub queue_ms: f64,
    /// Share of it that others use.
    pub cross: f64,
    /// When all that was sent so far is through.
    pub busy_until: f64,
}

impl Bottleneck {
    /// Bytes a millisecond.
    pub fn rate(&self) -> f64 {
        self.mbit * (1.0 - self.cross) * 125.0
    }

    /// Whether its queue, and the sender's kernel behind that, take a frame.
    pub fn has_room(&self, now: f64) -> bool {
        self.busy_until - now <= self.queue_ms + UNSENT / self.rate()
    }

    /// Carries so many bytes; when the last of them is through.
    pub fn carry(&mut self, bytes: f64, now: f64) -> f64 {
        self.busy_until = self.busy_until.max(now) + bytes / self.rate();
        self.busy_until
    }
}
