//! A baseline JPEG coder that makes many qualities of one picture cheaply: in go BGR pictures or planes, out
//! come JPEGs with 4:2:0 chroma, byte for byte those of libjpeg-turbo's plain call or, where wanted, of its
//! optimised one.
//!
//! Colour conversion, subsampling and the cosine transform are done once per picture ([`Coefficients`]); a
//! quality costs quantising and Huffman coding only. Scaling pictures, choosing qualities and what stands
//! around a JPEG on the wire do not belong here.
//!
//! ```text
//! Bgr -> colour -> tile -> dct -> Coefficients -> quantise -> scan (list, codes, bits) -> JPEG
//! Planes ----------^                              headers (tables, huffman) --------------^
//! ```

mod bits;
mod codes;
mod colour;
mod dct;
mod headers;
mod huffman;
mod list;
mod quantise;
mod scan;
mod sys;
mod tables;
mod tile;

use thiserror::Error;

use crate::{
    jpeg::DecodeError,
    nouns::picture::{Bgr, Planes},
};
use codes::{Codes, Counts};
use huffman::Fitted;
use scan::{Scan, To};
use sys::Avx2;
use tables::SIZE;
use tile::{BLOCKS, MCU, Tile};

/// Why a picture cannot be coded.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CoderError {
    /// It has no pixels.
    #[error("the picture is empty")]
    Empty,
    /// JPEG's size fields have 16 bits.
    #[error("the picture has {0} x {1} pixels; JPEG allows 65535 on an axis")]
    TooLarge(usize, usize),
    /// Its rows do not fill its size.
    #[error("the picture should have {expected} samples and has {found}")]
    TooShort {
        /// What its size asks for.
        expected: usize,
        /// What there is, in the first plane that lacks any.
        found: usize,
    },
    /// The camera sent something that is not to be decoded.
    #[error(transparent)]
    Camera(#[from] DecodeError),
}

/// Which Huffman tables a JPEG uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Huffman {
    /// Those of T.81 annex K, known beforehand.
    Standard,
    /// Tables made for the picture, which takes a second pass.
    Fitted,
}

/// The coefficients of 8 x 8 samples in zigzag order.
#[derive(Clone)]
#[repr(C, align(64))]
struct Block([i16; SIZE]);

/// One picture's coefficients before quantising, and the buffers to make the next one's.
pub struct Coefficients {
    width: u16,
    height: u16,
    /// MCU by MCU, row by row.
    mcus: Vec<[Block; BLOCKS]>,
    /// The samples of one MCU row.
    tiles: Vec<Tile>,
    avx2: Option<Avx2>,
}

impl Default for Coefficients {
    fn default() -> Self {
        Self::new()
    }
}

impl Coefficients {
    /// No picture yet.
    pub fn new() -> Self {
        Coefficients { width: 0, height: 0, mcus: Vec::new(), tiles: Vec::new(), avx2: Avx2::detect() }
    }

    /// Takes a picture of 3 bytes a pixel.
    ///
    /// # Errors
    /// Where it is empty, larger than JPEG allows or short of bytes; nothing can be encoded then until
    /// another is taken.
    pub fn load_bgr(&mut self, bgr: &Bgr) -> Result<(), CoderError> {
        self.resize(checked_bgr(bgr))?;
        let avx2 = self.avx2;
        self.load(|tiles, mcu_row| convert_row(avx2, bgr, mcu_row, tiles));
        Ok(())
    }

    /// Takes a picture of planes.
    ///
    /// # Errors
    /// As [`Coefficients::load_bgr`].
    pub fn load_planes(&mut self, planes: &Planes) -> Result<(), CoderError> {
        self.resize(checked_planes(planes))?;
        self.load(|tiles, mcu_row| tile::fill(tiles, planes, mcu_row));
        Ok(())
    }

    /// Whether this processor has what the coder is fast with; without it, libjpeg-turbo is.
    pub fn is_fast(&self) -> bool {
        self.avx2.is_some()
    }

    /// Width and height of the picture taken last, 0 if there is none.
    pub fn size(&self) -> (usize, usize) {
        (self.width.into(), self.height.into())
    }

    /// The picture as a JPEG of that quality (1 to 100).
    ///
    /// # Errors
    /// Where no picture has been taken.
    pub fn to_jpeg(&self, quality: u8, huffman: Huffman) -> Result<Vec<u8>, CoderError> {
        let mut out = headers::SOI.to_vec();
        self.append_after_soi(quality, huffman, &mut out)?;
        Ok(out)
    }

    /// Appends all of such a JPEG but its first two bytes, the SOI marker: the caller has written that, and
    /// what should follow it.
    ///
    /// # Errors
    /// Where no picture has been taken; `out` is as before then.
    pub fn append_after_soi(
        &self,
        quality: u8,
        huffman: Huffman,
        out: &mut Vec<u8>,
    ) -> Result<(), CoderError> {
        if self.mcus.is_empty() {
            return Err(CoderError::Empty);
        }
        let steps = tables::steps(quality);
        let size = (self.width, self.height);
        match huffman {
            Huffman::Standard => {
                headers::append(out, size, &steps, &tables::STANDARD);
                self.scan(&steps, To::Standard(out));
            }
            Huffman::Fitted => {
                let mut counts = Counts::new();
                self.scan(&steps, To::Counts(&mut counts));
                let fitted = Fitted::new(&counts.frequencies());
                headers::append(out, size, &steps, &fitted.tables());
                self.scan(&steps, To::Fitted(&Codes::new(&fitted.tables()), out));
            }
        }
        out.extend_from_slice(&headers::EOI);
        Ok(())
    }

