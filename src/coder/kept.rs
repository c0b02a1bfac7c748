//! A picture's quantised values as they were coded last, block by block. Data only: values come in by `keep`,
//! are compared by `look` and go out by `packed`.

use super::{
    quantise::Divisors,
    size::JpegSize,
    tables::{self, SIZE},
    tile::{BLOCKS, MCU},
};

/// Values of a block that are always looked at, the first in zigzag order: one vector.
pub(super) const HEAD: usize = 16;
/// Values of a block that mostly need not be.
pub(super) const TAIL: usize = SIZE - HEAD;
/// Stands for an MCU that nobody shows.
pub(super) const FILLER: u32 = u32::MAX;

/// What looking at blocks and keeping them at one quality goes by.
pub struct Table {
    /// For luma and chroma.
    pub(super) divisors: [Divisors; 2],
    /// Eightfold steps, as the transform leaves them in.
    pub(super) steps: [[i16; SIZE]; 2],
    /// Magnitudes of tails below it are quantised to nothing.
    pub(super) quiet: [u16; 2],
    /// Most squared error that quantising makes of a tail of luma: half a step of each coefficient.
    pub(super) worst_tail: u64,
    /// JPEG quality, 1 to 100.
    quality: u8,
}

impl Table {
    /// The table of a quality (1 to 100).
    pub fn new(quality: u8) -> Self {
        let steps = tables::steps(quality);
        let least = |steps: &[u8; SIZE]| steps[HEAD..].iter().min().map_or(0, |step| u16::from(*step) * 4);
        let half = |step: &u8| u64::from(*step) * 4;
        Table {
            divisors: steps.each_ref().map(Divisors::new),
            steps: steps.each_ref().map(|steps| steps.map(|step| i16::from(step) * 8)),
            quiet: steps.each_ref().map(least),
            worst_tail: steps[0][HEAD..].iter().map(|step| half(step).pow(2)).sum(),
            quality,
        }
    }

    /// The quality that it is for.
    pub fn quality(&self) -> u8 {
        self.quality
    }
}

/// Squared errors of one MCU, luma first, then both chromas: 64 times those of samples, summed over 256 and
/// over 128 of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// Of what is kept against the picture.
    pub held: [u64; 2],
    /// Of the picture at the table's quality against the picture.
    pub own: [u64; 2],
    /// Whether luma alone settled it: `held[0]` is a lower bound then, `own[0]` an upper one, and chroma's
    /// are 0.
    pub is_partial: bool,
}

/// Values kept of a picture, by MCU; 768 bytes each and 48 of masks.
#[derive(Default)]
pub struct Kept {
    pub(super) size: JpegSize,
    pub(super) heads: Vec<[[i16; HEAD]; BLOCKS]>,
    pub(super) tails: Vec<[[i16; TAIL]; BLOCKS]>,
    /// Bit n says that value n is not zero.
    pub(super) masks: Vec<[u64; BLOCKS]>,
}

impl Kept {
    /// Nothing kept of no picture.
    pub fn new() -> Self {
        Kept::default()
    }

    /// MCUs in a row.
    pub fn columns(&self) -> usize {
        usize::from(self.size.width).div_ceil(MCU)
    }

    /// Rows of MCUs.
    pub fn rows(&self) -> usize {
        usize::from(self.size.height).div_ceil(MCU)
    }

    /// MCUs.
    pub fn blocks(&self) -> usize {
        self.heads.len()
    }

    /// Width and height of the picture in pixels.
    pub fn size(&self) -> (u16, u16) {
        (self.size.width, self.size.height)
    }

    /// Takes over one MCU of a picture of the same size.
    pub fn copy_block(&mut self, from: &Kept, block: u32) {
        let at = block as usize;
        self.heads[at] = from.heads[at];
        self.tails[at] = from.tails[at];
        self.masks[at] = from.masks[at];
    }

    /// Head and tail of a block of an MCU, and which values are not zero.
    #[inline(always)]
    pub(super) fn block(&self, mcu: usize, number: usize) -> (&[i16; HEAD], &[i16; TAIL], u64) {
        (&self.heads[mcu][number], &self.tails[mcu][number], self.masks[mcu][number])
    }
}
