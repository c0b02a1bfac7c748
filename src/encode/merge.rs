//! Which rungs are too many for the processors, and where their viewers go instead. Pure, with time passed
//! in.
//!
//! In goes, each second, what encoding took and who watches what; out come the rungs that are closed, each
//! with the one that takes its viewers. Measuring is `meter`'s, moving viewers the hub's.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Stream, Total};
use crate::nouns::quality::{Rung, Tier};

/// How often to ask.
pub const MERGE_EVERY: Duration = Duration::from_secs(1);

/// What was measured counts for about this long.
const SMOOTHED_OVER: Duration = Duration::from_secs(3);

/// Too much for this long is too much.
const OVER_FOR: Duration = Duration::from_secs(3);

/// A closed rung is opened where all would take this part of what they may: less than that, or it would be
/// closed again.
const REOPEN_BELOW: f64 = 0.75;

/// To close a rung that takes less than this part of it is of no use: a camera's own JPEGs take nearly
/// nothing.
const LEAST_SAVED: f64 = 0.01;

/// For how long that must hold, at first; twice as long each time that it was closed again soon, up to a
/// bound.
const FITS_FOR: Duration = Duration::from_secs(5);
const FITS_FOR_AT_MOST: Duration = Duration::from_secs(300);
const SOON: Duration = Duration::from_secs(60);

/// Viewers who asked for a rung and get another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// What they asked for.
    pub asked: Stream,
    /// What they get.
    pub given: Rung,
    /// How many.
    pub viewers: usize,
}

/// What happened since the last time.
#[derive(Clone, Debug, Default)]
pub struct Lately {
    /// What encoding took.
    pub total: Total,
    /// How many viewers get each stream.
    pub viewers: HashMap<Stream, usize>,
    /// Who of them asked for another one.
    pub moved: Vec<Moved>,
}

/// Decides what is closed.
pub struct Merger {
    /// Threads of the pool.
    threads: f64,
    /// The part of their time that may go into frames.
    share: f64,
    costs: Costs,
    lately: Lately,
    ticked: Option<Instant>,
    over_since: Option<Instant>,
    /// In the order in which they were closed.
    closed: Vec<Closed>,
    /// When streams were opened again, and how long that had to be waited for.
    reopened: HashMap<Stream, (Instant, Duration)>,
}

/// A stream that nobody is given.
struct Closed {
    stream: Stream,
    /// Who asks for it gets this.
    target: Rung,
    fits_since: Option<Instant>,
    fits_for: Duration,
}

/// What things cost as of late.
#[derive(Default)]
struct Costs {
    /// Frames a second.
    rates: HashMap<Arc<str>, f64>,
    /// CPU seconds of a JPEG, and its bytes.
    jpegs: HashMap<Stream, (f64, f64)>,
    /// CPU seconds of what a frame's levels share at a tier.
    tiers: HashMap<(Arc<str>, Tier), f64>,
}

impl Merger {
    /// One for a pool of so many threads, which may spend `share` of their time, 0 to 1.
    pub fn new(threads: usize, share: f64) -> Self {
        Merger {
            threads: threads.max(1) as f64,
            share,
            costs: Costs::default(),
            lately: Lately::default(),
            ticked: None,
            over_since: None,
            closed: Vec::new(),
            reopened: HashMap::new(),
        }
    }

    /// Takes what happened until now; true if something was closed or opened, one at a time, or got
    /// another target.
    pub fn step(&mut self, lately: Lately, now: Instant) -> bool {
        let passed = self.ticked.replace(now).map(|before| now.saturating_duration_since(before));
        // What happened before the first tick has no duration.
        if let Some(passed) = passed.filter(|passed| !passed.is_zero()) {
            self.costs.measure(&lately.total, passed);
        }
        self.lately = lately;
        // Whose target is lost cannot wait for its turn.
        let repaired = (0..self.closed.len()).filter(|_| self.repair()).count() > 0;
        self.give_way() || self.close(now) || self.reopen(now) || repaired
    }

    /// The part of the threads' time that all open streams take at the cameras' rates.
    pub fn load(&self) -> f64 {
        self.load_with(None)
    }

    /// What is closed of a camera, and who asks for it gets what.
    pub fn closed(&self, camera: &str) -> Vec<(Rung, Rung)> {
        let ours = self.closed.iter().filter(|closed| &*closed.stream.camera == camera);
        ours.map(|closed| (closed.stream.rung, closed.target)).collect()
    }

    fn load_with(&self, another: Option<&Stream>) -> f64 {
        self.load_of(self.open().chain(another))
    }

    fn load_without(&self, one: &Stream) -> f64 {
        self.load_of(self.open().filter(|stream| *stream != one))
    }

