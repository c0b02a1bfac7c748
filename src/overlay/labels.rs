//! What is written on the picture, and where: labels that lie inside the picture and on top of no other, and
//! leave most of it free. The page's rules (`frontend/src/overlay/labels.ts`).

use super::{
    letters::{Label, Lettering},
    page::Page,
    rect::Rect,
    things::Thing,
};

/// Width below which a picture is small, pixels.
const SMALL_PICTURE: i32 = 560;

/// Gap between a box and its label, pixels.
const GAP: i32 = 2;

/// Number of boxes beyond which labels shorten.
const CROWD_BOXES: usize = 25;

/// Most boxes that a place for a label is sought for: each place is compared with all boxes and labels.
const MOST_LABELLED: usize = 100;

/// Part of the picture that labels may cover, per thousand. Where full labels would cover more they shorten,
/// and where short ones would, no more come.
const COVERED_AT_MOST: i64 = 80;

/// Part of a small picture that labels may cover, per thousand.
const SMALL_COVERED_AT_MOST: i64 = 50;

/// Least length of a box that gets a label, in lines of text: of a smaller one the label would be all there
/// is to see.
const LEAST_BOX: i32 = 2;

/// Places the labels of things, outside of what is `taken` by other texts. Whose label finds no room goes
/// without one; the first come first.
pub(super) fn place(things: &[Thing], page: &Page, taken: Vec<Rect>) -> Vec<Label> {
    let lettering = page.lettering;
    let least = LEAST_BOX * lettering.height();
    let is_worth = |n: &usize| things[*n].rect.width.max(things[*n].rect.height) >= least;
    let mut worth: Vec<usize> = (0..things.len()).filter(is_worth).collect();
    worth.truncate(MOST_LABELLED);
    let mut board = Board::new(things, page, taken);
    let full: i64 = worth.iter().map(|n| lettering.plate(&things[*n].texts.full).area()).sum();
    let is_crowded = worth.len() > CROWD_BOXES || full > board.room;
    // A label no wider than its own box is short enough for a crowd.
    let is_brief = |thing: &Thing| is_crowded && lettering.plate(&thing.texts.full).width > thing.rect.width;
    for n in &worth {
        let Thing { texts, .. } = &things[*n];
        let text = if is_brief(&things[*n]) { &texts.short } else { &texts.full };
        board.write(*n, text, board.is_small);
    }
    for n in worth.into_iter().filter(|n| is_brief(&things[*n])) {
        if let Some(text) = &things[n].texts.roomy {
            board.write(n, text, true);
        }
    }
    board.placed.into_iter().map(|(_, label)| label).collect()
}

/// The picture while it is being written on.
struct Board<'a> {
    things: &'a [Thing],
    bounds: Rect,
    lettering: Lettering,
    /// Where other texts are.
    taken: Vec<Rect>,
    /// Pixels that labels may still cover.
    room: i64,
    is_small: bool,
    /// Labels, each with the number of its thing.
    placed: Vec<(usize, Label)>,
}

impl<'a> Board<'a> {
    fn new(things: &'a [Thing], page: &Page, taken: Vec<Rect>) -> Self {
        let (bounds, lettering) = (page.bounds, page.lettering);
        let is_small = bounds.width < SMALL_PICTURE;
        let share = if is_small { SMALL_COVERED_AT_MOST } else { COVERED_AT_MOST };
        let room = bounds.area() * share / 1000;
        Board { things, bounds, lettering, taken, room, is_small, placed: Vec::new() }
    }

    /// Writes a thing's label, in place of a shorter one, if there is room. With `is_clear` the label may not
    /// lie on somebody else's box either.
    fn write(&mut self, n: usize, text: &str, is_clear: bool) {
        let (thing, plate) = (&self.things[n], self.lettering.plate(text));
        let own = self.placed.iter().position(|(of, _)| *of == n);
        let before = own.map_or(0, |place| self.placed[place].1.rect.area());
        // Before a place is sought, which takes longer.
        if plate.area() - before > self.room {
            return;
        }
        let free: Vec<Rect> =
            places(thing.rect, plate, self.bounds).filter(|place| self.is_free(n, *place)).collect();
        let hides_nobody = free.iter().copied().find(|place| !self.hides(n, *place));
        let Some(rect) = hides_nobody.or(if is_clear { None } else { free.first().copied() }) else { return };
        self.room -= rect.area() - before;
        let label = Label { text: text.to_owned(), ink: thing.ink, rect };
        match own {
            Some(place) => self.placed[place].1 = label,
            None => self.placed.push((n, label)),
        }
    }

    /// Whether no text but the thing's own is there.
    fn is_free(&self, n: usize, place: Rect) -> bool {
        let others = self.placed.iter().filter(|(of, _)| *of != n).map(|(_, label)| label.rect);
        !self.taken.iter().copied().chain(others).any(|rect| rect.overlaps(place))
    }

    /// Whether somebody else's box is there.
    fn hides(&self, n: usize, place: Rect) -> bool {
        self.things.iter().enumerate().any(|(of, thing)| of != n && thing.rect.overlaps(place))
    }
}

