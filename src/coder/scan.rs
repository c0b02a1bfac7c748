//! Entropy coding of one scan: in go blocks of coefficients and the steps of a quality, out come the bytes
//! between SOS and EOI.
//!
//! Blocks are taken in batches, and each pass over a batch is free of branches that depend on the picture:
//! all are quantised, the positions of values to be coded listed, and then one loop, whose length is known,
//! codes value after value across blocks. The codes themselves belong to `codes`, bits and bytes to `bits`.
//! Where Huffman tables are to be made for the picture, a first scan counts instead of coding.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    bits::{self, Buffer, Cursor},
    block::Block,
    codes::{self, CODES, Codes, Counts, Ending, Word},
    kept::{FILLER, HEAD, Kept},
    list::{self, List},
    quantise::{self, Divisors},
    tables::SIZE,
    tile::BLOCKS,
};

/// MCUs in a batch: as many as the list has room for; all buffers stay in the first-level cache.
const BATCH: usize = list::ROOM / SIZE / BLOCKS;
/// Bits of the longest AC code with its value: 16 and 10.
const LONGEST: usize = 26;
/// Bits of the longest DC code with its difference and the end of block before it, whatever the tables: 12
/// (it has 12 symbols), 11 and 16.
const LONGEST_DC: usize = 39;
const _: () = assert!(BATCH * BLOCKS * ((SIZE - 1) * LONGEST + LONGEST_DC) / 8 + 8 <= bits::ROOM);
/// A DC difference is coded even if it is zero.
const DC_BIT: u64 = 1;

/// What is carried from batch to batch.
pub(super) struct Scan {
    /// For luma and chroma.
    divisors: [Divisors; 2],
    /// The last DC value of each component.
    dc: [i16; 3],
    /// What precedes the next DC code.
    ending: Ending,
    batch: Batch,
    cursor: Cursor,
    buffer: Buffer,
}

