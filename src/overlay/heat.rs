//! Heat: where people crowd, as a tint over the picture.
//!
//! In goes the density of a crowd, out comes a tint of the picture's size, which is mixed into each frame
//! until there is another one. Densities are made finer, not colours, so that no colour appears which means
//! something else. The page's colours (`frontend/src/overlay/colours.ts`, `frontend/src/overlay/heat.ts`).
//! Whoever keeps tints from frame to frame is not here.

use std::sync::LazyLock;

use super::{
    canvas::{Cover, WHOLE, mix},
    density::Density,
    ink::Ink,
};
use crate::nouns::picture::Planes;

/// People in a frame that is everywhere as dense as the top of the ramp, where no cell is denser. Without
/// such a bound an empty square would glow from the model's noise alone. In a grid of 60 x 40, blurred as
/// here, somebody alone reaches a fifth to a quarter of it; the whole is reached where people stand close
/// together.
const FULL_FRAME_PEOPLE: f32 = 500.0;

/// Colours of rising densities, red, green and blue, from the palette "inferno" of matplotlib (CC0): its
/// lightness rises evenly, so that twice as dense looks twice as bright. Its darkest quarter is left out;
/// there the picture shines through instead.
const RAMP: [[f32; 3]; 6] = [
    [87.0, 16.0, 110.0],
    [138.0, 34.0, 106.0],
    [188.0, 55.0, 84.0],
    [228.0, 90.0, 49.0],
    [249.0, 142.0, 9.0],
    [249.0, 201.0, 50.0],
];

/// Density of 0 to 1 up to which a place counts as empty.
const COVERS_FROM: f32 = 0.06;

/// Density of 0 to 1 from which on a place is covered as much as any.
const COVERS_TO: f32 = 0.45;

/// Part of the picture that is covered there.
const COVERS_MOST: f32 = 0.62;

/// The colours of 256 densities, steps too small to see: a million samples are coloured for each result.
static PALETTE: LazyLock<[Colour; 256]> =
    LazyLock::new(|| std::array::from_fn(|step| Colour::of(step as f32 / 255.0)));

/// The colour of a density.
#[derive(Clone, Copy, Debug)]
struct Colour {
    ink: Ink,
    /// Cover, in 256ths; at most [`COVERS_MOST`] of 256.
    cover: u8,
}

impl Colour {
    /// The colour of a density of 0 to 1.
    fn of(density: f32) -> Self {
        let at = density * (RAMP.len() - 1) as f32;
        let below = (at as usize).min(RAMP.len() - 2);
        let mixed = |channel: usize| {
            let (from, to) = (RAMP[below][channel], RAMP[below + 1][channel]);
            (from + (to - from) * (at - below as f32)).round() as u8
        };
        let rising = ((density - COVERS_FROM) / (COVERS_TO - COVERS_FROM)).clamp(0.0, 1.0);
        let cover = (f32::from(WHOLE) * COVERS_MOST * rising).round() as u8;
        Colour { ink: Ink::of([0, 1, 2].map(mixed)), cover }
    }
}

/// A tint over pictures of one size: a colour and a cover for each chroma sample, which the four pixels of
/// that have as well. Those of luma are laid out at the picture's whole width, so that rows are mixed without
/// steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tint {
    /// Width and height of the picture, pixels.
    size: (usize, usize),
    luma: Layer,
    blue: Layer,
    red: Layer,
    /// Whether anything is tinted in each row.
    is_tinted: Vec<bool>,
}

/// One plane's part of a tint, a row for each row of chroma.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Layer {
    covers: Vec<u8>,
    values: Vec<u8>,
}

impl Tint {
    /// The tint of a density over pictures of `size`, width and height in pixels.
    pub fn of(density: &Density, size: (usize, usize)) -> Self {
        let (width, height) = (size.0.div_ceil(2), size.1.div_ceil(2));
        let full = density.densest(FULL_FRAME_PEOPLE / density.cells().max(1) as f32);
        let mut tint = Tint { size, ..Tint::default() };
        let (palette, mut colours) = (&*PALETTE, Vec::with_capacity(width));
        density.each_row((width, height), |_, people| {
            colours.clear();
            let colour = |people: &f32| palette[usize::from((people / full * 255.0 + 0.5) as u8)];
            colours.extend(people.iter().map(colour));
            tint.add_row(&colours);
        });
        tint
    }