    fn load_of<'a>(&self, streams: impl Iterator<Item = &'a Stream>) -> f64 {
        let streams: Vec<&Stream> = streams.collect();
        self.costs.seconds(&streams) / self.threads
    }

    fn is_closed(&self, stream: &Stream) -> bool {
        self.closed.iter().any(|closed| closed.stream == *stream)
    }

    /// Whether somebody gets a stream, or will as soon as he takes his next frame.
    fn is_wanted(&self, stream: &Stream) -> bool {
        self.lately.viewers.get(stream).is_some_and(|viewers| *viewers > 0) || self.waiting(stream) > 0
    }

    /// Who asked for a stream and gets another one.
    fn waiting(&self, stream: &Stream) -> usize {
        self.lately.moved.iter().filter(|moved| moved.asked == *stream).map(|moved| moved.viewers).sum()
    }

    /// Streams that are encoded and not closed.
    fn open(&self) -> impl Iterator<Item = &Stream> {
        let elsewhere = self.lately.moved.iter().map(|moved| &moved.asked);
        let elsewhere = elsewhere.filter(|stream| !self.lately.viewers.contains_key(*stream));
        let streams =
            self.lately.viewers.iter().filter(|(_, viewers)| **viewers > 0).map(|(stream, _)| stream);
        streams.chain(elsewhere).filter(|stream| !self.is_closed(stream))
    }

    /// Who takes the viewers of a stream: the next lower level that is encoded, else the best of the next
    /// smaller picture that costs a link no more bytes.
    fn target(&self, stream: &Stream) -> Option<Rung> {
        let bytes = |stream: &Stream| self.costs.jpegs.get(stream).map(|(_, bytes)| *bytes);
        let Rung { tier, level } = stream.rung;
        let below = |other: &&Stream| {
            other.camera == stream.camera
                && (other.rung.tier == tier && other.rung.level < level
                    || other.rung.tier > tier
                        && bytes(other).zip(bytes(stream)).is_some_and(|(other, own)| other <= own))
        };
        self.open().filter(below).map(|other| other.rung).min_by_key(|rung| (rung.tier, Reverse(rung.level)))
    }

    /// A closed stream whose viewers could go nowhere gets another target, or is opened where there is none.
    /// While it has no viewers the target is always the next lower one; those it has are not moved for a
    /// better one.
    fn repair(&mut self) -> bool {
        let wrong = |closed: &Closed| {
            let target = Stream { camera: Arc::clone(&closed.stream.camera), rung: closed.target };
            let lost = self.is_closed(&target) || !self.is_wanted(&target);
            lost || self.waiting(&closed.stream) == 0 && self.target(&closed.stream) != Some(closed.target)
        };
        let Some(place) = self.closed.iter().position(wrong) else { return false };
        match self.target(&self.closed[place].stream) {
            Some(target) => self.closed[place].target = target,
            None => drop(self.closed.remove(place)),
        }
        true
    }

    /// A stream that is encoded only for those who asked for better ones gives way to the lowest of these.
    fn give_way(&mut self) -> bool {
        let own = |closed: &Closed| {
            let target = Stream { camera: Arc::clone(&closed.stream.camera), rung: closed.target };
            let here = |moved: &&Moved| moved.asked.camera == target.camera && moved.given == target.rung;
            let moved: usize = self.lately.moved.iter().filter(here).map(|moved| moved.viewers).sum();
            self.lately.viewers.get(&target).copied().unwrap_or(0).saturating_sub(moved)
        };
        let alone = |(_, closed): &(usize, &Closed)| own(closed) == 0 && self.waiting(&closed.stream) > 0;
        let lowest = self.closed.iter().enumerate().filter(alone);
        let lowest =
            lowest.min_by_key(|(_, closed)| (Reverse(closed.stream.rung.tier), closed.stream.rung.level));
        let Some((place, _)) = lowest else { return false };
        let opened = self.closed.remove(place);
        let camera = &opened.stream.camera;
        for other in self
            .closed
            .iter_mut()
            .filter(|other| other.stream.camera == *camera && other.target == opened.target)
        {
            if is_below(opened.stream.rung, other.stream.rung) {
                other.target = opened.stream.rung;
            }
        }
        true
    }

    /// While all that is wanted takes too long, the least watched stream is closed; of several the one whose
    /// viewers lose least.
    fn close(&mut self, now: Instant) -> bool {
        if self.load() <= self.share {
            self.over_since = None;
            return false;
        }
        if now.saturating_duration_since(*self.over_since.get_or_insert(now)) < OVER_FOR {
            return false;
        }
        let rank = |(stream, target): &(&Stream, Rung)| {
            let tiers = target.tier.scale() / stream.rung.tier.scale();
            let levels = stream.rung.level.quality().saturating_sub(target.level.quality());
            (
                self.lately.viewers.get(*stream).copied().unwrap_or(0),
                tiers,
                levels,
                Reverse(stream.rung.level),
            )
        };
        let load = self.load();
        let saves = |stream: &&Stream| load - self.load_without(stream) >= self.share * LEAST_SAVED;
        let candidates = self.open().filter(saves).filter_map(|stream| Some((stream, self.target(stream)?)));
        let Some((stream, target)) = candidates.min_by_key(rank) else { return false };
        let fits_for = match self.reopened.get(stream) {
            Some((at, waited)) if now.saturating_duration_since(*at) < SOON => {
                (*waited * 2).min(FITS_FOR_AT_MOST)
            }
            _ => FITS_FOR,
        };
        let stream = stream.clone();
        for closed in self.closed.iter_mut().filter(|closed| closed.stream.camera == stream.camera) {
            if closed.target == stream.rung {
                closed.target = target;
            }
        }
        self.closed.push(Closed { stream, target, fits_since: None, fits_for });
        true
    }

    /// The last one closed that would have fitted for long enough is opened. One that nobody waits for moves
    /// nobody and so needs no room to spare.
    fn reopen(&mut self, now: Instant) -> bool {
        let fits = |closed: &Closed| {
            let part = if self.waiting(&closed.stream) == 0 { 1.0 } else { REOPEN_BELOW };
            self.load_with(Some(&closed.stream)) <= self.share * part
        };
        let fits: Vec<bool> = self.closed.iter().map(fits).collect();
        for (closed, fits) in self.closed.iter_mut().zip(fits) {
            closed.fits_since = fits.then(|| closed.fits_since.unwrap_or(now));
        }
        let long = |closed: &Closed| {
            closed.fits_since.is_some_and(|at| now.saturating_duration_since(at) >= closed.fits_for)
        };
        let Some(place) = self.closed.iter().rposition(long) else { return false };
        let opened = self.closed.remove(place);
        self.reopened.insert(opened.stream, (now, opened.fits_for));
        true
    }
}

