//! Which blocks a level looks at in a frame: in go what moved and what looks found, out come blocks. Pure.
//!
//! How far a block is from what is kept is known from the look in the frame that [`Moved`] compares it with.
//! Where it has moved little since, against the room that there was up to the tolerance, or no more than
//! noise does that the level loses, it is left out until that frame is renewed, a few frames later.

use super::decide::Turn;
use crate::coder::Moved;

/// How much more than was measured a block may have changed: noise has three quarters of its energy outside
/// of what is measured, what moves has nearly all of it inside.
const SPREAD: u64 = 2;
/// Most squared change that counts as noise, luma, then chroma: a squared grey value for each sample, 64
/// times as all changes are.
const MOST_NOISE: [u64; 2] = [64 * 256, 64 * 128];
/// Stands for no frame.
const NEVER: u64 = u64::MAX;

/// What the last looks at each block of a level found.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// Number of the frame of the look that `slack` is of, [`NEVER`] where what is kept has changed since.
    looked: Vec<u64>,
    /// Squared error that there was room for, luma, then chroma; as in [`crate::coder::Errors`].
    slack: Vec<[u32; 2]>,
}

impl Sight {
    /// Nothing looked at of a picture of so many blocks.
    pub fn new(blocks: usize) -> Self {
        Sight { looked: vec![NEVER; blocks], slack: vec![[0; 2]; blocks] }
    }

    /// The blocks to look at in a frame, in order: those whose turn it is to be looked at strictly, and all
    /// that may have changed.
    pub fn suspects(&self, moved: &Moved, turn: &Turn) -> Vec<u32> {
        let mut suspects = vec![0; self.looked.len()];
        let mut count = 0;
        for (block, (looked, slack)) in (0..).zip(self.looked.iter().zip(&self.slack)) {
            let is_suspect = match moved.since(block as usize) {
                Some((since, energy)) => (*looked != since) | is_beyond(energy, *slack),
                None => true,
            };
            // Whether it is one is known of no block beforehand: a branch would be guessed wrong.
            suspects[count] = block;
            count += usize::from(is_suspect | turn.has(block));
        }
        suspects.truncate(count);
        suspects
    }

    /// Room for noise besides, where the level's own error `own` is twice that of noise or more: the level
    /// loses noise, and other noise in its place leaves what is kept as far from the picture as it was. What
    /// is measured is twice the noise, of a quarter of the coefficients; a block may have half as much more.
    pub fn room_for_noise(moved: &Moved, class: usize, own: u64) -> u64 {
        let noise = u64::from(moved.noise()[class]).min(MOST_NOISE[class]);
        if own >= 4 * noise { SPREAD * (noise + noise / 2) } else { 0 }
    }

    /// Takes what a look at a block found: room for so much more squared error, luma, then chroma, and
    /// whether the block is kept anew in this frame; `room` is then what that leaves.
    pub fn saw(&mut self, moved: &Moved, block: u32, room: [u64; 2], is_kept: bool) {
        let at = block as usize;
        // Later frames are compared with this one, or with one that was looked at before.
        if moved.since(at).is_some_and(|(since, _)| since == moved.number()) {
            self.looked[at] = moved.number();
            self.slack[at] = room.map(|room| u32::try_from(room).unwrap_or(u32::MAX));
        } else if is_kept {
            self.forget(block);
        }
    }

    /// Takes that nothing is known of a block.
    pub fn forget(&mut self, block: u32) {
        self.looked[block as usize] = NEVER;
    }
}

fn is_beyond(energy: [u32; 2], slack: [u32; 2]) -> bool {
    let is_beyond = |class: usize| SPREAD * u64::from(energy[class]) > u64::from(slack[class]);
    is_beyond(0) | is_beyond(1)
}

#[cfg(test)]
mod tests;
