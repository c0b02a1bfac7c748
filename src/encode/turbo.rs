//! JPEG through libjpeg-turbo: the only file that names `turbojpeg` for making JPEGs. For processors on which
//! our own coder is slow, and for pictures that nobody shares.
//!
//! In go planes or BGR pictures, out come baseline JPEGs with 4:2:0 chroma. Nothing is kept between frames
//! but buffers.

use std::borrow::Cow;

use turbojpeg::{OutputBuf, Subsamp, YuvPlanesImage, compressed_buf_len};

use super::error::EncodeError;
use crate::{
    coder::{CoderError, Huffman},
    nouns::{
        picture::{Bgr, Planes},
        quality::Level,
    },
};

impl From<turbojpeg::Error> for EncodeError {
    fn from(error: turbojpeg::Error) -> Self {
        EncodeError::Library(error.to_string())
    }
}

/// One thread's encoder and its output buffer.
pub struct Compressor {
    inner: turbojpeg::Compressor,
    buffer: Vec<u8>,
}

impl Compressor {
    /// A fresh encoder.
    ///
    /// # Errors
    /// Where memory is short.
    pub fn new() -> Result<Self, EncodeError> {
        let mut inner = turbojpeg::Compressor::new()?;
        inner.set_subsamp(Subsamp::Sub2x2)?;
        Ok(Compressor { inner, buffer: Vec::new() })
    }

    /// Makes planes a baseline JPEG with the standard Huffman tables, valid until the next call.
    ///
    /// # Errors
    /// Where the picture is empty or larger than JPEG allows (65,535 pixels on an axis).
    pub fn compress(&mut self, planes: &Planes, level: Level) -> Result<&[u8], EncodeError> {
        self.compress_with(planes, level, Huffman::Standard)
    }

    /// Makes planes a baseline JPEG with either kind of Huffman tables, valid until the next call.
    ///
    /// # Errors
    /// As [`Compressor::compress`].
    pub fn compress_with(
        &mut self,
        planes: &Planes,
        level: Level,
        huffman: Huffman,
    ) -> Result<&[u8], EncodeError> {
        self.prepare(planes, level)?;
        self.inner.set_optimize(huffman == Huffman::Fitted)?;
        let luma = even_luma(planes);
        let image = YuvPlanesImage {
            y_plane: &luma[..],
            u_plane: &planes.u[..],
            v_plane: &planes.v[..],
            width: planes.width,
            height: planes.height,
            y_stride: planes.width.next_multiple_of(2),
            u_stride: planes.chroma_width(),
            v_stride: planes.chroma_width(),
            subsamp: Subsamp::Sub2x2,
        };
        let length = {
            let mut output = OutputBuf::borrowed(&mut self.buffer);
            self.inner.compress_yuv_planes(&image, &mut output)?;
            output.len()
        };
        Ok(&self.buffer[..length])
    }

    /// Sets the quality and makes room for the largest JPEG of such a picture.
    fn prepare(&mut self, planes: &Planes, level: Level) -> Result<(), EncodeError> {
        let (width, height) = (planes.width, planes.height);
        if width == 0 || height == 0 {
            return Err(CoderError::Empty.into());
        }
        let needed = compressed_buf_len(width, height, Subsamp::Sub2x2)?;
        if self.buffer.len() < needed {
            self.buffer.resize(needed, 0);
        }
        self.inner.set_quality(i32::from(level.quality()))?;
        Ok(())
    }
}

/// The luma plane as the library wants it: width and height even, the last column and row repeated where they
/// are not.
fn even_luma(planes: &Planes) -> Cow<'_, [u8]> {
    let (width, height) = (planes.width, planes.height);
    if width.is_multiple_of(2) && height.is_multiple_of(2) {
        return Cow::Borrowed(&planes.y);
    }
    let mut even = Vec::with_capacity(width.next_multiple_of(2) * height.next_multiple_of(2));
    for row in 0..height.next_multiple_of(2) {
        let row = &planes.y[row.min(height - 1) * width..][..width];
        even.extend_from_slice(row);
        even.extend((!width.is_multiple_of(2)).then(|| row[width - 1]));
    }
    Cow::Owned(even)
}

/// A BGR picture as full-range BT.601 planes, by libjpeg-turbo's own conversion: the one its encoder would do
/// itself. A picture it refuses becomes grey, which only one without pixels does.
pub fn planes_of(bgr: &Bgr) -> Planes {
    let (width, height) = (bgr.width, bgr.height);
    // The library writes planes of even size; its chroma planes are ours already.
    let mut planes = Planes::grey(width.next_multiple_of(2), height.next_multiple_of(2), 128);
    if let Err(error) = sys::convert(bgr, &mut planes) {
        log::error!("a picture of {width}x{height} was not converted: {error}");
    }
    if planes.width != width {
        planes.y = planes.y.chunks_exact(planes.width).flat_map(|row| &row[..width]).copied().collect();
    }
    planes.y.truncate(width * height);
    Planes { width, height, ..planes }
}

/// Converts a BGR picture as [`planes_of`] does, into planes that are there already.
pub(super) fn convert(bgr: &Bgr, planes: &mut Planes) -> Result<(), CoderError> {
    *planes = planes_of(bgr);
    Ok(())
}

/// The conversion, which the crate offers only in its raw form.
#[allow(unsafe_code)]
mod sys {
    use turbojpeg::{Error, raw};

    use crate::nouns::picture::{Bgr, Planes};

    /// A compressor handle that is freed when dropped.
    struct Handle(raw::tjhandle);

