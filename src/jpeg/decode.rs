//! JPEG to planes through libjpeg-turbo: the only file that names `turbojpeg` for reading. Making JPEGs is
//! `encode`'s.
//!
//! In goes a JPEG, out come planes with 4:2:0 chroma and no colour conversion: it holds such planes already,
//! or finer ones whose samples are averaged. What a decoder puts up with (stray bytes before a marker, as
//! many webcams leave them) is put up with.

use thiserror::Error;

use crate::nouns::picture::Planes;

/// Scans that a picture may have. Progressive encoders make about ten; each further one may cost as much as
/// the whole picture, for a few bytes.
const MOST_SCANS: u16 = 100;

/// Why a JPEG does not decode.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the camera's JPEG does not decode: {0}")]
pub struct DecodeError(pub(super) String);

/// One component's samples, rows tightly packed.
struct Plane {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

/// The picture as planes.
///
/// # Errors
/// Where libjpeg-turbo cannot read it.
pub(super) fn decode(jpeg: &[u8]) -> Result<Planes, DecodeError> {
    decode_with(jpeg, Tolerance::Full)
}

/// The picture as planes, if all of it is there.
///
/// # Errors
/// Where libjpeg-turbo cannot read it, or finds something missing or wrong.
pub(super) fn decode_whole(jpeg: &[u8]) -> Result<Planes, DecodeError> {
    decode_with(jpeg, Tolerance::None)
}

/// What is made of pictures about which libjpeg-turbo warns: it fills what is missing with grey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tolerance {
    Full,
    None,
}

fn decode_with(jpeg: &[u8], tolerance: Tolerance) -> Result<Planes, DecodeError> {
    let ((width, height), components) = sys::decode(jpeg, tolerance)?;
    let mut planes = Planes { width, height, ..Planes::default() };
    let chroma = (planes.chroma_width(), planes.chroma_height());
    let mut components = components.into_iter();
    let mut next = || components.next();
    let luma = next().ok_or_else(|| DecodeError("it has no samples".to_owned()))?;
    planes.y = cropped(luma, (width, height));
    let mut chroma_plane =
        || next().map_or_else(|| vec![128; chroma.0 * chroma.1], |plane| reduced(plane, (width, height)));
    (planes.u, planes.v) = (chroma_plane(), chroma_plane());
    Ok(planes)
}

/// The upper left part of a plane.
fn cropped(plane: Plane, (width, height): (usize, usize)) -> Vec<u8> {
    let Plane { width: stride, mut samples, .. } = plane;
    if stride != width {
        samples = samples.chunks_exact(stride).flat_map(|row| &row[..width.min(stride)]).copied().collect();
    }
    samples.truncate(width * height);
    samples
}

/// A chroma plane of a picture of that size as 4:2:0 has it: each sample the mean of those at its four
/// pixels.
fn reduced(plane: Plane, (width, height): (usize, usize)) -> Vec<u8> {
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    if (plane.width, plane.height) == (columns, rows) {
        return plane.samples;
    }
    let taps = |at: usize, length: usize, samples: usize| {
        // Pixels to a sample: 1, 2 or 4.
        let shared = length.div_ceil(samples.max(1)).next_power_of_two();
        [2 * at, 2 * at + 1].map(|pixel| (pixel / shared).min(samples.saturating_sub(1)))
    };
    let across: Vec<[usize; 2]> = (0..columns).map(|column| taps(column, width, plane.width)).collect();
    let mut out = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let [above, below] =
            taps(row, height, plane.height).map(|row| &plane.samples[row * plane.width..][..plane.width]);
        if plane.width == columns {
            // 4:2:2, as most webcams have it, and in a form that is compiled to few instructions.
            out.extend(
                above
                    .iter()
                    .zip(below)
                    .map(|(above, below)| u16::midpoint(u16::from(*above), u16::from(*below) + 1) as u8),
            );
            continue;
        }
        out.extend(across.iter().map(|[left, right]| {
            let sum: u16 =
                [above[*left], above[*right], below[*left], below[*right]].map(u16::from).iter().sum();
            // At most 255, since it is a mean.
            ((sum + 2) / 4) as u8
        }));
    }
    out
}

/// The raw calls: the crate's own decoding to planes takes a warning for a failure.
#[allow(unsafe_code)]
mod sys {
    use std::{
        ffi::{CStr, c_int},
        ptr,
    };

