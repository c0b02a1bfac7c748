//! People on foot: they follow their routes, step aside for each other, wait, talk, come and go.
//!
//! Routes are drawn in `route`, stepping aside is in `steer`, bodies are in `figure`. All state moves in
//! ticks, from the state of the tick before.

use super::gait::Pose;
use super::geometry::{Vec2, vec2};
use super::outfit::Outfit;
use super::route::{Planner, Route, SEATS, Step, seat_at};
use super::site::{FAR_KERB, KERB_MARGIN, MEETING_PLACES, NEAR_KERB, ZEBRA_HALF, ZEBRA_X};
use super::steer::pushes;
use super::tick::{TICK_S, seconds};
use std::f32::consts::{PI, TAU};

/// Walking speeds that people like, metres a second (Bohannon 1997: comfortable gait 1.0 to 1.5).
const LIKED_SPEED: [f32; 2] = [0.95, 1.6];
/// Nobody walks faster than this, metres a second.
const TOP_SPEED: f32 = 1.8;
/// Slowest pace on the zebra crossing, metres a second.
const CROSSING_SPEED: f32 = 1.15;
/// Time in which a walker takes up a new velocity, seconds.
const REACTION_S: f32 = 0.5;
/// Fastest turn of a body, radians a second.
const TURN_RATE: f32 = 3.2;
/// A place counts as reached within this distance, metres.
const REACHED: f32 = 0.7;
/// A part of a way that takes longer than this is given up, so that a jam cannot last, seconds.
const PATIENCE_S: f32 = 50.0;
/// How many of a hundred newcomers bring a companion.
const WITH_COMPANION: u32 = 18;
/// Distance between companions, metres.
const SIDE_BY_SIDE: f32 = 0.72;

/// One person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their own number, never used again.
    pub id: u64,
    /// Looks.
    pub outfit: Outfit,
    steps: Vec<Step>,
    liked: f32,
    velocity: Vec2,
    now: Pose,
    before: Pose,
    /// Ticks spent on the present part of the way.
    spent: u32,
}

impl Person {
    /// The body at a share of the last tick.
    pub fn pose(&self, share: f32) -> Pose {
        let turn = wrapped(self.now.heading - self.before.heading);
        Pose {
            at: self.before.at + (self.now.at - self.before.at) * share,
            heading: self.before.heading + turn * share,
            phase: self.before.phase + (self.now.phase - self.before.phase) * share,
            swing: self.before.swing + (self.now.swing - self.before.swing) * share,
        }
    }

    /// Metres a second over the last tick.
    pub fn velocity(&self) -> Vec2 {
        (self.now.at - self.before.at) * (1.0 / TICK_S)
    }

    /// Whether they are on the road.
    pub fn on_road(&self) -> bool {
        (NEAR_KERB - 0.3..FAR_KERB + 0.3).contains(&self.now.at.y)
    }

    fn seat(&self) -> Option<(usize, usize)> {
        self.steps
            .iter()
            .find_map(|step| if let Step::Stand { seat, .. } = step { Some(*seat) } else { None })
    }
}

/// All people.
#[derive(Clone, Debug)]
pub struct People {
    all: Vec<Person>,
    wanted: usize,
    planner: Planner,
    rng: fastrand::Rng,
}

impl People {
    /// `count` people, each somewhere on the first part of their way.
    pub fn new(count: u32, seed: u64, next_id: &mut u64) -> People {
        let rng = fastrand::Rng::with_seed(seed ^ 0x9e0_91e);
        let mut people = People { all: Vec::new(), wanted: count as usize, planner: Planner::new(), rng };
        while people.all.len() < people.wanted {
            people.enter(next_id);
        }
        for person in &mut people.all {
            if let Some(Step::Plaza(to) | Step::Pavement(to)) = person.steps.last() {
                person.now.at = person.now.at + (*to - person.now.at) * people.rng.f32();
                person.before = person.now;
            }
        }
        people
    }

