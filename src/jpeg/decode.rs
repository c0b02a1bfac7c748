//! JPEG to planes through libjpeg-turbo, which `sys` alone names for reading. Making JPEGs is `encode`'s.
//!
//! In goes a JPEG, out come planes with 4:2:0 chroma and no colour conversion: it holds such planes already,
//! or finer ones whose samples are averaged. What a decoder puts up with (stray bytes before a marker, as
//! many webcams leave them) is put up with.

mod sys;

use super::error::DecodeError;
use crate::nouns::picture::Planes;
use sys::{Plane, Tolerance};

/// Decodes a picture to planes. What libjpeg-turbo only warns about is put up with.
///
/// # Errors
/// Where libjpeg-turbo cannot read it.
pub(super) fn decode(jpeg: &[u8]) -> Result<Planes, DecodeError> {
    decode_with(jpeg, Tolerance::Full)
}

/// Decodes a picture to planes, if all of it is there.
///
/// # Errors
/// Where libjpeg-turbo cannot read it, or finds something missing or wrong.
pub(super) fn decode_whole(jpeg: &[u8]) -> Result<Planes, DecodeError> {
    decode_with(jpeg, Tolerance::None)
}

fn decode_with(jpeg: &[u8], tolerance: Tolerance) -> Result<Planes, DecodeError> {
    let components = sys::decode(jpeg, tolerance)?;
    let mut planes = Planes { width: components.width, height: components.height, ..Planes::default() };
    let mut components = components.planes.into_iter();
    let luma = components.next().ok_or_else(|| DecodeError("it has no samples".to_owned()))?;
    planes.y = cropped(luma, planes.width, planes.height);
    let no_colour = || vec![128; planes.chroma_width() * planes.chroma_height()];
    let mut chroma = || components.next().map_or_else(no_colour, |plane| reduced(plane, &planes));
    let [u, v] = [chroma(), chroma()];
    Ok(Planes { u, v, ..planes })
}

/// The upper left part of a plane.
fn cropped(plane: Plane, width: usize, height: usize) -> Vec<u8> {
    let Plane { width: stride, mut samples, .. } = plane;
    if stride != width {
        samples = samples.chunks_exact(stride).flat_map(|row| &row[..width.min(stride)]).copied().collect();
    }
    samples.truncate(width * height);
    samples
}

/// A chroma plane of `picture`, of whatever sampling, as 4:2:0 has it: each sample the mean of those at its
/// four pixels.
fn reduced(plane: Plane, picture: &Planes) -> Vec<u8> {
    let (columns, rows) = (picture.chroma_width(), picture.chroma_height());
    if (plane.width, plane.height) == (columns, rows) {
        return plane.samples;
    }
    let across: Vec<[usize; 2]> =
        (0..columns).map(|column| taps(column, picture.width, plane.width)).collect();
    let mut out = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let pair = taps(row, picture.height, plane.height)
            .map(|row| &plane.samples[row * plane.width..][..plane.width]);
        if plane.width == columns {
            out.extend(means_of_rows(pair));
        } else {
            out.extend(across.iter().map(|columns| mean_of_square(pair, *columns)));
        }
    }
    out
}

/// Which of `samples` samples stand for the two pixels at place `at` of an axis of `length` pixels.
fn taps(at: usize, length: usize, samples: usize) -> [usize; 2] {
    // Pixels to a sample: 1, 2 or 4.
    let shared = length.div_ceil(samples.max(1)).next_power_of_two();
    [2 * at, 2 * at + 1].map(|pixel| (pixel / shared).min(samples.saturating_sub(1)))
}

/// The means of two rows, sample by sample: 4:2:2, as most webcams have it, in a form that is compiled to few
/// instructions.
fn means_of_rows<'a>([above, below]: [&'a [u8]; 2]) -> impl Iterator<Item = u8> + 'a {
    let pairs = above.iter().zip(below);
    pairs.map(|(above, below)| u16::midpoint(u16::from(*above), u16::from(*below) + 1) as u8)
}

/// The mean of two columns of two rows.
fn mean_of_square([above, below]: [&[u8]; 2], [left, right]: [usize; 2]) -> u8 {
    let sum: u16 = [above[left], above[right], below[left], below[right]].map(u16::from).iter().sum();
    // At most 255, since it is a mean.
    ((sum + 2) / 4) as u8
}

#[cfg(test)]
mod tests {
    use turbojpeg::{Image, PixelFormat, Subsamp};

