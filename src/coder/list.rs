//! Which of a batch's values are to be coded: in goes a bit for every value that is not zero, out come
//! positions in coding order. What the values are and how they are coded belongs to `scan`.

use super::{codes::CHROMA, tables::SIZE};

/// Values that a batch may have: positions lie below it.
pub(super) const ROOM: usize = 2048;
const _: () = assert!(ROOM <= CHROMA as usize);
/// Positions written at a time: one for each bit of a byte.
const STRIDE: usize = 8;

/// Positions in a batch of blocks.
pub(super) struct List {
    /// In order, plus [`CHROMA`] where they are chroma.
    positions: [u16; ROOM + STRIDE],
    /// What the step to each of them is counted from: the position before; for a DC difference its own plus
    /// the ending.
    bases: [u16; ROOM + STRIDE + 1],
    /// How many there are.
    count: usize,
}

impl List {
    /// A list of no positions.
    pub(super) fn new() -> Self {
        List { positions: [0; ROOM + STRIDE], bases: [0; ROOM + STRIDE + 1], count: 0 }
    }

    /// Forgets all positions.
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    /// Positions and bases.
    #[inline(always)]
    pub(super) fn entries(&self) -> (&[u16], &[u16]) {
        let count = self.count.min(ROOM);
        (&self.positions[..count], &self.bases[..count])
    }

    /// Appends those of a block whose values start at `start` and whose first base is `base`.
    #[inline(always)]
    pub(super) fn push(&mut self, mask: u64, start: u16, base: u16) {
        let first = self.count % ROOM;
        self.half(mask as u32, start);
        // Most blocks end within the first half.
        if mask >> (SIZE / 2) != 0 {
            self.half((mask >> (SIZE / 2)) as u32, start + SIZE as u16 / 2);
        }
        self.bases[first] = base;
    }

    /// Appends what 32 bits stand for. For each eight of them eight positions are written, however many are
    /// needed, and the next eight overwrite the rest: a loop over the bits would be mispredicted for nearly
    /// every block.
    #[inline(always)]
    fn half(&mut self, mask: u32, start: u16) {
        for (byte, start) in mask.to_le_bytes().into_iter().zip((start..).step_by(STRIDE)) {
            let at = self.count % ROOM;
            let (positions, bases) =
                (self.positions[at..].first_chunk_mut(), self.bases[at + 1..].first_chunk_mut());
            let (Some(positions), Some(bases)) = (positions, bases) else { return };
            let listed = BITS[usize::from(byte)].map(|bit| bit + start);
            (*positions, *bases) = (listed, listed);
            self.count += byte.count_ones() as usize;
        }
    }
}

/// The numbers of the bits that are set in each byte.
static BITS: [[u16; STRIDE]; 256] = {
    let mut bits = [[0; STRIDE]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut at) = (0, 0);
        while bit < STRIDE {
            if byte >> bit & 1 == 1 {
                bits[byte][at] = bit as u16;
                at += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    bits
};

/// The zeros that are coded themselves: every sixteenth in a row, where a value follows. Shifts only, so that
/// four masks at a time are done in a vector.
#[inline(always)]
pub(super) fn sixteenths(mask: u64) -> u64 {
    // Bits with a value among themselves and the fifteen before; bits with a value at or behind them.
    let near = [1, 2, 4, 8].into_iter().fold(mask, |near, by| near | near << by);
    let below = [1, 2, 4, 8, 16, 32].into_iter().fold(mask, |below, by| below | below >> by);
    let far = !near & below;
    let first = far & !(far << 1);
    let second = first << 16 & far;
    first | second | second << 16 & far
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Masks of all densities.
    fn masks() -> impl Iterator<Item = u64> {
        let mut state = 7_u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        (0..10_000).map(move |n| (0..n % 8).fold(u64::MAX, |mask, _| mask & random()) | 1).chain([
            1,
            u64::MAX,
            1 | 1 << 63,
            1 | 1 << 48,
        ])
    }

    #[test]
    fn every_set_bit_is_listed_with_the_one_before_as_its_base() {
        let mut list = List::new();
        for mask in masks() {
            list.clear();
            list.push(0b1001, 64, 66);
            list.push(mask, 128, 129);
            let bits: Vec<u16> = (0..64).filter(|bit| mask >> bit & 1 == 1).map(|bit| 128 + bit).collect();
            let (positions, bases) = list.entries();
            assert_eq!(positions, [&[64, 67], &bits[..]].concat());
            assert_eq!(bases, [&[66, 64, 129], &bits[..bits.len() - 1]].concat());
        }
    }

    #[test]
    fn zeros_are_coded_by_sixteens_only_before_a_value() {
        for mask in masks() {
            let (mut expected, mut zeros, mut waiting) = (0, 0, 0);
            for bit in 0..64 {
                zeros += 1;
                if mask >> bit & 1 == 1 {
                    (expected, zeros, waiting) = (expected | waiting, 0, 0);
                } else if zeros == 16 {
                    (waiting, zeros) = (waiting | 1 << bit, 0);
                }
            }
            assert_eq!(sixteenths(mask), expected, "{mask:b}");
        }
    }
}
