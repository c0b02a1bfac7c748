//! The silence of a viewer: when to ask whether it is still there, and when to give it up. Pure.

use std::time::{Duration, Instant};

/// Whether a viewer still answers.
pub struct Silence {
    heard: Instant,
    asked: Option<Instant>,
    limit: Duration,
}

/// What a viewer's silence calls for.
#[derive(Debug, PartialEq)]
pub enum Silent {
    /// Send a ping.
    Ask,
    /// Give the viewer up: no ping was answered.
    Gone,
}

impl Silence {
    /// A viewer that has just been heard, to be given up after that long.
    pub fn new(now: Instant, limit: Duration) -> Self {
        Silence { heard: now, asked: None, limit }
    }

    /// Notes that the viewer has said something.
    pub fn broken(&mut self, now: Instant) {
        self.heard = now;
        self.asked = None;
    }

    /// Returns what is to be done now, once.
    pub fn step(&mut self, now: Instant) -> Option<Silent> {
        match self.asked {
            Some(asked) => (now.saturating_duration_since(asked) >= self.limit).then_some(Silent::Gone),
            None if now.saturating_duration_since(self.heard) >= self.limit / 2 => {
                self.asked = Some(now);
                Some(Silent::Ask)
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_silent_viewer_is_asked_and_then_given_up() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::new(start, LIMIT);
        assert_eq!(silence.step(at(14)), None);
        assert_eq!(silence.step(at(15)), Some(Silent::Ask));
        assert_eq!(silence.step(at(16)), None, "asked once");
        assert_eq!(silence.step(at(45)), Some(Silent::Gone));
    }

    #[test]
    fn any_word_from_the_viewer_proves_life() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::new(start, LIMIT);
        assert_eq!(silence.step(at(15)), Some(Silent::Ask));
        silence.broken(at(44));
        assert_eq!(silence.step(at(46)), None);
    }
}