/// What becomes of the values to be coded.
pub(super) enum Output<'a> {
    /// Bytes of a JPEG with the codes of annex K.
    Standard(&'a mut Vec<u8>),
    /// Bytes of a JPEG with those codes.
    Fitted(&'a Codes<u64>, &'a mut Vec<u8>),
    /// Counts of the codes that will be needed.
    Counts(&'a mut Counts),
}

/// A batch after quantising.
struct Batch {
    /// Block after block.
    values: [i16; list::ROOM],
    /// For each block its values to be coded, the first one lowest.
    masks: [u64; list::ROOM / SIZE],
    list: List,
}

impl Scan {
    /// A scan that starts.
    pub(super) fn new(steps: &[[u8; SIZE]; 2]) -> Self {
        Scan {
            divisors: [Divisors::new(&steps[0]), Divisors::new(&steps[1])],
            dc: [0; 3],
            ending: codes::NOTHING,
            batch: Batch { values: [0; list::ROOM], masks: [0; list::ROOM / SIZE], list: List::new() },
            cursor: Cursor::default(),
            buffer: [0; bits::ROOM + 8],
        }
    }

    /// Codes and copies out any number of MCUs, or counts their codes.
    #[inline(always)]
    fn push_with(
        &mut self,
        mcus: &[[Block; BLOCKS]],
        output: &mut Output,
        quantise: impl Fn(&Block, &Divisors, &mut [i16; SIZE]) -> u64 + Copy,
    ) {
        for mcus in mcus.chunks(BATCH) {
            self.quantise(mcus, quantise);
            self.give(mcus.len(), output);
        }
    }

    /// Codes and copies out any number of the MCUs whose values are kept, or counts their codes. [`FILLER`]
    /// stands for one that nobody shows: it costs the fewest bits.
    #[inline(always)]
    fn push_kept_with(&mut self, kept: &Kept, which: &[u32], output: &mut Output) {
        for which in which.chunks(BATCH) {
            self.take(kept, which);
            self.give(which.len(), output);
        }
    }

    /// Codes and copies out a batch of so many MCUs, or counts its codes.
    #[inline(always)]
    fn give(&mut self, mcus: usize, output: &mut Output) {
        self.ending = self.batch.list(mcus * BLOCKS, self.ending);
        match output {
            Output::Standard(out) => {
                self.cursor =
                    self.batch.code(&CODES, self.cursor, &mut self.buffer).copy_out(&self.buffer, out);
            }
            Output::Fitted(codes, out) => {
                self.cursor =
                    self.batch.code(codes, self.cursor, &mut self.buffer).copy_out(&self.buffer, out);
            }
            Output::Counts(counts) => self.batch.count(counts),
        }
    }

    /// Takes the kept values of up to [`BATCH`] MCUs.
    #[inline(always)]
    fn take(&mut self, kept: &Kept, which: &[u32]) {
        let Scan { dc, batch, .. } = self;
        for (at, mcu) in which.iter().enumerate() {
            for number in 0..BLOCKS {
                let (component, place) = (number.saturating_sub(3), at * BLOCKS + number);
                let values = &mut batch.values.as_chunks_mut::<SIZE>().0[place];
                if *mcu == FILLER {
                    (values[0], batch.masks[place]) = (0, DC_BIT);
                    continue;
                }
                let (head, tail, mask) = kept.block(*mcu as usize, number);
                values[..HEAD].copy_from_slice(head);
                // What lies behind the last value that is not zero is never read.
                if mask >> HEAD != 0 {
                    values[HEAD..].copy_from_slice(tail);
                }
                batch.masks[place] = mask | DC_BIT;
                values[0] = head[0] - dc[component];
                dc[component] = head[0];
            }
        }
        for mask in &mut batch.masks {
            *mask |= list::sixteenths(*mask);
        }
    }

    /// Quantises up to [`BATCH`] MCUs.
    #[inline(always)]
    fn quantise(
        &mut self,
        mcus: &[[Block; BLOCKS]],
        quantise: impl Fn(&Block, &Divisors, &mut [i16; SIZE]) -> u64,
    ) {
        let Scan { divisors, dc, batch, .. } = self;
        let blocks = mcus.iter().flat_map(|mcu| mcu.iter().enumerate());
        let targets = batch.values.as_chunks_mut().0.iter_mut().zip(&mut batch.masks);
        for ((number, block), (values, mask)) in blocks.zip(targets) {
            let (component, class) = (number.saturating_sub(3), usize::from(number > 3));
            // The divisors are chosen by index on purpose: where their address is fixed, the compiler widens
            // them outside the loop and multiplies 32 bits wide within it.
            *mask = quantise(block, &divisors[class], values) | DC_BIT;
            let value = values[0];
            values[0] = value - dc[component];
            dc[component] = value;
        }
        for mask in &mut batch.masks {
            *mask |= list::sixteenths(*mask);
        }
    }

    /// Ends the scan.
    pub(super) fn finish(mut self, output: Output) {
        let (ending, out) = match output {
            Output::Standard(out) => (CODES.ending(self.ending), out),
            Output::Fitted(codes, out) => (codes.ending(self.ending), out),
            Output::Counts(counts) => return counts.add_last(self.ending),
        };
        let cursor = self.cursor.put(&mut self.buffer, ending).fill_up(&mut self.buffer);
        cursor.copy_out(&self.buffer, out);
    }
}

impl Batch {
    /// Lists what is to be coded of that many blocks after `ending`, and gives the ending of the last.
    #[inline(always)]
    fn list(&mut self, blocks: usize, mut ending: Ending) -> Ending {
        self.list.clear();
        for (at, &mask) in self.masks.iter().enumerate().take(blocks) {
            let class = u16::from(at % BLOCKS > 3);
            let start = (at * SIZE) as u16 + codes::CHROMA * class;
            self.list.push(mask, start, start + ending);
            ending = if mask >> (SIZE - 1) == 0 { codes::end_of_block(class) } else { codes::NOTHING };
        }
        ending
    }

    /// Codes all that is listed, two values at a time if the codes are short enough for that, as those of
    /// annex K are.
    #[inline(always)]
    fn code(&self, codes: &Codes<impl Word>, mut cursor: Cursor, buffer: &mut Buffer) -> Cursor {
        let (positions, bases) = self.list.entries();
        let paired = if codes.pairs_within(bits::LONGEST) { positions.len() / 2 * 2 } else { 0 };
        let ((pairs, rest), (pair_bases, rest_bases)) = (positions.split_at(paired), bases.split_at(paired));
        let code_of = |position, base| {
            let (position, base, value) = self.place(position, base);
            codes.code(position, base, value)
        };
        for (&[a, b], &[a_base, b_base]) in pairs.as_chunks().0.iter().zip(pair_bases.as_chunks().0) {
            let ((a, a_length), (b, b_length)) = (code_of(a, a_base), code_of(b, b_base));
            cursor = cursor.put(buffer, (a << b_length | b, a_length + b_length));
        }
        for (&position, &base) in rest.iter().zip(rest_bases) {
            cursor = cursor.put(buffer, code_of(position, base));
        }
        cursor
    }

    /// Counts all that is listed.
    #[inline(always)]
    fn count(&self, counts: &mut Counts) {
        let (positions, bases) = self.list.entries();
        for (&position, &base) in positions.iter().zip(bases) {
            let (position, base, value) = self.place(position, base);
            counts.add(position, base, value);
        }
    }

    /// Position, base and the value there. All is computed in the processor's own width: 16 bits would make
    /// the compiler pair values in vectors, which takes twice as long.
    #[inline(always)]
    fn place(&self, position: u16, base: u16) -> (usize, usize, i16) {
        let (position, base) = (usize::from(position), usize::from(base));
        (position, base, self.values[position % self.values.len()])
    }
}

/// Codes or counts some MCUs, on any processor.
pub(super) fn push(scan: &mut Scan, mcus: &[[Block; BLOCKS]], output: &mut Output) {
    scan.push_with(mcus, output, quantise::quantise);
}

/// Codes or counts MCUs whose values are kept, on any processor.
pub(super) fn push_kept(scan: &mut Scan, kept: &Kept, which: &[u32], output: &mut Output) {
    scan.push_kept_with(kept, which, output);
}
