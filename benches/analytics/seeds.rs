//! A minute of each of eleven unseen scenes at ten results a second: identities, and passages of ten lines
//! that were counted both ways within two seconds, which hardly anybody walks.

use std::{collections::HashMap, time::Duration};

use steadycast::{
    analytics::{Follower, Look},
    cameras::Survey,
    frame::Picture,
    nouns::place::Line,
    source::scene::survey,
};

use crate::{
    SIZE, SURE, detector, scene,
    score::{Fact, Identities},
    support::{Bars, Must},
};

/// First of the seeds, which training never sees.
const FIRST_SEED: u64 = 3200;
/// Number of scenes, each of a seed of its own.
const SEEDS: u64 = 11;
/// Results a second.
const RESULTS_PER_SECOND: u32 = 10;
/// Results of a scene.
const RESULTS: u32 = 60 * RESULTS_PER_SECOND;
/// Lines across the picture, one below the other.
const LINES: usize = 10;
/// Longest time between two passages of a track, one each way, that are one mistake.
const BOTH_WAYS_WITHIN: Duration = Duration::from_secs(2);

pub fn measure(bars: &mut Bars) {
    let mut detector = detector();
    let (mut switches, mut idf1, mut mota, mut passages) = (0.0, 0.0, 0.0, Passages::default());
    for seed in FIRST_SEED..FIRST_SEED + SEEDS {
        let mut follower = Follower::new(&lined(), SURE);
        let (mut scene, mut identities) = (scene(seed, 40, 6), Identities::default());
        passages.last.clear();
        for n in 1..=RESULTS {
            let now = Duration::from_secs(1) * n / RESULTS_PER_SECOND;
            let picture = Picture::Planes(scene.draw(now, u64::from(n), ""));
            let facts: Vec<Fact> = scene.truth().iter().map(Fact::from).collect();
            let look = Look { at: now, apart: Duration::ZERO };
            let followed = follower.step(look, SIZE, &detector.detect(&picture).expect("runs"));
            let tracks: Vec<_> = followed.objects.iter().map(|one| (one.track_id, one.bbox)).collect();
            identities.picture(&facts, &tracks);
            for crossing in followed.crossings {
                passages.note((crossing.track_id, crossing.line), crossing.at);
            }
        }
        let of_scene = identities.switches as f64 / identities.things() as f64;
        let (of_idf1, of_mota) = (identities.idf1(), identities.mota());
        println!("seed {seed}: IDF1 {of_idf1:.3}, MOTA {of_mota:.3}, {of_scene:.3} switches a track");
        switches += of_scene / SEEDS as f64;
        idf1 += of_idf1 / SEEDS as f64;
        mota += of_mota / SEEDS as f64;
    }
    bars.note("11 seeds: id switches a track", switches, "", Must::AtMost(0.067));
    bars.note("11 seeds: IDF1", idf1, "", Must::AtLeast(0.95));
    bars.note("11 seeds: MOTA", mota, "", Must::Be);
    bars.note("ten lines: passages", passages.all as f64, "", Must::Be);
    let both = passages.both_ways as f64 / passages.all as f64 * 100.0;
    bars.note("ten lines: counted both ways within 2 s", both, "%", Must::AtMost(0.5));
}

/// The plaza with lines across the picture.
fn lined() -> Survey {
    let line = |n: usize| {
        let y = 0.2 + 0.7 * n as f64 / LINES as f64;
        Line::new(format!("line {n}"), [0.0, y], [1.0, y])
    };
    Survey { lines: (0..LINES).map(line).collect(), ..survey(SIZE) }
}

/// Passages of all lines.
#[derive(Default)]
struct Passages {
    /// When each track passed each line last.
    last: HashMap<(u64, String), Duration>,
    all: u64,
    both_ways: u64,
}

impl Passages {
    /// Notes a passage. A track counts once each way, so a second passage of a line is the way back.
    fn note(&mut self, who: (u64, String), at: Duration) {
        let before = self.last.insert(who, at);
        self.all += 1;
        self.both_ways +=
            u64::from(before.is_some_and(|before| at.saturating_sub(before) <= BOTH_WAYS_WITHIN));
    }
}
