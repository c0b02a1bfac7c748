//! Fast and near things: five minutes of the road for each of several seeds, found by a simulated detector at
//! rates from 1 to 30 results a second and at uneven ones, followed, and compared with the exact truth.
//!
//! No picture is drawn: truth is all that the simulated detector needs.

use std::{collections::HashMap, time::Duration};

use steadycast::{
    analytics::{Follower, Look},
    nouns::{place::BBox, place::Direction},
    source::scene::{Class, Kind, Scene, SceneParams, Truth, survey_of},
};

use crate::{
    SIZE, SURE,
    passages::{Passage, Passages, Tally},
    score::{Fact, Identities},
    simulate::{Simulated, is_vehicle},
    support::{Bars, Must, median},
};

/// Seeds of the road.
const SEEDS: [u64; 3] = [4100, 4101, 4102];
/// Truths of a second; rates are taken out of them.
const TRUTHS_PER_SECOND: usize = 30;
/// Seconds that each seed lasts.
const SECONDS: usize = 300;

/// Results a second, and the least share of vehicles that must be counted, percent; none: told only.
const RATES: [(Rate, Option<f64>); 8] = [
    (Rate::Even(1.0), None),
    (Rate::Even(2.0), Some(70.0)),
    (Rate::Even(4.0), Some(90.0)),
    (Rate::Even(6.0), Some(95.0)),
    (Rate::Even(10.0), None),
    (Rate::Even(15.0), Some(98.0)),
    (Rate::Even(30.0), None),
    (Rate::Uneven, None),
];

/// Most of the counted crossings that may be none, percent.
const MOST_FALSE: f64 = 3.0;
/// Rate at which times to the first box and speeds have bars.
const MEASURED_AT: Rate = Rate::Even(6.0);
/// Longest time to the first box that is told, seconds: whatever has none by then counts as this.
const LATEST: f64 = 10.0;
/// Lowest speeds of walkers and of vehicles that count as moving, metres a second: a share of less says
/// nothing.
const MOVING: [f32; 2] = [0.5, 2.0];
/// Kilometres an hour in a metre a second.
const KMH: f32 = 3.6;

/// How often results come.
#[derive(Clone, Copy, PartialEq)]
enum Rate {
    /// So many a second.
    Even(f64),
    /// Four a second on average, 33 to 500 ms apart.
    Uneven,
}

impl Rate {
    fn name(self) -> String {
        match self {
            Rate::Even(rate) => format!("{rate} a second"),
            Rate::Uneven => "uneven".to_owned(),
        }
    }

    /// Which of the truths are looked at.
    fn picks(self) -> Vec<usize> {
        let all = SECONDS * TRUTHS_PER_SECOND;
        let mut rng = fastrand::Rng::with_seed(9);
        let mut at = 0;
        let uneven = std::iter::from_fn(|| {
            at += rng.usize(1..=TRUTHS_PER_SECOND / 2);
            Some(at)
        });
        match self {
            Rate::Even(rate) => {
                let step = TRUTHS_PER_SECOND as f64 / rate;
                (0..).map(|n| (f64::from(n) * step).round() as usize).take_while(|at| *at < all).collect()
            }
            Rate::Uneven => uneven.take_while(|at| *at < all).collect(),
        }
    }
}

pub fn measure(bars: &mut Bars) {
    let mut runs: Vec<Run> = RATES.iter().map(|(rate, _)| Run::new(*rate)).collect();
    for seed in SEEDS {
        let truths = truths(seed);
        let passages = passages(&truths);
        for run in &mut runs {
            run.follow(seed, &truths, &passages);
        }
    }
    for (run, (_, least)) in runs.iter().zip(RATES) {
        run.note(bars, least);
    }
}

/// When that truth was.
fn time(at: usize) -> Duration {
    Duration::from_secs(1) * (at as u32 + 1) / TRUTHS_PER_SECOND as u32
}

/// All truths of a seed.
fn truths(seed: u64) -> Vec<Vec<Truth>> {
    let params = SceneParams { seed, ..SceneParams::of(Kind::Road) };
    let mut scene = Scene::new(&params, SIZE.0, SIZE.1);
    let mut truth = |at| {
        scene.move_to(time(at));
        scene.truth()
    };
    (0..SECONDS * TRUTHS_PER_SECOND).map(&mut truth).collect()
}

/// Who truly crossed the line, by the feet of their boxes. A cyclist is one, and prams and suitcases are
/// none.
fn passages(truths: &[Vec<Truth>]) -> Vec<Passage> {
    let line = survey_of(Kind::Road, SIZE).lines.swap_remove(0);
    let mut passages = Passages::new(&line, SIZE);
    for (at, facts) in truths.iter().enumerate() {
        for fact in facts.iter().filter(|fact| fact.class == Class::Person || is_vehicle(fact.class)) {
            let [x1, y1, x2, y2] = fact.bounds;
            let foot = BBox { x1, y1, x2, y2 }.foot();
            passages.step(time(at), fact.id, is_vehicle(fact.class), foot);
        }
    }
    passages.found
}

/// What came of one rate, over all seeds.
struct Run {
    rate: Rate,
    vehicles: Tally,
    others: Tally,
    scores: Vec<Identities>,
    first_boxes: Vec<f64>,
    /// Shares by which speeds are off: walkers', vehicles'.
    speed_errors: [Vec<f64>; 2],
}

impl Run {
    fn new(rate: Rate) -> Run {
        let (vehicles, others) = (Tally::default(), Tally::default());
        Run { rate, vehicles, others, scores: vec![], first_boxes: vec![], speed_errors: [vec![], vec![]] }
    }

