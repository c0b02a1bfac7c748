//! Five minutes of an unseen scene at ten results a second: identities and speeds of its first minute, line
//! counts of all.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use steadycast::{
    analytics::{Follower, Look},
    frame::Picture,
    nouns::result::Object,
    source::scene::{COUNTING_LINE, Truth, survey, vec2},
};

use crate::{
    SIZE, SURE, detector, scene,
    score::{Fact, Identities},
    support::{Bars, Must, median},
};

/// A seed that training never sees.
const SEED: u64 = 3200;

/// Results a second.
const RESULTS_PER_SECOND: u32 = 10;
/// Results of the first minute.
const FIRST_MINUTE: u32 = 60 * RESULTS_PER_SECOND;
/// Results of all five minutes.
const ALL: u32 = 300 * RESULTS_PER_SECOND;

/// Lowest speed of what counts as moving, metres a second: a share of less says nothing.
const MOVING: f32 = 0.5;

/// Age from which on a track should have a speed, results.
const GROWN: u32 = 3 * RESULTS_PER_SECOND;

/// Kilometres an hour in a metre a second.
const KMH: f32 = 3.6;

pub fn measure(bars: &mut Bars) {
    let mut detector = detector();
    let mut follower = Follower::new(&survey(SIZE), SURE);
    let mut scene = scene(SEED, 40, 6);
    let (mut minute, mut gate) = (Minute::default(), Gate::default());
    for n in 1..=ALL {
        let now = Duration::from_secs(1) * n / RESULTS_PER_SECOND;
        let picture = Picture::Planes(scene.draw(now, u64::from(n), ""));
        let truth = scene.truth();
        gate.step(&truth);
        let look = Look { at: now, apart: Duration::ZERO };
        let followed = follower.step(look, SIZE, &detector.detect(&picture).expect("runs"));
        if n <= FIRST_MINUTE {
            minute.step(&truth, &followed.objects);
        }
    }
    minute.note(bars);
    let counted = &follower.line_counts()[0];
    for (way, truth, found) in
        [("inbound", gate.inbound, counted.inbound), ("outbound", gate.outbound, counted.outbound)]
    {
        println!("{way}: {found} counted, {truth} crossed");
        let off = (found as f64 - truth as f64).abs() / truth as f64 * 100.0;
        bars.note(format!("line over 5 minutes, {way}: crossings"), truth as f64, "", Must::AtLeast(60.0));
        bars.note(format!("line over 5 minutes, {way}: off by"), off, "%", Must::AtMost(4.0));
    }
}

/// Identities and speeds of the first minute.
#[derive(Default)]
struct Minute {
    identities: Identities,
    speeds: Speeds,
}

impl Minute {
    /// Compares what was followed in one picture with the truth.
    fn step(&mut self, truth: &[Truth], objects: &[Object]) {
        let facts: Vec<Fact> = truth.iter().map(Fact::from).collect();
        let tracks: Vec<_> = objects.iter().map(|object| (object.track_id, object.bbox)).collect();
        for (fact, track) in self.identities.picture(&facts, &tracks) {
            self.speeds.note(&facts[fact], objects[track].speed_kmh);
        }
        for object in objects {
            self.speeds.age(object.track_id, object.speed_kmh.is_some());
        }
    }

    fn note(&self, bars: &mut Bars) {
        let Minute { identities, speeds } = self;
        bars.note("tracks over 60 s: IDF1", identities.idf1(), "", Must::AtLeast(0.88));
        let switches = identities.switches as f64 / identities.things() as f64;
        bars.note("tracks over 60 s: id switches a track", switches, "", Must::AtMost(1.0 / 15.0));
        bars.note("speed: median error", median(speeds.errors.clone()) * 100.0, "%", Must::AtMost(8.0));
        let share = speeds.share() * 100.0;
        bars.note("speed: tracks older than 3 s that have one", share, "%", Must::AtLeast(80.0));
    }
}

/// Speeds against the truth.
#[derive(Default)]
struct Speeds {
    /// Share of the true speed by which each is off.
    errors: Vec<f64>,
    /// How often each track was seen, and whether grown ones had a speed.
    seen: HashMap<u64, u32>,
    grown: BTreeMap<bool, u32>,
}

impl Speeds {
    fn note(&mut self, fact: &Fact, kmh: Option<f32>) {
        if let Some(kmh) = kmh.filter(|_| fact.speed >= MOVING) {
            self.errors.push(f64::from((kmh / KMH - fact.speed).abs() / fact.speed));
        }
    }

    fn age(&mut self, track_id: u64, has_speed: bool) {
        let seen = self.seen.entry(track_id).or_default();
        *seen += 1;
        if *seen > GROWN {
            *self.grown.entry(has_speed).or_default() += 1;
        }
    }

    fn share(&self) -> f64 {
        let count = |has| f64::from(self.grown.get(&has).copied().unwrap_or(0));
        count(true) / (count(true) + count(false))
    }
}

/// Who really crossed the counting line, by where people stand on the ground.
#[derive(Default)]
struct Gate {
    /// On which side of the line, and at which share of its length, everybody was last.
    last: HashMap<u64, f32>,
    counted: HashMap<(u64, bool), ()>,
    inbound: u64,
    outbound: u64,
}

impl Gate {
    fn step(&mut self, truth: &[Truth]) {
        let [from, to] = COUNTING_LINE;
        let along = to - from;
        for fact in truth {
            let at = vec2(fact.position[0], fact.position[1]);
            // On the ground y points away from the camera, in the picture down: the sides change places.
            let side = -along.cross(at - from);
            let share = (at - from).dot(along) / along.dot(along);
            let before = self.last.insert(fact.id, side);
            let crossed =
                before.is_some_and(|before| before.signum() != side.signum()) && (0.0..=1.0).contains(&share);
            let inbound = side > 0.0;
            if crossed && self.counted.insert((fact.id, inbound), ()).is_none() {
                *(if inbound { &mut self.inbound } else { &mut self.outbound }) += 1;
            }
        }
    }
}
