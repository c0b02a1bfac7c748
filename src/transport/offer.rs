//! What a viewer gets for what it asked: a rung on the server's ladder, or the rungs that the server may
//! choose from.
//!
//! Choosing is `adapt`'s, carrying it out [`super::link`]'s and [`super::mjpeg`]'s.

use crate::{
    adapt::{Rungs, Style},
    nouns::quality::{Asked, AskedLevel, Ladder, Level, Rung, Tier},
};

/// Where a viewer begins for whom the server chooses: a good picture that most links carry.
const FIRST_LEVEL: Level = Level::MIDDLE;

/// What a viewer gets.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// The rung to begin with.
    pub rung: Rung,
    /// What the server may choose from, where that was asked for.
    pub rungs: Option<Rungs>,
}

impl Offer {
    /// The nearest thing to `asked` on this ladder. Where the server is to choose, no picture is larger than
    /// asked for.
    pub fn of(ladder: Ladder, asked: Asked) -> Offer {
        let tier = asked.tier;
        match asked.level {
            AskedLevel::Level(level) => {
                Offer { rung: Rung { tier, level: ladder.clamp(level) }, rungs: None }
            }
            AskedLevel::Auto => {
                let levels: Vec<Level> = ladder.levels().collect();
                let tiers: Vec<Tier> = Tier::OFFERED.into_iter().filter(|other| *other >= tier).collect();
                let rung = Rung { tier, level: ladder.clamp(FIRST_LEVEL) };
                Offer { rung, rungs: Rungs::new(&levels, &tiers, Style::Smooth) }
            }
        }
    }

    /// Whether that is what was asked for.
    pub fn is(&self, asked: Asked) -> bool {
        match asked.level {
            AskedLevel::Level(level) => self.rung.level == level,
            AskedLevel::Auto => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(quality: u32) -> Level {
        Level::at_or_below(quality).expect("on the ladder")
    }

    #[test]
    fn what_is_not_on_the_ladder_becomes_the_nearest_that_is() {
        let ladder = Ladder::new(level(40), level(80)).expect("40 is below 80");
        let asked = |quality| Asked { level: AskedLevel::Level(level(quality)), tier: Tier::Half };
        let offer = Offer::of(ladder, asked(95));
        assert_eq!((offer.rung, offer.is(asked(95))), (Rung { tier: Tier::Half, level: level(80) }, false));
        assert!(Offer::of(ladder, asked(50)).is(asked(50)));
    }

    #[test]
    fn the_server_chooses_no_larger_picture_than_asked_for() {
        let ladder = Ladder::new(Level::MIN, level(50)).expect("30 is below 50");
        let offer = Offer::of(ladder, Asked { level: AskedLevel::Auto, tier: Tier::Quarter });
        assert_eq!(offer.rung, Rung { tier: Tier::Quarter, level: level(50) });
        assert_eq!(offer.rungs.map(|rungs| rungs.top()), Some(offer.rung));
    }
}
