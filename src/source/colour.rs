//! Decoded pictures made those of JPEG: any YCbCr in 4:2:0, of 8 bits a sample or more, becomes full-range
//! BT.601 of 8 bits.
//!
//! In go rows of a decoder's planes and what its stream says about them, out come [`Planes`]. Pure. A chroma
//! row of one matrix depends on the chroma of another alone, since grey is grey in all of them; luma takes a
//! correction by the chroma above it.

mod meaning;

pub(super) use self::meaning::{Decoded, Matrix, Meaning, Rows};
use super::tone::Tone;
use crate::nouns::picture::Planes;

/// Fractional bits of sums: as many as 16 bits have room for beside a sample, its sign and what lies beyond
/// white.
const BITS: u32 = 5;

/// Fractional bits of factors. A sample of 15 bits times a factor, and of that the upper 16 bits, has
/// [`BITS`] fractional bits: 8 bits are moved up by 7, and 7 + 14 - 16 is 5. So 16 samples fit into one
/// vector, and what is cut off is less than a thirtieth of a step.
const FACTOR_BITS: u32 = 14;

/// Chroma of JPEG that means no colour, half of one for rounding, and what two products have lost on average,
/// with [`BITS`] fractional bits.
const NO_COLOUR: i16 = (128 << BITS) + (1 << (BITS - 1)) + 1;

/// The factors from one meaning to JPEG's, times 2 to the [`FACTOR_BITS`].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Factors {
    /// Factor of luma in luma.
    luma: i16,
    /// Sum that is added to luma, with [`BITS`] fractional bits.
    luma_offset: i16,
    /// Factors of Cb and Cr in luma.
    correction: [i16; 2],
    /// Factors of Cb and Cr in Cb.
    cb: [i16; 2],
    /// Factors of Cb and Cr in Cr.
    cr: [i16; 2],
    /// Chroma value that means no colour.
    middle: i16,
    /// Bits by which samples are moved up, so that 15 bits of each are used.
    shift: u32,
}

impl Factors {
    fn of(meaning: Meaning) -> Factors {
        let unit = f64::from(1_u32 << (meaning.depth - 8));
        let top = 256.0 * unit - 1.0;
        let (black, luma_span, chroma_span) =
            if meaning.full { (0.0, top, top) } else { (16.0 * unit, 219.0 * unit, 224.0 * unit) };
        let (cb, cr) = (of_cb(meaning.matrix), of_cr(meaning.matrix));
        let fixed = |factor: f64| (factor * unit * f64::from(1_u32 << FACTOR_BITS)).round() as i16;
        let (luma, chroma) = (255.0 / luma_span, 255.0 / chroma_span);
        Factors {
            luma: fixed(luma),
            luma_offset: ((0.5 - black * luma) * f64::from(1_u32 << BITS)).round() as i16,
            correction: [fixed(cb.luma * chroma), fixed(cr.luma * chroma)],
            cb: [fixed(cb.cb * chroma), fixed(cr.cb * chroma)],
            cr: [fixed(cb.cr * chroma), fixed(cr.cr * chroma)],
            middle: (128.0 * unit) as i16,
            shift: 15 - meaning.depth,
        }
    }
}

/// A colour in JPEG's luma and chroma.
struct JpegColour {
    luma: f64,
    cb: f64,
    cr: f64,
}

impl JpegColour {
    fn of([red, green, blue]: [f64; 3]) -> JpegColour {
        let to = Matrix::BT601;
        let luma = to.red * red + (1.0 - to.red - to.blue) * green + to.blue * blue;
        let (cb, cr) = ((blue - luma) / (2.0 * (1.0 - to.blue)), (red - luma) / (2.0 * (1.0 - to.red)));
        JpegColour { luma, cb, cr }
    }
}

/// The colour that one unit of Cb is under a matrix.
fn of_cb(Matrix { red, blue }: Matrix) -> JpegColour {
    let green = 1.0 - red - blue;
    JpegColour::of([0.0, -2.0 * (1.0 - blue) * blue / green, 2.0 * (1.0 - blue)])
}

/// The colour that one unit of Cr is under a matrix.
fn of_cr(Matrix { red, blue }: Matrix) -> JpegColour {
    let green = 1.0 - red - blue;
    JpegColour::of([2.0 * (1.0 - red), -2.0 * (1.0 - red) * red / green, 0.0])
}

/// Converts a picture. `None` where its planes are shorter than its size says.
pub(super) fn convert(decoded: &Decoded, meaning: Meaning) -> Option<Planes> {
    let as_it_is =
        meaning.full && meaning.matrix == Matrix::BT601 && meaning.depth == 8 && meaning.tone == Tone::Plain;
    if as_it_is {
        return copy(decoded);
    }
    let mut planes = Planes::grey(0, 0, 0);
    planes.reserve(decoded.width, decoded.height);
    let done = sys::convert_rows(decoded, meaning, &mut planes);
    done.map(|()| planes)
}

