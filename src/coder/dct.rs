//! The forward cosine transform: in go tiles of samples, out come blocks of coefficients in zigzag order,
//! eight times as large as ITU-T T.81 defines them. The quantiser takes the eight out again.
//!
//! The transform is the 13-bit integer form of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with libjpeg's
//! scaling and rounding, rows first, multiplied out: each odd coefficient is a weighted sum of the four
//! differences, which gives the same integers and suits the processor's multiply-and-add of pairs.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    block::Block,
    tables::{SIZE, ZIGZAG},
    tile::{BLOCKS, MCU, Tile},
};

/// Fractional bits of the weights.
const BITS: u32 = 13;
/// Fractional bits that the row pass leaves for the column pass to remove.
const EXTRA: u32 = 2;
/// Rows and columns of a block.
const SIDE: usize = 8;
/// What the level shift of 128 amounts to in a row's first coefficient: eight samples, scaled.
const LEVEL_SHIFT: i16 = (128 * 8) << EXTRA;

/// Weights of the two differences of sums in coefficients 2 and 6, in 1/8192.
const EVEN: [[i16; 2]; 2] = [[10703, 4433], [4433, -10704]];
/// Weights of the differences 4 to 7 (innermost pair first) in coefficients 1, 3, 5 and 7, in 1/8192. Each is
/// the sum of the constants that the flow graph would apply one after the other, which is why near twins
/// differ by one.
const ODD: [[i16; 4]; 4] = [
    [2260, 6437, 9633, 11363],
    [-6436, -11362, -2259, 9633],
    [9633, 2261, -11362, 6437],
    [-11363, 9633, -6436, 2260],
];

/// Transforms tiles on any processor.
pub(super) fn transform(tiles: &[Tile], mcus: &mut [[Block; BLOCKS]]) {
    for (tile, blocks) in tiles.iter().zip(mcus) {
        for (number, block) in blocks.iter_mut().enumerate() {
            let sample = |row: usize, column: usize| match number {
                0..4 => tile.luma[number / 2 * 4 + row / 2][row % 2][number % 2 * SIDE + column],
                _ => tile.chroma[row][(number - 4) * SIDE + column],
            };
            block.0 = portable(sample);
        }
    }
}

/// Transforms one block, whose samples are told by row and column.
fn portable(sample: impl Fn(usize, usize) -> u8) -> [i16; SIZE] {
    let mut rows = [[0; SIDE]; SIDE];
    for (y, row) in rows.iter_mut().enumerate() {
        *row = pass(std::array::from_fn(|x| i32::from(sample(y, x))), -(EXTRA as i32));
        row[0] -= i32::from(LEVEL_SHIFT);
    }
    let columns: [[i32; SIDE]; SIDE] =
        std::array::from_fn(|x| pass(std::array::from_fn(|y| rows[y][x]), EXTRA as i32));
    ZIGZAG.map(|natural| columns[usize::from(natural) % SIDE][usize::from(natural) / SIDE] as i16)
}

/// Eight values transformed and divided by 2 to the power of `down`.
fn pass(d: [i32; SIDE], down: i32) -> [i32; SIDE] {
    let sums: [i32; 4] = std::array::from_fn(|n| d[n] + d[7 - n]);
    let differences = [d[3] - d[4], d[2] - d[5], d[1] - d[6], d[0] - d[7]];
    let (t10, t11, t12, t13) = (sums[0] + sums[3], sums[1] + sums[2], sums[1] - sums[2], sums[0] - sums[3]);
    let plain = |value: i32| if down < 0 { value << -down } else { (value + (1 << down >> 1)) >> down };
    let shift = BITS as i32 + down;
    let weighed = |value: i32| (value + (1 << shift >> 1)) >> shift;
    let even = |n: usize| weighed(t13 * i32::from(EVEN[n][0]) + t12 * i32::from(EVEN[n][1]));
    let odd =
        |n: usize| weighed(differences.iter().zip(ODD[n]).map(|(d, weight)| d * i32::from(weight)).sum());
    [plain(t10 + t11), odd(0), even(0), odd(1), plain(t10 - t11), odd(2), even(1), odd(3)]
}
