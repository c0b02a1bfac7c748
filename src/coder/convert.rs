//! BGR pictures to tiles or planes: in goes a picture, out comes an MCU row of tiles for the transform, or
//! all of the picture as planes. The arithmetic is `colour`'s.

use super::{
    colour,
    error::CoderError,
    size::JpegSize,
    sys::avx2::Avx2,
    tile::{self, MCU, Tile},
};
use crate::nouns::picture::{Bgr, Planes};

/// Converts a picture of 3 bytes a pixel to planes, as [`super::Coefficients::load_bgr`] does on its way.
///
/// # Errors
/// Where it is empty, larger than JPEG allows or short of bytes.
pub fn convert(bgr: &Bgr, planes: &mut Planes) -> Result<(), CoderError> {
    JpegSize::of_bgr(bgr)?;
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
pub(super) fn convert_row(avx2: Option<Avx2>, bgr: &Bgr, mcu_row: usize, tiles: &mut [Tile]) {
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
