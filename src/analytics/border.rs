//! The frame's border: a box and the frame's size in, whether the border may cut the box out. Pure.

use crate::nouns::place::BBox;

/// Most pixels between a box and the border that may cut it: models that look at a picture of half the size
/// draw boxes of what is cut to a pixel or so of their own from it.
const CUT: f32 = 3.0;

/// Whether the border of a frame of that width and height in pixels may cut a box.
pub(super) fn cuts(bbox: &BBox, size: (f32, f32)) -> bool {
    bbox.y1 <= CUT || hides_feet(bbox, size)
}

/// Whether the border may cut a box so that its lower edge says nothing about feet: below, or at a side,
/// where it may show one foot of two.
pub(super) fn hides_feet(bbox: &BBox, (width, height): (f32, f32)) -> bool {
    bbox.x1 <= CUT || bbox.x2 >= width - CUT || bbox.y2 >= height - CUT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_at_the_border_may_be_cut_and_one_at_the_top_still_shows_feet() {
        let at = |x1, y1, x2, y2| BBox { x1, y1, x2, y2 };
        for (bbox, cut, feet_hidden) in [
            (at(10.0, 10.0, 50.0, 90.0), false, false),
            (at(10.0, 2.0, 50.0, 90.0), true, false),
            (at(2.0, 10.0, 50.0, 90.0), true, true),
            (at(10.0, 10.0, 98.0, 90.0), true, true),
            (at(10.0, 10.0, 50.0, 98.0), true, true),
        ] {
            assert_eq!((cuts(&bbox, (100.0, 100.0)), hides_feet(&bbox, (100.0, 100.0))), (cut, feet_hidden));
        }
    }
}