    use super::sys::MOST_SCANS;
    use super::*;
    use crate::{fixtures, nouns::picture::Bgr};

    /// A smooth picture with colour, which averaging hardly changes.
    fn picture(width: usize, height: usize) -> Bgr {
        let pixel = |n: usize| [(n % width * 200 / width) as u8, (n / width * 200 / height) as u8, 90];
        Bgr { width, height, data: (0..width * height).flat_map(pixel).collect() }
    }

    fn jpeg(bgr: &Bgr, subsamp: Subsamp) -> Vec<u8> {
        let (width, height) = (bgr.width, bgr.height);
        let image =
            Image { pixels: &bgr.data[..], width, pitch: width * 3, height, format: PixelFormat::BGR };
        turbojpeg::compress(image, 95, subsamp).expect("compresses").to_vec()
    }

    fn mean_off(a: &[u8], b: &[u8]) -> f64 {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
    }

    #[test]
    fn every_sampling_and_size_becomes_the_same_planes() {
        for (width, height) in [(64, 48), (65, 47), (33, 17), (1, 1), (66, 2)] {
            let bgr = picture(width, height);
            let expected = fixtures::planes(&bgr);
            for subsamp in [Subsamp::Sub2x2, Subsamp::Sub2x1, Subsamp::None, Subsamp::Sub1x2, Subsamp::Sub4x1]
            {
                let planes = decode(&jpeg(&bgr, subsamp)).expect("decodes");
                assert_eq!((planes.width, planes.height), (width, height));
                let what = format!("{width}x{height} {subsamp:?}");
                assert!(mean_off(&planes.y, &expected.y) < 2.0, "{what}: luma");
                assert!(mean_off(&planes.u, &expected.u) < 4.0, "{what}: Cb");
                assert!(mean_off(&planes.v, &expected.v) < 4.0, "{what}: Cr");
            }
        }
    }

    #[test]
    fn a_grey_jpeg_has_no_colour() {
        let planes = decode(&jpeg(&picture(18, 10), Subsamp::Gray)).expect("decodes");
        assert_eq!((planes.y.len(), planes.u, planes.v), (180, vec![128; 45], vec![128; 45]));
    }

    #[test]
    fn stray_bytes_before_the_end_are_put_up_with() {
        let mut bytes = jpeg(&picture(64, 48), Subsamp::Sub2x2);
        let clean = decode(&bytes).expect("decodes");
        let end = bytes.len() - 2;
        bytes.splice(end..end, [0x12, 0x34, 0x56, 0x78]);
        assert_eq!(decode(&bytes), Ok(clean));
    }

    #[test]
    fn what_is_cut_off_is_a_picture_and_no_whole_one() {
        let whole = jpeg(&picture(64, 48), Subsamp::Sub2x2);
        let clean = decode(&whole).expect("decodes");
        assert_eq!(decode_whole(&whole), Ok(clean));
        for missing in [10, whole.len() / 4] {
            let cut = [&whole[..whole.len() - 2 - missing], &[0xFF, 0xD9]].concat();
            assert!(decode(&cut).is_ok() && decode_whole(&cut).is_err(), "{missing} bytes");
        }
    }

    #[test]
    fn a_jpeg_of_endless_scans_is_an_error() {
        let bgr = picture(64, 48);
        let image =
            Image { pixels: &bgr.data[..], width: 64, pitch: 192, height: 48, format: PixelFormat::BGR };
        let mut compressor = turbojpeg::Compressor::new().expect("starts");
        compressor.set_progressive(true).expect("is known");
        let jpeg = compressor.compress_to_vec(image).expect("compresses");
        let last = jpeg.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).expect("has scans");
        let (scan, end) = (&jpeg[last..jpeg.len() - 2], &jpeg[jpeg.len() - 2..]);
        let with_scans = |more: u16| [&jpeg[..jpeg.len() - 2], &scan.repeat(more.into()), end].concat();
        assert!(decode(&with_scans(0)).is_ok() && decode(&with_scans(20)).is_ok());
        let refused = decode(&with_scans(MOST_SCANS)).expect_err("is too much").to_string();
        assert!(refused.contains("scans"), "{refused}");
    }

    #[test]
    fn what_is_no_jpeg_is_an_error() {
        let whole = jpeg(&picture(64, 48), Subsamp::Sub2x2);
        for bytes in [&whole[..0], &whole[..100], b"Dear camera"] {
            assert!(decode(bytes).is_err(), "{} bytes", bytes.len());
        }
    }
}
