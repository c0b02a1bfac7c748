//! Which rungs are too many for the processors, and where their viewers go instead. Pure, with time passed
//! in.
//!
//! In goes, each second, what encoding took and who watches what; out come the rungs that are closed, each
//! with the one that takes its viewers. Measuring is `meter`'s, moving viewers the hub's.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    costs::Costs,
    meter::Total,
    stream::Stream,
    watched::{Moved, Watched},
};
use crate::nouns::{
    layers::{Layers, View},
    quality::Rung,
};

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

/// Open rungs of each camera and set of layers. Viewers are moved within such a set alone, and it has no more
/// rungs than the ladder: so a step takes time in proportion to the streams.
type OpenRungs = HashMap<(Arc<str>, Layers), Vec<Rung>>;

/// The decider of which streams are closed.
pub struct Merger {
    /// Threads of the pool.
    threads: f64,
    /// The part of their time that may go into frames.
    share: f64,
    costs: Costs,
    watched: Watched,
    ticked: Option<Instant>,
    over_since: Option<Instant>,
    /// Closed streams.
    closed: HashMap<Stream, Closed>,
    /// Number of streams that were ever closed.
    closings: u64,
    /// Streams that were opened again lately.
    reopened: HashMap<Stream, Reopened>,
}

/// When a stream was opened again, and how long it had to fit before that.
struct Reopened {
    at: Instant,
    fits_for: Duration,
}

