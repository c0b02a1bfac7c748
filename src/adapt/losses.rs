//! Whether a link loses packets by itself: how much had to be sent again so far in, yes or no out. Pure.
//!
//! A queue that overflows loses many at once, and then none for long; a link that loses by itself does so again and again.

/// Losses in so many of the last ten seconds are the link's own.
const LAST: u64 = 0x3ff;
const OFTEN: u32 = 4;

/// They are until fewer of the last 64 seconds had any.
const SELDOM: u32 = 3;

/// What one connection had to send again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Losses {
    resent: u64,
    /// The last 64 seconds, the latest in the lowest bit: whether anything was sent again.
    seconds: u64,
    often: bool,
}

impl Losses {
    /// To be told once a second how many bytes the connection has sent again since it began; whether its link loses packets.
    pub fn second(&mut self, resent: u64) -> bool {
        self.seconds = self.seconds << 1 | u64::from(resent > self.resent);
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
    fn told(losses: &mut Losses, seconds: impl IntoIterator<Item = bool>) -> bool {
        seconds.into_iter().fold(losses.often, |_, lost| losses.second(losses.resent + u64::from(lost)))
    }

    #[test]
    fn a_queue_that_overflows_is_no_link_that_loses() {
        let mut losses = Losses::default();
        for _ in 0..10 {
            assert!(!told(&mut losses, (0..30).map(|second| second < 3)));
        }
    }

    #[test]
    fn a_link_that_loses_now_and_then_does_until_it_has_not_for_a_minute() {
        let mut losses = Losses::default();
        assert!(told(&mut losses, (0..10).map(|second| second % 3 == 0)));
        assert!(told(&mut losses, [false; 50]));
        assert!(!told(&mut losses, [false; 14]));
    }
}
