//! Whether a block has changed, which one is looked at strictly, and whether a key frame takes the place of a
//! delta. Pure.

use crate::coder::{Enough, Errors};

/// Samples of an MCU, luma and both chromas.
const SAMPLES: [u64; 2] = [256, 128];
/// Squared grey values a sample that a block may be worse in the rotation, in parts of [`Enough::PARTS`].
const STRICT_FLOOR: u64 = 16;
/// Longest time for which a block is not looked at strictly, microseconds.
const STRICT_EVERY_US: u64 = 10_000_000;
/// Share of a complete picture's bytes from which on a delta is not worth its while.
const KEY_SHARE: (usize, usize) = (9, 10);

/// Qualities, and from where on a block counts as changed there: at so many times the level's own error and
/// so many squared grey values a sample more, both in parts of [`Enough::PARTS`]. Measured on a street scene
/// with 1.5 times and 2 at all levels, complete pictures were better by 0.5 dB at level 60, but by 1.1 at 85
/// and 1.5 at 90, whose own error is small against 2: what is added must shrink with it.
const TOLERANCES: [(u8, u64, u64); 5] =
    [(65, 96, 128), (75, 90, 72), (85, 83, 32), (90, 78, 24), (95, 74, 13)];

/// How far what viewers hold may be from the picture at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    factor: u64,
    floor: u64,
}

impl Tolerance {
    /// The tolerance at a quality; between those measured on the line from one to the other.
    pub fn at(quality: u8) -> Self {
        let above = TOLERANCES.iter().position(|(at, ..)| quality <= *at).unwrap_or(TOLERANCES.len() - 1);
        let ((low, factor, floor), (high, next_factor, next_floor)) =
            (TOLERANCES[above.saturating_sub(1)], TOLERANCES[above]);
        let span = u64::from(high - low).max(1);
        let part = u64::from(quality.clamp(low, high) - low);
        // Both fall with the quality.
        let between = |from: u64, to: u64| from - (from - to) * part / span;
        Tolerance { factor: between(factor, next_factor), floor: between(floor, next_floor) }
    }

    /// Squared error at which a class of an MCU, 0 luma, 1 chroma, counts as changed where the level's own is
    /// `own`; both as in [`Errors`].
    pub fn bound(self, class: usize, own: u64) -> u64 {
        self.enough(class).bound(own)
    }

    /// The bound of a class, 0 luma, 1 chroma.
    pub fn enough(self, class: usize) -> Enough {
        Enough { factor: self.factor, floor: self.floor * SAMPLES[class] }
    }

    /// Whether a refinement of an MCU, which has those errors at the top, counts as changed at this level,
    /// whose look found `at_level`: noise alone goes beyond the tolerance of the top.
    pub fn is_worn(self, refinement: &Errors, at_level: &Errors) -> bool {
        self.is_changed(&Errors { held: refinement.held, ..*at_level })
    }

    /// Whether an MCU counts as changed: in luma or in chroma.
    pub fn is_changed(self, errors: &Errors) -> bool {
        (0..2).any(|class| errors.held[class] > self.bound(class, errors.own[class]))
    }
}

/// Whether an MCU is worse than the level of the look would be, as it must not be where its turn in the
/// rotation comes.
pub fn is_worse(errors: &Errors) -> bool {
    (0..2).any(|class| errors.held[class] > errors.own[class] + STRICT_FLOOR * SAMPLES[class])
}

/// Whether a complete picture takes the place of a delta: where that takes fewer bytes or little more.
pub fn is_key(delta_bytes: usize, whole_bytes: usize) -> bool {
    delta_bytes * KEY_SHARE.1 >= whole_bytes * KEY_SHARE.0
}

/// The blocks whose turn it is to be looked at strictly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    from: u32,
    count: u32,
    blocks: u32,
}

impl Turn {
    /// Whether it is the turn of a block.
    pub fn has(&self, block: u32) -> bool {
        // Without a division: each block of each frame is asked for.
        let ahead = if block < self.from { block + self.blocks - self.from } else { block - self.from };
        ahead < self.count
    }
}

/// Goes round a picture's blocks, so that each is looked at strictly within [`STRICT_EVERY_US`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Rotation {
    at: u32,
    /// Blocks times microseconds that are due.
    owed: u64,
}

impl Rotation {
    /// The turn of a frame that came so many microseconds after the one before, of a picture of so many
    /// blocks.
    pub fn next(&mut self, blocks: u32, passed_us: u64) -> Turn {
        let blocks = blocks.max(1);
        self.owed += u64::from(blocks) * passed_us.min(STRICT_EVERY_US);
        let due = self.owed / STRICT_EVERY_US;
        self.owed %= STRICT_EVERY_US;
        let (from, count) = (self.at % blocks, (due as u32).min(blocks));
        self.at = (from + count) % blocks;
        Turn { from, count, blocks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_fall_from_level_to_level() {
        let at = |quality| Tolerance::at(quality);
        assert_eq!([at(30), at(65)], [Tolerance { factor: 96, floor: 128 }; 2]);
        assert_eq!(at(80), Tolerance { factor: 87, floor: 52 });
        assert_eq!([at(95), at(100)], [Tolerance { factor: 74, floor: 13 }; 2]);
    }

    #[test]
    fn either_class_may_have_changed() {
        let tolerance = Tolerance::at(60);
        let errors = |luma, chroma| Errors { held: [luma, chroma], own: [2560, 1280], is_partial: false };
        let bounds = [0, 1].map(|class| tolerance.bound(class, [2560, 1280][class]));
        assert!(!tolerance.is_changed(&errors(bounds[0], bounds[1])));
        assert!(tolerance.is_changed(&errors(bounds[0] + 1, 0)));
        assert!(tolerance.is_changed(&errors(0, bounds[1] + 1)));
    }

    #[test]
    fn each_block_has_its_turn_within_ten_seconds() {
        let (mut rotation, mut seen) = (Rotation::default(), [0; 30]);
        for _ in 0..340 {
            let turn = rotation.next(30, 29_412);
            (0..30).filter(|block| turn.has(*block)).for_each(|block| seen[block as usize] += 1);
        }
        assert_eq!(seen, [1; 30]);
    }
}
