//! Whether a link loses packets by itself: bytes that had to be sent again and the delay in queues in, yes or
//! no out. Pure.
//!
//! A queue that overflows loses packets as well, this viewer's or another's, but then packets also wait in
//! it. A link that loses packets by itself does so again and again while its queue is empty.

/// Packets that are later than this wait in a queue, ms.
const QUEUE_MS: f64 = 30.0;

/// Mask of the last ten seconds in [`Losses::seconds`].
const LAST: u64 = 0x3ff;

/// Fewest of the last ten seconds that must have had losses without a queue before the link is one that loses
/// packets by itself.
const OFTEN: u32 = 4;

/// Fewest of the last 64 seconds that must have had losses for the link to stay such a link. Losses with a
/// queue count as well from then on: a sender that gets on well despite losses may fill the queue.
const SELDOM: u32 = 3;

/// The losses of one connection's link.
#[derive(Clone, Copy, Debug, Default)]
pub struct Losses {
    /// Bytes sent again since the connection began.
    resent: u64,
    /// Whether anything was lost in each of the last 64 seconds, the latest in the lowest bit.
    seconds: u64,
    /// Whether the link is one that loses packets by itself.
    often: bool,
}

impl Losses {
    /// Takes one second: how many bytes the connection has sent again since it began, and how long packets
    /// wait in queues now. Returns whether its link loses packets by itself.
    pub fn second(&mut self, resent: u64, queue_ms: f64) -> bool {
        let lost = resent > self.resent && (self.often || queue_ms < QUEUE_MS);
        self.seconds = self.seconds << 1 | u64::from(lost);
        self.resent = resent;
        let often = (self.seconds & LAST).count_ones() >= OFTEN;
        self.often = often || self.often && self.seconds.count_ones() >= SELDOM;
        self.often
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells of seconds with and without losses; the last answer.
    fn told(losses: &mut Losses, queue_ms: f64, seconds: impl IntoIterator<Item = bool>) -> bool {
        seconds
            .into_iter()
            .fold(losses.often, |_, lost| losses.second(losses.resent + u64::from(lost), queue_ms))
    }

    #[test]
    fn a_queue_that_overflows_is_no_link_that_loses() {
        let mut losses = Losses::default();
        for _ in 0..10 {
            assert!(!told(&mut losses, 0.0, (0..30).map(|second| second < 3)));
        }
        assert!(!told(&mut losses, 60.0, [true; 60]), "others fill it again and again");
    }

    #[test]
    fn a_link_that_loses_now_and_then_does_until_it_has_not_for_a_minute() {
        let mut losses = Losses::default();
        assert!(told(&mut losses, 5.0, (0..10).map(|second| second % 3 == 0)));
        assert!(told(&mut losses, 5.0, [false; 50]));
        assert!(
            told(&mut losses, 60.0, (0..64).map(|second| second % 4 == 0)),
            "now that something gets over them, there is a queue"
        );
        assert!(told(&mut losses, 5.0, [false; 20]));
        assert!(!told(&mut losses, 5.0, [false; 64]));
    }
}