/// Whether a rung can take the viewers of a better one.
fn is_below(rung: Rung, better: Rung) -> bool {
    rung.tier > better.tier || rung.tier == better.tier && rung.level < better.level
}

impl Costs {
    fn measure(&mut self, total: &Total, passed: Duration) {
        let passed = passed.as_secs_f64();
        let weight = 1.0 - (-passed / SMOOTHED_OVER.as_secs_f64()).exp();
        let smoothed = |old: Option<f64>, new: f64| old.map_or(new, |old| old + weight * (new - old));
        // A camera that gave nothing at all is one with a rate, too.
        for (camera, rate) in &mut self.rates {
            *rate = smoothed(Some(*rate), total.frames.get(camera).copied().unwrap_or(0) as f64 / passed);
        }
        for (camera, frames) in &total.frames {
            self.rates.entry(Arc::clone(camera)).or_insert(*frames as f64 / passed);
        }
        // What is shared is made once a frame, and of a tier's streams the one with most JPEGs missed the
        // fewest frames.
        let mut tiers: HashMap<(Arc<str>, Tier), (f64, u64)> = HashMap::new();
        for (stream, spent) in total.streams.iter().filter(|(_, spent)| spent.jpegs > 0) {
            let jpegs = spent.jpegs as f64;
            let old = self.jpegs.get(stream).copied().unzip();
            let new = (
                smoothed(old.0, spent.own.as_secs_f64() / jpegs),
                smoothed(old.1, spent.bytes as f64 / jpegs),
            );
            self.jpegs.insert(stream.clone(), new);
            let (seconds, frames) = tiers.entry((Arc::clone(&stream.camera), stream.rung.tier)).or_default();
            (*seconds, *frames) = (*seconds + spent.shared.as_secs_f64(), spent.jpegs.max(*frames));
        }
        for (tier, (seconds, frames)) in tiers {
            let new = smoothed(self.tiers.get(&tier).copied(), seconds / frames as f64);
            self.tiers.insert(tier, new);
        }
    }

    /// CPU seconds a second that these streams take.
    fn seconds(&self, streams: &[&Stream]) -> f64 {
        let rate = |camera: &Arc<str>| self.rates.get(camera).copied().unwrap_or(0.0);
        let own = |stream: &&Stream| {
            rate(&stream.camera) * self.jpegs.get(*stream).map_or(0.0, |(seconds, _)| *seconds)
        };
        let shown = |camera: &Arc<str>, tier: Tier| {
            streams.iter().any(|it| it.camera == *camera && it.rung.tier == tier)
        };
        let shared = self.tiers.iter().filter(|((camera, tier), _)| shown(camera, *tier));
        streams.iter().map(own).sum::<f64>()
            + shared.map(|((camera, _), seconds)| rate(camera) * seconds).sum::<f64>()
    }
}

#[cfg(test)]
mod tests;
