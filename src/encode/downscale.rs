//! Pictures of half the size on each axis, rounded up: in go planes, out come planes in which each sample is
//! the mean of the four it stands for, or of as many as there are at an odd edge. Which tiers are made, and
//! when, is `transforms`'.
//!
//! A tier below half size is made from the next larger one, so that its samples are means of means, rounded
//! up to three times. Each time a mean that lies between two values by a half goes down in even columns and
//! up in odd ones: pictures grow neither darker nor lighter, and a sample of the eighth is off by 1.5 at the
//! very most, by 0.3 as a rule.

use crate::{
    coder::{CoderError, JpegSize},
    nouns::picture::Planes,
};

/// Samples made at a time: as many as have the compiler use vectors.
const STRIDE: usize = 16;

/// Makes `to` half the size of `from`.
///
/// # Errors
/// Where there are no pixels, or fewer than the size says.
pub fn halve(from: &Planes, to: &mut Planes) -> Result<(), CoderError> {
    JpegSize::of_planes(from)?;
    let plane = |samples, width, height| Plane { samples, width, height };
    let (chroma_width, chroma_height) = (from.chroma_width(), from.chroma_height());
    to.reshape(from.width.div_ceil(2), from.height.div_ceil(2));
    halve_plane(plane(&from.y, from.width, from.height), &mut to.y);
    halve_plane(plane(&from.u, chroma_width, chroma_height), &mut to.u);
    halve_plane(plane(&from.v, chroma_width, chroma_height), &mut to.v);
    Ok(())
}

/// One plane's samples, rows tightly packed.
struct Plane<'a> {
    samples: &'a [u8],
    width: usize,
    height: usize,
}

/// Makes one plane of half the size.
fn halve_plane(Plane { samples, width, height }: Plane, to: &mut [u8]) {
    let row = |number: usize| &samples[number.min(height - 1) * width..][..width];
    for (number, to) in to.chunks_exact_mut(width.div_ceil(2)).enumerate() {
        // The last row twice has the mean of itself.
        halve_rows([row(2 * number), row(2 * number + 1)], to);
    }
}

/// Makes one row of two.
fn halve_rows([top, bottom]: [&[u8]; 2], to: &mut [u8]) {
    let ((tops, top_rest), (bottoms, bottom_rest)) = (top.as_chunks(), bottom.as_chunks());
    let (strides, rest) = to.as_chunks_mut::<STRIDE>();
    for (to, (top, bottom)) in strides.iter_mut().zip(tops.iter().zip(bottoms)) {
        *to = means(top, bottom);
    }
    if !top_rest.is_empty() {
        let (top, bottom) = (repeated(top_rest), repeated(bottom_rest));
        // Of 31 samples the 16 means complete a stride.
        let target =
            if rest.is_empty() { strides.last_mut().map_or(&mut [][..], |last| &mut last[..]) } else { rest };
        let length = target.len();
        target.copy_from_slice(&means(&top, &bottom)[..length]);
    }
}

/// Means of 2 x 2 samples.
#[inline(always)]
fn means(top: &[u8; 2 * STRIDE], bottom: &[u8; 2 * STRIDE]) -> [u8; STRIDE] {
    std::array::from_fn(|column| {
        // Two samples at a time as one number of 16 bits.
        let pair = |row: &[u8; 2 * STRIDE]| {
            let both = u16::from_le_bytes([row[2 * column], row[2 * column + 1]]);
            (both & 0xFF) + (both >> 8)
        };
        ((pair(top) + pair(bottom) + 1 + column as u16 % 2) >> 2) as u8
    })
}

/// Up to 32 samples, the last one repeated.
fn repeated(samples: &[u8]) -> [u8; 2 * STRIDE] {
    let mut row = [samples.last().copied().unwrap_or_default(); 2 * STRIDE];
    row[..samples.len()].copy_from_slice(samples);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(width: usize, height: usize) -> Planes {
        let mut state = 1_u32;
        let mut random = |count: usize| {
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..count).map(next).collect::<Vec<u8>>()
        };
        let chroma = width.div_ceil(2) * height.div_ceil(2);
        Planes { width, height, y: random(width * height), u: random(chroma), v: random(chroma) }
    }

    /// The mean of what there is of a square of `scale` x `scale` samples.
    fn mean(
        plane: &[u8],
        (width, height): (usize, usize),
        (column, row): (usize, usize),
        scale: usize,
    ) -> f64 {
        let rows = row * scale..((row + 1) * scale).min(height);
        let samples =
            rows.flat_map(|row| &plane[row * width..][column * scale..((column + 1) * scale).min(width)]);
        let (count, sum) = samples.fold((0, 0), |(count, sum), sample| (count + 1, sum + u32::from(*sample)));
        f64::from(sum) / f64::from(count)
    }

    #[test]
    fn every_sample_is_the_mean_of_its_four_or_of_as_many_as_there_are() {
        for (width, height) in
            [(1, 1), (2, 2), (3, 5), (31, 7), (32, 4), (33, 4), (61, 3), (62, 2), (63, 9), (64, 8), (130, 51)]
        {
            let (from, mut to) = (noise(width, height), Planes::grey(300, 2, 7));
            halve(&from, &mut to).expect("a picture");
            assert_eq!((to.width, to.height), (width.div_ceil(2), height.div_ceil(2)));
            let chroma = (from.chroma_width(), from.chroma_height());
            for (name, from, size, to) in [
                ("Y", &from.y, (width, height), &to.y),
                ("U", &from.u, chroma, &to.u),
                ("V", &from.v, chroma, &to.v),
            ] {
                let to_width = size.0.div_ceil(2);
                assert_eq!(to.len(), to_width * size.1.div_ceil(2));
                for (at, sample) in to.iter().enumerate() {
                    let exact = mean(from, size, (at % to_width, at / to_width), 2);
                    assert!(
                        (exact - f64::from(*sample)).abs() <= 0.5,
                        "{width}x{height} {name} {at}: {sample} of {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn three_times_halved_is_near_the_mean_of_sixty_four_and_neither_lighter_nor_darker() {
        let (full, mut last) = (noise(640, 400), Planes::default());
        let mut now = full.clone();
        for _ in 0..3 {
            halve(&now, &mut last).expect("a picture");
            std::mem::swap(&mut now, &mut last);
        }
        let errors = now
            .y
            .iter()
            .enumerate()
            .map(|(at, sample)| f64::from(*sample) - mean(&full.y, (640, 400), (at % 80, at / 80), 8));
        let errors: Vec<f64> = errors.collect();
        let count = errors.len() as f64;
        let (bias, size) =
            (errors.iter().sum::<f64>() / count, errors.iter().map(|error| error.abs()).sum::<f64>() / count);
        assert!(bias.abs() < 0.03 && size < 0.35, "{bias} {size}");
        assert!(errors.iter().all(|error| error.abs() <= 1.5));
    }

    #[test]
    fn extremes_stay() {
        for luma in [0, 255] {
            let mut to = Planes::default();
            halve(&Planes::grey(97, 33, luma), &mut to).expect("a picture");
            assert_eq!(to, Planes::grey(49, 17, luma));
        }
    }

    #[test]
    fn a_picture_short_of_samples_is_an_error() {
        let mut to = Planes::default();
        assert_eq!(halve(&Planes::grey(0, 3, 0), &mut to), Err(CoderError::Empty));
        let short = Planes { y: vec![0; 15], ..Planes::grey(4, 4, 0) };
        assert_eq!(halve(&short, &mut to), Err(CoderError::TooShort { expected: 16, found: 15 }));
    }
}
