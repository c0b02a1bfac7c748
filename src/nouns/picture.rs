//! Raw pictures: planes of YUV, pixels of BGR, and the size of either.
//!
//! Only data and the little that keeps it consistent. A camera's compressed picture is `jpeg`'s.

/// One picture as planar YUV 4:2:0, full-range BT.601 (what JPEG means by YCbCr), 8 bits a sample, rows
/// tightly packed.
///
/// `y` holds `width * height` samples; `u` (Cb) and `v` (Cr) hold `chroma_width() * chroma_height()` each,
/// 128 meaning no colour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planes {
    /// Picture width in luma samples.
    pub width: usize,
    /// Picture height in luma samples.
    pub height: usize,
    /// Luma, row by row.
    pub y: Vec<u8>,
    /// Blue difference (Cb), row by row.
    pub u: Vec<u8>,
    /// Red difference (Cr), row by row.
    pub v: Vec<u8>,
}

impl Planes {
    /// Makes a picture of one flat grey: `luma` everywhere, no colour.
    pub fn grey(width: usize, height: usize, luma: u8) -> Self {
        let chroma = width.div_ceil(2) * height.div_ceil(2);
        Planes { width, height, y: vec![luma; width * height], u: vec![128; chroma], v: vec![128; chroma] }
    }

    /// Gives the picture another size; what it shows then is not to be relied on.
    pub fn reshape(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        let chroma = self.chroma_width() * self.chroma_height();
        for (plane, samples) in [(&mut self.y, width * height), (&mut self.u, chroma), (&mut self.v, chroma)]
        {
            plane.resize(samples, 0);
        }
    }

    /// Becomes a copy of another picture, in the buffers that are there.
    pub fn copy_from(&mut self, other: &Planes) {
        let Planes { width, height, y, u, v } = other;
        (self.width, self.height) = (*width, *height);
        self.y.clone_from(y);
        self.u.clone_from(u);
        self.v.clone_from(v);
    }

    /// Gives the picture another size and no samples yet, with room for them.
    pub fn reserve(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        let chroma = self.chroma_width() * self.chroma_height();
        for (plane, samples) in [(&mut self.y, width * height), (&mut self.u, chroma), (&mut self.v, chroma)]
        {
            plane.clear();
            plane.reserve_exact(samples);
        }
    }

    /// Returns the number of chroma samples in a row: half the width, rounded up.
    pub fn chroma_width(&self) -> usize {
        self.width.div_ceil(2)
    }

    /// Returns the number of chroma rows: half the height, rounded up.
    pub fn chroma_height(&self) -> usize {
        self.height.div_ceil(2)
    }
}

/// One picture as OpenCV delivers it: 3 bytes a pixel in the order blue, green, red, full range, rows tightly
/// packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bgr {
    /// Picture width in pixels.
    pub width: usize,
    /// Picture height in pixels.
    pub height: usize,
    /// `width * height * 3` bytes, row by row.
    pub data: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_round_odd_sizes_up() {
        let planes = Planes::grey(5, 3, 0);
        assert_eq!((planes.chroma_width(), planes.chroma_height(), planes.u.len()), (3, 2, 6));
    }
}
