//! A server in simulated time: viewers who ask for rungs, a pool that takes so long for each, and what is
//! closed second by second.

use std::sync::Arc;

use super::*;
use crate::{
    encode::Spent,
    nouns::{
        layers::Layers,
        quality::{Level, Tier},
    },
};

/// Of a second, what a pool of one thread may take; the product's default.
const SHARE: f64 = 0.6;

fn rung(scale: u32, quality: u32) -> Rung {
    let tier = Tier::from_scale(scale).expect("is offered");
    Rung { tier, level: Level::at_or_below(quality).expect("on the ladder") }
}

fn full(quality: u32) -> Rung {
    rung(1, quality)
}

fn stream(rung: Rung) -> Stream {
    Stream::plain(&Arc::from("main"), rung)
}

struct World {
    merger: Merger,
    now: Instant,
    /// What each viewer asks for.
    asked: Vec<Rung>,
    /// Milliseconds of a JPEG at full size, and of what they share.
    own_ms: f64,
    shared_ms: f64,
    /// The part of the frames that the pool gets to.
    reached: f64,
    /// Times at which something changed, in seconds.
    changes: Vec<u64>,
    seconds: u64,
}

impl World {
    /// Viewers at 34 frames a second; 720p on one core of a small machine.
    fn new(asked: &[Rung]) -> World {
        World {
            merger: Merger::new(1, SHARE),
            now: Instant::now(),
            asked: asked.to_vec(),
            own_ms: 1.2,
            shared_ms: 2.0,
            reached: 1.0,
            changes: Vec::new(),
            seconds: 0,
        }
    }

    fn given(&self, asked: Rung) -> Rung {
        self.merger
            .closed("main")
            .iter()
            .find(|(closed, _)| *closed == View::plain(asked))
            .map_or(asked, |(_, given)| *given)
    }

    fn lately(&self) -> Lately {
        let mut lately = Lately::default();
        lately.total.frames.insert(Arc::from("main"), 34);
        for asked in &self.asked {
            let given = self.given(*asked);
            *lately.viewers.entry(stream(given)).or_default() += 1;
            if given != *asked {
                lately.moved.push(Moved { asked: stream(*asked), given, viewers: 1 });
            }
        }
        let jpegs = (34.0 * self.reached) as u64;
        let mut tiers = Vec::new();
        for one in lately.viewers.keys() {
            let scale = f64::from(one.rung.tier.scale());
            let ms = |each: f64| Duration::from_secs_f64(each * jpegs as f64 / 1000.0 / scale.powi(2));
            let first = !tiers.contains(&one.rung.tier);
            tiers.push(one.rung.tier);
            let shared = if first { ms(self.shared_ms) } else { Duration::ZERO };
            let bytes = (f64::from(one.rung.level.quality()).powi(2) / scale.powf(1.6)) as u64 * jpegs;
            lately.total.streams.insert(one.clone(), Spent { jpegs, bytes, own: ms(self.own_ms), shared });
        }
        lately
    }

    /// Each second: what the merger makes of it, and that everybody has somewhere to go.
    fn run(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += MERGE_EVERY;
            self.seconds += 1;
            let lately = self.lately();
            if self.merger.step(lately, self.now) {
                self.changes.push(self.seconds);
            }
            for asked in &self.asked {
                let given = self.given(*asked);
                assert!(given == *asked || is_below(given, *asked), "{given} for {asked}");
                assert_eq!(self.given(given), given, "{given}, which {asked} is given, is closed itself");
            }
        }
    }

    fn closed(&self) -> Vec<String> {
        self.merger.closed("main").iter().map(|(closed, given)| format!("{closed} as {given}")).collect()
    }
}

/// One viewer a level.
fn ladder() -> Vec<Rung> {
    (30..=95).step_by(5).map(full).collect()
}

#[test]
fn what_fits_is_left_alone() {
    let mut world = World::new(&[full(95), full(80), full(60), rung(2, 30)]);
    world.run(600);
    assert!(
        world.changes.is_empty() && world.merger.load() > 0.1,
        "{:?} {}",
        world.changes,
        world.merger.load()
    );
}

