//! The log of refinements of a stream: which blocks that stand still were sent again at the ladder's top, and
//! which of them a viewer lacks.

/// Time for which a block must not have changed before it is refined, microseconds.
pub const STILL_FOR_US: u64 = 1_000_000;

/// Most blocks refined in one frame.
pub const MOST_AT_ONCE: usize = 24;

/// Most blocks of one message, which holds what was refined in some frames.
pub const MOST_OF_A_MESSAGE: usize = 512;

/// Refinements of a stream: of each block its place in the log.
#[derive(Clone, Debug, Default)]
pub struct Refined {
    /// Place of each block in the log; 0: not refined since it changed.
    places: Vec<u64>,
    /// Place of the newest entry.
    newest: u64,
}

impl Refined {
    /// No refinement of a picture of so many blocks.
    pub fn new(blocks: usize) -> Self {
        Refined { places: vec![0; blocks], newest: 0 }
    }

    /// Takes that a block was refined.
    pub fn add(&mut self, block: u32) {
        self.newest += 1;
        self.places[block as usize] = self.newest;
    }

    /// Takes that a block has changed: no refinement of it counts any more.
    pub fn forget(&mut self, block: u32) {
        self.places[block as usize] = 0;
    }

    /// Whether a block's refinement counts.
    pub fn has(&self, block: u32) -> bool {
        self.places[block as usize] > 0
    }

    /// The first `most` refinements behind place `cursor`, in order: places, and blocks. Empty where there is
    /// none.
    pub fn after(&self, cursor: u64, most: usize) -> Vec<(u64, u32)> {
        // Mostly a viewer has all.
        if self.newest <= cursor || most == 0 {
            return Vec::new();
        }
        let behind = (0..).zip(&self.places).filter(|(_, place)| **place > cursor);
        let mut found: Vec<(u64, u32)> = behind.map(|(block, place)| (*place, block)).collect();
        if found.len() > most {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_gets_each_refinement_that_still_counts_once() {
        let mut refined = Refined::new(10);
        [7, 3, 5].into_iter().for_each(|block| refined.add(block));
        refined.forget(3);
        assert_eq!(refined.after(0, 1), [(1, 7)]);
        assert_eq!(refined.after(0, 9), [(1, 7), (3, 5)]);
        assert_eq!(refined.after(1, 9), [(3, 5)]);
        assert_eq!(refined.after(3, 9), []);
        assert!(refined.has(5) && !refined.has(3));
    }
}
