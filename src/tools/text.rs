//! Burnt-in text: ASCII in, light 8x8 glyphs on a darkened box in the planes out.
//!
//! Used for the clock of the synthetic scene and for slates. Layout beyond one line, other scripts and time
//! formatting do not belong here.

use font8x8::UnicodeFonts;

use crate::nouns::picture::Planes;

/// Side of one glyph cell at scale 1, in luma samples (the font's own size).
pub const GLYPH: usize = 8;

/// Luma of the glyphs: bright, but short of white so that sensor noise still shows.
const INK: u8 = 235;

/// Part of the old luma that stays under the backing box, in 256ths.
const BOX_KEEP: u32 = 90;

/// Writes `text` on one line, its first glyph's top left corner at (`x`, `y`), each glyph `8 * scale` samples
/// square.
///
/// A dark backing box reaches `2 * scale` samples around the text and takes the colour out. Whatever falls
/// outside the picture is left out; characters that the font lacks show as `?`.
pub fn paint_text(planes: &mut Planes, x: usize, y: usize, scale: usize, text: &str) {
    if scale == 0 || text.is_empty() {
        return;
    }
    let cell = GLYPH.saturating_mul(scale);
    let margin = scale.saturating_mul(2);
    let width = cell.saturating_mul(text.chars().count());
    darken_box(
        planes,
        [x.saturating_sub(margin), x.saturating_add(width).saturating_add(margin)],
        [y.saturating_sub(margin), y.saturating_add(cell).saturating_add(margin)],
    );
    for (index, letter) in text.chars().enumerate() {
        paint_glyph(planes, x.saturating_add(index * cell), y, scale, letter);
    }
}

/// Darkens the luma and takes out the colour between the `columns` and the `rows` (from, to), cut at the
/// picture's borders.
fn darken_box(planes: &mut Planes, columns: [usize; 2], rows: [usize; 2]) {
    let (width, height) = (planes.width, planes.height);
    let chroma_width = planes.chroma_width();
    let [left, right] = columns.map(|column| column.min(width));
    let [top, bottom] = rows.map(|row| row.min(height));
    if left == right || top == bottom {
        return;
    }
    for row in planes.y.chunks_exact_mut(width).take(bottom).skip(top) {
        for sample in &mut row[left..right] {
            *sample = (u32::from(*sample) * BOX_KEEP / 256) as u8;
        }
    }
    for plane in [&mut planes.u, &mut planes.v] {
        for row in plane.chunks_exact_mut(chroma_width).take(bottom.div_ceil(2)).skip(top / 2) {
            row[left / 2..right.div_ceil(2)].fill(128);
        }
    }
}

/// Sets the glyph's dots to [`INK`], each a square of `scale` samples.
fn paint_glyph(planes: &mut Planes, x: usize, y: usize, scale: usize, letter: char) {
    let dots = font8x8::BASIC_FONTS.get(letter).or_else(|| font8x8::BASIC_FONTS.get('?')).unwrap_or_default();
    let width = planes.width;
    let rows = planes.y.chunks_exact_mut(width.max(1)).skip(y).take(GLYPH * scale);
    for (down, row) in rows.enumerate() {
        let bits = dots[down / scale];
        for (across, sample) in row.iter_mut().skip(x).take(GLYPH * scale).enumerate() {
            if bits >> (across / scale) & 1 == 1 {
                *sample = INK;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bright_on_a_dark_box() {
        let mut planes = Planes::grey(120, 40, 200);
        paint_text(&mut planes, 10, 10, 2, "12:34");
        let inside: Vec<u8> = planes.y[12 * 120 + 10..12 * 120 + 90].to_vec();
        assert!(inside.contains(&INK) && inside.iter().any(|&luma| luma < 100));
        assert_eq!(planes.y[0], 200, "outside the box nothing changes");
    }

    #[test]
    fn text_beyond_the_borders_is_cut() {
        for (x, y, scale) in
            [(0, 0, 9), (150, 3, 1), (3, 88, 4), (10_000, 10_000, 2), (usize::MAX, usize::MAX, 1)]
        {
            paint_text(&mut Planes::grey(161, 91, 128), x, y, scale, "cut me");
        }
        paint_text(&mut Planes::grey(1, 1, 128), 0, 0, 1, "x");
    }

    #[test]
    fn the_box_takes_the_colour_out() {
        let mut planes = Planes::grey(64, 32, 100);
        planes.u.fill(90);
        paint_text(&mut planes, 8, 8, 1, "a");
        assert_eq!(planes.u[5 * 32 + 5], 128);
        assert_eq!(planes.u[31], 90);
    }

    #[test]
    fn unknown_letters_show_as_question_marks() {
        let (mut odd, mut mark) = (Planes::grey(40, 20, 50), Planes::grey(40, 20, 50));
        paint_text(&mut odd, 4, 4, 1, "\u{4e2d}");
        paint_text(&mut mark, 4, 4, 1, "?");
        assert_eq!(odd, mark);
    }
}