#[test]
fn neighbours_are_merged_one_a_second_until_all_fit_and_then_it_is_quiet() {
    let mut world = World::new(&ladder());
    assert!(34.0 * (14.0 * world.own_ms + world.shared_ms) > 600.0, "too much");
    world.run(30);
    assert_eq!(world.closed(), ["95/1 as 90/1"]);
    world.own_ms = 2.0;
    world.run(900);
    assert_eq!(
        world.closed(),
        [
            "95/1 as 90/1",
            "85/1 as 80/1",
            "75/1 as 70/1",
            "65/1 as 60/1",
            "55/1 as 50/1",
            "45/1 as 40/1",
            "35/1 as 30/1"
        ]
    );
    assert!(world.merger.load() <= SHARE);
    assert!(world.changes.last().is_some_and(|last| *last < 60), "{:?}", world.changes);
}

#[test]
fn a_pool_that_misses_frames_is_seen_to_want_more_than_it_takes() {
    let mut world = World::new(&ladder());
    (world.own_ms, world.reached) = (2.0, 0.5);
    world.run(30);
    assert_eq!(world.closed().len(), 7, "as with all frames: {:?}", world.closed());
}

#[test]
fn the_least_watched_goes_first() {
    let mut world = World::new(&[full(95), full(95), full(90), full(85), full(85)]);
    world.own_ms = 5.5;
    world.run(20);
    assert_eq!(world.closed(), ["90/1 as 85/1"]);
}

#[test]
fn a_moment_of_too_much_closes_nothing() {
    let mut world = World::new(&ladder());
    world.own_ms = 0.9;
    world.run(20);
    world.own_ms = 1.6;
    world.run(1);
    world.own_ms = 0.9;
    world.run(60);
    assert!(world.changes.is_empty(), "{:?}", world.changes);
}

#[test]
fn when_others_have_left_everybody_gets_what_he_asked_for_again() {
    let mut world = World::new(&ladder());
    world.own_ms = 2.0;
    world.run(60);
    world.asked.retain(|rung| (45..=65).contains(&rung.level.quality()));
    world.run(4);
    assert_eq!(world.given(full(65)), full(60), "not at once");
    world.run(56);
    assert!(world.asked.iter().all(|asked| world.given(*asked) == *asked), "{:?}", world.closed());
    let changes = world.changes.len();
    world.run(600);
    assert_eq!(world.changes.len(), changes, "and it stays so");
    assert!(
        world.closed().is_empty(),
        "nor is anything closed that would fit and nobody waits for: {:?}",
        world.closed()
    );
}

#[test]
fn the_last_rung_is_open_whatever_it_takes() {
    let mut world = World::new(&[full(95), full(30)]);
    world.own_ms = 100.0;
    world.run(60);
    assert_eq!(world.closed(), ["95/1 as 30/1"]);
    world.asked = vec![full(95)];
    world.run(60);
    assert!(world.closed().is_empty(), "alone it has no reason to be closed: {:?}", world.closed());
}

#[test]
fn with_several_alone_in_a_lower_rung_the_lowest_of_them_is_opened() {
    let mut world = World::new(&[full(95), full(80), full(30), full(30)]);
    world.own_ms = 100.0;
    world.run(60);
    assert_eq!(world.given(full(95)), full(30));
    world.asked = vec![full(95), full(80)];
    world.run(60);
    assert_eq!((world.given(full(95)), world.given(full(80))), (full(80), full(80)));
}

#[test]
fn a_smaller_picture_takes_viewers_only_where_it_costs_a_link_no_more() {
    let mut world = World::new(&[full(30), rung(2, 95), rung(2, 30)]);
    world.own_ms = 100.0;
    world.run(60);
    assert_eq!(world.given(full(30)), rung(2, 30), "{:?}", world.closed());
    assert!(world.given(rung(2, 95)) == rung(2, 30));
}

#[test]
fn where_nobody_watches_any_more_nothing_is_closed() {
    let mut world = World::new(&ladder());
    world.own_ms = 3.0;
    world.run(30);
    world.asked.clear();
    world.run(20);
    assert!(world.closed().is_empty());
}

#[test]
fn a_load_that_comes_and_goes_moves_viewers_ever_more_rarely() {
    let mut world = World::new(&ladder());
    for _ in 0..60 {
        world.own_ms = 2.0;
        world.run(15);
        world.own_ms = 0.8;
        world.run(15);
    }
    let late = world.changes.iter().filter(|second| **second > 900).count();
    assert!(late <= 4, "{:?}", world.changes);
}

