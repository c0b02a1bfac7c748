//! Colours as the planes hold them: sRGB triples in, full-range BT.601 luma and chroma out.
//!
//! Which thing has which colour does not belong here.

/// A colour in full-range BT.601: `y` 0..=255, `u` (Cb) and `v` (Cr) around 128.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Luma.
    pub y: f32,
    /// Blue difference.
    pub u: f32,
    /// Red difference.
    pub v: f32,
}

/// The colour of an sRGB triple, by JFIF's equations (ITU-T T.871, 7).
pub const fn rgb(red: u8, green: u8, blue: u8) -> Colour {
    let (r, g, b) = (red as f32, green as f32, blue as f32);
    Colour {
        y: 0.299 * r + 0.587 * g + 0.114 * b,
        u: 128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
        v: 128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
    }
}

impl Colour {
    /// The surface's colour under `light` times as much light: luma and saturation scale together.
    pub fn lit(self, light: f32) -> Colour {
        Colour {
            y: (self.y * light).clamp(0.0, 255.0),
            u: 128.0 + (self.u - 128.0) * light,
            v: 128.0 + (self.v - 128.0) * light,
        }
    }

    /// The colour with its distance from grey scaled.
    pub fn saturated(self, share: f32) -> Colour {
        Colour { y: self.y, u: 128.0 + (self.u - 128.0) * share, v: 128.0 + (self.v - 128.0) * share }
    }

    /// The colour with a `share` (0 to 1) of `other` in it.
    pub fn mix(self, other: Colour, share: f32) -> Colour {
        Colour {
            y: self.y + (other.y - self.y) * share,
            u: self.u + (other.u - self.u) * share,
            v: self.v + (other.v - self.v) * share,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_have_no_colour() {
        let grey = rgb(90, 90, 90);
        assert!(
            (grey.y - 90.0).abs() < 0.01 && (grey.u - 128.0).abs() < 0.01 && (grey.v - 128.0).abs() < 0.01
        );
    }

    #[test]
    fn red_has_jfifs_values() {
        let red = rgb(255, 0, 0);
        assert_eq!([red.y.round(), red.u.round(), red.v.round()], [76.0, 85.0, 256.0]);
    }
}
