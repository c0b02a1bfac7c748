//! What a thing looks like: a picture, a box and what stands before it in, an appearance that can be compared
//! out. Pure.
//!
//! Clothes and paint tell people and cars apart where boxes overlap. Which colours there are, and how many of
//! each, in an upper and a lower part, tells far more than mean colours do: of people near each other, one in
//! a hundred is taken for another where means take one in six. What another one hides is not looked at. Who
//! is who is decided by `track`.

use std::sync::Arc;

use crate::{
    frame::Picture,
    nouns::{
        picture::{Bgr, Planes},
        place::BBox,
    },
};

/// Where trunk and legs begin and end, as shares of a box from its top; above and below is mostly ground.
const PARTS: [[f32; 2]; 2] = [[0.125, 0.542], [0.542, 0.958]];

/// Share of a box's width, in its middle, that is looked at: to its sides is mostly ground.
const MIDDLE: f32 = 0.5;

/// Samples of a part across.
const ACROSS: usize = 8;

/// Samples of a part down.
const DOWN: usize = 20;

/// Share of a box, on each of its sides, that hides nothing behind it.
const SLIM: f32 = 0.15;

/// Steps of brightness; light and shadow change it most, so they are few.
const BRIGHTNESS: usize = 4;

/// Steps of each colour difference; what is more colourful than the outermost belongs to it.
const COLOURS: usize = 8;

/// Width of a step of a colour difference, in sample values.
const COLOUR_STEP: f32 = 8.0;

/// Where the first step of a colour difference begins, in sample values: the steps lie around grey, 128.
const LEAST_COLOUR: f32 = 96.0;

/// Least share of a part that has to be seen for the part to say something.
const LEAST_SEEN: f32 = 0.3;

/// Which colours a thing has in each of its parts. Copies share them until one is renewed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appearance(Arc<[Part; 2]>);

/// How often each colour occurs, in shares of all that is seen; empty where nothing is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    colours: Vec<f32>,
    /// Share of the part that nothing hides.
    seen: f32,
}

impl Appearance {
    /// The appearance of what is inside a box of the picture and not behind any of those `before` it.
    pub fn of(picture: &Picture, bbox: &BBox, before: &[BBox]) -> Appearance {
        let slim = before.iter().map(|other| {
            let side = other.width() * SLIM;
            BBox { x1: other.x1 + side, x2: other.x2 - side, ..*other }
        });
        let before: Vec<BBox> = slim.collect();
        Appearance(Arc::new(PARTS.map(|part| Part::of(picture, bbox, part, &before))))
    }

    /// The appearance of something that has one colour all over: blue, green, red. For tests and benches,
    /// which have detections without pictures.
    pub fn plain(colour: [u8; 3]) -> Appearance {
        let picture = Picture::Bgr(Bgr { width: 10, height: 10, data: colour.repeat(100) });
        Appearance::of(&picture, &BBox { x1: 0.0, y1: 0.0, x2: 10.0, y2: 10.0 }, &[])
    }

    /// How different two appearances are, from 0 (the same colours) to 1 (none in common); `None` where
    /// nothing was seen of both. The same person a second later is mostly below 0.15, others are mostly above
    /// 0.5.
    pub fn difference(&self, other: &Appearance) -> Option<f32> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (one, other) in self.0.iter().zip(other.0.iter()) {
            let seen = one.seen.min(other.seen);
            if seen >= LEAST_SEEN {
                sum += seen * one.difference(other);
                weights += seen;
            }
        }
        (weights > 0.0).then(|| sum / weights)
    }

    /// Takes over a share of a newer appearance, as far as that was seen: light and pose change.
    pub fn renew(&mut self, newer: &Appearance, share: f32) {
        let parts = Arc::make_mut(&mut self.0).iter_mut().zip(newer.0.iter());
        for (part, newer) in parts.filter(|(_, newer)| newer.seen >= LEAST_SEEN) {
            if part.seen < LEAST_SEEN {
                part.clone_from(newer);
                continue;
            }
            let share = share * newer.seen;
            part.colours.iter_mut().zip(&newer.colours).for_each(|(old, new)| *old += (new - *old) * share);
            part.seen = part.seen.max(newer.seen);
        }
    }
}

impl Part {
    /// The part between `top` and `bottom` of a box, without what those `before` it hide.
    fn of(picture: &Picture, bbox: &BBox, [top, bottom]: [f32; 2], before: &[BBox]) -> Part {
        let (left, width) = (bbox.x1 + bbox.width() * (1.0 - MIDDLE) / 2.0, bbox.width() * MIDDLE);
        let (top, height) = (bbox.y1 + bbox.height() * top, bbox.height() * (bottom - top));
        let places = (0..ACROSS * DOWN).map(|n| {
            let (across, down) = ((n % ACROSS) as f32 + 0.5, (n / ACROSS) as f32 + 0.5);
            [left + width * across / ACROSS as f32, top + height * down / DOWN as f32]
        });
        let places: Vec<[f32; 2]> =
            places.filter(|place| !before.iter().any(|other| is_inside(*place, other))).collect();
        if places.is_empty() {
            return Part::default();
        }
        let mut colours = vec![0.0; BRIGHTNESS * COLOURS * COLOURS];
        for place in &places {
            colours[bin(colour_at(picture, *place))] += 1.0 / places.len() as f32;
        }
        Part { colours, seen: places.len() as f32 / (ACROSS * DOWN) as f32 }
    }

    /// How different two parts are, from 0 to 1: one minus the Bhattacharyya coefficient. Of many colours a
    /// thing has few, and only those count.
    fn difference(&self, other: &Part) -> f32 {
        let both = self.colours.iter().zip(&other.colours).filter(|(_, other)| **other > 0.0);
        let alike: f32 = both.map(|(one, other)| (one * other).sqrt()).sum();
        (1.0 - alike).max(0.0)
    }
}

