//! The rungs a viewer may be moved along, cheapest first, and what each costs relative to another. Pure.
//!
//! One ladder through all tiers: below the lowest level of a tier comes the next smaller picture, at the
//! highest level that costs fewer bytes. When to move is the controller's.

use crate::nouns::quality::{LEVEL_STEP, Level, Rung, Tier};

/// Bytes of a JPEG at each level from 30 on, relative to level 60; they hardly depend on the picture.
/// Measured on 1280x720 street scenes with libjpeg's tables, 4:2:0.
const LEVEL_COST: [f64; 14] =
    [0.65, 0.71, 0.76, 0.82, 0.88, 0.93, 1.0, 1.08, 1.18, 1.30, 1.48, 1.72, 2.15, 3.05];

/// Bytes of a tier at level 60 relative to full size, by its scale; measured on the same scenes.
const TIER_COST: [(u32, f64); 4] = [(1, 1.0), (2, 0.317), (4, 0.107), (8, 0.038)];

/// Largest share of what the last rung of a larger picture costs that the first rung of a smaller one may
/// cost: a step down must be one for any picture.
const CLEARLY_LESS: f64 = 0.85;

/// Frames a second, of a camera of 34, below which a rung is left downwards. The band begins at 28: with a
/// mean of 28 half of the seconds would be outside.
pub const USUAL_FPS: f64 = 29.5;

/// What a viewer would rather keep when its link is too thin for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The rate is kept, and the picture gets smaller.
    Smooth,
    /// The picture is kept; below half size it goes only when the rate falls under 10 FPS.
    Sharp,
}

/// Rungs in the order of their cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Rungs {
    /// Cheapest first; never empty.
    rungs: Vec<Rung>,
    style: Style,
}

impl Rungs {
    /// The ladder of these levels (lowest first) and tiers (largest picture first); `None` where either is
    /// empty.
    pub fn new(levels: &[Level], tiers: &[Tier], style: Style) -> Option<Rungs> {
        let lowest = *levels.first()?;
        let mut rungs: Vec<Rung> = Vec::new();
        for tier in tiers.iter().copied() {
            let below = rungs.last().map_or(f64::INFINITY, |rung| cost(*rung) * CLEARLY_LESS);
            let fits = |level: &Level| *level == lowest || cost(Rung { tier, level: *level }) <= below;
            rungs.extend(levels.iter().rev().copied().filter(fits).map(|level| Rung { tier, level }));
        }
        rungs.reverse();
        (!rungs.is_empty()).then_some(Rungs { rungs, style })
    }

    /// What the viewer would rather keep.
    pub fn style(&self) -> Style {
        self.style
    }

    /// The dearest rung.
    pub fn top(&self) -> Rung {
        self.rungs[self.rungs.len() - 1]
    }

    /// The rung itself if it is on the ladder, else the dearest that costs no more, else the cheapest.
    pub fn nearest(&self, rung: Rung) -> Rung {
        if self.rungs.contains(&rung) {
            rung
        } else {
            self.below(rung, |other| cost(other) <= cost(rung)).unwrap_or(self.rungs[0])
        }
    }

    /// The next dearer rung.
    pub fn above(&self, rung: Rung) -> Option<Rung> {
        self.rungs.iter().copied().find(|other| cost(*other) > cost(rung))
    }

    /// The dearest of the cheaper rungs that `fits`; where none does, the cheapest of all, and nothing from
    /// the cheapest itself.
    pub fn below(&self, rung: Rung, fits: impl Fn(Rung) -> bool) -> Option<Rung> {
        let cheaper = || self.rungs.iter().rev().copied().filter(|other| cost(*other) < cost(rung));
        cheaper().find(|other| fits(*other)).or_else(|| cheaper().next_back())
    }

    /// Frames a second, of a camera of 34, below which a rung is left downwards: [`USUAL_FPS`], or less where
    /// the next smaller picture is one that nobody likes to look at.
    pub fn least_fps(&self, rung: Rung) -> f64 {
        let last_of_tier = self.rungs.iter().find(|other| other.tier == rung.tier) == Some(&rung);
        match (rung.tier.scale(), self.style) {
            (2, Style::Sharp) if last_of_tier => 10.0,
            (4, _) if last_of_tier => 20.0,
            _ => USUAL_FPS,
        }
    }

    /// The dearest of the rungs above `rung` that are held at a lower rate than usual ([`Rungs::least_fps`]).
    /// Where it fits, viewers like it better than all rungs between.
    pub fn refuge_above(&self, rung: Rung) -> Option<Rung> {
        self.rungs
            .iter()
            .rev()
            .copied()
            .find(|other| cost(*other) > cost(rung) && self.least_fps(*other) < USUAL_FPS)
    }
}

/// Bytes of a frame at a rung, relative to full size at level 60.
pub fn cost(rung: Rung) -> f64 {
    let step = usize::from((rung.level.quality() - Level::MIN.quality()) / LEVEL_STEP);
    let tier = TIER_COST.iter().find(|(scale, _)| *scale == rung.tier.scale()).map_or(1.0, |(_, cost)| *cost);
    LEVEL_COST.get(step).copied().unwrap_or(1.0) * tier
}