    impl Drop for Handle {
        fn drop(&mut self) {
            // SAFETY: the handle came from tj3Init, is not null and is used no more.
            unsafe { raw::tj3Destroy(self.0) }
        }
    }

    /// Converts into planes whose width and height are the picture's, rounded up to even.
    pub(super) fn convert(bgr: &Bgr, planes: &mut Planes) -> Result<(), Error> {
        let dimension =
            |value: usize| i32::try_from(value).map_err(|_| Error::IntegerOverflow("picture size"));
        let (width, height) = (dimension(bgr.width)?, dimension(bgr.height)?);
        let (luma_width, chroma_width) = (dimension(planes.width)?, dimension(planes.chroma_width())?);
        // What the C function reads and writes, row by row, must lie within the slices.
        let (even_width, even_height) = (bgr.width.next_multiple_of(2), bgr.height.next_multiple_of(2));
        assert!(bgr.data.len() >= bgr.width * bgr.height * 3, "a picture has three bytes a pixel");
        assert!((planes.width, planes.height) == (even_width, even_height), "planes are even");
        let chroma = even_width * even_height / 4;
        assert!(
            planes.y.len() >= even_width * even_height
                && planes.u.len() >= chroma
                && planes.v.len() >= chroma
        );
        // SAFETY: no pointer goes in; the result is checked for null below.
        let handle = Handle(unsafe { raw::tj3Init(raw::TJINIT_TJINIT_COMPRESS as i32) });
        if handle.0.is_null() {
            return Err(Error::Null);
        }
        let targets = [planes.y.as_mut_ptr(), planes.u.as_mut_ptr(), planes.v.as_mut_ptr()];
        let strides = [luma_width, chroma_width, chroma_width];
        // SAFETY: the handle is valid; the source holds `height` rows of `3 * width` bytes and the targets
        // hold what 4:2:0 makes of them, rounded up to even, as asserted above; targets and strides are
        // arrays of three, as the function wants.
        let result = unsafe {
            raw::tj3Set(handle.0, raw::TJPARAM_TJPARAM_SUBSAMP as i32, raw::TJSAMP_TJSAMP_420)
                | raw::tj3EncodeYUVPlanes8(
                    handle.0,
                    bgr.data.as_ptr(),
                    width,
                    3 * width,
                    height,
                    raw::TJPF_TJPF_BGR,
                    targets.as_ptr().cast_mut(),
                    strides.as_ptr().cast_mut(),
                )
        };
        if result == 0 { Ok(()) } else { Err(Error::TurboJpegError("the conversion was refused".to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use turbojpeg::{Image, PixelFormat};

    use super::*;

    /// A picture with edges, gradients and colour in every quarter.
    fn picture(width: usize, height: usize) -> Bgr {
        let pixel = |n: usize| {
            let (x, y) = (n % width, n / width);
            [(x * 7 + y) as u8, ((x / 8 + y / 8) % 2 * 255) as u8, (y * 3 + x * x / 9) as u8]
        };
        Bgr { width, height, data: (0..width * height).flat_map(pixel).collect() }
    }

    fn level(quality: u32) -> Level {
        Level::at_or_below(quality).expect("on the ladder")
    }

    fn plain(bgr: &Bgr, quality: u32) -> Vec<u8> {
        let mut plain = turbojpeg::Compressor::new().expect("starts");
        plain.set_quality(quality as i32).expect("valid");
        plain.set_subsamp(Subsamp::Sub2x2).expect("valid");
        let (width, height) = (bgr.width, bgr.height);
        let image =
            Image { pixels: &bgr.data[..], width, pitch: width * 3, height, format: PixelFormat::BGR };
        plain.compress_to_vec(image).expect("compresses")
    }

    #[test]
    fn planes_first_gives_the_bytes_of_the_plain_call() {
        // Other widths differ in samples right of the picture, where the two calls pad differently.
        for (width, height) in [(64, 48), (64, 47), (16, 1)] {
            let bgr = picture(width, height);
            let planes = planes_of(&bgr);
            let mut compressor = Compressor::new().expect("starts");
            for quality in (30..=95).step_by(5) {
                let ours = compressor.compress(&planes, level(quality)).expect("compresses");
                assert!(ours == plain(&bgr, quality), "{width}x{height} at {quality}");
            }
        }
    }

    #[test]
    fn pictures_of_any_size_look_as_the_plain_call_makes_them() {
        let pixels = |jpeg: &[u8]| turbojpeg::decompress(jpeg, PixelFormat::BGR).expect("decodes").pixels;
        for (width, height) in [(65, 48), (65, 47), (50, 30), (1, 1), (2, 2)] {
            let bgr = picture(width, height);
            let mut compressor = Compressor::new().expect("starts");
            let ours = pixels(compressor.compress(&planes_of(&bgr), level(90)).expect("compresses"));
            let theirs = pixels(&plain(&bgr, 90));
            let off: u64 = ours.iter().zip(&theirs).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(
                ours.len() == theirs.len() && off / ours.len() as u64 <= 1,
                "{width}x{height}: {off} in all"
            );
        }
    }

    #[test]
    fn colours_are_full_range() {
        let white = planes_of(&Bgr { width: 2, height: 2, data: vec![255; 12] });
        let black = planes_of(&Bgr { width: 2, height: 2, data: vec![0; 12] });
        assert_eq!((white.y[0], black.y[0], white.u[0], white.v[0]), (255, 0, 128, 128));
    }

    #[test]
    fn an_empty_picture_is_an_error() {
        let mut compressor = Compressor::new().expect("starts");
        assert!(compressor.compress(&Planes::grey(0, 0, 0), level(80)).is_err());
    }
}
