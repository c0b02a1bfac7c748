//! What is written on lines and zones, their names and counts, and how old boxes are: where they lie, in the
//! picture and not on each other where that can be had. The page's rules (`frontend/src/overlay/legends.ts`).

use super::{
    ink::{NEUTRAL, WARNING},
    letters::Label,
    marks::{LineMark, Marks},
    page::Page,
    rect::Rect,
    strokes::Spot,
};
use crate::{
    cameras::Survey,
    nouns::{
        count::{LineCount, ZoneCount},
        result::AnalyticsResult,
    },
};

/// Gap between a line and its legend, pixels.
const LINE_GAP: f32 = 6.0;

/// Room that the arrow takes on the inbound side of a line, pixels.
const ARROW_ROOM: f32 = 14.0;

/// Gap between a zone's edge and its legend, pixels.
const ZONE_GAP: f32 = 5.0;

/// Gap between the picture's corner and what is said about old boxes, pixels.
const CORNER_GAP: i32 = 8;

/// What is said in the lower left corner about how old `what` is.
pub(super) fn of_age(what: &str, seconds: i64, page: &Page) -> Label {
    let text = format!("{what} are {seconds} s old");
    let plate = page.lettering.plate(&text);
    let (x, y) = (CORNER_GAP, page.bounds.bottom() - CORNER_GAP - plate.height);
    Label { rect: Rect { x, y, ..plate }.moved_into(page.bounds), text, ink: WARNING }
}

/// Places the legends of lines and zones; `counted` is the newest result that has counts.
pub(super) fn place(
    survey: &Survey,
    marks: &Marks,
    counted: Option<&AnalyticsResult>,
    page: &Page,
) -> Vec<Label> {
    let (lines, zones) = counted.map(|result| (&result.lines[..], &result.zones[..])).unwrap_or_default();
    let mut placed = Vec::new();
    for (line, mark) in survey.lines.iter().zip(&marks.lines) {
        let text = line_text(&line.id, lines.iter().find(|count| count.id == line.id));
        let plate = page.lettering.plate(&text);
        put(&mut placed, text, beside_line(*mark, plate), page);
    }
    for (zone, corners) in survey.zones.iter().zip(&marks.zones) {
        let text = zone_text(&zone.id, zones.iter().find(|count| count.id == zone.id));
        let plate = page.lettering.plate(&text);
        put(&mut placed, text, inside_zone(corners, plate), page);
    }
    placed
}

/// Puts a legend at the first of two places that is free. Somebody drew that line to see what crosses it:
/// without a free place it is better written on another than not at all.
fn put(placed: &mut Vec<Label>, text: String, places: [Rect; 2], page: &Page) {
    let places = places.map(|place| place.moved_into(page.bounds));
    let is_free = |place: &Rect| !placed.iter().any(|other| other.rect.overlaps(*place));
    let rect = places.into_iter().find(is_free).unwrap_or(places[0]);
    placed.push(Label { text, ink: NEUTRAL, rect });
}

fn line_text(id: &str, counted: Option<&LineCount>) -> String {
    match counted {
        Some(LineCount { inbound, outbound, .. }) => format!("{id}  in {inbound} · out {outbound}"),
        None => id.to_owned(),
    }
}

fn zone_text(id: &str, counted: Option<&ZoneCount>) -> String {
    counted.map_or_else(|| id.to_owned(), |count| format!("{id}  {}", count.occupancy))
}

/// Places beside a line's middle, far enough to touch it nowhere whatever its slope: on the outbound side,
/// since the arrow stands on the other, or else beyond the arrow.
fn beside_line(mark: LineMark, plate: Rect) -> [Rect; 2] {
    let (width, height) = (plate.width as f32, plate.height as f32);
    let ([x, y], [in_x, in_y]) = (mark.middle(), mark.inward);
    let away = (in_x.abs() * width + in_y.abs() * height) / 2.0 + LINE_GAP;
    [-away, away + ARROW_ROOM].map(|distance| {
        let corner = [x + in_x * distance - width / 2.0, y + in_y * distance - height / 2.0];
        at(corner, plate)
    })
}

/// Places at a zone's upper and lower edges: its middle is where people are.
fn inside_zone(corners: &[Spot], plate: Rect) -> [Rect; 2] {
    let count = corners.len().max(1) as f32;
    let x = corners.iter().map(|corner| corner[0]).sum::<f32>() / count - plate.width as f32 / 2.0;
    let heights = || corners.iter().map(|corner| corner[1]);
    let upper = heights().fold(f32::INFINITY, f32::min) + ZONE_GAP;
    let lower = heights().fold(f32::NEG_INFINITY, f32::max) - ZONE_GAP - plate.height as f32;
    [upper, lower].map(|y| at([x, y], plate))
}

/// A plate whose upper left corner is at a place.
fn at([x, y]: Spot, plate: Rect) -> Rect {
    // Bounded so that no sum of it with a picture's size is too large.
    let whole = |value: f32| value.clamp(-1e6, 1e6).round() as i32;
    Rect { x: whole(x), y: whole(y), ..plate }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::found_nothing,
        nouns::{
            picture::Planes,
            place::{Line, Zone},
        },
        overlay::known::Sheet,
    };

    fn page() -> Page {
        let sheet = Sheet { frame: (640, 360), scale: 1, captured_us: 0, take: 0 };
        Page::of(&Planes::grey(640, 360, 0), &sheet).expect("there is a picture")
    }

    #[test]
    fn lines_and_zones_have_their_names_and_counts_apart_and_in_the_picture() {
        let square = vec![[0.05, 0.1], [0.25, 0.1], [0.25, 0.3], [0.05, 0.3]];
        let survey = Survey {
            lines: vec![
                Line::new("gate", [0.4, 0.5], [0.6, 0.5]),
                Line::new("gap", [0.4, 0.5], [0.6, 0.5]),
                Line::new("edge", [0.0, 0.0], [0.0, 1.0]),
            ],
            zones: vec![Zone::new("plaza", square)],
            ..Survey::default()
        };
        let page = page();
        let marks = Marks::of(&survey, &page);
        let result = AnalyticsResult {
            lines: vec![LineCount { id: "gate".into(), inbound: 3, outbound: 12, ..LineCount::default() }],
            zones: vec![ZoneCount { id: "plaza".into(), occupancy: 5, ..ZoneCount::default() }],
            ..found_nothing()
        };
        let placed = place(&survey, &marks, Some(&result), &page);
        let texts: Vec<&str> = placed.iter().map(|label| &*label.text).collect();
        assert_eq!(texts, ["gate  in 3 · out 12", "gap", "edge", "plaza  5"]);
        for (n, label) in placed.iter().enumerate() {
            assert_eq!(label.rect.moved_into(page.bounds), label.rect);
            assert!(placed[..n].iter().all(|other| !other.rect.overlaps(label.rect)), "{}", label.text);
        }
        // Inward is downward: the first stands above its line, the second below the arrow.
        assert!(placed[0].rect.bottom() <= 174 && placed[1].rect.y >= 200, "{placed:?}");
        assert!(place(&survey, &marks, None, &page).iter().all(|label| !label.text.contains("in ")));
    }

    #[test]
    fn old_boxes_are_told_of_in_the_lower_left_corner() {
        let label = of_age("boxes", 3, &page());
        assert_eq!((&*label.text, label.rect.x, label.rect.bottom()), ("boxes are 3 s old", 8, 352));
    }
}
