//! One picture's cosine transform, from which any quality is made: in go BGR pictures or planes, out come
//! baseline JPEGs. Which processor's instructions do it is chosen here, how belongs to the files around.

use super::{
    block::Block,
    codes::{Codes, Counts},
    convert::convert_row,
    dct,
    error::CoderError,
    headers,
    huffman::Fitted,
    motion::{Gauge, Motion, PIECE},
    moved::Moved,
    scan::{self, Output, Scan},
    size::JpegSize,
    sys::avx2::Avx2,
    tables::{self, SIZE},
    tile::{self, BLOCKS, MCU, Tile},
};
use crate::nouns::picture::{Bgr, Planes};

/// Which Huffman tables a JPEG uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Huffman {
    /// The tables of T.81 annex K, known beforehand.
    Standard,
    /// Tables made for the picture, which takes a second pass.
    Fitted,
}

/// One picture's coefficients before quantising, and the buffers to make the next one's.
pub struct Coefficients {
    size: JpegSize,
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
    /// Buffers that hold no picture yet.
    pub fn new() -> Self {
        Coefficients { size: JpegSize::default(), mcus: Vec::new(), tiles: Vec::new(), avx2: Avx2::detect() }
    }

    /// Takes a picture of 3 bytes a pixel.
    ///
    /// # Errors
    /// Where it is empty, larger than JPEG allows or short of bytes; nothing can be encoded then until
    /// another is taken.
    pub fn load_bgr(&mut self, bgr: &Bgr) -> Result<(), CoderError> {
        self.load_bgr_measured(bgr, None)
    }

    /// Takes a picture of 3 bytes a pixel, and measures on the way what moved in it where `gauge` is there.
    ///
    /// # Errors
    /// As [`Coefficients::load_bgr`]; nothing is measured then.
    pub fn load_bgr_measured(&mut self, bgr: &Bgr, gauge: Option<Gauge>) -> Result<(), CoderError> {
        self.resize(JpegSize::of_bgr(bgr))?;
        let avx2 = self.avx2;
        self.load(|tiles, mcu_row| convert_row(avx2, bgr, mcu_row, tiles), gauge);
        Ok(())
    }

    /// Takes a picture of planes.
    ///
    /// # Errors
    /// As [`Coefficients::load_bgr`].
    pub fn load_planes(&mut self, planes: &Planes) -> Result<(), CoderError> {
        self.load_planes_measured(planes, None)
    }

    /// Takes a picture of planes, and measures on the way what moved in it where `gauge` is there.
    ///
    /// # Errors
    /// As [`Coefficients::load_bgr`]; nothing is measured then.
    pub fn load_planes_measured(&mut self, planes: &Planes, gauge: Option<Gauge>) -> Result<(), CoderError> {
        self.resize(JpegSize::of_planes(planes))?;
        self.load(|tiles, mcu_row| tile::fill(tiles, planes, mcu_row), gauge);
        Ok(())
    }

    /// Whether this processor has what the coder is fast with; without it, libjpeg-turbo is.
    pub fn is_fast(&self) -> bool {
        self.avx2.is_some()
    }

    /// Width and height of the picture taken last, 0 if there is none.
    pub fn size(&self) -> (usize, usize) {
        (self.size.width.into(), self.size.height.into())
    }

    /// The coefficients, MCU by MCU, row by row; none where there is no picture.
    pub(super) fn mcus(&self) -> &[[Block; BLOCKS]] {
        &self.mcus
    }

    /// The size of the picture taken last.
    pub(super) fn jpeg_size(&self) -> JpegSize {
        self.size
    }

    /// Proof of what the processor can.
    pub(super) fn avx2(&self) -> Option<Avx2> {
        self.avx2
    }

    /// Makes the picture a JPEG of that quality (1 to 100).
    ///
    /// # Errors
    /// Where no picture has been taken.
    pub fn to_jpeg(&self, quality: u8, huffman: Huffman) -> Result<Vec<u8>, CoderError> {
        let mut out = headers::SOI.to_vec();
        self.append_after_soi(quality, huffman, &mut out)?;
        Ok(out)
    }