#[test]
fn viewers_with_layers_are_merged_among_their_like_alone() {
    let boxes = Layers { boxes: true, ..Layers::NONE };
    let painted = |rung: Rung| Stream { layers: boxes, ..stream(rung) };
    let mut merger = Merger::new(1, SHARE);
    let (mut now, mut closed) = (Instant::now(), Vec::new());
    for _ in 0..60 {
        now += MERGE_EVERY;
        let mut lately = Lately::default();
        lately.total.frames.insert(Arc::from("main"), 34);
        // Of those with boxes the better rung is moved to the lower one, never to one without.
        let given = |closed: &[(View, Rung)], asked: Stream| {
            let found = closed.iter().find(|(view, _)| *view == asked.view());
            found.map_or(asked.rung, |(_, given)| *given)
        };
        for asked in [painted(full(95)), painted(full(60)), stream(full(80))] {
            let got = asked.at(given(&closed, asked.clone()));
            if got != asked {
                lately.moved.push(Moved { asked: asked.clone(), given: got.rung, viewers: 1 });
            }
            *lately.viewers.entry(got.clone()).or_default() += 1;
            let spent = Spent { jpegs: 34, bytes: 34_000, own: Duration::from_secs(1), ..Spent::default() };
            lately.total.streams.insert(got, spent);
        }
        merger.step(lately, now);
        closed = merger.closed("main");
    }
    assert_eq!(closed, [(painted(full(95)).view(), full(60))], "80 without layers has nowhere to go");
}

#[test]
fn streams_that_nobody_watches_any_more_leave_nothing_behind() {
    let mut world = World::new(&ladder());
    world.own_ms = 2.0;
    world.run(60);
    world.own_ms = 0.8;
    world.run(30);
    assert!(!world.merger.reopened.is_empty() && world.merger.costs.bytes(&stream(full(80))).is_some());
    world.run(120);
    assert!(world.merger.reopened.is_empty(), "an opening of a minute ago says nothing about the next one");
    world.asked.retain(|rung| *rung == full(80));
    world.run(1);
    let costs = &world.merger.costs;
    assert!(costs.bytes(&stream(full(80))).is_some() && costs.bytes(&stream(full(60))).is_none());
}

/// A second in which one viewer watches each rung of five cameras with each of six sets of layers.
fn everything() -> Lately {
    let mut lately = Lately::default();
    let single = Layers::NAMES.map(|name| Layers::NONE.with(name).expect("is a layer"));
    let rungs: Vec<Rung> = [1, 2, 4, 8]
        .into_iter()
        .flat_map(|scale| (30..=95).step_by(5).map(move |quality| rung(scale, quality)))
        .collect();
    for camera in ["a", "b", "c", "d", "e"].map(Arc::<str>::from) {
        lately.total.frames.insert(Arc::clone(&camera), 34);
        for layers in single.into_iter().chain([Layers::NONE, Layers::ALL]) {
            for rung in &rungs {
                let stream = Stream { camera: Arc::clone(&camera), rung: *rung, layers };
                let bytes = u64::from(rung.level.quality()) * 34_000 / u64::from(rung.tier.scale());
                let spent =
                    Spent { jpegs: 34, bytes, own: Duration::from_millis(40), shared: Duration::ZERO };
                lately.total.streams.insert(stream.clone(), spent);
                lately.viewers.insert(stream, 1);
            }
        }
    }
    lately
}

#[test]
fn of_seventeen_hundred_streams_some_are_closed_each_for_one_of_its_own_set() {
    let (mut merger, mut now, lately) = (Merger::new(2, SHARE), Instant::now(), everything());
    assert_eq!(lately.viewers.len(), 5 * 6 * 56);
    for _ in 0..12 {
        now += MERGE_EVERY;
        merger.step(lately.clone(), now);
    }
    assert!(!merger.closed.is_empty());
    // A stream is compared with these alone, not with all others.
    let open = merger.open_rungs();
    assert!(open.len() == 5 * 6 && open.values().all(|rungs| rungs.len() <= 56));
    let stays = |(stream, closed): (&Stream, &Closed)| open[&stream.set()].contains(&closed.target);
    assert!(merger.closed.iter().all(stays));
}
