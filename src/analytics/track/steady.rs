//! Boxes that keep their height: a detected box and the expected one in, the box that is believed out. Pure.
//!
//! A detector now and then draws a box half as high again, or cuts the feet off that something hides. One
//! edge is then where it is expected, and the other one is not: it is put where the known height has it. What
//! stays otherwise for a while is believed.

use std::time::Duration;

use crate::nouns::place::BBox;

/// Least ratio of heights, and its inverse, at which a box is odd.
const ODD: f32 = 1.22;

/// Most share of the height by which an edge is off that is where it is expected.
const EDGE: f32 = 0.15;

/// Longest time that odd boxes are not believed: a thing that really grows goes on doing so.
const DISBELIEVED: Duration = Duration::from_millis(600);

/// Odd boxes in a row that are believed, however fast they come.
const MOST_ODD: u32 = 4;

/// Boxes before which no height is known.
const KNOWN_AFTER: u32 = 3;

/// What is remembered of a track's odd boxes.
#[derive(Clone, Debug, Default)]
pub(super) struct Steadier {
    /// Boxes so far.
    seen: u32,
    /// When the first of the odd ones in a row came, and how many there are.
    odd: Option<(Duration, u32)>,
}

impl Steadier {
    /// The box that is believed of one `found` at `now` where that one was expected.
    pub fn steadied(&mut self, now: Duration, expected: &BBox, found: &BBox) -> BBox {
        self.seen += 1;
        let ratio = found.height() / expected.height().max(1.0);
        if self.seen < KNOWN_AFTER || (1.0 / ODD..=ODD).contains(&ratio) {
            self.odd = None;
            return *found;
        }
        let (since, times) = self.odd.map_or((now, 1), |(since, times)| (since, times + 1));
        self.odd = Some((since, times));
        if times >= MOST_ODD || now.saturating_sub(since) > DISBELIEVED {
            return *found;
        }
        let height = expected.height();
        let off = |found: f32, expected: f32| (found - expected).abs() / height;
        let (top, bottom) = (off(found.y1, expected.y1), off(found.y2, expected.y2));
        match () {
            () if top <= EDGE && top < bottom => BBox { y2: found.y1 + height, ..*found },
            () if bottom <= EDGE => BBox { y1: found.y2 - height, ..*found },
            () => *found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(y1: f32, y2: f32) -> BBox {
        BBox { x1: 0.0, y1, x2: 10.0, y2 }
    }

    /// A steadier that knows a box from 100 to 200.
    fn settled() -> Steadier {
        let mut steadier = Steadier::default();
        for n in 0..5 {
            steadier.steadied(Duration::from_millis(n * 100), &bbox(100.0, 200.0), &bbox(100.0, 200.0));
        }
        steadier
    }

    #[test]
    fn a_box_that_is_stretched_or_cut_once_keeps_its_height() {
        let now = Duration::from_millis(500);
        for (found, believed) in [
            (bbox(101.0, 250.0), bbox(101.0, 201.0)),
            (bbox(99.0, 160.0), bbox(99.0, 199.0)),
            (bbox(50.0, 202.0), bbox(102.0, 202.0)),
            (bbox(104.0, 207.0), bbox(104.0, 207.0)),
        ] {
            assert_eq!(settled().steadied(now, &bbox(100.0, 200.0), &found), believed, "{found:?}");
        }
    }

    #[test]
    fn what_stays_otherwise_is_believed() {
        let mut steadier = settled();
        let found = bbox(100.0, 250.0);
        let believed: Vec<f32> = (5..12)
            .map(|n| steadier.steadied(Duration::from_millis(n * 100), &bbox(100.0, 200.0), &found).y2)
            .collect();
        assert_eq!(believed, [200.0, 200.0, 200.0, 250.0, 250.0, 250.0, 250.0]);
    }
}
