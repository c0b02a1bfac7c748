//! The samples of one MCU: 16 x 16 pixels as luma and subsampled chroma, and how a picture's edge is filled
//! up to whole MCUs. In go planes or what `colour` converts; out come the tiles of one MCU row, cache-hot for
//! `dct`, or planes again.

use crate::nouns::picture::Planes;

/// Width and height of an MCU in pixels: 4:2:0 has 2 x 2 luma blocks over one block of each chroma.
pub(super) const MCU: usize = 16;
/// Blocks in an MCU: four of luma, one of Cb, one of Cr.
pub(super) const BLOCKS: usize = 6;

/// Samples of one MCU.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Tile {
    /// Luma, rows in pairs because one row of chroma comes from two of pixels.
    pub luma: [[[u8; MCU]; 2]; MCU / 2],
    /// Rows of chroma, each 8 samples of Cb, then 8 of Cr.
    pub chroma: [[u8; MCU]; MCU / 2],
}

impl Tile {
    /// A tile of any content, to be overwritten.
    pub(super) const BLANK: Tile = Tile { luma: [[[0; MCU]; 2]; MCU / 2], chroma: [[0; MCU]; MCU / 2] };

    /// Repeats the last of the `pairs` filled row pairs to the bottom.
    pub(super) fn pad_down(&mut self, pairs: usize) {
        let (luma, chroma) = (self.luma[pairs - 1][1], self.chroma[pairs - 1]);
        self.luma[pairs..].fill([luma; 2]);
        self.chroma[pairs..].fill(chroma);
    }
}

/// Fills one MCU row of tiles from planes whose sizes have been checked.
pub(super) fn fill(tiles: &mut [Tile], planes: &Planes, mcu_row: usize) {
    let chroma_width = planes.chroma_width();
    for line in 0..MCU {
        let row = (mcu_row * MCU + line).min(planes.height - 1);
        let samples = &planes.y[row * planes.width..][..planes.width];
        for (tile, from) in tiles.iter_mut().zip(samples.chunks(MCU)) {
            copy_padded(&mut tile.luma[line / 2][line % 2], from);
        }
    }
    for line in 0..MCU / 2 {
        let row = (mcu_row * MCU / 2 + line).min(planes.chroma_height() - 1);
        let cb = planes.u[row * chroma_width..][..chroma_width].chunks(MCU / 2);
        let cr = planes.v[row * chroma_width..][..chroma_width].chunks(MCU / 2);
        for (tile, (cb, cr)) in tiles.iter_mut().zip(cb.zip(cr)) {
            let (left, right) = tile.chroma[line].split_at_mut(MCU / 2);
            copy_padded_half(left, cb);
            copy_padded_half(right, cr);
        }
    }
}

/// Writes one MCU row of tiles into planes of the picture's size.
pub(super) fn spread(tiles: &[Tile], planes: &mut Planes, mcu_row: usize) {
    let (width, chroma_width) = (planes.width, planes.chroma_width());
    let luma = planes.y.chunks_exact_mut(width).skip(mcu_row * MCU);
    for (line, row) in luma.take(MCU).enumerate() {
        for (to, tile) in row.chunks_mut(MCU).zip(tiles) {
            to.copy_from_slice(&tile.luma[line / 2][line % 2][..to.len()]);
        }
    }
    for (plane, start) in [(&mut planes.u, 0), (&mut planes.v, MCU / 2)] {
        let rows = plane.chunks_exact_mut(chroma_width).skip(mcu_row * MCU / 2);
        for (line, row) in rows.take(MCU / 2).enumerate() {
            for (to, tile) in row.chunks_mut(MCU / 2).zip(tiles) {
                to.copy_from_slice(&tile.chroma[line][start..][..to.len()]);
            }
        }
    }
}

/// Copies up to 16 samples and repeats the last.
fn copy_padded(to: &mut [u8; MCU], from: &[u8]) {
    match from.first_chunk() {
        Some(whole) => *to = *whole,
        None => pad(to, from),
    }
}

/// Copies up to 8 samples and repeats the last.
fn copy_padded_half(to: &mut [u8], from: &[u8]) {
    if from.len() == to.len() { to.copy_from_slice(from) } else { pad(to, from) }
}

/// Copies fewer samples than there is room for and repeats the last.
fn pad(to: &mut [u8], from: &[u8]) {
    let last = from.last().copied().unwrap_or_default();
    let (start, rest) = to.split_at_mut(from.len());
    start.copy_from_slice(from);
    rest.fill(last);
}
