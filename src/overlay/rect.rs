//! Upright rectangles of a picture, in whole pixels: where things lie to each other.

/// An upright rectangle in pixels of the painted picture, from its upper left corner; it may reach out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

impl Rect {
    /// The column right of it.
    pub fn right(self) -> i32 {
        self.x + self.width
    }

    /// The row below it.
    pub fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// Pixels in it.
    pub fn area(self) -> i64 {
        i64::from(self.width) * i64::from(self.height)
    }

    /// Whether the two share pixels.
    pub fn overlaps(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The rectangle that reaches `by` pixels further on each side.
    pub fn grown(self, by: i32) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2 * by, height: self.height + 2 * by }
    }

    /// The place nearest to it that lies inside `bounds`; what is too large keeps to the upper left.
    pub fn moved_into(self, bounds: Rect) -> Rect {
        let x = self.x.min(bounds.right() - self.width).max(bounds.x);
        let y = self.y.min(bounds.bottom() - self.height).max(bounds.y);
        Rect { x, y, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
        Rect { x, y, width, height }
    }

    #[test]
    fn edges_that_touch_do_not_overlap() {
        assert!(rect(0, 0, 4, 4).overlaps(rect(3, 3, 4, 4)));
        assert!(!rect(0, 0, 4, 4).overlaps(rect(4, 0, 4, 4)) && !rect(0, 4, 4, 4).overlaps(rect(0, 0, 4, 4)));
    }

    #[test]
    fn what_reaches_out_is_moved_in_and_what_is_too_large_begins_at_the_corner() {
        let bounds = rect(0, 0, 100, 50);
        assert_eq!(rect(95, -7, 10, 10).moved_into(bounds), rect(90, 0, 10, 10));
        assert_eq!(rect(20, 45, 200, 10).moved_into(bounds), rect(0, 40, 200, 10));
    }
}