    fn add_row(&mut self, colours: &[Colour]) {
        self.is_tinted.push(colours.iter().any(|colour| colour.cover > 0));
        let twice = colours.iter().flat_map(|colour| [*colour; 2]).take(self.size.0);
        self.luma.add_row(twice, |ink| ink.luma);
        self.blue.add_row(colours.iter().copied(), |ink| ink.blue);
        self.red.add_row(colours.iter().copied(), |ink| ink.red);
    }

    /// Mixes the tint into a picture of its size, `cover` of it.
    pub(super) fn paint(&self, planes: &mut Planes, cover: Cover) {
        if self.size != (planes.width, planes.height) {
            return;
        }
        let (width, chroma_width) = (planes.width, planes.chroma_width());
        for (plane, layer, width, rows) in [
            (&mut planes.y, &self.luma, width, 2),
            (&mut planes.u, &self.blue, chroma_width, 1),
            (&mut planes.v, &self.red, chroma_width, 1),
        ] {
            for (n, rows) in plane.chunks_mut((rows * width).max(1)).enumerate() {
                if self.is_tinted.get(n) == Some(&true) {
                    rows.chunks_exact_mut(width).for_each(|row| layer.paint(n, row, cover));
                }
            }
        }
    }
}

impl Layer {
    fn add_row(&mut self, colours: impl Iterator<Item = Colour> + Clone, part: fn(Ink) -> u8) {
        self.covers.extend(colours.clone().map(|colour| colour.cover));
        self.values.extend(colours.map(|colour| part(colour.ink)));
    }

    /// Mixes row number `n` into a row of samples.
    fn paint(&self, n: usize, row: &mut [u8], cover: Cover) {
        let (from, to) = (n * row.len(), (n + 1) * row.len());
        let (Some(covers), Some(values)) = (self.covers.get(from..to), self.values.get(from..to)) else {
            return;
        };
        let samples = row.iter_mut().zip(covers).zip(values);
        if cover == WHOLE {
            // As most frames have it, and in fewer instructions.
            samples.for_each(|((sample, own), value)| *sample = mix(*sample, *value, u16::from(*own)));
        } else {
            let own_of = |own: u8| (u16::from(own) * cover) >> 8;
            samples.for_each(|((sample, own), value)| *sample = mix(*sample, *value, own_of(*own)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::result::Grid;

    /// The tint of a crowd in the lower right cell.
    fn corner(size: (usize, usize)) -> Tint {
        let mut people = vec![0.0; 60 * 40];
        people[60 * 40 - 1] = 20.0;
        Tint::of(&Density::of(&Grid { cols: 60, people }), size)
    }

    #[test]
    fn the_ramp_rises_from_nothing_to_yellow() {
        let [empty, some, full] = [0.05, 0.3, 1.0].map(Colour::of);
        assert_eq!(empty.cover, 0);
        assert!(0 < some.cover && some.cover < full.cover && full.cover == 159, "{some:?} {full:?}");
        assert_eq!(full.ink, Ink::of([249, 201, 50]));
        assert!(some.ink.luma < full.ink.luma);
    }

    #[test]
    fn where_people_are_the_picture_is_tinted_and_elsewhere_it_is_as_it_was() {
        for (width, height) in [(120, 80), (121, 81), (60, 41)] {
            let mut planes = Planes::grey(width, height, 90);
            corner((width, height)).paint(&mut planes, WHOLE);
            assert!(planes.y[width * height - 1] > 110, "{width}x{height}: {:?}", planes.y.last());
            assert!(
                planes.v.last().is_some_and(|red| *red > 140)
                    && planes.u.last().is_some_and(|blue| *blue < 100)
            );
            assert_eq!((planes.y[0], planes.u[0], planes.v[0]), (90, 128, 128));
            let half = width * height / 2;
            assert!(planes.y[..half].iter().all(|luma| *luma == 90));
        }
    }

    #[test]
    fn half_a_cover_is_half_a_tint_and_none_is_nothing() {
        let tint = corner((64, 64));
        let last = |cover| {
            let mut planes = Planes::grey(64, 64, 90);
            tint.paint(&mut planes, cover);
            i32::from(planes.y[64 * 64 - 1])
        };
        assert_eq!(last(0), 90);
        assert!((last(WHOLE) - 90 - 2 * (last(WHOLE / 2) - 90)).abs() <= 2);
    }

    #[test]
    fn pictures_of_any_other_size_are_left_alone() {
        let tint = corner((64, 64));
        for (width, height) in [(0, 0), (1, 1), (63, 64)] {
            let mut planes = Planes::grey(width, height, 90);
            tint.paint(&mut planes, WHOLE);
            assert_eq!(planes, Planes::grey(width, height, 90));
            corner((width, height)).paint(&mut planes, WHOLE);
        }
    }
}
