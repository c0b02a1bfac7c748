//! Huffman codes laid out for the scan: in go a position and a value, out come the bits for both, code and
//! value joined. Built from any tables, those of ITU-T T.81 annex K at compile time; the same layout counts
//! how often each symbol is needed. Which symbol comes when belongs to `scan`, what tables suit a picture to
//! `huffman`.

use super::{
    huffman::Frequencies,
    tables::{STANDARD, Specification, Tables},
};

/// Entries of a row: for each size 0 to 11 one of positive and one of negative values, rounded up to a power
/// of two.
const ROW: usize = 32;
/// The longest run of zeros that an AC code covers, plus one: the longest step from value to value.
const LONGEST_STEP: usize = 16;
/// Endings but [`NOTHING`]: that of luma and that of chroma.
const ENDINGS: usize = 2;
/// Rows of one class: a row of DC codes for each ending and for none, then one of AC codes for each step.
const ROWS: usize = ENDINGS + 1 + LONGEST_STEP;
/// Added to the position of a value that is chroma: above all positions in a batch, and the distance of
/// chroma's table from luma's, so that a position tells the table without a look-up. Most of that distance is
/// never touched.
pub(super) const CHROMA: u16 = 2048;
const TABLE: usize = CHROMA as usize;

/// What is still to be written before the next DC code, as a step back from the row of DC codes that have
/// nothing before them.
pub(super) type Ending = u16;
/// Ending of a block whose last value was the 64th: nothing is to be written.
pub(super) const NOTHING: Ending = 0;

/// The end of a block of that class (0 luma, 1 chroma).
pub(super) const fn end_of_block(class: u16) -> Ending {
    class + 1
}

/// The AC symbol that ends a block.
const END_OF_BLOCK: u8 = 0x00;

/// Bits of a code or of several, and how many.
pub(super) type Code = (u64, u32);

/// A word that an entry is kept in.
pub(super) trait Word: Copy + Into<u64> {}
impl Word for u32 {}
impl Word for u64 {}

/// All codes of some tables.
pub(super) struct Codes<W> {
    /// Entries by class, step (AC) or minus the ending (DC), size and sign, round the end of the array:
    /// [`LENGTH`] bits of length below the bits of the code, already shifted left by the value's size. For
    /// negative values the entry has 2^size - 1 added, so that adding the value itself gives T.81's form.
    entries: [W; 2 * TABLE],
    /// The ends of blocks, luma and chroma.
    ends: [Code; ENDINGS],
    /// Bits of the longest entry.
    longest: u32,
}

/// Bits of an entry that tell its length: an end of block of 16 bits, a DC code of 12 and a difference of 11
/// are 39.
const LENGTH: u32 = 6;

/// The tables of annex K. Half as wide as any table might need, so that as few lines of the first-level cache
/// are taken.
pub(super) static CODES: Codes<u32> = Codes::new(&STANDARD).narrow();

impl Codes<u64> {
    /// The codes of `tables`.
    pub(super) const fn new(tables: &Tables) -> Self {
        let (dc, ac) =
            ([expand(&tables.dc[0]), expand(&tables.dc[1])], [expand(&tables.ac[0]), expand(&tables.ac[1])]);
        let ends = [ac[0][END_OF_BLOCK as usize], ac[1][END_OF_BLOCK as usize]];
        let (mut entries, mut longest) = ([0; 2 * TABLE], 0);
        let mut at = 0;
        while at < 2 * ROWS * ROW {
            if let Some(entry) = Entry::at(at) {
                let code = if entry.dc {
                    dc[entry.class][entry.symbol as usize]
                } else {
                    ac[entry.class][entry.symbol as usize]
                };
                let before = match entry.ended {
                    Some(class) => ends[class],
                    None => (0, 0),
                };
                let (bits, length) = entry.code(before, code);
                entries[entry.index] = bits << LENGTH | length as u64;
                longest = if length > longest { length } else { longest };
            }
            at += 1;
        }
        Codes { entries, ends, longest }
    }

    /// Makes entries of 32 bits, where no code is too long for that.
    const fn narrow(&self) -> Codes<u32> {
        assert!(self.longest + LENGTH <= u32::BITS);
        let mut entries = [0; 2 * TABLE];
        let mut at = 0;
        while at < entries.len() {
            entries[at] = self.entries[at] as u32;
            at += 1;
        }
        Codes { entries, ends: self.ends, longest: self.longest }
    }
}

impl<W: Word> Codes<W> {
    /// The bits for the value at `position`, counted from `base`: the position before, or for a DC difference
    /// its own plus the ending.
    #[inline(always)]
    pub(super) fn code(&self, position: usize, base: usize, value: i16) -> Code {
        let entry: u64 = self.entries[index(position, base, value)].into();
        ((entry >> LENGTH).wrapping_add_signed(value.into()), entry as u32 % (1 << LENGTH))
    }

    /// Whether any two codes fit into so many bits.
    pub(super) fn pairs_within(&self, bits: u32) -> bool {
        2 * self.longest <= bits
    }

