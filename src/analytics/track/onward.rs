//! The way on of something that drives and is hidden: where it was last seen and how fast in, whether a box
//! lies on that way out. Pure.
//!
//! What a lorry or a tree hides comes out farther on, in about its direction. How far is hardly known: while
//! the front is hidden already and the rest not yet, the middle of the box that is left goes slower than the
//! thing does. So appearance has to say the rest (`cost`).

use std::time::Duration;

use crate::nouns::place::{Anchor, BBox, Velocity};

/// Longest time for which something is sought farther on.
const SOUGHT: Duration = Duration::from_secs(2);

/// Least speed of what goes on, heights of its box a second.
const MOVES: f32 = 0.5;

/// Least and most way that it has gone, in parts of the way that it would go at its last known speed.
const WAYS: [f32; 2] = [0.5, 4.0];

/// How much farther than that it may be, heights of its box.
const FARTHER: f32 = 0.5;

/// Most way to its side, heights of its box.
const ASIDE: f32 = 1.0;

/// Most difference between the logarithms of the heights before and after.
const GROWTH: f32 = 0.4;

/// Where something was last seen, and how it went on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Onward {
    /// Box in which it was seen last.
    pub from: BBox,
    /// Velocity that it had then.
    pub velocity: Velocity,
    /// Time since then.
    pub unseen: Duration,
}

impl Onward {
    /// Whether a box lies on the way.
    pub fn leads_to(&self, bbox: &BBox) -> bool {
        let (Velocity { x, y }, height) = (self.velocity, self.from.height().max(1.0));
        let speed = x.hypot(y);
        if self.unseen > SOUGHT || speed < MOVES * height {
            return false;
        }
        let ([from_x, from_y], [to_x, to_y]) =
            (self.from.anchor(Anchor::Middle), bbox.anchor(Anchor::Middle));
        let (off_x, off_y) = (to_x - from_x, to_y - from_y);
        let along = (off_x * x + off_y * y) / speed;
        let aside = (off_x * y - off_y * x).abs() / speed;
        let [least, most] = WAYS.map(|part| part * speed * self.unseen.as_secs_f32());
        let growth = (height / bbox.height().max(1.0)).ln().abs();
        (least..=most + FARTHER * height).contains(&along) && aside <= ASIDE * height && growth <= GROWTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn car(x: f32, y: f32, height: f32) -> BBox {
        BBox { x1: x - height, y1: y - height, x2: x + height, y2: y }
    }

    #[test]
    fn what_a_lorry_hid_comes_out_farther_on() {
        let unseen = Duration::from_secs(1);
        let way = Onward { from: car(500.0, 160.0, 70.0), velocity: Velocity { x: -80.0, y: 5.0 }, unseen };
        for (bbox, expected, why) in [
            (car(380.0, 168.0, 74.0), true, "farther on"),
            (car(490.0, 160.0, 70.0), false, "has not moved"),
            (car(580.0, 160.0, 70.0), false, "behind"),
            (car(120.0, 160.0, 70.0), false, "too far"),
            (car(400.0, 260.0, 70.0), false, "aside"),
            (car(400.0, 160.0, 140.0), false, "another size"),
        ] {
            assert_eq!(way.leads_to(&bbox), expected, "{why}");
        }
        let later = Onward { unseen: Duration::from_secs(3), ..way };
        assert!(!later.leads_to(&car(300.0, 160.0, 70.0)));
        let parked = Onward { velocity: Velocity { x: -10.0, y: 0.0 }, ..way };
        assert!(!parked.leads_to(&car(490.0, 160.0, 70.0)));
    }
}
