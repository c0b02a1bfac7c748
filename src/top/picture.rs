//! A picture in a terminal: each character is two samples, one above the other. Pure.

use ratatui::{
    style::{Color, Style},
    text::{Line, Span},
};

use crate::nouns::picture::Planes;

/// The upper half of a character's cell; the lower half is its background.
const HALF: &str = "\u{2580}";

/// Returns a picture as lines of characters that fit into so many columns and rows, its shape kept.
pub fn lines(planes: &Planes, columns: usize, rows: usize) -> Vec<Line<'static>> {
    let (width, height) = (planes.width, planes.height);
    if width == 0 || height == 0 || columns == 0 || rows == 0 {
        return Vec::new();
    }
    // A character is about twice as high as it is wide.
    let columns = columns.min(rows * 2 * width / height).max(1);
    let halves = (columns * height / width).clamp(1, rows * 2);
    let at = |column: usize, half: usize| {
        let (x, y) = (column * width / columns, half * height / halves);
        colour(planes, x.min(width - 1), y.min(height - 1))
    };
    let cell = |column: usize, row: usize| {
        let upper = at(column, 2 * row);
        let lower = at(column, (2 * row + 1).min(halves - 1));
        Span::styled(HALF, Style::new().fg(upper).bg(lower))
    };
    (0..halves.div_ceil(2)).map(|row| Line::from_iter((0..columns).map(|column| cell(column, row)))).collect()
}

/// The colour of a sample: JPEG's YCbCr as red, green and blue (JFIF 1.02, section 7).
fn colour(planes: &Planes, x: usize, y: usize) -> Color {
    let luma = f32::from(planes.y[y * planes.width + x]);
    let half = planes.width.div_ceil(2);
    let chroma = |plane: &[u8]| f32::from(plane[(y / 2) * half + x / 2]) - 128.0;
    let (blue, red) = (chroma(&planes.u), chroma(&planes.v));
    let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    Color::Rgb(
        byte(luma + 1.402 * red),
        byte(luma - 0.344_136 * blue - 0.714_136 * red),
        byte(luma + 1.772 * blue),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_fits() {
        let grey = Planes::grey(320, 180, 128);
        let shape = |columns, rows| {
            let lines = lines(&grey, columns, rows);
            (lines.first().map_or(0, Line::width), lines.len())
        };
        assert_eq!(shape(80, 40), (80, 23));
        assert_eq!(shape(80, 10), (35, 10));
        assert_eq!((shape(0, 10), shape(10, 0)), ((0, 0), (0, 0)));
    }

    #[test]
    fn grey_is_grey() {
        assert_eq!(colour(&Planes::grey(4, 4, 128), 1, 1), Color::Rgb(128, 128, 128));
    }
}