    /// Everybody on the site.
    pub fn people(&self) -> &[Person] {
        &self.all
    }

    /// One tick on; `may_cross` says whether the signal lets people start across the road.
    pub fn step(&mut self, may_cross: bool, next_id: &mut u64) {
        let seen: Vec<(Vec2, Vec2)> =
            self.all.iter().map(|person| (person.now.at, person.velocity)).collect();
        for (index, person) in self.all.iter_mut().enumerate() {
            person.before = person.now;
            person.spent += 1;
            let wish = wish(person, may_cross);
            walk(person, wish, pushes(index, &seen, wish.velocity));
        }
        self.all.retain(|person| !person.steps.is_empty());
        while self.all.len() < self.wanted {
            self.enter(next_id);
        }
    }

    /// Somebody new at a border, sometimes two.
    fn enter(&mut self, next_id: &mut u64) {
        let taken: Vec<(usize, usize)> = self.all.iter().filter_map(Person::seat).collect();
        let free = |place: usize| (0..SEATS).find(|&seat| !taken.contains(&(place, seat)));
        let route = self.planner.plan(&mut self.rng, free);
        let liked = LIKED_SPEED[0] + (LIKED_SPEED[1] - LIKED_SPEED[0]) * self.rng.f32();
        let companion = self.rng.u32(0..100) < WITH_COMPANION && self.all.len() + 1 < self.wanted;
        let sits = route.steps.iter().any(|step| matches!(step, Step::Stand { .. }));
        if companion && !sits {
            self.add(beside(&route), liked, next_id);
        }
        self.add(route, liked, next_id);
    }

    fn add(&mut self, route: Route, liked: f32, next_id: &mut u64) {
        let heading = match route.steps.last() {
            Some(Step::Plaza(to) | Step::Pavement(to) | Step::Cross(to)) => (*to - route.start).angle(),
            _ => 0.0,
        };
        let now = Pose { at: route.start, heading, phase: TAU * self.rng.f32(), swing: liked / 1.3 };
        let velocity = Vec2::at_angle(heading) * liked;
        let outfit = Outfit::new(self.rng.u64(..));
        let steps = route.steps;
        self.all.push(Person { id: *next_id, outfit, steps, liked, velocity, now, before: now, spent: 0 });
        *next_id += 1;
    }
}

/// A companion's way: a little to the side of this one.
fn beside(route: &Route) -> Route {
    let to = route.steps.last().map_or(route.start, |step| match step {
        Step::Plaza(to) | Step::Pavement(to) | Step::Cross(to) => *to,
        Step::Stand { .. } => route.start,
    });
    let shift = (to - route.start).unit().left() * SIDE_BY_SIDE;
    let steps = route.steps.iter().map(|step| match *step {
        Step::Plaza(at) => Step::Plaza(at + shift),
        Step::Pavement(at) => Step::Pavement(at + shift),
        Step::Cross(at) => Step::Cross(at + vec2(SIDE_BY_SIDE, 0.0)),
        stand => stand,
    });
    Route { start: route.start + shift, steps: steps.collect() }
}

/// What somebody would do if they were alone.
#[derive(Clone, Copy)]
struct Wish {
    velocity: Vec2,
    /// Where to turn while standing.
    facing: Option<f32>,
    /// Where they may be: smallest and largest x, smallest and largest y.
    bounds: [f32; 4],
}

const PLAZA: [f32; 4] = [f32::MIN, f32::MAX, f32::MIN, NEAR_KERB - KERB_MARGIN];
const PAVEMENT: [f32; 4] = [f32::MIN, f32::MAX, FAR_KERB + KERB_MARGIN, FAR_KERB + 3.0];
const ZEBRA: [f32; 4] =
    [ZEBRA_X - ZEBRA_HALF + 0.2, ZEBRA_X + ZEBRA_HALF - 0.2, NEAR_KERB - 3.0, FAR_KERB + 3.0];