/// Places for a label, best first: above the box, below it, or inside where the box is large; moved sideways
/// only as far as the picture's edge asks.
fn places(thing: Rect, plate: Rect, bounds: Rect) -> impl Iterator<Item = Rect> {
    let Rect { width, height, .. } = plate;
    let is_roomy = thing.width >= width + 2 * GAP && thing.height >= 3 * height;
    let outside = [thing.y - GAP - height, thing.bottom() + GAP].into_iter();
    let inside = [thing.y + GAP, thing.bottom() - GAP - height].into_iter().filter(move |_| is_roomy);
    let rows = outside.chain(inside).filter(move |y| *y >= bounds.y && y + height <= bounds.bottom());
    rows.flat_map(move |y| {
        [thing.x, thing.right() - width].map(|x| Rect { x, y, width, height }.moved_into(bounds))
    })
    .filter(move |rect| rect.right() <= bounds.right())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        nouns::picture::Planes,
        overlay::{ink::NEUTRAL, known::Sheet, texts::Texts},
    };

    fn page(width: usize, height: usize) -> Page {
        let sheet = Sheet { frame: (width, height), scale: 1, captured_us: 0, take: 0 };
        Page::of(&Planes::grey(width, height, 0), &sheet).expect("there is a picture")
    }

    fn thing(n: usize, rect: [i32; 4]) -> Thing {
        let [x, y, width, height] = rect;
        let texts = Texts {
            full: format!("#{n} person 4.2 km/h"),
            short: format!("#{n}"),
            roomy: Some(format!("#{n} 4.2 km/h")),
        };
        Thing { rect: Rect { x, y, width, height }, ink: NEUTRAL, texts }
    }

    fn assert_apart(labels: &[Label], bounds: Rect) {
        for (n, label) in labels.iter().enumerate() {
            assert!(labels[..n].iter().all(|other| !other.rect.overlaps(label.rect)), "{label:?}");
            assert_eq!(label.rect.moved_into(bounds), label.rect, "inside the picture");
        }
    }

    #[test]
    fn a_label_stands_above_its_box_below_it_at_the_upper_edge_and_inside_where_neither_is_free() {
        let page = page(1280, 720);
        let middle = place(&[thing(1, [400, 300, 60, 120])], &page, vec![]);
        assert_eq!((middle[0].rect.x, middle[0].rect.bottom()), (400, 298));
        let top = place(&[thing(1, [400, 0, 60, 120])], &page, vec![]);
        assert_eq!(top[0].rect.y, 122);
        let whole = place(&[thing(1, [200, 0, 600, 720])], &page, vec![]);
        assert_eq!((whole[0].rect.x, whole[0].rect.y), (200, 2));
        let right = place(&[thing(1, [1240, 300, 40, 120])], &page, vec![]);
        assert_eq!(right[0].rect.right(), 1280, "moved into the picture");
    }

    #[test]
    fn no_label_lies_on_another_or_on_what_is_taken() {
        let page = page(1280, 720);
        let things: Vec<Thing> = (0..12).map(|n| thing(n, [300 + 8 * n as i32, 300, 60, 120])).collect();
        let taken = Rect { x: 250, y: 270, width: 120, height: 40 };
        let labels = place(&things, &page, vec![taken]);
        assert!(labels.len() >= 2 && labels.iter().all(|label| !label.rect.overlaps(taken)), "{labels:?}");
        assert_apart(&labels, page.bounds);
    }

    #[test]
    fn a_crowd_has_short_labels_and_longer_ones_where_there_is_room() {
        let page = page(1280, 720);
        let things: Vec<Thing> = (0..40)
            .map(|n| thing(n, [20 + (n as i32 % 8) * 155, 30 + (n as i32 / 8) * 130, 30, 70]))
            .collect();
        let labels = place(&things, &page, vec![]);
        assert_apart(&labels, page.bounds);
        assert!(labels.iter().all(|label| !label.text.contains("person")), "{labels:?}");
        assert!(labels.iter().any(|label| label.text.ends_with("km/h")) && labels.len() == 40);
        let covered: i64 = labels.iter().map(|label| label.rect.area()).sum();
        assert!(covered <= page.bounds.area() * 8 / 100, "{covered}");
    }

    #[test]
    fn of_very_many_boxes_the_first_hundred_are_labelled_as_far_as_there_is_room() {
        let page = page(3840, 2160);
        let things: Vec<Thing> = (0..300)
            .map(|n| thing(n, [20 + (n as i32 % 20) * 190, 60 + (n as i32 / 20) * 140, 60, 80]))
            .collect();
        let labels = place(&things, &page, vec![]);
        assert_apart(&labels, page.bounds);
        let number = |label: &Label| label.text[1..].split(' ').next()?.parse::<usize>().ok();
        let numbers: Vec<usize> = labels.iter().filter_map(number).collect();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn small_boxes_and_tiny_pictures_have_no_labels() {
        assert!(place(&[thing(1, [400, 300, 20, 30])], &page(1280, 720), vec![]).is_empty());
        for (width, height) in [(1, 1), (20, 12), (60, 40)] {
            assert!(place(&[thing(1, [0, 0, 60, 40])], &page(width, height), vec![]).is_empty());
        }
    }
}
