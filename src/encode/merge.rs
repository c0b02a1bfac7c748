//! Which rungs are too many for the processors, and where their viewers go instead. Pure, with time passed
//! in.
//!
//! In goes, each second, what encoding took and who watches what; out come the rungs that are closed, each
//! with the one that takes its viewers. Measuring is `meter`'s, moving viewers the hub's.

use std::{
    cmp::Reverse,
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{costs::Costs, meter::Total, stream::Stream};
use crate::nouns::{layers::View, quality::Rung};

/// Time between two steps of a [`Merger`].
pub const MERGE_EVERY: Duration = Duration::from_secs(1);

/// Shortest time for which the load is too high before a stream is closed.
const OVER_FOR: Duration = Duration::from_secs(3);

/// Largest part of what streams may take that all would take with a closed one opened again: with more than
/// that it would be closed again.
const REOPEN_BELOW: f64 = 0.75;

/// Smallest part of what streams may take that is worth closing one for: a camera's own JPEGs take nearly
/// nothing.
const LEAST_SAVED: f64 = 0.01;

/// Time for which a closed stream must fit before it is opened, the first time that it is closed.
const FITS_FOR: Duration = Duration::from_secs(5);

/// Longest such time: each time that a stream is closed again [`SOON`] after it was opened, the time doubles
/// up to this.
const FITS_FOR_AT_MOST: Duration = Duration::from_secs(300);

/// Time after its opening within which a stream that is closed was opened too early.
const SOON: Duration = Duration::from_secs(60);

/// Viewers who asked for a rung and get another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Stream they asked for.
    pub asked: Stream,
    /// Rung they get.
    pub given: Rung,
    /// How many they are.
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

/// The decider of which streams are closed.
pub struct Merger {
    /// Threads of the pool.
    threads: f64,
    /// The part of their time that may go into frames.
    share: f64,
    costs: Costs,
    lately: Lately,
    ticked: Option<Instant>,
    over_since: Option<Instant>,
    /// Closed streams, in the order in which they were closed.
    closed: Vec<Closed>,
    /// Streams that were opened again.
    reopened: HashMap<Stream, Reopened>,
}

/// When a stream was opened again, and how long it had to fit before that.
struct Reopened {
    at: Instant,
    fits_for: Duration,
}

/// A stream that nobody is given.
struct Closed {
    stream: Stream,
    /// Rung that those get who ask for the stream.
    target: Rung,
    /// Since when there has been room for the stream.
    fits_since: Option<Instant>,
    /// How long there must be room before it is opened.
    fits_for: Duration,
}

impl Merger {
    /// A merger for a pool of so many threads, which may spend `share` of their time, 0 to 1.
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

    /// Takes what happened until now; true if a stream was closed or opened, one at a time, or got another
    /// target.
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

    /// Forgets the cameras for which `there` is false.
    pub fn keep(&mut self, there: impl Fn(&str) -> bool) {
        self.closed.retain(|closed| there(&closed.stream.camera));
        self.reopened.retain(|stream, _| there(&stream.camera));
        self.costs.keep(there);
    }

    /// The part of the threads' time that all open streams take at the cameras' rates.
    pub fn load(&self) -> f64 {
        self.load_with(None)
    }

    /// The camera's views that are closed, each with the rung that those get who ask for it; their layers
    /// stay.
    pub fn closed(&self, camera: &str) -> Vec<(View, Rung)> {
        let ours = self.closed.iter().filter(|closed| &*closed.stream.camera == camera);
        ours.map(|closed| (closed.stream.view(), closed.target)).collect()
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

    /// How many asked for a stream and get another one.
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

    /// The rung that takes the viewers of a stream: the next lower level that is encoded with the same
    /// layers, else the best of the next smaller picture with them that costs a link no more bytes.
    fn target(&self, stream: &Stream) -> Option<Rung> {
        let bytes = |stream: &Stream| self.costs.bytes(stream);
        let Rung { tier, level } = stream.rung;
        let below = |other: &&Stream| {
            other.camera == stream.camera
                && other.layers == stream.layers
                && (other.rung.tier == tier && other.rung.level < level
                    || other.rung.tier > tier
                        && bytes(other).zip(bytes(stream)).is_some_and(|(other, own)| other <= own))
        };
        self.open().filter(below).map(|other| other.rung).min_by_key(|rung| (rung.tier, Reverse(rung.level)))
    }

    /// Gives a closed stream whose viewers could go nowhere another target, or opens it where there is none.
    /// While a closed stream has no viewers its target is always the next lower one; viewers it has are not
    /// moved for a better one.
    fn repair(&mut self) -> bool {
        let wrong = |closed: &Closed| {
            let target = closed.target_stream();
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

    /// Has a stream that is encoded only for those who asked for better ones give way to the lowest of these.
    fn give_way(&mut self) -> bool {
        let alone = |(_, closed): &(usize, &Closed)| {
            self.chosen_by(&closed.target_stream()) == 0 && self.waiting(&closed.stream) > 0
        };
        let lowest = self.closed.iter().enumerate().filter(alone);
        let lowest =
            lowest.min_by_key(|(_, closed)| (Reverse(closed.stream.rung.tier), closed.stream.rung.level));
        let Some((place, _)) = lowest else { return false };
        let opened = self.closed.remove(place);
        let takes_over = |other: &&mut Closed| {
            other.target_stream() == opened.target_stream() && is_below(opened.stream.rung, other.stream.rung)
        };
        for other in self.closed.iter_mut().filter(takes_over) {
            other.target = opened.stream.rung;
        }
        true
    }

    /// How many viewers get a stream that they asked for.
    fn chosen_by(&self, stream: &Stream) -> usize {
        let here = |moved: &&Moved| moved.asked.at(moved.given) == *stream;
        let moved: usize = self.lately.moved.iter().filter(here).map(|moved| moved.viewers).sum();
        self.lately.viewers.get(stream).copied().unwrap_or(0).saturating_sub(moved)
    }

    /// Closes the least watched stream while all that is wanted takes too long; of several the one whose
    /// viewers lose least.
    fn close(&mut self, now: Instant) -> bool {
        if self.load() <= self.share {
            self.over_since = None;
            return false;
        }
        if now.saturating_duration_since(*self.over_since.get_or_insert(now)) < OVER_FOR {
            return false;
        }
        let Some((stream, target)) = self.least_missed() else { return false };
        let fits_for = self.must_fit_for(&stream, now);
        for closed in self.closed.iter_mut().filter(|closed| closed.target_stream() == stream) {
            closed.target = target;
        }
        self.closed.push(Closed { stream, target, fits_since: None, fits_for });
        true
    }

    /// The stream whose closing costs viewers least and saves something, and who takes its viewers.
    fn least_missed(&self) -> Option<(Stream, Rung)> {
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
        candidates.min_by_key(rank).map(|(stream, target)| (stream.clone(), target))
    }

    /// How long a stream that is closed now must fit before it is opened again.
    fn must_fit_for(&self, stream: &Stream, now: Instant) -> Duration {
        match self.reopened.get(stream) {
            Some(Reopened { at, fits_for }) if now.saturating_duration_since(*at) < SOON => {
                (*fits_for * 2).min(FITS_FOR_AT_MOST)
            }
            _ => FITS_FOR,
        }
    }

    /// Opens the last one closed of those that would have fitted for long enough. A stream that nobody waits
    /// for moves nobody and so needs no room to spare.
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
        self.reopened.insert(opened.stream, Reopened { at: now, fits_for: opened.fits_for });
        true
    }
}

impl Closed {
    /// The stream that those get who ask for the closed one.
    fn target_stream(&self) -> Stream {
        self.stream.at(self.target)
    }
}

/// Whether a rung can take the viewers of a better one.
fn is_below(rung: Rung, better: Rung) -> bool {
    rung.tier > better.tier || rung.tier == better.tier && rung.level < better.level
}

#[cfg(test)]
mod tests;
