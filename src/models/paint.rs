//! What a model has found, painted into the picture: boxes with their classes, or where people crowd. Pure.

use crate::{
    analytics::{Density, Detection},
    nouns::picture::Planes,
    tools::text::{GLYPH, paint_text},
};

/// Width of a box's lines, pixels.
const LINE: usize = 2;

/// Size of labels, as a multiple of the font's.
const LABEL: usize = 1;

/// Colours of boxes as luma, Cb and Cr, taken in turn by the classes' names: all bright, none like another.
const COLOURS: [[u8; 3]; 6] =
    [[210, 16, 146], [145, 54, 34], [170, 166, 16], [106, 202, 222], [105, 212, 80], [165, 90, 200]];

/// People in the fullest cell at which it is as red as can be.
const REDDEST: f32 = 0.5;

/// Paints boxes, each with its class and confidence over it.
pub(super) fn boxes(planes: &mut Planes, found: &[Detection]) {
    for one in found {
        let colour = colour(&one.class);
        let edge = |value: f32| value.max(0.0).round() as usize;
        let [left, top] = [edge(one.bbox.x1), edge(one.bbox.y1)];
        let [right, bottom] = [edge(one.bbox.x2), edge(one.bbox.y2)];
        fill(planes, [left, right], [top, top + LINE], colour);
        fill(planes, [left, right], [bottom.saturating_sub(LINE), bottom], colour);
        fill(planes, [left, left + LINE], [top, bottom], colour);
        fill(planes, [right.saturating_sub(LINE), right], [top, bottom], colour);
        let label = format!("{} {:.2}", one.class, one.confidence);
        paint_text(planes, left, top.saturating_sub(GLYPH * LABEL + 2 * LINE), LABEL, &label);
    }
}

/// Tints the picture red where people are; `columns` are the cells in a row of `density`.
pub(super) fn crowd(planes: &mut Planes, density: &Density, columns: usize) {
    let rows = density.cells.len() / columns.max(1);
    let (width, height) = (planes.chroma_width(), planes.chroma_height());
    for (n, red) in planes.v.iter_mut().enumerate() {
        let (column, row) = ((n % width) * columns / width, (n / width) * rows / height);
        let people = density.cells.get(row * columns + column).copied().unwrap_or_default();
        let share = (people / REDDEST).clamp(0.0, 1.0);
        *red = (f32::from(*red) + (255.0 - f32::from(*red)) * share) as u8;
    }
}

/// Fills the `columns` and `rows` (from, to) with a colour, as far as they are inside the picture.
fn fill(planes: &mut Planes, columns: [usize; 2], rows: [usize; 2], [luma, blue, red]: [u8; 3]) {
    let (width, height, chroma_width) = (planes.width, planes.height, planes.chroma_width());
    let [left, right] = columns.map(|column| column.min(width));
    let [top, bottom] = rows.map(|row| row.min(height));
    if left >= right || top >= bottom {
        return;
    }
    for row in planes.y.chunks_exact_mut(width).take(bottom).skip(top) {
        row[left..right].fill(luma);
    }
    for (plane, value) in [(&mut planes.u, blue), (&mut planes.v, red)] {
        for row in plane.chunks_exact_mut(chroma_width).take(bottom.div_ceil(2)).skip(top / 2) {
            row[left / 2..right.div_ceil(2)].fill(value);
        }
    }
}

/// The colour of a class, always the same.
fn colour(class: &str) -> [u8; 3] {
    let sum: usize = class.bytes().map(usize::from).sum();
    COLOURS[sum % COLOURS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analytics::Appearance, nouns::place::BBox};

    fn detection(bbox: BBox) -> Detection {
        Detection {
            class: "person".into(),
            confidence: 0.9,
            bbox,
            appearance: Appearance::default(),
            is_under: false,
        }
    }

    #[test]
    fn a_box_is_where_the_thing_is_and_nothing_is_painted_inside() {
        let mut planes = Planes::grey(100, 80, 50);
        boxes(&mut planes, &[detection(BBox { x1: 20.0, y1: 30.0, x2: 60.0, y2: 70.0 })]);
        let at = |x: usize, y: usize| planes.y[y * 100 + x];
        let line = colour("person")[0];
        assert_eq!([at(20, 50), at(59, 50), at(40, 31), at(40, 69)], [line; 4]);
        assert_eq!([at(40, 50), at(10, 50), at(70, 75)], [50; 3]);
    }

    #[test]
    fn boxes_that_reach_out_of_the_picture_or_are_none_do_no_harm() {
        let mut planes = Planes::grey(33, 21, 50);
        for [x1, y1, x2, y2] in [[-50.0, -50.0, 500.0, 500.0], [30.0, 18.0, 90.0, 95.0], [5.0, 5.0, 5.0, 5.0]]
        {
            boxes(&mut planes, &[detection(BBox { x1, y1, x2, y2 })]);
        }
        assert_eq!(planes.y.len(), 33 * 21);
    }

    #[test]
    fn red_is_where_people_are() {
        let mut planes = Planes::grey(40, 40, 90);
        let mut cells = vec![0.0; 4];
        cells[3] = 1.0;
        crowd(&mut planes, &Density { total: 1.0, cells }, 2);
        assert_eq!((planes.v[0], planes.v[20 * 20 - 1]), (128, 255));
    }
}