    /// The code that an ending stands for.
    pub(super) fn ending(&self, ending: Ending) -> Code {
        match ending {
            NOTHING => (0, 0),
            end_of_block => self.ends[usize::from(end_of_block) - 1],
        }
    }
}

/// Which entry a value at `position` has; see [`Codes::code`].
#[inline(always)]
fn index(position: usize, base: usize, value: i16) -> usize {
    let size = SIZES[value as usize % SIZES.len()];
    let origin = (position & usize::from(CHROMA)).wrapping_add(size.into());
    origin.wrapping_add(position.wrapping_sub(base).wrapping_mul(ROW)) % (2 * TABLE)
}

/// How often each entry is needed.
pub(super) struct Counts {
    entries: [u32; 2 * TABLE],
    /// Endings of the scan's last block.
    last: [u32; ENDINGS],
}

impl Counts {
    /// Counts of which all are zero.
    pub(super) fn new() -> Self {
        Counts { entries: [0; 2 * TABLE], last: [0; ENDINGS] }
    }

    /// Counts a value as [`Codes::code`] will be asked for it.
    #[inline(always)]
    pub(super) fn add(&mut self, position: usize, base: usize, value: i16) {
        self.entries[index(position, base, value)] += 1;
    }

    /// Counts an ending that no DC code follows.
    pub(super) fn add_last(&mut self, ending: Ending) {
        if ending != NOTHING {
            self.last[usize::from(ending) - 1] += 1;
        }
    }

    /// How often each symbol is needed.
    pub(super) fn frequencies(&self) -> Frequencies {
        let mut frequencies = Frequencies { dc: [[0; 256]; 2], ac: [[0; 256]; 2] };
        for (class, count) in self.last.into_iter().enumerate() {
            frequencies.ac[class][usize::from(END_OF_BLOCK)] = count;
        }
        for entry in (0..2 * ROWS * ROW).filter_map(Entry::at) {
            let count = self.entries[entry.index];
            let table = if entry.dc { &mut frequencies.dc } else { &mut frequencies.ac };
            table[entry.class][usize::from(entry.symbol)] += count;
            if let Some(class) = entry.ended {
                frequencies.ac[class][usize::from(END_OF_BLOCK)] += count;
            }
        }
        frequencies
    }
}

/// What one entry stands for.
struct Entry {
    /// Where it is.
    index: usize,
    /// Luma 0, chroma 1.
    class: usize,
    /// Whether `symbol` is of the class's DC table.
    dc: bool,
    symbol: u8,
    /// Class of the block that ends before it, if one does.
    ended: Option<usize>,
    /// Bits of the value.
    size: u32,
    negative: bool,
}

impl Entry {
    /// The entries one after another, classes in turn; `None` where there is nothing to code.
    const fn at(at: usize) -> Option<Entry> {
        let (class, row) = (at / ROW % 2, at / ROW / 2);
        let (size, negative) = ((at % ROW / 2) as u8, at % 2 == 1);
        let dc = row <= ENDINGS;
        let ended = if row < ENDINGS { Some(ENDINGS - row - 1) } else { None };
        let symbol = if dc { size } else { ((row - ENDINGS - 1) << 4) as u8 | size };
        // Size 0 is a difference of none, or a zero after fifteen: the code for sixteen of them.
        let exists = if dc { size <= 11 } else { size <= 10 && (size > 0 || row == ENDINGS + LONGEST_STEP) };
        if !exists || (size == 0 && negative) {
            return None;
        }
        let index = (class * TABLE + 2 * TABLE + row * ROW + at % ROW - ENDINGS * ROW) % (2 * TABLE);
        Some(Entry { index, class, dc, symbol, ended, size: size as u32, negative })
    }

    /// The entry's bits without the value, which is to be added; nothing where the symbol has no code.
    const fn code(&self, before: Code, code: Code) -> Code {
        if code.1 == 0 {
            return (0, 0);
        }
        let bits = (before.0 << code.1 | code.0) << self.size;
        let bits = if self.negative { bits + (1 << self.size) - 1 } else { bits };
        (bits, before.1 + code.1 + self.size)
    }
}

/// Twice a value's size, plus one if it is negative, by its lowest 12 bits.
static SIZES: [u8; 4096] = {
    let mut sizes = [0; 4096];
    let mut n = 1;
    while n < 2048 {
        let size = 2 * (n as u32).ilog2() as u8 + 2;
        sizes[n] = size;
        sizes[4096 - n] = size + 1;
        n += 1;
    }
    sizes
};

/// The code of each symbol, of no bits where it has none: T.81 annex C.
const fn expand(table: &Specification) -> [Code; 256] {
    let mut codes = [(0, 0); 256];
    let (mut code, mut at, mut length) = (0, 0, 1);
    while length <= 16 {
        let mut left = table.counts[length - 1];
        while left > 0 {
            codes[table.symbols[at] as usize] = (code, length as u32);
            code += 1;
            at += 1;
            left -= 1;
        }
        code <<= 1;
        length += 1;
    }
    codes
}
