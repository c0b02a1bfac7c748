//! How long to stay away from a rung that was too much: rungs left and rungs held in, when each may be tried again out. Pure.
//!
//! Which rung to be at does not belong here.

use super::rungs::cost;
use crate::quality::Rung;

/// A rung that has to be left this soon after it was reached could not be held: it has failed.
const FAILED_WITHIN_MS: f64 = 10_000.0;

const FIRST_WAIT_MS: f64 = 30_000.0;
const LONGEST_WAIT_MS: f64 = 240_000.0;

/// A rung held this long has proved itself, and all that cost less; their waits are halved, and again after the same time.
pub const PROVED_MS: f64 = 20_000.0;

/// Viewers that share a link must not try together: up to this share is added to the waits of one.
const JITTER: f64 = 0.3;

/// Of what the link carried when a rung failed, this share is safe.
const SAFE: f64 = 0.9;

/// A link that carries this much more than it did is another one.
const FASTER: f64 = 1.25;

/// A rung that has failed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Failure {
    rung: Rung,
    /// The wait after the last failure; the next one doubles it.
    wait_ms: f64,
    at_ms: f64,
    until_ms: f64,
    /// What the link carried then, bytes a second.
    capacity: Option<f64>,
}

/// The rungs that have failed and not been redeemed since.
#[derive(Clone, Debug)]
pub struct Patience {
    failures: Vec<Failure>,
    /// This viewer's own, 0 to 1.
    jitter: f64,
}

impl Patience {
    /// Nothing has failed. `jitter`, 0 to 1, should differ from viewer to viewer.
    pub fn new(jitter: f64) -> Self {
        Patience { failures: Vec::new(), jitter }
    }

    /// A rung that was reached at `reached_ms` was too much for a link that carried `capacity` bytes a second.
    pub fn left(&mut self, rung: Rung, reached_ms: f64, capacity: Option<f64>, now_ms: f64) {
        // A rung that was only passed on the way down from another has not failed by itself. But by now it is known better what the
        // link carries.
        let above = |failure: &&mut Failure| failure.at_ms == reached_ms && cost(failure.rung) > cost(rung);
        if let Some(failure) = self.failures.iter_mut().find(above) {
            failure.at_ms = now_ms;
            failure.capacity = failure.capacity.zip(capacity).map(|(then, now)| then.min(now)).or(failure.capacity);
        } else if now_ms - reached_ms <= FAILED_WITHIN_MS {
            self.failed(rung, capacity, now_ms);
        }
    }

    /// The rung was too much, or the server does not give it now.
    pub fn failed(&mut self, rung: Rung, capacity: Option<f64>, now_ms: f64) {
        // A dearer rung that failed before was a failure of this one too: the link got no better since. On one way down each is
        // not another failure.
        let dearer = self.failures.iter().filter(|failure| cost(failure.rung) >= cost(rung));
        let waits = dearer.map(|failure| failure.wait_ms * if now_ms - failure.at_ms <= FAILED_WITHIN_MS { 1.0 } else { 2.0 });
        let wait_ms = waits.fold(FIRST_WAIT_MS, f64::max).min(LONGEST_WAIT_MS);
        self.failures.retain(|failure| cost(failure.rung) < cost(rung));
        let until_ms = now_ms + wait_ms * (1.0 + JITTER * self.jitter);
        self.failures.push(Failure { rung, wait_ms, at_ms: now_ms, until_ms, capacity });
    }

    /// The rung has been held for [`PROVED_MS`].
    pub fn proved(&mut self, rung: Rung) {
        self.failures.iter_mut().filter(|failure| cost(failure.rung) <= cost(rung)).for_each(|failure| failure.wait_ms /= 2.0);
        self.failures.retain(|failure| failure.wait_ms >= FIRST_WAIT_MS || cost(failure.rung) > cost(rung));
    }

    /// Milliseconds until a rung that needs `needed` bytes a second may be tried on a link that carries `capacity`; zero if it may
    /// be now.
    pub fn wait_ms(&self, rung: Rung, needed: f64, capacity: f64, now_ms: f64) -> f64 {
        let concerned = |failure: &&Failure| match failure.capacity {
            // The link is a faster one now.
            Some(then) if capacity > FASTER * then && needed <= SAFE * capacity => false,
            Some(then) => cost(rung) >= cost(failure.rung) || needed > SAFE * then,
            None => cost(rung) >= cost(failure.rung),
        };
        let waits = self.failures.iter().filter(concerned).map(|failure| failure.until_ms - now_ms);
        waits.fold(0.0, f64::max)
    }
}
