//! What a link has to spare for refinements: what was sent and what it carries in, bytes out. Pure.
//!
//! Refinements may take an eighth of the link, and only where frames leave it a fifth. So a viewer that is on
//! its way to a better rung gets there all the same. That eighth is saved up for a message that is worth its
//! headers, and on a thin link for none that delays a frame by more than the next one would. They are offered
//! twice a second, so that below 9 Mbit/s it is that delay which bounds them: to a sixteenth.

use std::time::{Duration, Instant};

use crate::nouns::{form::Part, quality::Rung};

/// Time for which a viewer must have had its rung: its controller, which may be in its page, is then not on
/// its way to another one.
const HELD_FOR: Duration = Duration::from_secs(3);

/// Share of the link that frames may take where refinements go beside them.
const BUSY_SHARE: f64 = 0.8;

/// Share of the link that refinements may take.
const SHARE: f64 = 0.125;

/// Time over which what was sent is averaged, seconds.
const AVERAGED_S: f64 = 2.0;

/// What a link carries of which nothing is known, where frames took less, bytes a second.
const UNKNOWN: f64 = 128_000.0;

/// Most bytes of a message of refinements.
const MOST: f64 = 32_768.0;

/// Longest time for which one may fill the link, seconds: about that between two frames.
const LONGEST_S: f64 = 0.03;

/// Fewest bytes of a message of refinements: its headers take about 450.
const LEAST: f64 = 1_536.0;

/// Bytes to which messages of refinements are rounded down, so that viewers get one between them.
const STEP: usize = 512;

/// What one viewer's link has to spare.
#[derive(Debug)]
pub(super) struct Spare {
    /// The rung of the last frame, and since when it has been that one.
    rung: Option<(Rung, Instant)>,
    /// Bytes a second that were sent lately.
    rate: f64,
    /// When that was reckoned.
    rated_at: Instant,
    /// Bytes that refinements may take now; less than nothing where they took more.
    saved: f64,
    /// When that was reckoned.
    saved_at: Instant,
}

impl Spare {
    /// A link that has carried nothing yet.
    pub fn new(now: Instant) -> Self {
        Spare { rung: None, rate: 0.0, rated_at: now, saved: 0.0, saved_at: now }
    }

    /// Takes that a message of `bytes` bytes, made at `rung`, goes out.
    pub fn sent(&mut self, rung: Rung, part: Part, bytes: usize, now: Instant) {
        self.rate = self.rate(now) + bytes as f64 / AVERAGED_S;
        self.rated_at = now;
        if part == Part::Refined {
            self.saved -= bytes as f64;
        }
        if self.rung.is_none_or(|(other, _)| other != rung) {
            self.rung = Some((rung, now));
        }
    }

    /// Bytes a second that were sent lately.
    fn rate(&self, now: Instant) -> f64 {
        let passed_s = now.saturating_duration_since(self.rated_at).as_secs_f64();
        self.rate * (-passed_s / AVERAGED_S).exp()
    }

    /// Bytes that refinements may take now on a link of that capacity, bytes a second; `None` where they may
    /// take nothing. A link whose capacity is not known carries at least what it carried lately.
    pub fn bytes(&mut self, capacity: Option<f64>, now: Instant) -> Option<usize> {
        let passed_s = now.saturating_duration_since(self.saved_at).as_secs_f64();
        let carried = capacity.unwrap_or(self.rate(now).max(UNKNOWN));
        let gained = carried * SHARE * passed_s;
        (self.saved, self.saved_at) = ((self.saved + gained).min(MOST), now);
        let is_held = self.rung.is_some_and(|(_, since)| now.saturating_duration_since(since) >= HELD_FOR);
        let is_busy = capacity.is_some_and(|capacity| self.rate(now) > capacity * BUSY_SHARE);
        let most = (carried * LONGEST_S).max(LEAST);
        let bytes = self.saved.min(most) as usize / STEP * STEP;
        (is_held && !is_busy && self.saved >= LEAST).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::{Level, Tier};

    const LOW: Rung = Rung { tier: Tier::Full, level: Level::MIN };
    const HIGH: Rung = Rung { tier: Tier::Full, level: Level::MAX };

    /// Frames of one size, 30 a second, of which each 15th has refinements behind it.
    struct Run {
        seconds: u32,
        rung: Rung,
        bytes: usize,
        capacity: f64,
    }

    /// Sends frames and takes whatever there is to spare behind each; bytes a second that refinements took.
    fn run(spare: &mut Spare, run: &Run, begin: Instant) -> f64 {
        let mut refined = 0;
        for n in 0..run.seconds * 30 {
            let now = begin + Duration::from_secs(1) * n / 30;
            spare.sent(run.rung, Part::Delta, run.bytes, now);
            if n % 15 > 0 {
                continue;
            }
            if let Some(most) = spare.bytes(Some(run.capacity), now) {
                assert!((1_536..=32_768).contains(&most), "{most}");
                spare.sent(run.rung, Part::Refined, most, now);
                refined += most;
            }
        }
        refined as f64 / f64::from(run.seconds)
    }

    #[test]
    fn on_a_thin_link_refinements_take_a_sixteenth_where_frames_leave_it() {
        let begin = Instant::now();
        let mut spare = Spare::new(begin);
        let frames = |bytes| Run { seconds: 60, rung: LOW, bytes, capacity: 125_000.0 };
        let refined = run(&mut spare, &frames(2_000), begin);
        assert!((6_000.0..8_000.0).contains(&refined), "{refined} bytes a second");
        let later = begin + Duration::from_secs(60);
        let refined = run(&mut spare, &frames(3_900), later);
        assert!(refined < 1_000.0, "{refined} bytes a second of a link that frames fill");
    }

    #[test]
    fn on_the_way_to_another_rung_nothing_is_refined() {
        let begin = Instant::now();
        let mut spare = Spare::new(begin);
        let mut refined = |rung, after_s| {
            let frames = Run { seconds: 2, rung, bytes: 2_000, capacity: 1e6 };
            run(&mut spare, &frames, begin + Duration::from_secs(after_s))
        };
        assert!(refined(LOW, 0) == 0.0 && refined(HIGH, 2) == 0.0);
        assert!(refined(HIGH, 4) > 0.0);
    }

    #[test]
    fn a_link_that_nothing_is_known_of_has_an_eighth_of_what_it_carried_at_least() {
        let begin = Instant::now();
        let mut spare = Spare::new(begin);
        spare.sent(LOW, Part::Whole, 60_000, begin);
        assert_eq!(spare.bytes(None, begin), None);
        assert_eq!(spare.bytes(None, begin + HELD_FOR), Some(3_584));
        for n in 0..100 {
            spare.sent(LOW, Part::Delta, 60_000, begin + HELD_FOR + Duration::from_millis(30 * n));
        }
        assert_eq!(spare.bytes(None, begin + 2 * HELD_FOR), Some(32_768));
    }
}
