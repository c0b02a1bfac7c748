//! From blue, green, red to luma and subsampled chroma: in go two rows of pixels, out come one row pair of
//! every tile of an MCU row. The arithmetic is JFIF's full-range BT.601 in 16 fractional bits, each sample
//! rounded as libjpeg rounds it, so that JPEGs match byte for byte.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::tile::{MCU, Tile};

/// Bytes of one tile's row of pixels.
const ROW: usize = 3 * MCU;
/// Fractional bits of the weights.
const BITS: u32 = 16;
/// Half of one, for rounding.
const HALF: i32 = 1 << (BITS - 1);

/// Weights of blue, green and red in luma, Cb and Cr: the factors of JFIF 1.02, section "RGB to YCbCr", times
/// 65,536.
const LUMA: [i32; 3] = [7471, 38470, 19595];
const CB: [i32; 3] = [32768, -21709, -11059];
const CR: [i32; 3] = [-5329, -27439, 32768];

/// Converts two rows of pixels, `rows`, into the row pair `pair` of the tiles above them.
pub(super) fn convert(rows: [&[u8]; 2], pair: usize, tiles: &mut [Tile]) {
    for_each_tile(rows, pair, tiles, portable);
}

/// Walks along the two rows in steps of a tile, the last one filled up with the last pixel.
#[inline(always)]
fn for_each_tile(
    [top, bottom]: [&[u8]; 2],
    pair: usize,
    tiles: &mut [Tile],
    kernel: impl Fn([&[u8; ROW]; 2], &mut [[u8; MCU]; 2], &mut [u8; MCU]),
) {
    let ((tops, top_rest), (bottoms, bottom_rest)) = (top.as_chunks::<ROW>(), bottom.as_chunks::<ROW>());
    for ((top, bottom), tile) in tops.iter().zip(bottoms).zip(tiles.iter_mut()) {
        kernel([top, bottom], &mut tile.luma[pair], &mut tile.chroma[pair]);
    }
    if let (false, Some(tile)) = (top_rest.is_empty(), tiles.get_mut(tops.len())) {
        kernel([&padded(top_rest), &padded(bottom_rest)], &mut tile.luma[pair], &mut tile.chroma[pair]);
    }
}

/// Fills one to fifteen pixels up to sixteen with the last of them.
fn padded(pixels: &[u8]) -> [u8; ROW] {
    let last = pixels.last_chunk::<3>().copied().unwrap_or_default();
    let mut row = [last; MCU];
    for (to, from) in row.iter_mut().zip(pixels.as_chunks().0) {
        *to = *from;
    }
    let mut flat = [0; ROW];
    flat.copy_from_slice(row.as_flattened());
    flat
}

/// Sixteen columns of two rows on any processor.
fn portable(rows: [&[u8; ROW]; 2], luma: &mut [[u8; MCU]; 2], chroma: &mut [u8; MCU]) {
    let (mut cb, mut cr) = ([0; MCU], [0; MCU]);
    for (pixels, luma) in rows.iter().zip(luma) {
        for x in 0..MCU {
            let [b, g, r] = [0, 1, 2].map(|colour| i32::from(pixels[3 * x + colour]));
            let weigh = |weights: [i32; 3]| b * weights[0] + g * weights[1] + r * weights[2];
            luma[x] = ((weigh(LUMA) + HALF) >> BITS) as u8;
            // Chroma is rounded once before it is averaged, just below half upwards, so that 255.5 does not
            // become 256.
            let round = (128 << BITS) + HALF - 1;
            cb[x] += (weigh(CB) + round) >> BITS;
            cr[x] += (weigh(CR) + round) >> BITS;
        }
    }
    for x in 0..MCU / 2 {
        // Averages of four, rounded up in every second column only, to favour neither direction.
        let round = 1 + (x as i32 & 1);
        chroma[x] = ((cb[2 * x] + cb[2 * x + 1] + round) >> 2) as u8;
        chroma[MCU / 2 + x] = ((cr[2 * x] + cr[2 * x + 1] + round) >> 2) as u8;
    }
}