    /// Follows what is found in the truths of a seed.
    fn follow(&mut self, seed: u64, truths: &[Vec<Truth>], passages: &[Passage]) {
        let mut follower = Follower::new(&survey_of(Kind::Road, SIZE), SURE);
        let mut detector = Simulated::new(seed);
        let (mut identities, mut boxes) = (Identities::default(), FirstBoxes::new(truths));
        let mut counted = Vec::new();
        for at in self.rate.picks() {
            let (now, truth) = (time(at), &truths[at]);
            let followed =
                follower.step(Look { at: now, apart: Duration::ZERO }, SIZE, &detector.detect(truth));
            counted.extend(followed.crossings.iter().map(|crossing| Passage {
                at: crossing.at,
                is_vehicle: ["car", "truck", "bus"].contains(&&*crossing.class),
                is_inbound: crossing.direction == Direction::Inbound,
            }));
            let facts: Vec<Fact> = truth.iter().map(asked).collect();
            let tracks: Vec<_> = followed.objects.iter().map(|one| (one.track_id, one.bbox)).collect();
            for (fact, track) in identities.picture(&facts, &tracks) {
                boxes.see(now, truth[fact].id);
                self.note_speed(truth[fact].class, truth[fact].speed, followed.objects[track].speed_kmh);
            }
        }
        self.vehicles.add(passages, &counted, true);
        self.others.add(passages, &counted, false);
        self.first_boxes.extend(boxes.times());
        self.scores.push(identities);
    }

    /// Notes by how much a speed is off that truly is `speed` metres a second.
    fn note_speed(&mut self, class: Class, speed: f32, kmh: Option<f32>) {
        let which = match class {
            // Faster ones ride.
            Class::Person if speed < 2.0 => 0,
            class if is_vehicle(class) => 1,
            _ => return,
        };
        if let Some(kmh) = kmh.filter(|_| speed >= MOVING[which]) {
            self.speed_errors[which].push(f64::from((kmh / KMH - speed).abs() / speed));
        }
    }

    fn note(&self, bars: &mut Bars, least: Option<f64>) {
        let name = self.rate.name();
        let share = least.map_or(Must::Be, Must::AtLeast);
        let most_false = if least.is_some() { Must::AtMost(MOST_FALSE) } else { Must::Be };
        let mut note =
            |what: &str, value, unit, must| bars.note(format!("road, {name}: {what}"), value, unit, must);
        for (who, tally, share, most_false) in
            [("vehicles", &self.vehicles, share, most_false), ("others", &self.others, Must::Be, Must::Be)]
        {
            note(&format!("{who} that crossed"), tally.crossed as f64, "", Must::Be);
            note(&format!("{who} counted"), tally.share(), "%", share);
            note(&format!("{who} counted falsely"), tally.false_share(), "%", most_false);
        }
        let mean =
            |of: fn(&Identities) -> f64| self.scores.iter().map(of).sum::<f64>() / self.scores.len() as f64;
        note("IDF1", mean(Identities::idf1), "", Must::Be);
        note("MOTA", mean(Identities::mota), "", Must::Be);
        note("id switches a track", mean(|one| one.switches as f64 / one.things() as f64), "", Must::Be);
        let barred = |must| if self.rate == MEASURED_AT { must } else { Must::Be };
        note("time to the first box", median(self.first_boxes.clone()), "s", barred(Must::AtMost(0.35)));
        for ((who, most), errors) in [("walkers", 20.0), ("vehicles", 15.0)].iter().zip(&self.speed_errors) {
            let off = quantile(errors.clone(), 0.95) * 100.0;
            note(&format!("speed of {who}: off by, p95"), off, "%", barred(Must::AtMost(*most)));
        }
    }
}

/// A fact as tracks are judged by it: a bicycle is part of its rider, and prams and suitcases need not be
/// found.
fn asked(truth: &Truth) -> Fact {
    let fact = Fact::from(truth);
    Fact { asked: fact.asked && (truth.class == Class::Person || is_vehicle(truth.class)), ..fact }
}

/// When things that have to be found appear, and when they first have a box.
struct FirstBoxes {
    appeared: HashMap<u64, Duration>,
    boxed: HashMap<u64, Duration>,
}

impl FirstBoxes {
    fn new(truths: &[Vec<Truth>]) -> FirstBoxes {
        let mut appeared = HashMap::new();
        for (at, facts) in truths.iter().enumerate() {
            for fact in facts.iter().filter(|fact| asked(fact).asked) {
                appeared.entry(fact.id).or_insert(time(at));
            }
        }
        // What is there from the beginning does not appear, and at the end there is no time left.
        let end = time(truths.len()) - Duration::from_secs_f64(LATEST);
        appeared.retain(|_, at| *at > time(0) && *at < end);
        FirstBoxes { appeared, boxed: HashMap::new() }
    }

    fn see(&mut self, now: Duration, id: u64) {
        self.boxed.entry(id).or_insert(now);
    }

    /// Seconds that each took. What had a box while it still was too far away to be asked for does not count:
    /// it does not appear, it comes nearer.
    fn times(&self) -> Vec<f64> {
        let took = |(id, appeared): (&u64, &Duration)| match self.boxed.get(id) {
            Some(boxed) => boxed.checked_sub(*appeared).map(|took| took.as_secs_f64().min(LATEST)),
            None => Some(LATEST),
        };
        self.appeared.iter().filter_map(took).collect()
    }
}

/// Value below which that share of the values lies.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    values.get((last * share) as usize).copied().unwrap_or(f64::NAN)
}
