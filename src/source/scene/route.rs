//! Where people want to go: entries and exits at the picture's borders, and the ways between them.
//!
//! How they get there without bumping into each other is in `people`.

use super::camera::GroundCamera;
use super::geometry::{Vec2, vec2};
use super::site::{FAR_KERB, KERB_MARGIN, MEETING_PLACES, NEAR_KERB, ZEBRA_HALF, ZEBRA_X};
use super::tick::seconds;

/// How far outside the left border people appear, metres: their shadows, which fall to the right, stay
/// outside too.
const OUTSIDE_LEFT: f32 = 3.0;
/// How far outside the right border people appear, metres.
const OUTSIDE_RIGHT: f32 = 1.3;
/// How far outside the lower border people appear, metres: heads reach further up in the picture than feet.
const OUTSIDE_NEAR: f32 = 2.2;
/// Where across the plaza people enter and leave at the sides, metres from the mast.
const SIDE_ENTRIES: [f32; 2] = [10.8, 22.6];
/// Where across the far pavement people walk, metres from the mast.
const PAVEMENT_WAY: [f32; 2] = [FAR_KERB + 1.0, FAR_KERB + 2.6];
/// Places around a meeting place.
pub const SEATS: usize = 5;
/// How far from a meeting place's middle people stand, metres.
const SEAT_RADIUS: f32 = 0.68;
/// How long people stand talking, seconds.
const TALK_S: [f32; 2] = [15.0, 75.0];

/// One part of a way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Walk to a place on the plaza.
    Plaza(Vec2),
    /// Walk to a place on the far pavement.
    Pavement(Vec2),
    /// Wait until people may cross, then walk to the place on the other side.
    Cross(Vec2),
    /// Stand for some ticks at a meeting place, turned to its middle.
    Stand {
        /// Ticks left.
        ticks: u32,
        /// Which meeting place, and which of its seats.
        seat: (usize, usize),
    },
}

/// A way from one border to another.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where it begins.
    pub start: Vec2,
    /// What follows, in reverse order: the next part is the last.
    pub steps: Vec<Step>,
}

/// The borders of the picture on the ground.
#[derive(Clone, Debug)]
pub struct Borders {
    /// Two points of the left border, of the right border.
    sides: [[Vec2; 2]; 2],
    /// The lower border's left and right corners, moved outside.
    near: [Vec2; 2],
}

impl Borders {
    /// The borders of the widest view; narrower pictures cut them.
    pub fn new() -> Borders {
        let (width, height) = (1280, 720);
        let camera = GroundCamera::new(width, height);
        let (right, low, high) = (width as f32, height as f32, height as f32 * 0.25);
        let ground = |x, y| camera.pixel_to_ground(vec2(x, y)).unwrap_or_default();
        let outward = [
            camera.forward().ground().unit().left() * OUTSIDE_LEFT,
            camera.forward().ground().unit().left() * -OUTSIDE_RIGHT,
        ];
        let back = camera.forward().ground().unit() * -OUTSIDE_NEAR;
        Borders {
            sides: [
                [ground(0.0, low) + outward[0], ground(0.0, high) + outward[0]],
                [ground(right, low) + outward[1], ground(right, high) + outward[1]],
            ],
            near: [ground(0.0, low) + back, ground(right, low) + back],
        }
    }

    /// The point outside the left (0) or right (1) border that lies `y` metres across the site.
    fn beside(&self, side: usize, y: f32) -> Vec2 {
        let [a, b] = self.sides[side];
        a + (b - a) * ((y - a.y) / (b.y - a.y))
    }
}

/// Draws routes.
#[derive(Clone, Debug)]
pub struct Planner {
    borders: Borders,
}

impl Planner {
    /// A planner for the site.
    pub fn new() -> Planner {
        Planner { borders: Borders::new() }
    }

    /// A way for somebody new; `free_seat` says which seat of a meeting place is free.
    pub fn plan(&self, rng: &mut fastrand::Rng, free_seat: impl Fn(usize) -> Option<usize>) -> Route {
        let side = rng.usize(0..2);
        match rng.u32(0..100) {
            0..46 => self.across(rng, side),
            46..58 => {
                let (near, beside) = (self.near(rng), self.side(rng, side));
                one_way(rng.bool(), &[near, beside])
            }
            58..72 => self.over_zebra(rng, side),
            72..82 => {
                let y = between(rng, PAVEMENT_WAY);
                let ends = [self.borders.beside(side, y), self.borders.beside(1 - side, y)];
                Route { start: ends[0], steps: vec![Step::Pavement(ends[1])] }
            }
            _ => self.to_meeting(rng, side, free_seat),
        }
    }

