//! Huffman tables made for one scan: in goes how often each symbol is needed, out comes the table whose codes
//! are shortest in all, by the procedure of ITU-T T.81 annex K.2. Counting is `codes`', writing the table
//! down `headers`'.

use super::tables::{Specification, Tables};

/// How often each symbol is needed, for luma, then for chroma.
pub(super) struct Frequencies {
    /// Sizes of DC differences.
    pub dc: [[u32; 256]; 2],
    /// Runs of zeros and sizes of AC values.
    pub ac: [[u32; 256]; 2],
}

/// Tables for one scan.
pub(super) struct Fitted {
    dc: [Table; 2],
    ac: [Table; 2],
}

/// A table that was made for the scan.
struct Table {
    counts: [u8; LONGEST],
    symbols: Vec<u8>,
}

/// Most bits of a code.
const LONGEST: usize = 16;
/// More bits than any code has before it is shortened: n bits take frequencies that add up to Fibonacci's
/// number n + 2, and 257 of 32 bits stay below its 60th.
const LONGEST_AT_FIRST: usize = 64;

impl Fitted {
    /// The tables that suit those frequencies.
    pub(super) fn new(frequencies: &Frequencies) -> Self {
        Fitted { dc: frequencies.dc.each_ref().map(table), ac: frequencies.ac.each_ref().map(table) }
    }

    /// The tables as they are written down.
    pub(super) fn tables(&self) -> Tables<'_> {
        Tables {
            dc: self.dc.each_ref().map(Table::specification),
            ac: self.ac.each_ref().map(Table::specification),
        }
    }
}

impl Table {
    fn specification(&self) -> Specification<'_> {
        Specification { counts: self.counts, symbols: &self.symbols }
    }
}

/// Symbols that share the upper part of their codes.
struct Tree {
    frequency: u64,
    /// Of equally frequent trees the later one is the rarer.
    order: usize,
    /// Indices of symbols.
    leaves: Vec<usize>,
}

/// The table that suits those frequencies.
fn table(frequencies: &[u32; 256]) -> Table {
    let symbols: Vec<u8> = (0..=255).filter(|symbol| frequencies[usize::from(*symbol)] > 0).collect();
    let lengths = lengths(&symbols, frequencies);
    let mut counts = [0; LONGEST_AT_FIRST + 1];
    lengths.iter().for_each(|length| counts[*length] += 1);
    // Rising lengths, equal ones by symbol; shortening codes below keeps the order.
    let mut order: Vec<usize> = (0..symbols.len()).collect();
    order.sort_by_key(|index| lengths[*index]);
    Table { counts: shortened(counts), symbols: order.into_iter().map(|index| symbols[index]).collect() }
}

/// The length of each symbol's code, and last that of a symbol which never occurs: it takes the code of ones
/// only, which JPEG forbids.
fn lengths(symbols: &[u8], frequencies: &[u32; 256]) -> Vec<usize> {
    let frequency = symbols.iter().map(|symbol| frequencies[usize::from(*symbol)].into()).chain([1]);
    let mut trees: Vec<Tree> = frequency
        .enumerate()
        .map(|(order, frequency)| Tree { frequency, order, leaves: vec![order] })
        .collect();
    let mut lengths = vec![0; trees.len()];
    while trees.len() > 1 {
        let rarest = |trees: &mut Vec<Tree>| {
            let by = |index: &usize| (trees[*index].frequency, std::cmp::Reverse(trees[*index].order));
            let index = (0..trees.len()).min_by_key(by).unwrap_or_default();
            trees.swap_remove(index)
        };
        let (mut joined, second) = (rarest(&mut trees), rarest(&mut trees));
        joined.frequency += second.frequency;
        joined.leaves.extend(second.leaves);
        joined.leaves.iter().for_each(|leaf| lengths[*leaf] += 1);
        trees.push(joined);
    }
    lengths
}

/// Codes of each length after those above 16 bits have been shortened (T.81 figure K.3) and the code of ones
/// only is gone.
fn shortened(mut counts: [u8; LONGEST_AT_FIRST + 1]) -> [u8; LONGEST] {
    for length in (LONGEST + 1..=LONGEST_AT_FIRST).rev() {
        while counts[length] > 0 {
            // Two codes that differ in their last bit: one takes the bits that they share, the other becomes
            // neighbour of a shorter code.
            let mut shorter = length - 2;
            while counts[shorter] == 0 {
                shorter -= 1;
            }
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    if let Some(longest) = counts.iter_mut().rev().find(|count| **count > 0) {
        *longest -= 1;
    }
    std::array::from_fn(|length| counts[length + 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequencies of the symbols from 0 on.
    fn frequencies(of: &[u32]) -> [u32; 256] {
        let mut frequencies = [0; 256];
        frequencies[..of.len()].copy_from_slice(of);
        frequencies
    }

    /// How much of all codes a table takes: 1 would be all.
    fn share(table: &Table) -> f64 {
        table.counts.iter().zip(1..).map(|(count, length)| f64::from(*count) / f64::from(1 << length)).sum()
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let table = table(&frequencies(&[10, 0, 1000, 100, 1]));
        assert_eq!(table.symbols, [2, 3, 0, 4]);
        assert_eq!(table.counts[..5], [1, 1, 1, 1, 0]);
    }

    #[test]
    fn a_lone_symbol_has_a_code_of_one_bit_that_is_no_one() {
        let table = table(&frequencies(&[0, 0, 7]));
        assert_eq!((table.counts[0], table.symbols), (1, vec![2]));
    }

    #[test]
    fn no_code_is_longer_than_16_bits_and_the_one_of_ones_is_free() {
        // Fibonacci's numbers make codes as long as they can be.
        let mut fibonacci = vec![1, 1];
        for n in 2..40 {
            fibonacci.push(fibonacci[n - 1] + fibonacci[n - 2]);
        }
        let table = table(&frequencies(&fibonacci));
        assert_eq!(table.symbols.len(), 40);
        assert_eq!(table.counts.iter().map(|count| usize::from(*count)).sum::<usize>(), 40);
        assert!(share(&table) < 1.0 && table.counts[15] > 0);
        let (frequent, rare) = (&table.symbols[..4], &table.symbols[36..]);
        assert!(
            frequent.iter().all(|symbol| *symbol >= 36) && rare.iter().all(|symbol| *symbol < 4),
            "{:?}",
            table.symbols
        );
    }

    #[test]
    fn a_picture_that_needs_every_symbol_has_them_all() {
        let table = table(&[1; 256]);
        assert_eq!(table.symbols.len(), 256);
        assert!(share(&table) < 1.0);
    }
}