    /// Goes through the picture once.
    fn scan(&self, steps: &[[u8; SIZE]; 2], mut to: To) {
        let mut scan = Scan::new(steps);
        match self.avx2 {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.push(&mut scan, &self.mcus, &mut to),
            _ => scan::push(&mut scan, &self.mcus, &mut to),
        }
        scan.finish(to);
    }

    /// Makes room for a picture of that size, or forgets the last one.
    fn resize(&mut self, size: Result<(u16, u16), CoderError>) -> Result<(), CoderError> {
        (self.width, self.height) = *size.as_ref().unwrap_or(&(0, 0));
        let (columns, rows) = (usize::from(self.width).div_ceil(MCU), usize::from(self.height).div_ceil(MCU));
        // Pictures of one size cost nothing here; what is left of the last one is overwritten.
        self.mcus.resize(columns * rows, [const { Block([0; SIZE]) }; BLOCKS]);
        self.tiles.resize(columns, Tile::BLANK);
        size.map(|_| ())
    }

    /// Makes all coefficients from the tiles that `fill` makes for each MCU row.
    fn load(&mut self, fill: impl Fn(&mut [Tile], usize)) {
        let columns = self.tiles.len();
        for (number, mcus) in self.mcus.chunks_exact_mut(columns).enumerate() {
            fill(&mut self.tiles, number);
            match self.avx2 {
                #[cfg(target_arch = "x86_64")]
                Some(avx2) => avx2.transform(&self.tiles, mcus),
                _ => dct::transform(&self.tiles, mcus),
            }
        }
        self.flatten_outside();
    }

    /// Luma blocks that lie outside the picture altogether repeat the block before them without its detail:
    /// the fewest bits, and what libjpeg does.
    fn flatten_outside(&mut self) {
        let flat = |from: &Block| {
            let mut flat = Block([0; SIZE]);
            flat.0[0] = from.0[0];
            flat
        };
        let half = |length: u16| (1..=8).contains(&(usize::from(length) % MCU));
        let columns = self.tiles.len();
        if half(self.width) {
            for mcu in self.mcus.iter_mut().skip(columns - 1).step_by(columns) {
                (mcu[1], mcu[3]) = (flat(&mcu[0]), flat(&mcu[2]));
            }
        }
        if half(self.height) {
            for mcu in self.mcus.iter_mut().rev().take(columns) {
                (mcu[2], mcu[3]) = (flat(&mcu[1]), flat(&mcu[1]));
            }
        }
    }
}

/// Appends the Huffman tables of T.81 annex K as segments, for a JPEG that leaves them out.
pub(super) fn append_standard_tables(out: &mut Vec<u8>) {
    headers::append_tables(out, &tables::STANDARD);
}

/// A picture of 3 bytes a pixel as planes, with the conversion of [`Coefficients::load_bgr`].
///
/// # Errors
/// Where it is empty, larger than JPEG allows or short of bytes.
pub fn convert(bgr: &Bgr, planes: &mut Planes) -> Result<(), CoderError> {
    checked_bgr(bgr)?;
    planes.reshape(bgr.width, bgr.height);
    let avx2 = Avx2::detect();
    let mut tiles = vec![Tile::BLANK; bgr.width.div_ceil(MCU)];
    for mcu_row in 0..bgr.height.div_ceil(MCU) {
        convert_row(avx2, bgr, mcu_row, &mut tiles);
        tile::spread(&tiles, planes, mcu_row);
    }
    Ok(())
}

/// Converts one MCU row of a picture whose size has been checked.
fn convert_row(avx2: Option<Avx2>, bgr: &Bgr, mcu_row: usize, tiles: &mut [Tile]) {
    let (width, height) = (bgr.width, bgr.height);
    let row = |number: usize| &bgr.data[number.min(height - 1) * width * 3..][..width * 3];
    let top = mcu_row * MCU;
    let pairs = (height - top).div_ceil(2).min(MCU / 2);
    for pair in 0..pairs {
        let rows = [row(top + 2 * pair), row(top + 2 * pair + 1)];
        match avx2 {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.convert(rows, pair, tiles),
            _ => colour::convert(rows, pair, tiles),
        }
    }
    if pairs < MCU / 2 {
        tiles.iter_mut().for_each(|tile| tile.pad_down(pairs));
    }
}

fn checked_bgr(bgr: &Bgr) -> Result<(u16, u16), CoderError> {
    checked(bgr.width, bgr.height, &[(&bgr.data, bgr.width.saturating_mul(bgr.height).saturating_mul(3))])
}

/// The size of planes as JPEG writes it, if there are pixels and the planes are whole.
pub(super) fn checked_planes(planes: &Planes) -> Result<(u16, u16), CoderError> {
    let luma = planes.width.saturating_mul(planes.height);
    let chroma = planes.chroma_width().saturating_mul(planes.chroma_height());
    checked(planes.width, planes.height, &[(&planes.y, luma), (&planes.u, chroma), (&planes.v, chroma)])
}

/// The size as JPEG writes it, if there are pixels and the planes (samples there, samples wanted) are whole.
fn checked(width: usize, height: usize, planes: &[(&[u8], usize)]) -> Result<(u16, u16), CoderError> {
    if width == 0 || height == 0 {
        return Err(CoderError::Empty);
    }
    let axis = |length: usize| u16::try_from(length).map_err(|_| CoderError::TooLarge(width, height));
    let size = (axis(width)?, axis(height)?);
    match planes.iter().find(|(samples, expected)| samples.len() < *expected) {
        Some((samples, expected)) => Err(CoderError::TooShort { expected: *expected, found: samples.len() }),
        None => Ok(size),
    }
}

#[cfg(test)]
mod tests;
