//! When a stream of events looks after itself: for results, and for a word that keeps it alive. Pure, with
//! time passed in.

use std::time::{Duration, Instant};

/// Time between two results of a camera, at least; also the longest time until a stream notices that its
/// client has gone, or that the server stops.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Time between two looks at whether the client may still be told anything.
const RIGHT_EVERY: Duration = Duration::from_secs(1);

/// Time between two comments: less than any proxy waits before it takes a stream for dead (nginx: 60 s).
const COMMENT_EVERY: Duration = Duration::from_secs(15);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A comment.
    Comment,
    /// A look for results, and at whether there is still a client.
    Look,
}

/// The pace of one stream.
#[derive(Debug)]
pub struct Pace {
    comment_at: Instant,
    look_at: Instant,
    right_at: Instant,
}

impl Pace {
    /// The pace of a stream that begins.
    pub fn new(now: Instant) -> Self {
        Pace { comment_at: now + COMMENT_EVERY, look_at: now, right_at: now + RIGHT_EVERY }
    }

    /// Returns what is due, once; what a client was too slow for is not made up for.
    pub fn due(&mut self, now: Instant) -> Option<Due> {
        if now >= self.comment_at {
            self.comment_at = now + COMMENT_EVERY;
            Some(Due::Comment)
        } else if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            Some(Due::Look)
        } else {
            None
        }
    }

    /// Tells whether to look at what the client may be told, once. Asked before each piece: one that has much
    /// to be told comes to nothing else for a while.
    pub fn doubts(&mut self, now: Instant) -> bool {
        let doubts = now >= self.right_at;
        if doubts {
            self.right_at = now + RIGHT_EVERY;
        }
        doubts
    }

    /// Returns when something is due next.
    pub fn next(&self) -> Instant {
        self.comment_at.min(self.look_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What falls due from one moment to another, in milliseconds, to a client that can always take it.
    fn dues(pace: &mut Pace, start: Instant, until_ms: u64) -> Vec<(u64, Due)> {
        let mut dues = Vec::new();
        while pace.next() < start + Duration::from_millis(until_ms) {
            let now = pace.next();
            dues.extend(pace.due(now).map(|due| ((now - start).as_millis() as u64, due)));
        }
        dues
    }

    #[test]
    fn a_comment_comes_each_15_seconds_and_a_look_five_times_a_second() {
        let start = Instant::now();
        let dues = dues(&mut Pace::new(start), start, 60_000);
        let at = |wanted| dues.iter().filter(move |(_, due)| *due == wanted).map(|(at, _)| *at);
        assert_eq!(at(Due::Comment).collect::<Vec<_>>(), [15_000, 30_000, 45_000]);
        let looks: Vec<u64> = at(Due::Look).collect();
        assert!(looks[0] == 0 && looks.windows(2).all(|pair| pair[1] - pair[0] >= 200));
        assert!((295..=300).contains(&looks.len()), "{} looks", looks.len());
    }

    #[test]
    fn a_client_that_took_nothing_for_a_minute_gets_one_of_each_at_once() {
        let start = Instant::now();
        let (mut pace, later) = (Pace::new(start), start + Duration::from_secs(60));
        let given = [pace.due(later), pace.due(later), pace.due(later)];
        assert_eq!(given, [Some(Due::Comment), Some(Due::Look), None]);
        assert_eq!(pace.next(), later + LOOK_EVERY);
    }

    #[test]
    fn what_a_client_may_be_told_is_looked_at_once_a_second_however_much_that_is() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let pieces = (0..10_000).map(|ms| start + Duration::from_millis(ms));
        assert_eq!(pieces.filter(|now| pace.doubts(*now)).count(), 9);
    }
}
