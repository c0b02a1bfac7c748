//! What a viewer looks at of pictures, and composed ones beside the key frames of the same frames.
//!
//! In: messages. Out: what each block of the last pictures showed, and how those of several viewers compare.
//! Not here: composing (`../../tests/support/compose.rs`), sockets.

use std::collections::BTreeMap;
use std::fmt;

use steadycast::nouns::form::Part;

use super::compose::Composer;
use super::wire::{Rung, parse_comment};

/// Most pictures of a viewer that are kept for comparing: 15 s of frames, and 15 MB at 1280x720.
const MOST_KEPT: usize = 512;

/// What a viewer looks at of pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// Their comments.
    #[default]
    Comments,
    /// Deltas, which it composes; whether each frame applies.
    Composed,
    /// Key frames, of which it asks for one after the other: what the server believes that others have.
    Keys,
}

/// A picture by its frame's number, its level and its scale.
type Which = (u64, u8, u8);

/// What each block of a viewer's pictures showed.
#[derive(Debug, Default)]
pub struct Prints {
    /// Whether these are key frames, with which others' are compared.
    pub are_keys: bool,
    blocks: BTreeMap<Which, Vec<u64>>,
}

impl Prints {
    /// Keeps what a picture's blocks showed; the oldest goes where there are too many.
    fn keep(&mut self, which: Which, blocks: Vec<u64>) {
        self.blocks.insert(which, blocks);
        if self.blocks.len() > MOST_KEPT {
            self.blocks.pop_first();
        }
    }
}

/// The picture of a viewer that looks at more than comments.
pub struct Canvas {
    composer: Composer,
    prints: Prints,
}

impl Canvas {
    /// Makes the canvas of a new viewer; `None` of one that looks at comments alone.
    pub fn of(look: Look) -> Option<Canvas> {
        let prints = Prints { are_keys: look == Look::Keys, ..Prints::default() };
        (look != Look::Comments).then(|| Canvas { composer: Composer::default(), prints })
    }

    /// Takes a message's blocks; whether the next key frame is to be asked for. An error says why they could
    /// not be taken.
    pub fn take(&mut self, jpeg: &[u8]) -> Result<bool, String> {
        let part = self.composer.take(jpeg)?;
        let is_key = part == Part::Whole;
        // Behind a part of a sweep the picture may be of two frames.
        let is_wanted = is_key || part == Part::Delta && !self.prints.are_keys;
        if is_wanted && let Some(comment) = parse_comment(jpeg) {
            let Rung { level, scale } = comment.rung;
            self.prints.keep((comment.frame, level, scale), self.composer.prints());
        }
        Ok(is_key && self.prints.are_keys)
    }

    /// Returns what its blocks showed.
    pub fn finish(self) -> Prints {
        self.prints
    }
}

/// How composed pictures compare with key frames.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Pictures that were composed by one viewer and came as a key frame to another.
    pub frames: u64,
    /// Blocks of these, without those that are sharper than their level.
    pub blocks: u64,
    /// Blocks that showed something else.
    pub others: u64,
}

impl Compared {
    /// Compares what several viewers of one camera had.
    pub fn of(prints: &[&Prints]) -> Compared {
        let (keys, composed): (Vec<&Prints>, Vec<&Prints>) =
            prints.iter().copied().partition(|prints| prints.are_keys);
        let mut compared = Compared::default();
        for (which, ours) in composed.iter().flat_map(|prints| &prints.blocks) {
            if let Some(key) = keys.iter().find_map(|keys| keys.blocks.get(which)) {
                compared.take(ours, key);
            }
        }
        compared
    }

    fn take(&mut self, ours: &[u64], key: &[u64]) {
        // A print of 0 is that of a block that is sharper than its level.
        let level = || ours.iter().zip(key).filter(|(ours, _)| **ours != 0);
        let others = level().filter(|(ours, key)| ours != key).count() + ours.len().abs_diff(key.len());
        self.frames += 1;
        self.blocks += level().count() as u64;
        self.others += others as u64;
    }

    /// Returns itself; an error where a block differs, or where there was nothing to compare.
    pub fn checked(self) -> Result<Compared, String> {
        if self.blocks == 0 {
            return Err("no composed picture came as a key frame as well: none was compared".to_owned());
        }
        if self.others > 0 { Err(format!("{self}: composed pictures are wrong")) } else { Ok(self) }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compared { frames, blocks, others } = self;
        write!(f, "composed: {frames} pictures beside key frames, {others} of {blocks} blocks differ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prints(are_keys: bool, pictures: &[(u64, u8, &[u64])]) -> Prints {
        let mut prints = Prints { are_keys, ..Prints::default() };
        for (frame, level, blocks) in pictures {
            prints.keep((*frame, *level, 1), blocks.to_vec());
        }
        prints
    }

    #[test]
    fn pictures_are_compared_by_frame_and_level_and_sharper_blocks_are_not() {
        let composed = prints(false, &[(1, 60, &[7, 8, 9]), (2, 60, &[7, 0, 9]), (3, 60, &[1, 1, 1])]);
        let keys = prints(true, &[(1, 50, &[5, 5, 5]), (2, 60, &[7, 8, 9])]);
        let compared = Compared::of(&[&composed, &keys]);
        assert_eq!(compared, Compared { frames: 1, blocks: 2, others: 0 });
        assert!(compared.checked().is_ok());
    }

    #[test]
    fn another_block_and_another_size_are_found() {
        let composed = prints(false, &[(1, 60, &[7, 8, 9]), (2, 60, &[7, 8])]);
        let keys = prints(true, &[(1, 60, &[7, 8, 1]), (2, 60, &[7, 8, 9])]);
        let compared = Compared::of(&[&composed, &keys]);
        assert_eq!(compared, Compared { frames: 2, blocks: 5, others: 2 });
        assert!(compared.checked().is_err());
    }

    #[test]
    fn without_anything_to_compare_nothing_is_right() {
        assert!(Compared::of(&[&prints(false, &[(1, 60, &[7])])]).checked().is_err());
    }

    #[test]
    fn the_oldest_pictures_go() {
        let mut kept = Prints::default();
        (0..MOST_KEPT as u64 + 3).for_each(|frame| kept.keep((frame, 60, 1), vec![1]));
        assert_eq!(
            (kept.blocks.len(), kept.blocks.first_key_value().map(|(which, _)| which.0)),
            (MOST_KEPT, Some(3))
        );
    }
}
