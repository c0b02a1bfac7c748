//! The colours of what is painted, as samples of planes: those of the page
//! (`frontend/src/overlay/colours.ts`).

use crate::analytics::Kind;

/// A colour as full-range BT.601 samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    /// Luma (Y).
    pub luma: u8,
    /// Blue difference (Cb).
    pub blue: u8,
    /// Red difference (Cr).
    pub red: u8,
}

/// Colour of lines, zones and what is written on them.
pub(super) const NEUTRAL: Ink = Ink::of([233, 238, 242]);

/// Colour of what is said about the picture when it is not as it should be.
pub(super) const WARNING: Ink = Ink::of([226, 178, 76]);

/// Shade under whatever must be seen on any picture.
pub(super) const SHADE: Ink = Ink::of([13, 16, 19]);

/// Colour of people, who are what this product is about.
const PEOPLE: Ink = Ink::of([92, 200, 176]);

/// Colour of vehicles.
const VEHICLES: Ink = Ink::of([232, 194, 122]);

/// Colour of two-wheelers.
const CYCLES: Ink = Ink::of([143, 184, 246]);

/// Colour of whatever else a model finds.
const OTHERS: Ink = Ink::of([201, 174, 234]);

impl Ink {
    /// The colour of red, green and blue, 0 to 255 each (JFIF 1.02, in 65536ths).
    pub const fn of([red, green, blue]: [u8; 3]) -> Ink {
        let (r, g, b) = (red as i32, green as i32, blue as i32);
        Ink {
            luma: sample(19_595 * r + 38_470 * g + 7_471 * b),
            blue: sample((128 << 16) - 11_059 * r - 21_709 * g + 32_768 * b),
            red: sample((128 << 16) + 32_768 * r - 27_439 * g - 5_329 * b),
        }
    }

    /// The colour of things of a kind.
    pub fn of_kind(kind: Kind) -> Ink {
        match kind {
            Kind::Person => PEOPLE,
            Kind::Vehicle => VEHICLES,
            Kind::Cycle => CYCLES,
            Kind::Other => OTHERS,
        }
    }
}

/// A number of 65536ths, rounded to a sample.
const fn sample(value: i32) -> u8 {
    let rounded = (value + 32_768) >> 16;
    // Pure blue comes to 256.
    if rounded > 255 { 255 } else { rounded as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_jfif() {
        let ink = |luma, blue, red| Ink { luma, blue, red };
        for (rgb, expected) in [
            ([0, 0, 0], ink(0, 128, 128)),
            ([255, 255, 255], ink(255, 128, 128)),
            ([255, 0, 0], ink(76, 85, 255)),
            ([0, 255, 0], ink(150, 44, 21)),
            ([0, 0, 255], ink(29, 255, 107)),
        ] {
            assert_eq!(Ink::of(rgb), expected, "{rgb:?}");
        }
    }

    #[test]
    fn every_kind_has_a_colour_of_its_own() {
        let inks = [Kind::Person, Kind::Vehicle, Kind::Cycle, Kind::Other].map(Ink::of_kind);
        for (n, ink) in inks.iter().enumerate() {
            assert!(inks[..n].iter().all(|other| other != ink) && ink.luma > 120, "{ink:?}");
        }
    }
}