/// The rows as they are, without their padding.
fn copy(decoded: &Decoded) -> Option<Planes> {
    let mut planes = Planes::grey(0, 0, 0);
    planes.reserve(decoded.width, decoded.height);
    let chroma = (planes.chroma_width(), planes.chroma_height());
    let sizes = [(decoded.width, decoded.height), chroma, chroma];
    let targets = [&mut planes.y, &mut planes.u, &mut planes.v];
    for ((to, from), (width, height)) in targets.into_iter().zip(decoded.planes).zip(sizes) {
        for y in 0..height {
            to.extend_from_slice(from.row(y, width)?);
        }
    }
    Some(planes)
}

/// How a sample lies in memory.
trait Sample {
    const BYTES: usize;
    /// The sample; one with bits above its depth is a decoder's mistake, and wraps.
    fn value(bytes: &[u8]) -> i16;
}

struct Narrow;
struct Wide;

impl Sample for Narrow {
    const BYTES: usize = 1;
    #[inline(always)]
    fn value(bytes: &[u8]) -> i16 {
        i16::from(bytes[0])
    }
}

impl Sample for Wide {
    const BYTES: usize = 2;
    #[inline(always)]
    fn value(bytes: &[u8]) -> i16 {
        i16::from_le_bytes([bytes[0], bytes[1]])
    }
}

/// Converts all rows; inlined into callers that are compiled for different processors.
#[inline(always)]
fn convert_rows(decoded: &Decoded, meaning: Meaning, planes: &mut Planes) -> Option<()> {
    if meaning.depth > 8 {
        rows_of::<Wide>(decoded, meaning, planes)
    } else {
        rows_of::<Narrow>(decoded, meaning, planes)
    }
}

#[inline(always)]
fn rows_of<S: Sample>(decoded: &Decoded, meaning: Meaning, planes: &mut Planes) -> Option<()> {
    let factors = Factors::of(meaning);
    let curve = meaning.tone.curve();
    let (width, half) = (decoded.width, planes.chroma_width());
    let mut correction = vec![[0_i16; 2]; half];
    for y in 0..planes.chroma_height() {
        let cb = decoded.planes[1].row(y, half * S::BYTES)?;
        let cr = decoded.planes[2].row(y, half * S::BYTES)?;
        let (u, v) = (planes.u.len(), planes.v.len());
        planes.u.resize(u + half, 0);
        planes.v.resize(v + half, 0);
        chroma_row::<S>([cb, cr], &factors, [&mut planes.u[u..], &mut planes.v[v..]], &mut correction);
        for line in (2 * y)..decoded.height.min(2 * y + 2) {
            let row = decoded.planes[0].row(line, width * S::BYTES)?;
            let at = planes.y.len();
            planes.y.resize(at + width, 0);
            luma_row::<S>(row, &factors, correction.as_flattened(), &mut planes.y[at..]);
        }
        if let Some(curve) = &curve {
            curve.apply(planes, y, width);
        }
    }
    Some(())
}

/// Converts one row of chroma, and notes what it adds to the luma of the two columns below each sample.
#[inline(always)]
fn chroma_row<S: Sample>(
    [cb, cr]: [&[u8]; 2],
    factors: &Factors,
    [u, v]: [&mut [u8]; 2],
    correction: &mut [[i16; 2]],
) {
    let samples = cb.chunks_exact(S::BYTES).zip(cr.chunks_exact(S::BYTES));
    let targets = u.iter_mut().zip(v.iter_mut()).zip(correction);
    for ((cb, cr), ((u, v), correction)) in samples.zip(targets) {
        let up = |sample: i16| sample.wrapping_sub(factors.middle).wrapping_shl(factors.shift);
        let (cb, cr) = (up(S::value(cb)), up(S::value(cr)));
        let sum = |[of_cb, of_cr]: [i16; 2]| upper(cb, of_cb).wrapping_add(upper(cr, of_cr));
        *u = to_byte(sum(factors.cb).wrapping_add(NO_COLOUR));
        *v = to_byte(sum(factors.cr).wrapping_add(NO_COLOUR));
        *correction = [sum(factors.correction).wrapping_add(factors.luma_offset); 2];
    }
}

#[inline(always)]
fn luma_row<S: Sample>(row: &[u8], factors: &Factors, correction: &[i16], to: &mut [u8]) {
    for ((to, sample), added) in to.iter_mut().zip(row.chunks_exact(S::BYTES)).zip(correction) {
        let sample = S::value(sample).wrapping_shl(factors.shift);
        *to = to_byte(upper(sample, factors.luma).wrapping_add(*added));
    }
}

