//! What a decoder's samples mean, and where they lie: the nouns of `colour`.

use crate::source::tone::Tone;

/// Weights of red and blue in luma, as ITU-T H.273 lists them; green has the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::source) struct Matrix {
    /// Weight of red.
    pub(in crate::source) red: f64,
    /// Weight of blue.
    pub(in crate::source) blue: f64,
}

impl Matrix {
    /// BT.601, which JPEG means by YCbCr.
    pub(in crate::source) const BT601: Matrix = Matrix { red: 0.299, blue: 0.114 };
    /// BT.709, of HD video.
    pub(in crate::source) const BT709: Matrix = Matrix { red: 0.2126, blue: 0.0722 };
    /// BT.2020, of UHD and HDR video.
    pub(in crate::source) const BT2020: Matrix = Matrix { red: 0.2627, blue: 0.0593 };
    /// SMPTE 240M, of early HD recorders.
    pub(in crate::source) const SMPTE240M: Matrix = Matrix { red: 0.212, blue: 0.087 };
    /// FCC's, of early NTSC.
    pub(in crate::source) const FCC: Matrix = Matrix { red: 0.30, blue: 0.11 };
}

/// What a stream's sample values mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::source) struct Meaning {
    /// How luma and chroma come from red, green and blue.
    pub(in crate::source) matrix: Matrix,
    /// Whether all values are used; else 16 to 235 of luma and 16 to 240 of chroma, at 8 bits.
    pub(in crate::source) full: bool,
    /// Bits a sample, 8 to 14; from 9 on a sample is two bytes, the lower one first.
    pub(in crate::source) depth: u32,
    /// How bright values are.
    pub(in crate::source) tone: Tone,
}

/// Rows of one plane, `stride` bytes from one to the next.
#[derive(Clone, Copy)]
pub(in crate::source) struct Rows<'a> {
    /// Bytes from the first sample to the last.
    pub(in crate::source) bytes: &'a [u8],
    /// Distance between rows in bytes.
    pub(in crate::source) stride: usize,
}

impl<'a> Rows<'a> {
    /// The first `bytes` bytes of row `y`; `None` where the plane is shorter.
    pub(super) fn row(self, y: usize, bytes: usize) -> Option<&'a [u8]> {
        let start = y.checked_mul(self.stride)?;
        self.bytes.get(start..start.checked_add(bytes)?)
    }
}

/// A decoder's picture in 4:2:0.
#[derive(Clone, Copy)]
pub(in crate::source) struct Decoded<'a> {
    /// Width in pixels.
    pub(in crate::source) width: usize,
    /// Height in pixels.
    pub(in crate::source) height: usize,
    /// Luma, Cb, Cr; chroma is half as wide and high, rounded up.
    pub(in crate::source) planes: [Rows<'a>; 3],
}
