//! Lines and zones on the picture: where they are, and how they are drawn. What is written on them is
//! `legends`'.

use super::{
    ink::NEUTRAL,
    page::Page,
    rect::Rect,
    strokes::{Spot, Stroke, line, triangle},
};
use crate::{
    cameras::Survey,
    nouns::{
        picture::Planes,
        place::{Line, Zone},
    },
};

/// Stroke of a line.
const LINE: Stroke = Stroke { ink: NEUTRAL, half: 1.0, seam_cover: 0.65, dash: None };

/// Stroke of a zone's border.
const BORDER: Stroke = Stroke { ink: NEUTRAL, half: 0.75, seam_cover: 0.55, dash: Some([7.0, 5.0]) };

/// Radius of the discs at a line's ends, pixels.
const END: f32 = 3.5;

/// Distance from a line's middle to the tip of its arrow, pixels.
const TIP: f32 = 15.0;

/// Distance from a line's middle to the head of its arrow, pixels.
const NECK: f32 = 7.0;

/// Half of the width of an arrow's head, pixels.
const HEAD: f32 = 6.0;

/// A counting line on the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineMark {
    /// Ends.
    pub ends: [Spot; 2],
    /// Inbound direction, one pixel long: from the line's left to its right, looking from its first end to
    /// the second; zero for a line without length.
    pub inward: Spot,
}

/// Lines and zones on the picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// Lines, in the survey's order.
    pub lines: Vec<LineMark>,
    /// Corners of zones, in the survey's order.
    pub zones: Vec<Vec<Spot>>,
}

impl LineMark {
    fn of(Line { from, to, .. }: &Line, page: &Page) -> Self {
        let ends = [*from, *to].map(|place| page.spot(place));
        let [[x1, y1], [x2, y2]] = ends;
        let (across, up) = (x2 - x1, y1 - y2);
        let length = across.hypot(up);
        let inward = if length > 0.0 { [up / length, across / length] } else { [0.0; 2] };
        LineMark { ends, inward }
    }

    /// The line's middle.
    pub fn middle(self) -> Spot {
        let [[x1, y1], [x2, y2]] = self.ends;
        [x1.midpoint(x2), y1.midpoint(y2)]
    }

    /// The place that is `along` pixels inward of the middle, and `aside` pixels beside that.
    fn at(self, along: f32, aside: f32) -> Spot {
        let ([x, y], [in_x, in_y]) = (self.middle(), self.inward);
        [x + in_x * along - in_y * aside, y + in_y * along + in_x * aside]
    }

    /// The square that the arrow takes, whichever way it points.
    pub fn arrow(self) -> Rect {
        let corner = self.at(TIP / 2.0, 0.0).map(|value| (value - TIP / 2.0).floor() as i32);
        Rect { x: corner[0], y: corner[1], width: TIP as i32 + 1, height: TIP as i32 + 1 }
    }

    fn paint(self, planes: &mut Planes) {
        line(planes, self.ends, LINE);
        for end in self.ends {
            line(planes, [end; 2], Stroke { half: END, ..LINE });
        }
        if self.inward != [0.0; 2] {
            line(planes, [self.middle(), self.at(NECK, 0.0)], LINE);
            triangle(planes, [self.at(TIP, 0.0), self.at(NECK, HEAD), self.at(NECK, -HEAD)], LINE);
        }
    }
}

impl Marks {
    /// The lines and zones of a camera's place.
    pub fn of(Survey { lines, zones, .. }: &Survey, page: &Page) -> Self {
        let corners = |zone: &Zone| zone.points.iter().map(|point| page.spot(*point)).collect();
        Marks {
            lines: lines.iter().map(|line| LineMark::of(line, page)).collect(),
            zones: zones.iter().map(corners).collect(),
        }
    }

    /// Draws zones, and lines over them.
    pub fn paint(&self, planes: &mut Planes) {
        for corners in &self.zones {
            let next = corners.iter().cycle().skip(1);
            for (from, to) in corners.iter().zip(next) {
                line(planes, [*from, *to], BORDER);
            }
        }
        self.lines.iter().for_each(|line| line.paint(planes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::known::Sheet;

    fn painted(survey: &Survey) -> (Planes, Marks) {
        let mut planes = Planes::grey(200, 100, 100);
        let sheet = Sheet { frame: (200, 100), scale: 1, captured_us: 0, take: 0 };
        let page = Page::of(&planes, &sheet).expect("there is a picture");
        let marks = Marks::of(survey, &page);
        marks.paint(&mut planes);
        (planes, marks)
    }

    #[test]
    fn an_arrow_points_to_the_right_of_who_looks_along_the_line() {
        for (from, to, inward) in [
            ([0.25, 0.5], [0.75, 0.5], [0.0, 1.0]),
            ([0.75, 0.5], [0.25, 0.5], [0.0, -1.0]),
            ([0.5, 0.9], [0.5, 0.1], [1.0, 0.0]),
        ] {
            let survey = Survey { lines: vec![Line::new("gate", from, to)], ..Survey::default() };
            let (planes, marks) = painted(&survey);
            let mark = marks.lines[0];
            assert_eq!(mark.inward, inward);
            let [x, y] = mark.at(10.0, 0.0).map(|value| value as usize);
            assert_eq!(planes.y[y * 200 + x], NEUTRAL.luma, "the arrow's head");
            let [x, y] = mark.at(-10.0, 0.0).map(|value| value as usize);
            assert_eq!(planes.y[y * 200 + x], 100, "nothing on the other side");
            let [x, y] = mark.at(TIP, 0.0).map(|value| value.floor() as i32);
            assert!(mark.arrow().grown(1).overlaps(Rect { x, y, width: 1, height: 1 }));
        }
    }

    #[test]
    fn a_zone_is_its_border_all_around() {
        let points = vec![[0.1, 0.2], [0.9, 0.2], [0.9, 0.8], [0.1, 0.8]];
        let (planes, _) = painted(&Survey { zones: vec![Zone::new("plaza", points)], ..Survey::default() });
        let is_marked = |x: usize, y: usize| planes.y[y * 200 + x] != 100;
        assert!(is_marked(100, 20) && is_marked(100, 79) && is_marked(20, 50) && is_marked(179, 50));
        assert!(!is_marked(100, 50) && !is_marked(5, 5));
    }

    #[test]
    fn lines_at_the_border_and_without_length_do_no_harm() {
        let lines = vec![Line::new("edge", [0.0, 0.0], [1.0, 1.0]), Line::new("dot", [0.5, 0.5], [0.5, 0.5])];
        let (planes, marks) = painted(&Survey { lines, ..Survey::default() });
        assert_eq!((planes.y.len(), marks.lines[1].inward), (20_000, [0.0; 2]));
    }
}
