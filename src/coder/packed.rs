//! JPEGs of kept values: of some MCUs, packed row by row, or of all of them. In go [`Kept`] and which, out
//! come bytes; which MCUs a viewer needs is not decided here.
//!
//! Chroma stays 4:2:0 in packed JPEGs too. The kept values are those of complete pictures; 4:2:2 or 4:4:4
//! would take a transform of their own and 2 or 6 % more bytes, to save the outermost chroma samples of each
//! MCU from decoders that smooth them with the MCU packed beside it: 0.2 to 0.3 dB, and no visible seam.

use super::{
    codes::{Codes, Counts},
    coefficients::Huffman,
    error::CoderError,
    headers,
    huffman::Fitted,
    kept::{FILLER, Kept},
    scan::{self, Output, Scan},
    size::JpegSize,
    sys::avx2::Avx2,
    tables::{self, SIZE, Tables},
    tile::MCU,
};

/// What a packed JPEG is to be.
#[derive(Clone, Copy, Debug)]
pub struct Packing<'a> {
    /// MCUs, in the order in which they are packed.
    pub blocks: &'a [u32],
    /// How many in a row; see [`shape`].
    pub columns: usize,
    /// Quality at which they were kept, 1 to 100.
    pub quality: u8,
    /// Codes by which they are written.
    pub huffman: Huffman,
}

/// Columns and rows of a packing of so many blocks that is no wider than the picture and has the least
/// filler.
pub fn shape(blocks: usize, picture_columns: usize) -> (usize, usize) {
    let rows = blocks.div_ceil(picture_columns.max(1)).max(1);
    (blocks.div_ceil(rows), rows)
}

/// Writes all segments before the entropy-coded data.
type Headers = fn(&mut Vec<u8>, JpegSize, &[[u8; SIZE]; 2], &Tables);

impl Kept {
    /// Appends a JPEG of the chosen MCUs but for its SOI marker. Places that are left in the last row repeat
    /// the mean of the block before. Gives how many bytes the coded data takes, without headers.
    ///
    /// # Errors
    /// Where there is none, or JPEG allows no picture of that size; `out` is as before then.
    pub fn append_packed(&self, packing: &Packing, out: &mut Vec<u8>) -> Result<usize, CoderError> {
        let &Packing { blocks, columns, quality, huffman } = packing;
        if blocks.is_empty() || columns == 0 {
            return Err(CoderError::Empty);
        }
        let rows = blocks.len().div_ceil(columns);
        let (width, height) = (columns * MCU, rows * MCU);
        let side = |length: usize| u16::try_from(length).map_err(|_| CoderError::TooLarge(width, height));
        let size = JpegSize { width: side(width)?, height: side(height)? };
        let mut which = blocks.to_vec();
        which.resize(rows * columns, FILLER);
        let coding = Coding { size, quality, huffman, headers: headers::append_shortest };
        Ok(self.append(&which, &coding, out))
    }

    /// Appends a JPEG of the whole picture but for its SOI marker: where all was kept from one picture, byte
    /// for byte that of [`super::Coefficients::append_after_soi`]. Gives how many bytes the coded data takes,
    /// without headers.
    ///
    /// # Errors
    /// Where nothing is kept; `out` is as before then.
    pub fn append_whole(
        &self,
        quality: u8,
        huffman: Huffman,
        out: &mut Vec<u8>,
    ) -> Result<usize, CoderError> {
        if self.blocks() == 0 {
            return Err(CoderError::Empty);
        }
        let which: Vec<u32> = (0..self.blocks() as u32).collect();
        let coding = Coding { size: self.size, quality, huffman, headers: headers::append };
        Ok(self.append(&which, &coding, out))
    }

    fn append(&self, which: &[u32], coding: &Coding, out: &mut Vec<u8>) -> usize {
        let &Coding { size, quality, huffman, headers } = coding;
        let steps = tables::steps(quality);
        let start;
        match huffman {
            Huffman::Standard => {
                headers(out, size, &steps, &tables::STANDARD);
                start = out.len();
                self.scan(&steps, which, Output::Standard(out));
            }
            Huffman::Fitted => {
                let mut counts = Counts::new();
                self.scan(&steps, which, Output::Counts(&mut counts));
                let fitted = Fitted::new(&counts.frequencies());
                headers(out, size, &steps, &fitted.tables());
                start = out.len();
                self.scan(&steps, which, Output::Fitted(&Codes::new(&fitted.tables()), out));
            }
        }
        let coded = out.len() - start;
        out.extend_from_slice(&super::headers::EOI);
        coded
    }

    /// Goes through the chosen MCUs once.
    fn scan(&self, steps: &[[u8; SIZE]; 2], which: &[u32], mut output: Output) {
        let mut scan = Scan::new(steps);
        match Avx2::detect() {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.push_kept(&mut scan, self, which, &mut output),
            _ => scan::push_kept(&mut scan, self, which, &mut output),
        }
        scan.finish(output);
    }
}

/// How MCUs are written down.
struct Coding {
    size: JpegSize,
    quality: u8,
    huffman: Huffman,
    headers: Headers,
}
