//! libjpeg-turbo's raw calls for decoding: in goes a JPEG, out come the samples of its components as they are
//! stored. The crate's own decoding to planes takes a warning for a failure, so it is not used.

#![allow(unsafe_code)]

use std::{
    ffi::{CStr, c_int},
    ptr,
};

use turbojpeg::raw;

use crate::jpeg::error::DecodeError;

/// Most scans that a picture may have. Progressive encoders make about ten; each further one may cost as much
/// as the whole picture, for a few bytes.
pub(super) const MOST_SCANS: u16 = 100;

/// One component's samples, rows tightly packed.
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

/// A picture as its JPEG stores it.
pub(super) struct Components {
    /// Width of the picture in pixels.
    pub width: usize,
    /// Height of the picture in pixels.
    pub height: usize,
    /// Luma, then Cb and Cr unless the picture is grey.
    pub planes: Vec<Plane>,
}

/// What is made of pictures about which libjpeg-turbo warns: it fills what is missing with grey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Such pictures are shown as they are.
    Full,
    /// Such pictures are errors.
    None,
}

/// A decompressor handle that is freed when dropped.
struct Handle(raw::tjhandle);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle came from tj3Init, is not null and is used no more.
        unsafe { raw::tj3Destroy(self.0) }
    }
}

/// Decodes one or three components.
///
/// # Errors
/// Where the library fails, or warns of what is not to be tolerated.
pub(super) fn decode(jpeg: &[u8], tolerance: Tolerance) -> Result<Components, DecodeError> {
    let handle = Handle::new()?;
    handle.read_header(jpeg)?;
    let mut components = handle.components()?;
    handle.decompress(jpeg, &mut components.planes, tolerance)?;
    Ok(components)
}

impl Handle {
    /// A handle that refuses pictures of too many scans.
    fn new() -> Result<Self, DecodeError> {
        // SAFETY: no pointer goes in; the result is checked for null.
        let handle = Handle(unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as c_int) });
        if handle.0.is_null() {
            return Err(DecodeError("memory is short".to_owned()));
        }
        // SAFETY: the handle is valid; what cannot be set is refused.
        if unsafe { raw::tj3Set(handle.0, raw::TJPARAM_TJPARAM_SCANLIMIT as c_int, MOST_SCANS.into()) } != 0 {
            return Err(handle.error());
        }
        Ok(handle)
    }

    fn read_header(&self, jpeg: &[u8]) -> Result<(), DecodeError> {
        // SAFETY: the handle is valid, and so many bytes can be read at that place.
        let result = unsafe { raw::tj3DecompressHeader(self.0, jpeg.as_ptr(), jpeg.len() as raw::size_t) };
        if self.failed(result) { Err(self.error()) } else { Ok(()) }
    }

    /// Makes room for the components of the picture whose header was read.
    fn components(&self) -> Result<Components, DecodeError> {
        let (width, height) =
            (self.get(raw::TJPARAM_TJPARAM_JPEGWIDTH), self.get(raw::TJPARAM_TJPARAM_JPEGHEIGHT));
        let subsamp = self.get(raw::TJPARAM_TJPARAM_SUBSAMP);
        let count = if subsamp == raw::TJSAMP_TJSAMP_GRAY as c_int { 1 } else { 3 };
        let mut planes = Vec::with_capacity(3);
        for component in 0..count {
            // SAFETY: plain arithmetic on numbers; 0 where they make no sense.
            let (columns, rows) = unsafe {
                (
                    raw::tj3YUVPlaneWidth(component, width, subsamp),
                    raw::tj3YUVPlaneHeight(component, height, subsamp),
                )
            };
            let (columns, rows) = (usize::try_from(columns).unwrap_or(0), usize::try_from(rows).unwrap_or(0));
            if columns * rows == 0 {
                return Err(self.error());
            }
            planes.push(Plane { width: columns, height: rows, samples: vec![0; columns * rows] });
        }
        let length = |length: c_int| usize::try_from(length).unwrap_or(0);
        Ok(Components { width: length(width), height: length(height), planes })
    }

    /// Decodes the JPEG whose header was read into the planes that [`Handle::components`] made for it.
    fn decompress(&self, jpeg: &[u8], planes: &mut [Plane], tolerance: Tolerance) -> Result<(), DecodeError> {
        let mut targets = [ptr::null_mut(); 3];
        for (target, plane) in targets.iter_mut().zip(planes) {
            *target = plane.samples.as_mut_ptr();
        }
        // SAFETY: the handle is valid and so is the JPEG; it is the one whose header was read just before, so
        // the planes are as large as the library says that this header makes them; strides of null mean rows
        // tightly packed; a grey picture has one plane.
        let result = unsafe {
            raw::tj3DecompressToYUVPlanes8(
                self.0,
                jpeg.as_ptr(),
                jpeg.len() as raw::size_t,
                targets.as_mut_ptr(),
                ptr::null_mut(),
            )
        };
        if self.failed(result) || (result != 0 && tolerance == Tolerance::None) {
            return Err(self.error());
        }
        Ok(())
    }

    fn get(&self, parameter: raw::TJPARAM) -> c_int {
        // SAFETY: the handle is valid; unknown parameters give -1.
        unsafe { raw::tj3Get(self.0, parameter as c_int) }
    }

    /// The library's reason for its last failure or warning.
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
