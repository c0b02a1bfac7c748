//! Places: points, lines, zones and boxes in a frame.
//!
//! Shapes and units only; what is done with them is a matter of `analytics`.

use serde::{Deserialize, Serialize};

/// A place in the frame: x and y as fractions of its width and height, from the upper left.
pub type Fraction = [f64; 2];

/// A line whose crossings are counted.
///
/// Inbound is from its left to its right, looking from `from` towards `to`: downwards for a line drawn from
/// left to right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Name of the line, unique within the camera.
    pub id: String,
    /// Where the line begins.
    pub from: Fraction,
    /// Where the line ends.
    pub to: Fraction,
    /// Part of a box that crosses it.
    #[serde(default, skip_serializing_if = "Anchor::is_usual")]
    pub at: Anchor,
    /// Classes that are counted on it, named as the model names them; empty: those that usually count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

impl Line {
    /// A line that anybody usual crosses with the feet.
    pub fn new(id: impl Into<String>, from: Fraction, to: Fraction) -> Self {
        Line { id: id.into(), from, to, at: Anchor::Foot, classes: Vec::new() }
    }
}

/// Way in which a [`Line`] was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the line's left to its right.
    Inbound,
    /// From the line's right to its left.
    Outbound,
}

impl Direction {
    /// Returns the way as messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }
}

/// Part of a box that stands for the whole where a line is crossed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// Middle of the lower edge: where a thing stands.
    #[default]
    Foot,
    /// Middle of the box.
    Middle,
    /// Middle of the upper edge.
    Top,
    /// Middle of the left edge.
    Left,
    /// Middle of the right edge.
    Right,
}

impl Anchor {
    /// Tells whether this is the one that lines have unless they say otherwise.
    pub fn is_usual(&self) -> bool {
        *self == Anchor::Foot
    }
}

/// An area whose occupancy is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Name of the zone, unique within the camera.
    pub id: String,
    /// Corners of the zone, at least three.
    pub points: Vec<Fraction>,
    /// Seconds in it after which somebody loiters, told as an event; absent where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loiter_s: Option<f64>,
    /// Number of tracks in it above which an event tells of it, and another once they are no more than that;
    /// absent where nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<usize>,
}

impl Zone {
    /// A zone in which nobody loiters.
    pub fn new(id: impl Into<String>, points: Vec<Fraction>) -> Self {
        Zone { id: id.into(), points, loiter_s: None, above: None }
    }
}

/// Just inside the frame's lower and right borders, as a fraction.
const ALMOST_ONE: f64 = 1.0 - 1e-6;

/// An upright box in pixels of the full-size frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BBox {
    /// Left edge.
    pub x1: f32,
    /// Upper edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Lower edge.
    pub y2: f32,
}

impl BBox {
    /// Returns the width in pixels.
    pub fn width(&self) -> f32 {
        self.x2 - self.x1
    }

    /// Returns the height in pixels.
    pub fn height(&self) -> f32 {
        self.y2 - self.y1
    }

    /// Returns the middle of the lower edge: where a thing stands.
    pub fn foot(&self) -> [f32; 2] {
        [(self.x1 + self.x2) / 2.0, self.y2]
    }

    /// Returns that part of the box.
    pub fn anchor(&self, anchor: Anchor) -> [f32; 2] {
        let middle = [(self.x1 + self.x2) / 2.0, (self.y1 + self.y2) / 2.0];
        match anchor {
            Anchor::Foot => self.foot(),
            Anchor::Middle => middle,
            Anchor::Top => [middle[0], self.y1],
            Anchor::Left => [self.x1, middle[1]],
            Anchor::Right => [self.x2, middle[1]],
        }
    }

    /// Returns where that part of the box is in a frame of that size in pixels. What lies beyond the frame's
    /// border is at it: feet that are cut off are in the foreground, not nowhere, and not beyond the end of a
    /// line, or outside of an area, that reaches the border.
    pub fn place_in(&self, (width, height): (usize, usize), anchor: Anchor) -> Fraction {
        let [x, y] = self.anchor(anchor).map(f64::from);
        [x / width as f64, y / height as f64].map(|value| value.clamp(0.0, ALMOST_ONE))
    }

    /// Returns the area in square pixels.
    pub fn area(&self) -> f32 {
        self.width() * self.height()
    }

    /// Returns the area in square pixels that lies in another box as well; 0 where none does.
    pub fn overlap_area(&self, other: &BBox) -> f32 {
        let width = (self.x2.min(other.x2) - self.x1.max(other.x1)).max(0.0);
        let height = (self.y2.min(other.y2) - self.y1.max(other.y1)).max(0.0);
        width * height
    }

    /// Returns the overlap with another box: the shared area by the united one, 0 to 1.
    pub fn iou(&self, other: &BBox) -> f32 {
        let shared = self.overlap_area(other);
        let united = self.area() + other.area() - shared;
        if united > 0.0 { shared / united } else { 0.0 }
    }
}

/// A velocity in the frame, pixels of the full-size frame a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Velocity {
    /// Part of it to the right.
    pub x: f32,
    /// Part of it downwards.
    pub y: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_at_the_border() {
        let bbox = BBox { x1: -40.0, y1: 50.0, x2: 20.0, y2: 120.0 };
        assert_eq!(bbox.place_in((100, 100), Anchor::Foot), [0.0, ALMOST_ONE]);
        assert_eq!(bbox.place_in((200, 200), Anchor::Right), [0.1, 0.425]);
    }

    #[test]
    fn an_area_shared_is_in_square_pixels_and_nothing_where_boxes_lie_apart() {
        let bbox = BBox { x1: 0.0, y1: 0.0, x2: 10.0, y2: 20.0 };
        let moved = |x, y| BBox { x1: x, y1: y, x2: x + 10.0, y2: y + 20.0 };
        assert_eq!((bbox.area(), bbox.overlap_area(&bbox)), (200.0, 200.0));
        assert_eq!(bbox.overlap_area(&moved(4.0, -5.0)), 90.0);
        // Apart on both axes, where two negative lengths would make an area.
        assert_eq!([moved(30.0, 30.0), moved(10.0, 0.0)].map(|other| bbox.overlap_area(&other)), [0.0, 0.0]);
    }

    #[test]
    fn overlap_is_a_share_of_the_united_area() {
        let at = |x1, x2| BBox { x1, y1: 0.0, x2, y2: 10.0 };
        assert_eq!(at(0.0, 10.0).iou(&at(0.0, 10.0)), 1.0);
        assert_eq!(at(0.0, 10.0).iou(&at(10.0, 20.0)), 0.0);
        assert!((at(0.0, 10.0).iou(&at(5.0, 15.0)) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(at(3.0, 3.0).iou(&at(3.0, 3.0)), 0.0, "nothing has no overlap");
    }
}
