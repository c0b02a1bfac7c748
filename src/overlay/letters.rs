//! Letters: labels in, text on a dark plate in the planes out. The only file that names the font.
//!
//! The font is Noto Sans Mono (SIL Open Font License 1.1), bold, smooth, and drawn beforehand in the sizes
//! that are used, so that a letter costs a copy. There are those of Latin-1 and Latin Extended-A. What is
//! written, and where, is decided elsewhere.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use super::{
    canvas::{Cover, WHOLE, fill, mix},
    ink::{Ink, SHADE},
    rect::Rect,
};
use crate::nouns::picture::Planes;

/// Weight of all letters: thin ones get lost in a coarse JPEG.
const WEIGHT: FontWeight = FontWeight::Bold;

/// Letter in the place of those that the font lacks.
const UNKNOWN: char = '?';

/// Height of pictures from which on letters are larger, pixels.
const LARGER_FROM: usize = 1000;

/// Height of pictures from which on letters are as large as they get, pixels.
const LARGEST_FROM: usize = 1800;

/// Room between a text and the left and right edges of its plate, pixels; even.
const PADDING: i32 = 4;

/// Cover of a plate: 78 %.
const PLATE: Cover = 200;

/// The size of letters on a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lettering(RasterHeight);

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    /// Text, one line.
    pub text: String,
    /// Colour of the text.
    pub ink: Ink,
    /// Place of the plate, of the size that [`Lettering::plate`] says.
    pub rect: Rect,
}

impl Lettering {
    /// The letters of a picture of so many rows.
    pub fn for_picture(height: usize) -> Self {
        Lettering(match height {
            LARGEST_FROM.. => RasterHeight::Size32,
            LARGER_FROM.. => RasterHeight::Size20,
            _ => RasterHeight::Size16,
        })
    }

    /// Height of a line of text, pixels.
    pub fn height(self) -> i32 {
        self.0.val() as i32
    }

    /// The plate of a text, at the picture's corner.
    pub fn plate(self, text: &str) -> Rect {
        let width = get_raster_width(WEIGHT, self.0) * text.chars().count();
        Rect { x: 0, y: 0, width: width.next_multiple_of(2) as i32 + 2 * PADDING, height: self.height() }
    }
}

/// Writes labels onto a picture. Kept from label to label for its buffer.
pub(super) struct Writer {
    lettering: Lettering,
    /// Pixels in a row of the text; even, so that each four of one chroma sample are in it.
    width: usize,
    /// How much of each pixel the letters of the text cover, of 255.
    covers: Vec<u8>,
}

impl Writer {
    /// A writer of such letters.
    pub fn new(lettering: Lettering) -> Self {
        Writer { lettering, width: 0, covers: Vec::new() }
    }

    /// Writes a label onto its plate, as far as it is inside the picture.
    pub fn write(&mut self, planes: &mut Planes, label: &Label, cover: Cover) {
        // Letters share their chroma by fours, which begin at even pixels.
        let plate = Rect { x: label.rect.x & !1, y: label.rect.y & !1, ..label.rect };
        let corner = [usize::try_from(plate.x + PADDING), usize::try_from(plate.y)];
        let [Ok(x), Ok(y)] = corner else { return };
        if label.text.is_empty() || x >= planes.width || y >= planes.height {
            return;
        }
        fill(planes, plate, SHADE, (u32::from(PLATE) * u32::from(cover) / u32::from(WHOLE)) as Cover);
        self.set(&label.text);
        self.stamp_luma(planes, [x, y], label.ink, cover);
        self.stamp_chroma(planes, [x, y], label.ink, cover);
    }

    /// Lays a text out.
    fn set(&mut self, text: &str) {
        let Lettering(size) = self.lettering;
        let advance = get_raster_width(WEIGHT, size);
        self.width = (advance * text.chars().count()).next_multiple_of(2);
        self.covers.clear();
        self.covers.resize(self.width * size.val(), 0);
        for (place, letter) in text.chars().enumerate() {
            let drawn = get_raster(letter, WEIGHT, size).or_else(|| get_raster(UNKNOWN, WEIGHT, size));
            let rows = drawn.iter().flat_map(|drawn| drawn.rows());
            for (row, drawn) in self.covers.chunks_exact_mut(self.width).zip(rows) {
                row[place * advance..][..advance].copy_from_slice(drawn);
            }
        }
    }