/// Goes on to the next part of the way where one is done, and says what to do now.
fn wish(person: &mut Person, may_cross: bool) -> Wish {
    let at = person.now.at;
    let stand = Wish { velocity: Vec2::default(), facing: None, bounds: PLAZA };
    let Some(step) = person.steps.last_mut() else { return stand };
    let (to, bounds) = match step {
        Step::Plaza(to) => (*to, PLAZA),
        Step::Pavement(to) => (*to, PAVEMENT),
        Step::Cross(to) if may_cross || person_is_crossing(at) => (*to, ZEBRA),
        Step::Cross(to) => {
            person.spent = 0;
            return Wish {
                facing: Some((*to - at).angle()),
                bounds: if at.y < NEAR_KERB { PLAZA } else { PAVEMENT },
                ..stand
            };
        }
        Step::Stand { ticks, seat } => {
            *ticks = ticks.saturating_sub(1);
            let middle = MEETING_PLACES[seat.0 % MEETING_PLACES.len()];
            let back = (seat_at(*seat) - at) * 0.8;
            if *ticks == 0 {
                person.steps.pop();
                person.spent = 0;
            }
            let velocity = if back.length() > 0.2 { back } else { Vec2::default() };
            return Wish { velocity, facing: Some((middle - at).angle()), bounds: PLAZA };
        }
    };
    let way = to - at;
    // Before a stop the place itself must be reached; on the way through, its neighbourhood will do.
    let stops = matches!(person.steps.iter().nth_back(1), Some(Step::Stand { .. } | Step::Cross(_)));
    if way.length() < if stops { 0.35 } else { REACHED } || person.spent > seconds(PATIENCE_S) {
        person.steps.pop();
        person.spent = 0;
    }
    let pace = if bounds == ZEBRA { person.liked.max(CROSSING_SPEED) } else { person.liked };
    let pace = if stops { pace.min(0.35 + way.length() * 1.2) } else { pace };
    Wish { velocity: way.unit() * pace, facing: None, bounds }
}

/// Whoever is on the road goes on whatever the signal shows.
fn person_is_crossing(at: Vec2) -> bool {
    at.y > NEAR_KERB - KERB_MARGIN + 0.05 && at.y < FAR_KERB + KERB_MARGIN - 0.05
}

/// Moves and turns the body for one tick.
fn walk(person: &mut Person, wish: Wish, push: Vec2) {
    let change = (wish.velocity - person.velocity) * (1.0 / REACTION_S) + push;
    let mut velocity = person.velocity + change * TICK_S;
    let top = TOP_SPEED.min(person.liked.max(CROSSING_SPEED) * 1.15);
    if velocity.length() > top {
        velocity = velocity.unit() * top;
    }
    let before = person.now.at;
    let next = before + velocity * TICK_S;
    let [left, right, near, far] = wish.bounds;
    // Whoever is outside the bounds walks in, and is not set there.
    let inside = vec2(
        next.x.clamp(left.min(before.x), right.max(before.x)),
        next.y.clamp(near.min(before.y), far.max(before.y)),
    );
    person.velocity = (inside - before) * (1.0 / TICK_S);
    person.now.at = inside;
    let speed = person.velocity.length();
    let goal = if speed > 0.35 { Some(person.velocity.angle()) } else { wish.facing };
    if let Some(goal) = goal {
        let turn = wrapped(goal - person.now.heading) * (TICK_S * 5.0);
        person.now.heading += turn.clamp(-TURN_RATE * TICK_S, TURN_RATE * TICK_S);
    }
    // A stride (two steps) grows with body height and pace: 1.4 m at 1.3 m/s for 1.75 m.
    let stride = person.outfit.height * (0.62 + 0.14 * speed);
    person.now.phase += speed * TICK_S / stride * TAU;
    person.now.swing += ((speed / 1.3).min(1.15) - person.now.swing) * (TICK_S * 4.0);
}

/// The angle in -pi..pi.
fn wrapped(angle: f32) -> f32 {
    (angle + PI).rem_euclid(TAU) - PI
}