/// The upper 16 bits of a product.
#[inline(always)]
fn upper(sample: i16, factor: i16) -> i16 {
    ((i32::from(sample) * i32::from(factor)) >> 16) as i16
}

#[inline(always)]
fn to_byte(fixed: i16) -> u8 {
    (fixed >> BITS).clamp(0, 255) as u8
}

/// The rows as this processor does them fastest.
#[allow(unsafe_code)]
mod sys {
    use crate::{
        nouns::picture::Planes,
        source::colour::meaning::{Decoded, Meaning},
    };

    #[cfg(target_arch = "x86_64")]
    pub(super) fn convert_rows(decoded: &Decoded, meaning: Meaning, planes: &mut Planes) -> Option<()> {
        #[target_feature(enable = "avx2")]
        fn wide(decoded: &Decoded, meaning: Meaning, planes: &mut Planes) -> Option<()> {
            super::convert_rows(decoded, meaning, planes)
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2, which is all that the function asks for.
            return unsafe { wide(decoded, meaning, planes) };
        }
        super::convert_rows(decoded, meaning, planes)
    }

    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn convert_rows(decoded: &Decoded, meaning: Meaning, planes: &mut Planes) -> Option<()> {
        super::convert_rows(decoded, meaning, planes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one colour, given in red, green and blue from 0 to 1, as a stream of that meaning has it.
    fn flat([red, green, blue]: [f64; 3], meaning: Meaning) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let Matrix { red: kr, blue: kb } = meaning.matrix;
        let luma = kr * red + (1.0 - kr - kb) * green + kb * blue;
        let (cb, cr) = ((blue - luma) / (2.0 * (1.0 - kb)), (red - luma) / (2.0 * (1.0 - kr)));
        let unit = f64::from(1_u32 << (meaning.depth - 8));
        let top = 256.0 * unit - 1.0;
        let (y, c) =
            if meaning.full { ((0.0, top), top) } else { ((16.0 * unit, 219.0 * unit), 224.0 * unit) };
        let plane = |value: f64, count: usize| {
            let value = value.round().min(top) as u16;
            let bytes = if meaning.depth > 8 { value.to_le_bytes().to_vec() } else { vec![value as u8] };
            bytes.repeat(count)
        };
        (plane(y.0 + y.1 * luma, 15), plane(128.0 * unit + c * cb, 6), plane(128.0 * unit + c * cr, 6))
    }

    fn converted(colour: [f64; 3], meaning: Meaning) -> Planes {
        let (y, u, v) = flat(colour, meaning);
        let bytes = if meaning.depth > 8 { 2 } else { 1 };
        let rows = |bytes: &'static [u8], stride| Rows { bytes, stride };
        let planes = [rows(y.leak(), 5 * bytes), rows(u.leak(), 3 * bytes), rows(v.leak(), 3 * bytes)];
        convert(&Decoded { width: 5, height: 3, planes }, meaning).expect("long enough")
    }

    #[test]
    fn every_meaning_comes_to_the_same_colours() {
        let jpeg = Meaning { matrix: Matrix::BT601, full: true, depth: 8, tone: Tone::Plain };
        let colours = [
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0],
            [0.0, 0.5, 1.0],
            [1.0; 3],
            [0.0; 3],
            [0.4, 0.3, 0.2],
        ];
        let matrices = [Matrix::BT601, Matrix::BT709, Matrix::BT2020, Matrix::SMPTE240M, Matrix::FCC];
        for colour in colours {
            let wanted = converted(colour, jpeg);
            for (matrix, full, depth) in matrices
                .iter()
                .flat_map(|m| [(m, true, 8), (m, false, 8), (m, true, 10), (m, false, 10), (m, false, 12)])
            {
                let planes = converted(colour, Meaning { matrix: *matrix, full, depth, tone: Tone::Plain });
                assert_eq!((planes.y.len(), planes.u.len()), (15, 6));
                for (plane, wanted) in
                    [(&planes.y, &wanted.y), (&planes.u, &wanted.u), (&planes.v, &wanted.v)]
                {
                    let worst = plane.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b)).max();
                    assert!(
                        worst <= Some(2),
                        "{colour:?} {matrix:?} {full} {depth}: {plane:?}, not {wanted:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_plane_shorter_than_its_size_says_is_no_picture() {
        let bytes = [0_u8; 14];
        let rows = Rows { bytes: &bytes, stride: 5 };
        for full in [true, false] {
            let meaning = Meaning { matrix: Matrix::BT601, full, depth: 8, tone: Tone::Plain };
            assert_eq!(convert(&Decoded { width: 5, height: 3, planes: [rows; 3] }, meaning), None);
        }
    }
}