    /// From one side of the plaza to the other.
    fn across(&self, rng: &mut fastrand::Rng, side: usize) -> Route {
        let (from, to) = (self.side(rng, side), self.side(rng, 1 - side));
        let middle = vec2(2.0 + 6.0 * rng.f32(), 10.0 + 12.0 * rng.f32());
        if rng.u32(0..100) < 35 { one_way(false, &[from, middle, to]) } else { one_way(false, &[from, to]) }
    }

    /// From the plaza to the far pavement, or back.
    fn over_zebra(&self, rng: &mut fastrand::Rng, side: usize) -> Route {
        let entry = if rng.bool() { self.near(rng) } else { self.side(rng, side) };
        let x = ZEBRA_X + (2.0 * rng.f32() - 1.0) * (ZEBRA_HALF - 0.4);
        let here = vec2(x, NEAR_KERB - KERB_MARGIN - 0.2 - 0.7 * rng.f32());
        let there = vec2(x, FAR_KERB + KERB_MARGIN + 0.2 + 0.5 * rng.f32());
        let exit = self.borders.beside(rng.usize(0..2), between(rng, PAVEMENT_WAY));
        if rng.bool() {
            Route { start: entry, steps: vec![Step::Pavement(exit), Step::Cross(there), Step::Plaza(here)] }
        } else {
            Route { start: exit, steps: vec![Step::Plaza(entry), Step::Cross(here), Step::Pavement(there)] }
        }
    }

    /// To a meeting place, and away after a talk; across the plaza if no seat is free.
    fn to_meeting(
        &self,
        rng: &mut fastrand::Rng,
        side: usize,
        free_seat: impl Fn(usize) -> Option<usize>,
    ) -> Route {
        let place = rng.usize(0..MEETING_PLACES.len());
        let Some(seat) = free_seat(place) else { return self.across(rng, side) };
        let ticks = seconds(between(rng, TALK_S));
        let start = if rng.u32(0..4) == 0 { self.near(rng) } else { self.side(rng, side) };
        let exit = self.side(rng, rng.clone().usize(0..2));
        let seat = (place, seat);
        Route {
            start,
            steps: vec![Step::Plaza(exit), Step::Stand { ticks, seat }, Step::Plaza(seat_at(seat))],
        }
    }

    fn side(&self, rng: &mut fastrand::Rng, side: usize) -> Vec2 {
        self.borders.beside(side, between(rng, SIDE_ENTRIES))
    }

    fn near(&self, rng: &mut fastrand::Rng) -> Vec2 {
        let [left, right] = self.borders.near;
        left + (right - left) * (0.12 + 0.76 * rng.f32())
    }
}

/// Where a seat is: the meeting place and the seat's number.
pub fn seat_at((place, seat): (usize, usize)) -> Vec2 {
    let turn = seat as f32 / SEATS as f32 * std::f32::consts::TAU + place as f32;
    MEETING_PLACES[place % MEETING_PLACES.len()] + Vec2::at_angle(turn) * SEAT_RADIUS
}

/// A way over the plaza through these points.
fn one_way(backwards: bool, points: &[Vec2]) -> Route {
    let mut points = points.to_vec();
    if backwards {
        points.reverse();
    }
    let steps = points.iter().skip(1).rev().map(|&point| Step::Plaza(point)).collect();
    Route { start: points.first().copied().unwrap_or_default(), steps }
}

/// An even draw from a range.
fn between(rng: &mut fastrand::Rng, [from, to]: [f32; 2]) -> f32 {
    from + (to - from) * rng.f32()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_begin_and_end_outside_the_picture() {
        let (planner, mut rng) = (Planner::new(), fastrand::Rng::with_seed(1));
        let camera = GroundCamera::new(1280, 720);
        for _ in 0..500 {
            let route = planner.plan(&mut rng, |_| Some(0));
            let end = match route.steps[0] {
                Step::Plaza(at) | Step::Pavement(at) | Step::Cross(at) => at,
                Step::Stand { .. } => panic!("nobody ends standing"),
            };
            for at in [route.start, end] {
                let head = camera.sight(at.up(1.9)).expect("in front of the mast").at;
                assert!(head.x < 0.0 || head.x > 1280.0 || head.y > 720.0, "{at:?} is seen at {head:?}");
            }
        }
    }
}
