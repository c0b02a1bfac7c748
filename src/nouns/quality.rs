//! The nouns of quality: a level, a tier, a rung (a level at a tier) and the ladder of levels a server
//! offers.
//!
//! Only what they are and which values exist. Which rung a viewer should have is decided by the viewer or by
//! `adapt`.

use std::fmt;

/// Distance between two neighbouring levels, in steps of JPEG quality.
pub const LEVEL_STEP: u8 = 5;

/// A JPEG quality from 30 to 95 in steps of 5: libjpeg's own scale, on which 50 means the standard's sample
/// tables unscaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// The lowest level: below it a smaller picture looks better than a coarser one.
    pub const MIN: Level = Level(30);
    /// The highest level: above it bytes grow steeply and eyes see nothing.
    pub const MAX: Level = Level(95);

    /// The level that gives a good picture and that most links carry.
    pub const MIDDLE: Level = Level(60);

    /// Returns the level at or just below `quality`; `None` outside 30 to 95.
    pub fn at_or_below(quality: u32) -> Option<Level> {
        let quality = u8::try_from(quality).ok()?;
        (Self::MIN.0..=Self::MAX.0).contains(&quality).then(|| Level(quality - quality % LEVEL_STEP))
    }

    /// Returns the level of exactly this `quality`; `None` between two levels, and outside 30 to 95.
    pub fn exactly(quality: u32) -> Option<Level> {
        Self::at_or_below(quality).filter(|level| u32::from(level.0) == quality)
    }

    /// Returns the JPEG quality that this level stands for.
    pub fn quality(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A picture size: how much smaller each axis is than the camera's, rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The camera's own size.
    Full,
    /// Half of the camera's size on each axis.
    Half,
    /// A quarter of the camera's size on each axis.
    Quarter,
    /// An eighth of the camera's size on each axis.
    Eighth,
}

impl Tier {
    /// Every tier a viewer may ask for, largest picture first.
    pub const OFFERED: [Tier; 4] = [Tier::Full, Tier::Half, Tier::Quarter, Tier::Eighth];

    /// Returns the tier for a `scale`, written as in the protocol; `None` if it is not offered.
    pub fn from_scale(scale: u32) -> Option<Tier> {
        Self::OFFERED.into_iter().find(|tier| tier.scale() == scale)
    }

    /// Returns the divisor of each axis, written as in the protocol.
    pub fn scale(self) -> u32 {
        match self {
            Tier::Full => 1,
            Tier::Half => 2,
            Tier::Quarter => 4,
            Tier::Eighth => 8,
        }
    }

    /// Returns the tier of twice the size; `None` for the largest.
    pub fn larger(self) -> Option<Tier> {
        match self {
            Tier::Full => None,
            Tier::Half => Some(Tier::Full),
            Tier::Quarter => Some(Tier::Half),
            Tier::Eighth => Some(Tier::Quarter),
        }
    }
}

/// What a viewer watches: a level at a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rung {
    /// Picture size.
    pub tier: Tier,
    /// JPEG quality.
    pub level: Level,
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.level, self.tier.scale())
    }
}

/// What a viewer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The level, unless the server is to choose.
    pub level: AskedLevel,
    /// Picture size; the largest one where the server is to choose.
    pub tier: Tier,
}

/// A level, or the server's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedLevel {
    /// The server chooses, by what it sees of the link.
    Auto,
    /// The viewer chose this level.
    Level(Level),
}

/// The levels one server offers: every step from its lowest to its highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    min: Level,
    max: Level,
}

impl Ladder {
    /// Returns the ladder from `min` to `max`; `None` where they are the wrong way round.
    pub fn new(min: Level, max: Level) -> Option<Ladder> {
        (min <= max).then_some(Ladder { min, max })
    }

    /// Highest level.
    pub fn top(self) -> Level {
        self.max
    }

    /// Returns every level, lowest first.
    pub fn levels(self) -> impl Iterator<Item = Level> {
        (self.min.0..=self.max.0).step_by(usize::from(LEVEL_STEP)).map(Level)
    }

    /// Returns the level nearest to `level` that is offered.
    pub fn clamp(self, level: Level) -> Level {
        level.clamp(self.min, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quality_between_steps_is_rounded_down() {
        assert_eq!(Level::at_or_below(87).map(Level::quality), Some(85));
        assert_eq!((Level::exactly(87), Level::exactly(85)), (None, Level::at_or_below(87)));
        assert_eq!(Level::at_or_below(30), Some(Level::MIN));
        assert_eq!(Level::at_or_below(95), Some(Level::MAX));
    }

    #[test]
    fn a_quality_outside_the_ladder_is_none() {
        for quality in [0, 29, 96, 100, 256 + 50, u32::MAX] {
            assert_eq!(Level::at_or_below(quality), None, "{quality}");
        }
    }

    #[test]
    fn every_tier_is_twice_as_small_as_the_larger_one() {
        assert_eq!(Tier::OFFERED.map(Tier::scale), [1, 2, 4, 8]);
        assert!([0, 3, 5, 16].map(Tier::from_scale).iter().all(Option::is_none));
        for tier in Tier::OFFERED {
            assert_eq!(
                tier.larger().map(|larger| larger.scale() * 2),
                Some(tier.scale()).filter(|scale| *scale > 1)
            );
        }
    }

    #[test]
    fn the_full_ladder_has_fourteen_levels() {
        let ladder = Ladder::new(Level::MIN, Level::MAX).expect("30 is below 95");
        assert_eq!(ladder.levels().count(), 14);
    }

    #[test]
    fn a_shorter_ladder_clamps_what_it_does_not_offer() {
        let level = |quality| Level::at_or_below(quality).expect("within the ladder");
        let ladder = Ladder::new(level(40), level(80)).expect("40 is below 80");
        assert_eq!(ladder.clamp(Level::MAX), level(80));
        assert_eq!(ladder.clamp(Level::MIN), level(40));
        assert!(Ladder::new(level(80), level(40)).is_none());
    }
}