    /// Mixes the letters into the luma of a picture; their upper left corner is at `x`, `y`.
    fn stamp_luma(&self, planes: &mut Planes, [x, y]: [usize; 2], ink: Ink, cover: Cover) {
        let rows = planes.y.chunks_exact_mut(planes.width).skip(y);
        for (row, covers) in rows.zip(self.covers.chunks_exact(self.width)) {
            for (sample, letter) in row.iter_mut().skip(x).zip(covers) {
                *sample = mix(*sample, ink.luma, part(u16::from(*letter), cover));
            }
        }
    }

    /// Mixes the letters into the chroma of a picture, each sample by the mean of its four pixels; `x` and
    /// `y` are even.
    fn stamp_chroma(&self, planes: &mut Planes, [x, y]: [usize; 2], ink: Ink, cover: Cover) {
        let width = planes.chroma_width();
        for (plane, value) in [(&mut planes.u, ink.blue), (&mut planes.v, ink.red)] {
            let rows = plane.chunks_exact_mut(width).skip(y / 2);
            for (row, covers) in rows.zip(self.covers.chunks_exact(2 * self.width)) {
                let (upper, lower) = covers.split_at(self.width);
                let fours = upper.chunks_exact(2).zip(lower.chunks_exact(2));
                for (sample, (upper, lower)) in row.iter_mut().skip(x / 2).zip(fours) {
                    let sum: u16 = upper.iter().chain(lower).map(|letter| u16::from(*letter)).sum();
                    *sample = mix(*sample, value, part(sum / 4, cover));
                }
            }
        }
    }
}

/// A part of a cover, in 255ths.
fn part(of_255: u16, cover: Cover) -> Cover {
    // 255 becomes 256, so that a whole letter covers wholly.
    ((u32::from(of_255 + (of_255 >> 7)) * u32::from(cover)) >> 8) as Cover
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Ink = Ink::of([255, 0, 0]);

    fn written(size: (usize, usize), [x, y]: [i32; 2], text: &str) -> Planes {
        let mut planes = Planes::grey(size.0, size.1, 200);
        let lettering = Lettering::for_picture(size.1);
        let label = Label { text: text.into(), ink: RED, rect: Rect { x, y, ..lettering.plate(text) } };
        Writer::new(lettering).write(&mut planes, &label, WHOLE);
        planes
    }

    #[test]
    fn text_is_of_its_colour_on_a_dark_plate_and_nothing_is_beside_it() {
        let planes = written((120, 60), [10, 20], "#12 M");
        let plate = Rect { x: 10, y: 20, ..Lettering::for_picture(60).plate("#12 M") };
        assert_eq!(plate.height, 16);
        let mut dark = 0;
        for (n, luma) in planes.y.iter().enumerate() {
            let (x, y) = ((n % 120) as i32, (n / 120) as i32);
            let is_inside = plate.overlaps(Rect { x, y, width: 1, height: 1 });
            assert!(is_inside || *luma == 200, "{x} {y}");
            dark += usize::from(is_inside && *luma < 60);
        }
        assert!(dark > plate.area() as usize / 3, "{dark} of {}", plate.area());
        assert!(planes.y.contains(&RED.luma) && planes.v.iter().any(|red| *red > 180));
        assert_eq!([planes.v[0], planes.u[0]], [128; 2]);
    }

    #[test]
    fn letters_differ_and_those_that_the_font_lacks_show_as_question_marks() {
        let at = |text| written((60, 40), [0, 0], text);
        assert!(at("a") != at("b") && at("l") != at("ł"));
        for known in ["·", "é", "ß", "ł", "ő", "ş", "ž", "Ő"] {
            assert!(at(known) != at("?"), "{known}");
        }
        assert_eq!(at("\u{4e2d}\n"), at("??"));
    }

    #[test]
    fn what_reaches_out_of_the_picture_is_cut() {
        for size in [(1, 1), (2, 3), (33, 17), (161, 91)] {
            for corner in [[0, 0], [-9, 3], [150, 3], [30, 88], [9999, 9999], [5, -20]] {
                assert_eq!(written(size, corner, "cut me").y.len(), size.0 * size.1);
            }
            assert_eq!(written(size, [0, 0], ""), Planes::grey(size.0, size.1, 200));
        }
    }

    #[test]
    fn large_pictures_have_large_letters() {
        let heights = [90, 720, 1080, 2160].map(|height| Lettering::for_picture(height).height());
        assert_eq!(heights, [16, 16, 20, 32]);
        for height in [90, 1080, 2160] {
            let plate = Lettering::for_picture(height).plate("seven!!");
            assert!(plate.width % 2 == 0 && plate.height % 2 == 0, "chroma is shared by fours");
        }
    }
}
