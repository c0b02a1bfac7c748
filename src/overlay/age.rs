//! How old a result is beside the picture that is painted, and what follows from it: whether it is shown, how
//! far boxes are moved, and how strongly they are drawn.
//!
//! The page's rules (`frontend/src/results/lifetime.ts`, `frontend/src/overlay/objects.ts`). All times are
//! microseconds.

use super::known::{Seen, Sheet};

/// Age up to which a velocity says where a thing is: somebody may stop or turn, so that it says little about
/// more than half a second.
const FRESH_US: i64 = 500_000;

/// Time by which a result may be newer than the picture and still be shown.
const AHEAD_US: i64 = 500_000;

/// Age from which on boxes are dashed and their age is written on the picture.
const OLD_US: i64 = 1_000_000;

/// Part of a box's colour that is left from that age on.
const OLD_COVER: f32 = 0.75;

/// Age up to which any result is shown.
const LEAST_LIFE_US: f64 = 2_000_000.0;

/// Age from which on no result is shown, however slow its model.
const MOST_LIFE_US: f64 = 15_000_000.0;

/// Times that the next result may take longer than the last one did before this one is given up.
const PATIENCE: f64 = 1.5;

/// Share of its life after which heat fades.
const HEAT_FADES_FROM: f32 = 0.3;

/// The age of a result that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Age {
    /// Time from the capture of the result's frame to that of the picture; negative where it is newer.
    age_us: i64,
    /// Time that it took to make the result.
    delay_us: i64,
    /// Age from which on it is not shown any more.
    life_us: i64,
}

impl Age {
    /// The age of a result beside a picture; `None` where it is too old or too new to be shown, or of another
    /// source than the picture.
    pub fn of(seen: &Seen, sheet: &Sheet) -> Option<Age> {
        let captured_us = seen.result.captured_us;
        let age = Age {
            age_us: sheet.captured_us.cast_signed().wrapping_sub(captured_us.cast_signed()),
            delay_us: seen.result.finished_us.saturating_sub(captured_us).cast_signed(),
            life_us: life_us(seen.result.finished_us.saturating_sub(captured_us), seen.since_us),
        };
        let is_of_take = seen.result.frame >= sheet.take;
        (is_of_take && -AHEAD_US <= age.age_us && age.age_us < age.life_us).then_some(age)
    }

    /// Time by which boxes are moved on from the frame in which they were seen. A result that came in time
    /// and has grown old since stays where it was moved last; one that came late is shown where it is true.
    pub fn shift_us(self) -> i64 {
        match (self.age_us < FRESH_US, self.delay_us < FRESH_US) {
            (true, _) => self.age_us,
            (false, true) => FRESH_US,
            (false, false) => 0,
        }
    }

    /// Part of their colour that boxes have, 0 to 1.
    pub fn cover(self) -> f32 {
        let late = (self.age_us - FRESH_US) as f32 / (OLD_US - FRESH_US) as f32;
        1.0 - late.clamp(0.0, 1.0) * (1.0 - OLD_COVER)
    }

    /// Whole seconds that boxes are old, where they are dashed for it.
    pub fn old_s(self) -> Option<i64> {
        (self.age_us >= OLD_US).then_some(self.age_us / 1_000_000)
    }

    /// Part of its colour that heat has, 0 to 1.
    pub fn heat_cover(self) -> f32 {
        let left = (self.life_us - self.age_us) as f32;
        (left / (self.life_us as f32 * (1.0 - HEAT_FADES_FROM))).clamp(0.0, 1.0)
    }
}

/// Age from which on a result is not shown: the next one is due when its model has looked at another picture,
/// and until then nothing newer is known.
fn life_us(delay_us: u64, since_us: Option<u64>) -> i64 {
    let next_us = delay_us.max(since_us.unwrap_or(0));
    (PATIENCE * (delay_us as f64 + next_us as f64)).clamp(LEAST_LIFE_US, MOST_LIFE_US) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures::found_nothing, nouns::result::AnalyticsResult};

    const START_US: u64 = 1_700_000_000_000_000;

    fn age(age_ms: i64, delay_ms: u64) -> Option<Age> {
        let finished_us = START_US + delay_ms * 1000;
        let result = AnalyticsResult { captured_us: START_US, finished_us, ..found_nothing() };
        Age::of(&Seen { result: &result, since_us: None }, &sheet(age_ms, 0))
    }

    fn sheet(age_ms: i64, take: u64) -> Sheet {
        let captured_us = START_US.wrapping_add_signed(age_ms * 1000);
        Sheet { frame: (640, 360), scale: 1, captured_us, take }
    }

    #[test]
    fn a_result_of_an_earlier_take_is_not_shown_however_new_it_is() {
        let result = AnalyticsResult { frame: 7, captured_us: START_US, ..found_nothing() };
        let is_shown = |take| Age::of(&Seen { result: &result, since_us: None }, &sheet(40, take)).is_some();
        assert_eq!([is_shown(0), is_shown(7), is_shown(8)], [true, true, false]);
    }

    #[test]
    fn a_result_is_shown_for_two_seconds_or_until_the_next_of_a_slow_model_is_due() {
        for (age_ms, delay_ms, shown) in [
            (0, 30, true),
            (-500, 30, true),
            (-501, 30, false),
            (1999, 30, true),
            (2000, 30, false),
            (5999, 2000, true),
            (6000, 2000, false),
            (14_999, 60_000, true),
            (15_000, 60_000, false),
        ] {
            assert_eq!(age(age_ms, delay_ms).is_some(), shown, "{age_ms} ms old, made in {delay_ms}");
        }
        assert_eq!(life_us(500_000, Some(3_000_000)), 5_250_000, "seldom is slow as well");
    }

    #[test]
    fn boxes_are_moved_for_half_a_second_unless_they_came_late() {
        let shift_ms = |age_ms, delay_ms| age(age_ms, delay_ms).expect("is shown").shift_us() / 1000;
        assert_eq!([shift_ms(-200, 30), shift_ms(0, 30), shift_ms(300, 30)], [-200, 0, 300]);
        assert_eq!([shift_ms(1500, 30), shift_ms(300, 600), shift_ms(1500, 600)], [500, 300, 0]);
    }

    #[test]
    fn what_grows_old_pales_and_says_so() {
        let at = |age_ms| age(age_ms, 3000).expect("is shown");
        assert_eq!([at(500).cover(), at(750).cover(), at(4000).cover()], [1.0, 0.875, 0.75]);
        assert_eq!([at(999).old_s(), at(1000).old_s(), at(4900).old_s()], [None, Some(1), Some(4)]);
        let heat = [at(0), at(2699), at(5850), at(8999)].map(Age::heat_cover);
        assert!(heat[0] == 1.0 && heat[1] == 1.0 && (0.49..0.51).contains(&heat[2]), "{heat:?}");
        assert!(heat[3] < 0.01, "{heat:?}");
    }
}
