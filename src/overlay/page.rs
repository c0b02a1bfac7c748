//! The part of a painted picture that shows the camera's frame: where boxes and places of the frame lie on
//! it.
//!
//! A smaller picture's size is rounded up to whole pixels, so that it may reach a little beyond the frame on
//! the right and below.

use super::{known::Sheet, letters::Lettering, rect::Rect, strokes::Spot};
use crate::nouns::{
    picture::Planes,
    place::{BBox, Fraction},
};

/// The frame on a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Pixels that show the frame.
    pub bounds: Rect,
    /// Width and height of the frame on the picture, pixels and parts of them.
    size: [f32; 2],
    /// Pixels of the frame for one of the picture.
    scale: f32,
    /// Letters of the picture.
    pub lettering: Lettering,
}

impl Page {
    /// The frame on a picture; `None` where there is none to be seen.
    pub fn of(planes: &Planes, sheet: &Sheet) -> Option<Page> {
        let (width, height) = sheet.frame;
        let scale = sheet.scale as f32;
        let size = [width as f32 / scale, height as f32 / scale];
        let bounds = Rect {
            x: 0,
            y: 0,
            width: planes.width.min(size[0].ceil() as usize) as i32,
            height: planes.height.min(size[1].ceil() as usize) as i32,
        };
        let lettering = Lettering::for_picture(planes.height);
        (bounds.area() > 0 && sheet.scale > 0).then_some(Page { bounds, size, scale, lettering })
    }

    /// Where a place of the frame is.
    pub fn spot(&self, [x, y]: Fraction) -> Spot {
        [x as f32 * self.size[0], y as f32 * self.size[1]]
    }

    /// Where the part of a box is that is in the frame; `None` if none is. Edges are at even pixels, where
    /// the samples of chroma begin.
    pub fn rect(&self, bbox: BBox) -> Option<Rect> {
        let inside = |value: f32, length: f32| (value / self.scale).clamp(0.0, length);
        let [x1, x2] = [bbox.x1, bbox.x2].map(|x| inside(x, self.size[0]));
        let [y1, y2] = [bbox.y1, bbox.y2].map(|y| inside(y, self.size[1]));
        let even = |value: f32| 2 * (value / 2.0 + 0.5) as i32;
        let (x, y) = (even(x1), even(y1));
        let (width, height) = ((even(x2) - x).max(2), (even(y2) - y).max(2));
        (x2 > x1 && y2 > y1).then_some(Rect { x, y, width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(size: (usize, usize), scale: u32) -> Option<Page> {
        let small = |length: usize| length.div_ceil(scale.max(1) as usize);
        let planes = Planes::grey(small(size.0), small(size.1), 0);
        Page::of(&planes, &Sheet { frame: size, scale, captured_us: 0, take: 0 })
    }

    #[test]
    fn boxes_are_cut_to_the_frame_and_lie_at_even_pixels() {
        let full = page((101, 60), 1).expect("there is a picture");
        let rect =
            |x1, y1, x2, y2| full.rect(BBox { x1, y1, x2, y2 }).map(|it| [it.x, it.y, it.width, it.height]);
        assert_eq!(rect(20.0, 30.0, 60.0, 50.0), Some([20, 30, 40, 20]));
        assert_eq!(rect(20.9, 31.2, 60.7, 49.2), Some([20, 32, 40, 18]));
        assert_eq!(rect(-40.0, 50.0, 500.0, 90.0), Some([0, 50, 102, 10]), "the canvas cuts the rest");
        assert_eq!(rect(50.0, 50.0, 50.4, 50.4), Some([50, 50, 2, 2]), "however small, it is seen");
        assert_eq!(
            [rect(-9.0, 5.0, -1.0, 9.0), rect(5.0, 5.0, 5.0, 9.0), rect(9.0, 9.0, 5.0, 5.0)],
            [None; 3]
        );
    }

    #[test]
    fn a_smaller_picture_shows_the_frame_at_its_scale() {
        let quarter = page((1281, 720), 4).expect("there is a picture");
        assert_eq!((quarter.bounds.width, quarter.bounds.height), (321, 180));
        assert_eq!(quarter.spot([1.0, 0.5]), [320.25, 90.0]);
        let rect = quarter.rect(BBox { x1: 400.0, y1: 80.0, x2: 480.0, y2: 240.0 });
        assert_eq!(rect, Some(Rect { x: 100, y: 20, width: 20, height: 40 }));
        assert!(page((0, 0), 1).is_none() && page((10, 10), 0).is_none());
    }
}