    use turbojpeg::raw;

    use super::{DecodeError, MOST_SCANS, Plane, Tolerance};

    /// A decompressor handle that is freed when dropped.
    struct Handle(raw::tjhandle);

    impl Drop for Handle {
        fn drop(&mut self) {
            // SAFETY: the handle came from tj3Init, is not null and is used no more.
            unsafe { raw::tj3Destroy(self.0) }
        }
    }

    impl Handle {
        fn get(&self, parameter: raw::TJPARAM) -> c_int {
            // SAFETY: the handle is valid; unknown parameters give -1.
            unsafe { raw::tj3Get(self.0, parameter as c_int) }
        }

        fn error(&self) -> DecodeError {
            // SAFETY: the handle is valid; the text belongs to it and is copied at once.
            let text = unsafe { raw::tj3GetErrorStr(self.0) };
            if text.is_null() {
                return DecodeError("no reason given".to_owned());
            }
            // SAFETY: not null, and the library ends its texts with a zero.
            DecodeError(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
        }

        /// Whether the last call failed for good.
        fn failed(&self, result: c_int) -> bool {
            // SAFETY: the handle is valid.
            result != 0 && unsafe { raw::tj3GetErrorCode(self.0) } != raw::TJERR_TJERR_WARNING as c_int
        }
    }

    /// Width and height, and the planes of one or three components.
    pub(super) fn decode(
        jpeg: &[u8],
        tolerance: Tolerance,
    ) -> Result<((usize, usize), Vec<Plane>), DecodeError> {
        // SAFETY: no pointer goes in; the result is checked for null.
        let handle = Handle(unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as c_int) });
        if handle.0.is_null() {
            return Err(DecodeError("memory is short".to_owned()));
        }
        // SAFETY: the handle is valid; what cannot be set is refused.
        if unsafe { raw::tj3Set(handle.0, raw::TJPARAM_TJPARAM_SCANLIMIT as c_int, MOST_SCANS.into()) } != 0 {
            return Err(handle.error());
        }
        let length = jpeg.len() as raw::size_t;
        // SAFETY: the handle is valid, and so many bytes can be read at that place.
        let result = unsafe { raw::tj3DecompressHeader(handle.0, jpeg.as_ptr(), length) };
        if handle.failed(result) {
            return Err(handle.error());
        }
        let size = (handle.get(raw::TJPARAM_TJPARAM_JPEGWIDTH), handle.get(raw::TJPARAM_TJPARAM_JPEGHEIGHT));
        let subsamp = handle.get(raw::TJPARAM_TJPARAM_SUBSAMP);
        let count = if subsamp == raw::TJSAMP_TJSAMP_GRAY as c_int { 1 } else { 3 };
        let mut planes = Vec::with_capacity(3);
        for component in 0..count {
            // SAFETY: plain arithmetic on numbers; 0 where they make no sense.
            let (width, height) = unsafe {
                (
                    raw::tj3YUVPlaneWidth(component, size.0, subsamp),
                    raw::tj3YUVPlaneHeight(component, size.1, subsamp),
                )
            };
            let (width, height) = (usize::try_from(width).unwrap_or(0), usize::try_from(height).unwrap_or(0));
            if width * height == 0 {
                return Err(handle.error());
            }
            planes.push(Plane { width, height, samples: vec![0; width * height] });
        }
        let mut targets = [ptr::null_mut(); 3];
        for (target, plane) in targets.iter_mut().zip(&mut planes) {
            *target = plane.samples.as_mut_ptr();
        }
        // SAFETY: the handle is valid and so is the JPEG; it is the one whose header was read just before, so
        // the planes are as large as the library says that this header makes them; strides of null mean rows
        // tightly packed; a grey picture has one plane.
        let result = unsafe {
            raw::tj3DecompressToYUVPlanes8(
                handle.0,
                jpeg.as_ptr(),
                length,
                targets.as_mut_ptr(),
                ptr::null_mut(),
            )
        };
        if handle.failed(result) || (result != 0 && tolerance == Tolerance::None) {
            return Err(handle.error());
        }
        let length = |length: c_int| usize::try_from(length).unwrap_or(0);
        Ok(((length(size.0), length(size.1)), planes))
    }
}

#[cfg(test)]
mod tests {
    use turbojpeg::{Image, PixelFormat, Subsamp};

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