/// Whether a place is inside a box.
fn is_inside([x, y]: [f32; 2], bbox: &BBox) -> bool {
    x > bbox.x1 && x < bbox.x2 && y > bbox.y1 && y < bbox.y2
}

/// The number of a colour.
fn bin([y, u, v]: [f32; 3]) -> usize {
    let step = |value: f32| (((value - LEAST_COLOUR) / COLOUR_STEP).max(0.0) as usize).min(COLOURS - 1);
    let bright = (y as usize * BRIGHTNESS / 256).min(BRIGHTNESS - 1);
    (bright * COLOURS + step(u)) * COLOURS + step(v)
}

/// The colour at a place of the picture, or at the nearest one inside.
pub(super) fn colour_at(picture: &Picture, [x, y]: [f32; 2]) -> [f32; 3] {
    let (width, height) = picture.size();
    let (x, y) = ((x.max(0.0) as usize).min(width - 1), (y.max(0.0) as usize).min(height - 1));
    match picture {
        Picture::Planes(planes) => of_planes(planes, x, y),
        Picture::Bgr(bgr) => of_bgr(bgr, x, y),
        // Pictures that do not decode are not looked at; grey is as good as anything.
        Picture::Jpeg(jpeg) => {
            jpeg.planes_in_the_background().map_or([128.0; 3], |planes| of_planes(planes, x, y))
        }
    }
}

/// The colour of a pixel of planes.
fn of_planes(planes: &Planes, x: usize, y: usize) -> [f32; 3] {
    let chroma = y / 2 * planes.chroma_width() + x / 2;
    [planes.y[y * planes.width + x], planes.u[chroma], planes.v[chroma]].map(f32::from)
}

/// The colour of a pixel of BGR, by JPEG's conversion (ITU-T T.871, section 7).
fn of_bgr(bgr: &Bgr, x: usize, y: usize) -> [f32; 3] {
    let at = (y * bgr.width + x) * 3;
    let [b, g, r] = [bgr.data[at], bgr.data[at + 1], bgr.data[at + 2]].map(f32::from);
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    [luma, 128.0 + 0.564 * (b - luma), 128.0 + 0.713 * (r - luma)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two people side by side: red over blue, and green all over.
    fn picture() -> Picture {
        let pixel = |n: usize| match (n % 80 < 40, n / 80 < 50) {
            (true, true) => [20, 20, 200],
            (true, false) => [200, 20, 20],
            (false, _) => [20, 160, 20],
        };
        Picture::Bgr(Bgr { width: 80, height: 100, data: (0..80 * 100).flat_map(pixel).collect() })
    }

    const LEFT: BBox = BBox { x1: 5.0, y1: 5.0, x2: 35.0, y2: 95.0 };
    const RIGHT: BBox = BBox { x1: 45.0, y1: 5.0, x2: 75.0, y2: 95.0 };

    fn seen(bbox: &BBox) -> Appearance {
        Appearance::of(&picture(), bbox, &[])
    }

    #[test]
    fn different_clothes_look_different_and_the_same_alike() {
        let left = seen(&LEFT);
        let moved = seen(&BBox { x1: 8.0, y1: 2.0, x2: 36.0, y2: 97.0 });
        assert!(left.difference(&moved).is_some_and(|difference| difference < 0.1));
        assert!(left.difference(&seen(&RIGHT)).is_some_and(|difference| difference > 0.9));
    }

    #[test]
    fn what_is_hidden_is_not_looked_at() {
        // Half of the box is on the other person, who stands before it.
        let between = BBox { x1: 25.0, x2: 55.0, ..LEFT };
        let nearer = BBox { x1: 30.0, x2: 90.0, ..RIGHT };
        let (hidden, careless) = (Appearance::of(&picture(), &between, &[nearer]), seen(&between));
        let [hidden, careless] =
            [hidden, careless].map(|of_between| of_between.difference(&seen(&LEFT)).expect("seen"));
        assert!(hidden < 0.01 && careless > 0.1, "{hidden}, {careless}");
    }

    #[test]
    fn who_is_all_hidden_has_no_appearance() {
        let nobody = Appearance::of(&picture(), &LEFT, &[BBox { x1: -20.0, x2: 60.0, y1: 0.0, y2: 100.0 }]);
        assert_eq!(nobody.difference(&seen(&LEFT)), None);
        let mut seen_at_last = nobody;
        seen_at_last.renew(&seen(&LEFT), 0.1);
        assert_eq!(seen_at_last, seen(&LEFT));
    }

    #[test]
    fn planes_and_bgr_look_alike() {
        let Picture::Bgr(bgr) = picture() else { unreachable!("made so") };
        let planes = Picture::Planes(crate::fixtures::planes(&bgr));
        let difference = Appearance::of(&planes, &LEFT, &[]).difference(&seen(&LEFT));
        assert!(difference.is_some_and(|difference| difference < 0.1), "{difference:?}");
    }

    #[test]
    fn boxes_beyond_the_picture_do_no_harm() {
        let odd = seen(&BBox { x1: -50.0, y1: 90.0, x2: 500.0, y2: 400.0 });
        assert!(odd.difference(&odd).is_some_and(|difference| difference < 1e-3));
    }

    #[test]
    fn an_appearance_is_renewed_by_the_share_asked_for() {
        let (mut slowly, other) = (seen(&LEFT), seen(&RIGHT));
        slowly.renew(&other, 0.05);
        assert!(slowly.difference(&seen(&LEFT)).is_some_and(|difference| difference < 0.1));
        slowly.renew(&other, 1.0);
        assert!(slowly.difference(&other).is_some_and(|difference| difference < 0.01));
    }
}
