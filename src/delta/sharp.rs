//! Blocks of a stream that stand still, sharper: kept at the ladder's top while a viewer asks for that, and
//! logged so that each viewer gets each once. Pure: time is that of the frames.

use super::{
    estimate::Estimate,
    refine::{MOST_AT_ONCE, MOST_OF_A_MESSAGE, Refined, STILL_FOR_US},
};
use crate::{
    coder::{Coefficients, Errors, Kept, Look, Moved, Table},
    nouns::quality::Level,
};

/// Time for which refining goes on after somebody asked for it, microseconds.
const WANTED_FOR_US: u64 = 1_000_000;

/// Shortest time between two looks at a refined block, microseconds. At 34 FPS it is looked at in every other
/// one of its turns, which come each eight frames, and so within half a second; below 32 FPS in each.
const LOOKED_EVERY_US: u64 = 250_000;

/// Blocks of the largest picture that is refined, 1920x1088: what is kept of refinements is as much again as
/// of the stream, of each of its levels.
pub const MOST_BLOCKS: usize = 120 * 68;

/// The sharper blocks of a stream.
pub struct Sharp {
    table: Table,
    log: Refined,
    /// Their values; `None` before anybody wanted them. They are kept while the stream lives: viewers go on
    /// showing them, and whether they still are what the camera sees has to be looked at.
    kept: Option<Kept>,
    /// Values of each block that are not zero.
    weights: Vec<u16>,
    /// When each block was refined or looked at last, by the frames' time.
    looked_us: Vec<u64>,
    estimate: Estimate,
    /// When they were asked for last, by the frames' time.
    wanted_us: Option<u64>,
}

impl Sharp {
    /// None of a picture of so many blocks, which are to be as that level shows them.
    pub fn new(top: Level, blocks: usize) -> Self {
        Sharp {
            table: Table::new(top.quality()),
            log: Refined::new(blocks),
            kept: None,
            weights: Vec::new(),
            looked_us: vec![0; blocks],
            estimate: Estimate::default(),
            wanted_us: None,
        }
    }

    /// Takes that somebody wants some, now.
    pub fn want(&mut self, at_us: u64) {
        self.wanted_us = Some(at_us);
    }

    /// Whether somebody wanted some within the last second.
    pub fn is_wanted(&self, at_us: u64) -> bool {
        self.passed_us(at_us).is_some_and(|passed_us| passed_us < WANTED_FOR_US)
    }

    fn passed_us(&self, at_us: u64) -> Option<u64> {
        self.wanted_us.map(|wanted_us| at_us.saturating_sub(wanted_us))
    }

    /// Whether a block is sharper than the level.
    pub fn has(&self, block: u32) -> bool {
        self.log.has(block)
    }

    /// Whether it is time to look at a refined block again: they are looked at half as often as all blocks
    /// must be at the level, where most changes are seen as well.
    pub fn is_due(&self, block: u32, at_us: u64) -> bool {
        at_us.abs_diff(self.looked_us[block as usize]) >= LOOKED_EVERY_US
    }

    /// How far refined blocks are from a picture of that time, and how far the top itself is.
    pub fn look(&mut self, picture: &Coefficients, moved: &Moved, blocks: &[u32], at_us: u64) -> Vec<Errors> {
        blocks.iter().for_each(|block| self.looked_us[*block as usize] = at_us);
        let mut errors = vec![Errors::default(); blocks.len()];
        if let Some(kept) = self.kept.as_ref().filter(|_| !blocks.is_empty()) {
            picture.look(&Look { kept, table: &self.table, moved, enough: None }, blocks, &mut errors);
        }
        errors
    }

    /// Takes that a block was sent at the level, or is not what the top would show any more.
    pub fn forget(&mut self, block: u32) {
        self.log.forget(block);
    }

    /// Refines blocks of a frame, where somebody wants that: a few that have not changed for a second, those
    /// first that have not for longest. `changed_us` tells when each did.
    pub fn refine(&mut self, picture: &Coefficients, at_us: u64, changed_us: &[u64]) {
        // A clock may have been set back.
        self.wanted_us = self.wanted_us.map(|wanted_us| wanted_us.min(at_us));
        if !self.is_wanted(at_us) {
            return;
        }
        let kept = self.kept.get_or_insert_default();
        if kept.fit(picture) {
            self.weights = vec![0; kept.blocks()];
        }
        let is_still =
            |block: u32, changed_us: u64| !self.log.has(block) && changed_us + STILL_FOR_US <= at_us;
        let still = (0..).zip(changed_us).filter(|(block, changed_us)| is_still(*block, **changed_us));
        let mut still: Vec<(u64, u32)> = still.map(|(block, changed_us)| (*changed_us, block)).collect();
        if still.len() > MOST_AT_ONCE {
            still.select_nth_unstable(MOST_AT_ONCE);
            still.truncate(MOST_AT_ONCE);
        }
        let mut blocks: Vec<u32> = still.into_iter().map(|(_, block)| block).collect();
        blocks.sort_unstable();
        kept.keep(picture, &self.table, &blocks, &mut self.weights);
        for block in blocks {
            self.log.add(block);
            self.looked_us[block as usize] = at_us;
        }
    }

    /// The next blocks for a viewer that has reached place `cursor` of the log, as many as fit into `most`
    /// bytes, and the place that it reaches with them; `None` where there is none, or none fits.
    pub fn next(&self, cursor: u64, most: usize) -> Option<(Vec<u32>, u64)> {
        let mut logged = self.log.after(cursor, MOST_OF_A_MESSAGE);
        while let Some((reached, _)) = logged.last().copied() {
            let mut blocks: Vec<u32> = logged.iter().map(|(_, block)| *block).collect();
            blocks.sort_unstable();
            if self.bytes(&blocks) <= most {
                return Some((blocks, reached));
            }
            logged.truncate(logged.len() / 2);
        }
        None
    }

    /// Bytes that a JPEG of those blocks takes, as far as is known.
    pub fn bytes(&self, blocks: &[u32]) -> usize {
        self.estimate.bytes(self.values(blocks), blocks.len())
    }

    /// Learns that the coded data of a JPEG of those blocks took so many bytes.
    pub fn learn(&mut self, blocks: &[u32], coded: usize) {
        self.estimate.learn(self.values(blocks), blocks.len(), coded);
    }

    fn values(&self, blocks: &[u32]) -> u64 {
        blocks.iter().filter_map(|block| self.weights.get(*block as usize)).copied().map(u64::from).sum()
    }

    /// Values of the refined blocks, and the quality at which they are kept; `None` while there are none.
    pub fn kept(&self) -> Option<(&Kept, u8)> {
        self.kept.as_ref().map(|kept| (kept, self.table.quality()))
    }
}

#[cfg(test)]
mod tests;
