//! The road scene in simulated time: from exact truth through a simulated detector to what is followed and
//! counted, at any rate of results and across cuts. And recordings of what a real detector found.
//!
//! No picture is drawn. What is measured at length is in `benches/analytics`, whose detector this is.

use std::{collections::HashMap, time::Duration};

use steadycast::{
    analytics::{self, Followed, Follower, Look},
    nouns::place::{BBox, Direction},
    source::scene::{Kind, Scene, SceneParams, Truth, survey_of},
};

#[path = "../benches/analytics/passages.rs"]
mod passages;
#[path = "../benches/analytics/replay.rs"]
mod replay;
#[path = "../benches/analytics/simulate.rs"]
mod simulate;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "../benches/support.rs"]
mod support;

use passages::{Passage, Passages, Tally};
use simulate::{Simulated, is_vehicle};
use skipped::skip;
use support::Bars;

/// Width and height of the pictures, pixels.
const SIZE: (usize, usize) = (1280, 720);

/// Least confidence of what is shown: the server's default.
const SURE: f32 = 0.3;

/// Seed of the road, which no constant was chosen by.
const SEED: u64 = 4207;

/// What is at the road, moment by moment.
struct Road {
    /// Moments of a second.
    rate: u32,
    truths: Vec<Vec<Truth>>,
    /// How often the picture has cut until each.
    cuts: Vec<u64>,
}

impl Road {
    /// The road for so many seconds, cutting to another moment each `cut_s` seconds; 0 for never.
    fn new(rate: u32, seconds: u32, cut_s: u32) -> Road {
        let params = SceneParams { seed: SEED, cut_s, ..SceneParams::of(Kind::Road) };
        let mut scene = Scene::new(&params, SIZE.0, SIZE.1);
        let mut road = Road { rate, truths: Vec::new(), cuts: Vec::new() };
        for at in 0..(rate * seconds) as usize {
            scene.move_to(road.time(at));
            road.truths.push(scene.truth());
            road.cuts.push(scene.cuts());
        }
        road
    }

    /// When that moment is.
    fn time(&self, at: usize) -> Duration {
        Duration::from_secs(1) * (at as u32 + 1) / self.rate
    }

    /// Moments that lie so many apart.
    fn every(&self, step: usize) -> Vec<usize> {
        (0..self.truths.len()).step_by(step).collect()
    }

    /// Moments that lie up to so many apart.
    fn uneven(&self, most: usize) -> Vec<usize> {
        let (mut rng, mut at) = (fastrand::Rng::with_seed(9), 0);
        let next = std::iter::from_fn(|| {
            at += rng.usize(1..=most);
            Some(at)
        });
        next.take_while(|at| *at < self.truths.len()).collect()
    }

    /// Vehicles that truly crossed the line, by the feet of their boxes.
    fn crossed(&self) -> Vec<Passage> {
        let line = survey_of(Kind::Road, SIZE).lines.swap_remove(0);
        let mut passages = Passages::new(&line, SIZE);
        for (at, facts) in self.truths.iter().enumerate() {
            for fact in facts.iter().filter(|fact| is_vehicle(fact.class)) {
                let [x1, y1, x2, y2] = fact.bounds;
                passages.step(self.time(at), fact.id, true, BBox { x1, y1, x2, y2 }.foot());
            }
        }
        passages.found
    }

    /// What is followed of what is found at these moments, each with its number. Tracks end at cuts, as
    /// capture tells of them.
    fn followed(&self, moments: &[usize]) -> Vec<(usize, Followed)> {
        let mut follower = Follower::new(&survey_of(Kind::Road, SIZE), SURE);
        let (mut detector, mut cuts) = (Simulated::new(SEED), 0);
        let follow = |at: &usize| {
            if std::mem::replace(&mut cuts, self.cuts[*at]) != self.cuts[*at] {
                follower.start_anew();
            }
            let look = Look { at: self.time(*at), apart: Duration::ZERO };
            (*at, follower.step(look, SIZE, &detector.detect(&self.truths[*at])))
        };
        moments.iter().map(follow).collect()
    }
}

