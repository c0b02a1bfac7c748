//! How crowded it is: people, or people on a square metre, in; a level that does not flicker out. Pure, with
//! time passed in.

use std::{fmt, str::FromStr, time::Duration};

use super::lasting::Lasting;
use crate::nouns::result::RiskLevel;

/// Share of a level's border below which the level is left downwards.
const LEAVES_BELOW: f64 = 0.9;

/// The borders between low, moderate, high and critical, rising.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Borders(pub [f64; 3]);

impl FromStr for Borders {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let three = numbers.and_then(|numbers| <[f64; 3]>::try_from(numbers).ok());
        three
            .and_then(|three| Borders::rising(three).ok())
            .ok_or_else(|| "must be three rising numbers above 0, separated by commas".to_owned())
    }
}

impl Borders {
    /// Borders that rise.
    ///
    /// # Errors
    /// Where they do not, or one is 0, below it, or no number.
    pub fn rising([a, b, c]: [f64; 3]) -> Result<Self, String> {
        if 0.0 < a && a < b && b < c && c.is_finite() {
            Ok(Borders([a, b, c]))
        } else {
            Err("must be three rising numbers above 0".to_owned())
        }
    }
}

impl fmt::Display for Borders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        write!(f, "{a},{b},{c}")
    }
}

/// The risk of one camera, level by level.
#[derive(Clone, Debug)]
pub struct Risk {
    borders: Borders,
    level: Lasting<RiskLevel>,
}

impl Risk {
    /// A risk that is low until values say otherwise.
    pub fn new(borders: Borders) -> Self {
        Risk { borders, level: Lasting::new(RiskLevel::Low) }
    }

    /// Goes by other borders from the next value on; the level shown stays until then.
    pub fn set_borders(&mut self, borders: Borders) {
        if self.borders != borders {
            self.borders = borders;
            self.level.wait_anew();
        }
    }

    /// The level after a `value` measured at `now`.
    pub fn step(&mut self, value: f64, now: Duration) -> RiskLevel {
        let asked = self.asked(value);
        self.level.step(asked, now);
        self.level.shown()
    }

    fn asked(&self, value: f64) -> RiskLevel {
        const LEVELS: [RiskLevel; 4] =
            [RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High, RiskLevel::Critical];
        let passed = |(border, level): (f64, &RiskLevel)| {
            let border = if *level <= self.level.shown() { border * LEAVES_BELOW } else { border };
            value >= border
        };
        let steps = self.borders.0.into_iter().zip(&LEVELS[1..]).take_while(|step| passed(*step)).count();
        LEVELS[steps]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn risk() -> Risk {
        Risk::new("10,20,40".parse().expect("valid"))
    }

    #[test]
    fn other_borders_are_no_all_clear() {
        let mut risk = Risk::new(Borders([1.0, 2.0, 3.0]));
        let shown: Vec<RiskLevel> =
            (0..4).map(|second| risk.step(2.5, Duration::from_secs(second))).collect();
        assert_eq!(shown.last(), Some(&RiskLevel::High));
        risk.set_borders(Borders([10.0, 20.0, 30.0]));
        assert_eq!(risk.step(25.0, Duration::from_secs(5)), RiskLevel::High);
    }

    #[test]
    fn a_level_is_reached_when_it_lasts() {
        let mut risk = risk();
        assert_eq!(risk.step(25.0, seconds(0.0)), RiskLevel::Low);
        assert_eq!(risk.step(90.0, seconds(0.9)), RiskLevel::Low);
        assert_eq!(risk.step(45.0, seconds(1.0)), RiskLevel::High, "what lasted, not what came last");
        assert_eq!(risk.step(45.0, seconds(1.1)), RiskLevel::High);
        assert_eq!(risk.step(45.0, seconds(2.1)), RiskLevel::Critical);
    }

    #[test]
    fn one_wrong_count_is_no_alarm() {
        let mut risk = risk();
        for n in 0..50 {
            let value = if n % 3 == 0 { 90.0 } else { 5.0 };
            assert_eq!(risk.step(value, seconds(f64::from(n) * 0.5)), RiskLevel::Low);
        }
    }

    #[test]
    fn a_value_around_a_border_does_not_flicker() {
        let mut risk = risk();
        let mut changes = 0;
        let mut last = RiskLevel::Low;
        for n in 0..200 {
            let now = risk.step(20.0 + f64::from(n % 5) * 0.5 - 1.0, seconds(f64::from(n) * 0.4));
            changes += u32::from(now != last);
            last = now;
        }
        assert!(changes <= 2, "{changes} changes");
        assert_eq!(last, RiskLevel::Moderate, "twenty never lasted");
    }

    #[test]
    fn it_falls_when_it_has_been_calm_for_a_while() {
        let mut risk = risk();
        risk.step(15.0, seconds(0.0));
        assert_eq!(risk.step(15.0, seconds(1.0)), RiskLevel::Moderate);
        assert_eq!(risk.step(9.5, seconds(2.0)), RiskLevel::Moderate, "within the tenth that keeps it");
        assert_eq!(risk.step(9.5, seconds(60.0)), RiskLevel::Moderate);
        assert_eq!(risk.step(2.0, seconds(61.0)), RiskLevel::Moderate);
        assert_eq!(risk.step(2.0, seconds(64.0)), RiskLevel::Low);
    }

    #[test]
    fn borders_must_rise() {
        for wrong in ["", "1,2", "3,2,1", "1,2,3,4", "0,1,2", "a,b,c", "1,2,inf"] {
            assert!(wrong.parse::<Borders>().is_err(), "{wrong}");
        }
        assert_eq!("20, 50,100".parse::<Borders>().expect("valid").to_string(), "20,50,100");
    }
}
