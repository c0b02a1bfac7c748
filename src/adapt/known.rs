//! What a link is known to carry, from messages that filled it: sizes and times in, bytes a second out. Pure.
//!
//! A small message that leaves the link idle is late for other reasons as well: a page that is busy, a radio
//! that sleeps. 600 bytes that are acknowledged 10 ms late look like 60 KB/s, on a link of any width. So what
//! counts here is messages that waited for one another, whose acks are as far apart as the link made them,
//! and large ones, of which the link's own time is most.

use super::train::Train;

/// Bytes from which on something is known: of one message, or of several that waited. Where 10 ms of other
/// delay come to so many, the link seems to carry 1.6 MB/s, which is wide still.
const ENOUGH: f64 = 16_384.0;

/// What one viewer's link is known to carry.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Messages that filled the link.
    full: Train,
    /// Bytes a second that they told of last. Frames that leave the link idle tell nothing, however long.
    capacity: Option<f64>,
}

impl Known {
    /// Takes `bytes` bytes that have passed and kept the link busy for `busy_ms` at most; `waited` says
    /// whether the link was full, so that they had to wait for the message before them.
    pub fn add(&mut self, bytes: f64, busy_ms: f64, waited: bool, now_ms: f64) {
        if !waited && bytes < ENOUGH {
            return;
        }
        self.full.add(bytes, busy_ms, now_ms);
        if self.full.bytes(now_ms) >= ENOUGH {
            self.capacity = self.full.latest_capacity(now_ms);
        }
    }

    /// Bytes a second that the link carries, where `at_least` is what it carried lately; `None` where nothing
    /// filled it.
    pub fn capacity(&self, at_least: Option<f64>) -> Option<f64> {
        self.capacity.map(|capacity| capacity.max(at_least.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_link_idle_tells_nothing_until_enough_has_waited() {
        let mut known = Known::default();
        (0..200).for_each(|n| known.add(600.0, 10.0, false, f64::from(n) * 29.0));
        assert_eq!(known.capacity(Some(60_000.0)), None);
        (0..4).for_each(|n| known.add(4_000.0, 40.0, true, 6_000.0 + f64::from(n) * 40.0));
        assert_eq!(known.capacity(None), None, "16,000 bytes");
        known.add(4_000.0, 40.0, true, 6_160.0);
        assert_eq!(known.capacity(None), Some(100_000.0));
        assert_eq!(known.capacity(Some(300_000.0)), Some(300_000.0), "it has become wider");
    }

    #[test]
    fn one_large_message_is_enough() {
        let mut known = Known::default();
        known.add(60_000.0, 480.0, false, 480.0);
        assert_eq!(known.capacity(None), Some(125_000.0));
    }
}