/// What is known of a stream that nobody is given.
struct Closed {
    /// Number of the stream among those that were ever closed.
    number: u64,
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
            watched: Watched::default(),
            ticked: None,
            over_since: None,
            closed: HashMap::new(),
            closings: 0,
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
        self.watched = Watched::of(lately.viewers, &lately.moved);
        self.forget(now);
        // Whose target is lost cannot wait for its turn.
        let repaired = self.repair();
        self.give_way() || self.close(now) || self.reopen(now) || repaired
    }

    /// Forgets the cameras for which `there` is false.
    pub fn keep(&mut self, there: impl Fn(&str) -> bool) {
        self.closed.retain(|stream, _| there(&stream.camera));
        self.reopened.retain(|stream, _| there(&stream.camera));
        self.costs.keep_cameras(there);
    }

    /// The part of the threads' time that all open streams take at the cameras' rates.
    pub fn load(&self) -> f64 {
        self.costs.bill(self.open()).seconds / self.threads
    }

    /// The camera's views that are closed, each with the rung that those get who ask for it, in the order in
    /// which they were closed; their layers stay.
    pub fn closed(&self, camera: &str) -> Vec<(View, Rung)> {
        let mut ours: Vec<(&Stream, &Closed)> =
            self.closed.iter().filter(|(stream, _)| &*stream.camera == camera).collect();
        ours.sort_by_key(|(_, closed)| closed.number);
        ours.into_iter().map(|(stream, closed)| (stream.view(), closed.target)).collect()
    }

    /// Forgets what streams cost that nobody watches, and openings that say nothing any more.
    fn forget(&mut self, now: Instant) {
        let (watched, closed) = (&self.watched, &self.closed);
        self.costs.keep_streams(|stream| watched.is_wanted(stream) || closed.contains_key(stream));
        self.reopened.retain(|_, reopened| now.saturating_duration_since(reopened.at) < SOON);
    }

    /// Streams that are encoded and not closed.
    fn open(&self) -> impl Iterator<Item = &Stream> {
        self.watched.streams().filter(|stream| !self.closed.contains_key(*stream))
    }

    fn open_rungs(&self) -> OpenRungs {
        let mut open = OpenRungs::new();
        self.open().for_each(|stream| open.entry(stream.set()).or_default().push(stream.rung));
        open
    }

    /// The rung that takes the viewers of a stream: the next lower level that is encoded with the same
    /// layers, else the best of the next smaller picture with them that costs a link no more bytes.
    fn target(&self, stream: &Stream, open: &OpenRungs) -> Option<Rung> {
        let Rung { tier, level } = stream.rung;
        let own = self.costs.bytes(stream);
        let bytes = |rung| self.costs.bytes(&stream.at(rung));
        let below = |other: &Rung| {
            other.tier == tier && other.level < level
                || other.tier > tier && bytes(*other).zip(own).is_some_and(|(other, own)| other <= own)
        };
        let rungs = open.get(&stream.set()).into_iter().flatten().copied();
        rungs.filter(below).min_by_key(|rung| (rung.tier, Reverse(rung.level)))
    }

    /// Gives each closed stream whose viewers could go nowhere another target, or opens it where there is
    /// none; true if there was one. While a closed stream has no viewers its target is always the next lower
    /// one; viewers it has are not moved for a better one.
    fn repair(&mut self) -> bool {
        let mut open = self.open_rungs();
        let mut closed: Vec<(u64, Stream, Rung)> =
            self.closed.iter().map(|(stream, it)| (it.number, stream.clone(), it.target)).collect();
        closed.sort_unstable_by_key(|(number, ..)| *number);
        let mut repaired = false;
        for (_, stream, target) in closed {
            let best = self.target(&stream, &open);
            let lost = !open.get(&stream.set()).is_some_and(|rungs| rungs.contains(&target));
            if !lost && (self.watched.waiting(&stream) > 0 || best == Some(target)) {
                continue;
            }
            repaired = true;
            self.redirect(&stream, best);
            if best.is_none() && self.watched.is_wanted(&stream) {
                open.entry(stream.set()).or_default().push(stream.rung);
            }
        }
        repaired
    }

    /// Gives a closed stream that target, or opens it where there is none.
    fn redirect(&mut self, stream: &Stream, target: Option<Rung>) {
        match (self.closed.get_mut(stream), target) {
            (Some(closed), Some(target)) => closed.target = target,
            _ => drop(self.closed.remove(stream)),
        }
    }

    /// Has a stream that is encoded only for those who asked for better ones give way to the lowest of these.
    fn give_way(&mut self) -> bool {
        let alone = |(stream, closed): &(&Stream, &Closed)| {
            self.watched.waiting(stream) > 0 && self.watched.chosen_by(&stream.at(closed.target)) == 0
        };
        let rank = |(stream, closed): &(&Stream, &Closed)| {
            (Reverse(stream.rung.tier), stream.rung.level, closed.number)
        };
        let lowest = self.closed.iter().filter(alone).min_by_key(rank);
        let Some((opened, target)) = lowest.map(|(stream, closed)| (stream.clone(), closed.target)) else {
            return false;
        };
        self.closed.remove(&opened);
        for (stream, other) in &mut self.closed {
            let takes_over =
                stream.set() == opened.set() && other.target == target && is_below(opened.rung, stream.rung);
            if takes_over {
                other.target = opened.rung;
            }
        }
        true
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
        for (other, closed) in &mut self.closed {
            if other.set() == stream.set() && closed.target == stream.rung {
                closed.target = target;
            }
        }
        self.closings += 1;
        self.closed.insert(stream, Closed { number: self.closings, target, fits_since: None, fits_for });
        true
    }

    /// The stream whose closing costs viewers least and saves something, and who takes its viewers.
    fn least_missed(&self) -> Option<(Stream, Rung)> {
        let rank = |(stream, target): &(&Stream, Rung)| {
            let tiers = target.tier.scale() / stream.rung.tier.scale();
            let levels = stream.rung.level.quality().saturating_sub(target.level.quality());
            (self.watched.viewers(stream), tiers, levels, Reverse(stream.rung.level))
        };
        let (open, bill) = (self.open_rungs(), self.costs.bill(self.open()));
        let saves = |stream: &&Stream| bill.saved_without(stream) >= self.threads * self.share * LEAST_SAVED;
        let candidates =
            self.open().filter(saves).filter_map(|stream| Some((stream, self.target(stream, &open)?)));
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
        let fits = self.fitting();
        for (stream, closed) in &mut self.closed {
            closed.fits_since = fits.contains(stream).then(|| closed.fits_since.unwrap_or(now));
        }
        let long = |(_, closed): &(&Stream, &Closed)| {
            closed.fits_since.is_some_and(|at| now.saturating_duration_since(at) >= closed.fits_for)
        };
        let last = self.closed.iter().filter(long).max_by_key(|(_, closed)| closed.number);
        let Some((stream, fits_for)) = last.map(|(stream, closed)| (stream.clone(), closed.fits_for)) else {
            return false;
        };
        self.closed.remove(&stream);
        self.reopened.insert(stream, Reopened { at: now, fits_for });
        true
    }

    /// Closed streams for which there is room now.
    fn fitting(&self) -> HashSet<Stream> {
        let bill = self.costs.bill(self.open());
        let fits = |stream: &&Stream| {
            let part = if self.watched.waiting(stream) == 0 { 1.0 } else { REOPEN_BELOW };
            bill.seconds + bill.added_by(stream) <= self.threads * self.share * part
        };
        self.closed.keys().filter(fits).cloned().collect()
    }
}

/// Whether a rung can take the viewers of a better one.
fn is_below(rung: Rung, better: Rung) -> bool {
    rung.tier > better.tier || rung.tier == better.tier && rung.level < better.level
}

#[cfg(test)]
mod tests;