/// How the vehicles that were counted compare with those that crossed.
fn tally(crossed: &[Passage], followed: &[(usize, Followed)]) -> Tally {
    let crossings = followed.iter().flat_map(|(_, followed)| &followed.crossings);
    let counted = crossings.map(|crossing| Passage {
        at: crossing.at,
        is_vehicle: ["car", "truck", "bus"].contains(&&*crossing.class),
        is_inbound: crossing.direction == Direction::Inbound,
    });
    let mut tally = Tally::default();
    tally.add(crossed, &counted.collect::<Vec<Passage>>(), true);
    tally
}

#[test]
fn vehicles_are_counted_at_any_rate_of_results() {
    let road = Road::new(34, 120, 0);
    let crossed = road.crossed();
    assert!(crossed.len() >= 25, "{} crossed", crossed.len());
    let mut wrong = String::new();
    // At one result a second, many a vehicle is never seen on one of the line's sides: it has 11 m a result.
    for (rate, moments, least, most_false) in [
        ("34 a second", road.every(1), 94.0, 5.0),
        ("2 a second", road.every(17), 70.0, 5.0),
        ("1 a second", road.every(34), 40.0, 10.0),
        ("30 to 500 ms apart", road.uneven(17), 85.0, 5.0),
        ("30 ms to 1 s apart", road.uneven(34), 60.0, 8.0),
    ] {
        let tally = tally(&crossed, &road.followed(&moments));
        let (share, false_share) = (tally.share(), tally.false_share());
        let told = format!("{rate}: {share:.1} % of {} counted, {false_share:.1} % falsely", tally.crossed);
        println!("{told}");
        if share < least || false_share > most_false {
            wrong.push_str(&format!("{told}; at least {least}, at most {most_false}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn nobody_is_too_fast_and_nothing_is_counted_across_a_cut() {
    let road = Road::new(10, 100, 20);
    assert_eq!(road.cuts.last(), Some(&4));
    let cuts_at: HashMap<Duration, u64> =
        road.cuts.iter().enumerate().map(|(at, cuts)| (road.time(at), *cuts)).collect();
    let followed = road.followed(&road.every(1));
    // Cuts before each track was first seen, and the highest speed of each class.
    let (mut begun, mut speeds) = (HashMap::new(), HashMap::new());
    for (at, followed) in &followed {
        for object in &followed.objects {
            let began = *begun.entry(object.track_id).or_insert(road.cuts[*at]);
            assert_eq!(began, road.cuts[*at], "goes on behind a cut: {object:?}");
            if let Some(kmh) = object.speed_kmh {
                let fastest = speeds.entry(object.class.as_str()).or_insert(0.0_f32);
                *fastest = fastest.max(kmh);
            }
        }
        for crossing in &followed.crossings {
            let began = begun.get(&crossing.track_id);
            assert_eq!(began, cuts_at.get(&crossing.at), "counted across a cut: {crossing:?}");
        }
    }
    println!("highest speeds, km/h: {speeds:?}");
    for class in ["person", "car"] {
        assert!(speeds.contains_key(class), "{class} of {speeds:?}");
    }
    for (class, kmh) in &speeds {
        assert!(f64::from(*kmh) <= analytics::Kind::of(class).fastest_kmh(), "{class}: {kmh} km/h");
    }
    let tally = tally(&road.crossed(), &followed);
    assert!(tally.crossed >= 15, "{} crossed", tally.crossed);
    assert!(tally.share() >= 80.0, "{:.1} % counted", tally.share());
    assert!(tally.false_share() <= 8.0, "{:.1} % counted falsely", tally.false_share());
}

#[test]
fn recorded_vehicles_and_people_are_counted_as_by_eye() {
    let folder = replay::folder();
    for file in ["cars_yolov5n_6hz.jsonl", "onebyone_yolov5n.jsonl"] {
        let path = folder.join(file);
        if !path.is_file() {
            let reason = format!("{} is missing", path.display());
            return skip("recorded_vehicles_and_people_are_counted_as_by_eye", &reason);
        }
    }
    let mut bars = Bars::default();
    replay::measure(&mut bars, &folder);
    assert_eq!(bars.missed(), 0, "the lines above say which are missed");
}