    /// Appends a JPEG of that quality (1 to 100) but for its first two bytes, the SOI marker: the caller has
    /// written that, and what should follow it.
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
        match huffman {
            Huffman::Standard => {
                headers::append(out, self.size, &steps, &tables::STANDARD);
                self.scan(&steps, Output::Standard(out));
            }
            Huffman::Fitted => {
                let mut counts = Counts::new();
                self.scan(&steps, Output::Counts(&mut counts));
                let fitted = Fitted::new(&counts.frequencies());
                headers::append(out, self.size, &steps, &fitted.tables());
                self.scan(&steps, Output::Fitted(&Codes::new(&fitted.tables()), out));
            }
        }
        out.extend_from_slice(&headers::EOI);
        Ok(())
    }

    /// Goes through the picture once.
    fn scan(&self, steps: &[[u8; SIZE]; 2], mut output: Output) {
        let mut scan = Scan::new(steps);
        match self.avx2 {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.push(&mut scan, &self.mcus, &mut output),
            _ => scan::push(&mut scan, &self.mcus, &mut output),
        }
        scan.finish(output);
    }

    /// Makes room for a picture of that size, or forgets the last one.
    fn resize(&mut self, size: Result<JpegSize, CoderError>) -> Result<(), CoderError> {
        self.size = *size.as_ref().unwrap_or(&JpegSize::default());
        let [columns, rows] =
            [self.size.width, self.size.height].map(|length| usize::from(length).div_ceil(MCU));
        // Pictures of one size cost nothing here; what is left of the last one is overwritten.
        self.mcus.resize(columns * rows, [const { Block::ZERO }; BLOCKS]);
        self.tiles.resize(columns, Tile::BLANK);
        size.map(|_| ())
    }

    /// Makes all coefficients from the tiles that `fill` makes for each MCU row, and measures them a piece at
    /// a time, while they are in the processor's caches.
    fn load(&mut self, fill: impl Fn(&mut [Tile], usize), gauge: Option<Gauge>) {
        let mut measuring = gauge.map(|gauge| gauge.begin(self.size, self.mcus.len(), self.avx2));
        let Coefficients { size, ref mut mcus, ref mut tiles, avx2 } = *self;
        let half = |length: u16| (1..=8).contains(&(usize::from(length) % MCU));
        let (columns, rows) = (tiles.len(), usize::from(size.height).div_ceil(MCU));
        for (row, mcus) in mcus.chunks_exact_mut(columns).enumerate() {
            fill(tiles, row);
            for (at, (tiles, mcus)) in tiles.chunks(PIECE).zip(mcus.chunks_mut(PIECE)).enumerate() {
                match avx2 {
                    #[cfg(target_arch = "x86_64")]
                    Some(avx2) => avx2.transform(tiles, mcus),
                    _ => dct::transform(tiles, mcus),
                }
                let first = at * PIECE;
                if half(size.width) && first + mcus.len() == columns {
                    mcus.last_mut().into_iter().for_each(flatten_right);
                }
                if half(size.height) && row + 1 == rows {
                    mcus.iter_mut().for_each(flatten_below);
                }
                if let Some(measuring) = &mut measuring {
                    measuring.take(row * columns + first, mcus);
                }
            }
        }
        if let Some(measuring) = measuring {
            measuring.end();
        }
    }
}

impl Motion {
    /// Measures frame `number`, a picture that was taken before, into `moved`, whose buffers are used again.
    /// That takes longer than a [`Gauge`] on the way: the coefficients have left the processor's caches.
    pub fn measure(&mut self, picture: &Coefficients, number: u64, moved: &mut Moved) {
        let gauge = Gauge { motion: self, number, moved };
        let mut measuring = gauge.begin(picture.size, picture.mcus.len(), picture.avx2);
        for (at, mcus) in picture.mcus.chunks(PIECE).enumerate() {
            measuring.take(at * PIECE, mcus);
        }
        measuring.end();
    }
}

/// Luma blocks to the right that lie outside the picture altogether repeat the block before them without its
/// detail: the fewest bits, and what libjpeg does.
fn flatten_right(mcu: &mut [Block; BLOCKS]) {
    (mcu[1], mcu[3]) = (mcu[0].flat(), mcu[2].flat());
}

/// Luma blocks below that lie outside the picture: as [`flatten_right`].
fn flatten_below(mcu: &mut [Block; BLOCKS]) {
    (mcu[2], mcu[3]) = (mcu[1].flat(), mcu[1].flat());
}

#[cfg(test)]
mod tests;
