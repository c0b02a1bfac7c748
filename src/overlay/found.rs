//! What a model found in one picture, painted into that picture: for trying models, without tracks, ages or
//! lines.

use super::{
    canvas::WHOLE, density::Density, heat::Tint, ink::Ink, known::Sheet, labels, page::Page, paint::Scene,
    texts::Texts, things::Thing,
};
use crate::{
    analytics::Kind,
    nouns::{picture::Planes, place::BBox, result::Grid},
};

/// A thing that was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Where it is, in pixels of the picture.
    pub bbox: BBox,
    /// Class of the thing, which says its colour.
    pub class: &'a str,
    /// What is written beside it, where there is room.
    pub text: String,
}

/// Paints boxes with their texts; the first have room for theirs first.
pub fn paint_found(planes: &mut Planes, found: Vec<Found>) {
    let sheet = Sheet { frame: (planes.width, planes.height), scale: 1, captured_us: 0, take: 0 };
    let Some(page) = Page::of(planes, &sheet) else { return };
    let thing = |Found { bbox, class, text }: Found| {
        let ink = Ink::of_kind(Kind::of(class));
        Some(Thing { rect: page.rect(bbox)?, ink, texts: Texts::only(text) })
    };
    let boxes: Vec<Thing> = found.into_iter().filter_map(thing).collect();
    let labels = labels::place(&boxes, &page, Vec::new());
    Scene { boxes, labels, ..Scene::default() }.paint(planes, &page);
}

/// Tints a picture where people are.
pub fn paint_density(planes: &mut Planes, grid: &Grid) {
    Tint::of(&Density::of(grid), (planes.width, planes.height)).paint(planes, WHOLE);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(class: &str, [x1, y1, x2, y2]: [f32; 4]) -> Found<'_> {
        Found { bbox: BBox { x1, y1, x2, y2 }, class, text: format!("{class} 0.90") }
    }

    #[test]
    fn a_box_is_where_the_thing_is_with_its_text_above_and_nothing_is_painted_inside() {
        let mut planes = Planes::grey(640, 400, 50);
        paint_found(&mut planes, vec![found("person", [200.0, 130.0, 300.0, 330.0])]);
        let at = |x: usize, y: usize| planes.y[y * 640 + x];
        let line = Ink::of_kind(Kind::Person).luma;
        assert_eq!([at(200, 250), at(299, 250), at(250, 131), at(250, 329)], [line; 4]);
        assert_eq!([at(250, 250), at(180, 250), at(350, 250)], [50; 3]);
        let above: Vec<u8> = planes.y[112 * 640..128 * 640].to_vec();
        assert!(above.contains(&line), "its text");
    }

    #[test]
    fn boxes_that_reach_out_of_the_picture_or_are_none_do_no_harm() {
        let mut planes = Planes::grey(33, 21, 50);
        let boxes = [[-50.0, -50.0, 500.0, 500.0], [30.0, 18.0, 90.0, 95.0], [5.0, 5.0, 5.0, 5.0]];
        paint_found(&mut planes, boxes.map(|corners| found("cat", corners)).to_vec());
        assert_eq!(planes.y.len(), 33 * 21);
        paint_found(&mut Planes::default(), vec![found("cat", [0.0, 0.0, 9.0, 9.0])]);
    }

    #[test]
    fn red_is_where_people_are() {
        let mut planes = Planes::grey(40, 40, 90);
        let mut people = vec![0.0; 40];
        people[39] = 100.0;
        paint_density(&mut planes, &Grid { cols: 5, people });
        assert_eq!(planes.v[0], 128);
        assert!(planes.v[20 * 20 - 1] > 140, "{}", planes.v[20 * 20 - 1]);
    }
}
