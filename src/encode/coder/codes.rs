//! Huffman codes laid out for the scan: in go a position and a value, out come the bits for both, code and value joined.
//! Built at compile time from the tables of ITU-T T.81 annex K; which symbol comes when belongs to `scan`.

use super::tables::{AC, DC, Specification};

/// Entries of a row: for each size 0 to 11 one of positive and one of negative values, rounded up to a power of two.
const ROW: usize = 32;
/// The longest run of zeros that an AC code covers, plus one: the longest step from value to value.
const LONGEST_STEP: usize = 16;
/// Endings but [`NOTHING`]: that of luma and that of chroma.
const ENDINGS: usize = ENDS.len();
/// Added to the position of a value that is chroma: above all positions in a batch, and the distance of chroma's table from luma's, so
/// that a position tells the table without a look-up. Most of that distance is never touched.
pub(super) const CHROMA: u16 = 2048;
const TABLE: usize = CHROMA as usize;

/// What is still to be written before the next DC code, as a step back from the row of DC codes that have nothing before them.
pub(super) type Ending = u16;
/// Nothing: the block's last value was the 64th.
pub(super) const NOTHING: Ending = 0;

/// The end of a block of that class (0 luma, 1 chroma).
pub(super) const fn end_of_block(class: u16) -> Ending {
    class + 1
}

/// Bits of a code or of several, and how many.
pub(super) type Code = (u64, u32);

/// The code that an ending stands for.
pub(super) fn ending(ending: Ending) -> Code {
    let (code, length) = match ending {
        NOTHING => (0, 0),
        end_of_block => ENDS[usize::from(end_of_block) - 1],
    };
    (u64::from(code), length)
}

/// End of block, luma and chroma.
const ENDS: [(u32, u32); 2] = [find(&AC[0], 0x00), find(&AC[1], 0x00)];
/// The code of `symbol` and its length, both 0 if it has none: T.81 annex C.
const fn find(table: &Specification, symbol: u8) -> (u32, u32) {
    let (mut code, mut at, mut length) = (0, 0, 1);
    while length <= 16 {
        let mut left = table.counts[length - 1];
        while left > 0 {
            if table.symbols[at] == symbol {
                return (code, length as u32);
            }
            code += 1;
            at += 1;
            left -= 1;
        }
        code <<= 1;
        length += 1;
    }
    (0, 0)
}

/// All codes, and the sizes of values.
pub(super) struct Codes {
    /// Entries by class, step (AC) or minus the ending (DC), size and sign, round the end of the array: 5 bits of length below the bits of the code, already shifted left by the value's size.
    /// For negative values the entry has 2^size - 1 added, so that adding the value itself gives T.81's form.
    entries: [u32; 2 * TABLE],
    /// Twice a value's size, plus one if it is negative, by its lowest 12 bits.
    sizes: [u8; 4096],
}

/// The tables of annex K.
pub(super) static CODES: Codes = Codes { entries: entries(), sizes: sizes() };

impl Codes {
    /// The bits for the value at `position`, counted from `base`: the position before, or for a DC difference its own plus the ending.
    #[inline(always)]
    pub(super) fn of(&self, position: usize, base: usize, value: i16) -> Code {
        let size = self.sizes[value as usize % self.sizes.len()];
        let origin = (position & usize::from(CHROMA)).wrapping_add(size.into());
        let index = origin.wrapping_add(position.wrapping_sub(base).wrapping_mul(ROW));
        let entry = self.entries[index % self.entries.len()];
        (i64::from(entry >> 5).wrapping_add(i64::from(value)) as u64, entry & 31)
    }
}

const fn sizes() -> [u8; 4096] {
    let mut sizes = [0; 4096];
    let mut n = 1;
    while n < 2048 {
        let size = 2 * (n as u32).ilog2() as u8 + 2;
        sizes[n] = size;
        sizes[4096 - n] = size + 1;
        n += 1;
    }
    sizes
}

/// One entry: `before` and `code` joined, for values of `size` bits.
const fn entry(before: (u32, u32), code: (u32, u32), size: u32, negative: bool) -> u32 {
    if code.1 == 0 {
        return 0;
    }
    let bits = (before.0 << code.1 | code.0) << size;
    let bits = if negative { bits + (1 << size) - 1 } else { bits };
    bits << 5 | (before.1 + code.1 + size)
}

const fn entries() -> [u32; 2 * TABLE] {
    let mut entries = [0; 2 * TABLE];
    let mut at = 0;
    while at < 2 * (ENDINGS + LONGEST_STEP + 1) * ROW {
        let (class, row) = (at / ROW % 2, at / ROW / 2);
        let (size, negative) = ((at % ROW / 2) as u32, at % 2 == 1);
        let code = if size > 11 {
            0
        } else if row <= ENDINGS {
            let before = if row == ENDINGS { (0, 0) } else { ENDS[ENDINGS - row - 1] };
            entry(before, find(&DC[class], size as u8), size, negative)
        } else if size < 11 && (size > 0 || row == ENDINGS + LONGEST_STEP) {
            // Size 0 is that of a zero after fifteen: the code for sixteen of them.
            entry((0, 0), find(&AC[class], ((row - ENDINGS - 1) << 4) as u8 | size as u8), size, negative)
        } else {
            0
        };
        entries[(class * TABLE + 2 * TABLE + row * ROW + at % ROW - ENDINGS * ROW) % (2 * TABLE)] = code;
        at += 1;
    }
    entries
}
