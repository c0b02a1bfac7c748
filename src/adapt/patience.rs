//! How long to stay away from a rung that was too much: rungs left and rungs held in, when each may be tried
//! again out. Pure.
//!
//! Which rung to be at does not belong here.

use super::rungs::cost;
use crate::nouns::quality::Rung;

/// Longest time, ms, after which a rung that has to be left counts as one that could not be held: it has
/// failed. That is longer than it takes a scene to get busy, since a rung that only fits a quiet scene is
/// none to come back to.
const FAILED_WITHIN_MS: f64 = 15_000.0;

/// Wait for the next try after a rung's first failure, ms: a try that fails is two steps, and a viewer should
/// not see more in a minute.
const FIRST_WAIT_MS: f64 = 60_000.0;

/// Longest wait for the next try, ms, however often the rung has failed.
const LONGEST_WAIT_MS: f64 = 240_000.0;

/// Time for which a rung is held before it has proved itself, and all that cost less, ms. Their waits are
/// halved then, and again each time that as much time has passed.
pub const PROVED_MS: f64 = 20_000.0;

/// Largest share that is added to the waits of one viewer: those who share a link must not try together.
const JITTER: f64 = 0.3;

/// Share of what the link carried when a rung failed that another rung may safely take.
const SAFE: f64 = 0.9;

/// Factor by which a link must carry more than it did to be taken for another link.
const FASTER: f64 = 1.5;

/// A rung that was too much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooMuch {
    /// Rung that was left.
    pub rung: Rung,
    /// Bytes a second that the link carried then, where that is known.
    pub capacity: Option<f64>,
    /// Whether nearly all frames came, so that the capacity is that of this viewer's frames: where hardly any
    /// come, it says little.
    pub nearly: bool,
}

impl TooMuch {
    /// A rung that was too much for something else than the link.
    pub fn not_for_the_link(rung: Rung) -> Self {
        TooMuch { rung, capacity: None, nearly: false }
    }
}

/// A rung that has failed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Failure {
    what: TooMuch,
    /// The wait after the last failure; the next one doubles it.
    wait_ms: f64,
    at_ms: f64,
    until_ms: f64,
}

/// The rungs that have failed and not been redeemed since.
#[derive(Clone, Debug)]
pub struct Patience {
    failures: Vec<Failure>,
    /// Share of [`JITTER`] that is this viewer's, 0 to 1.
    jitter: f64,
}

impl Patience {
    /// Patience with rungs of which none has failed. `jitter`, 0 to 1, should differ from viewer to viewer.
    pub fn new(jitter: f64) -> Self {
        Patience { failures: Vec::new(), jitter }
    }

    /// Takes that a rung which was reached at `reached_ms` was too much.
    pub fn left(&mut self, what: TooMuch, reached_ms: f64, now_ms: f64) {
        // A rung that was only passed on the way down from a dearer one has not failed by itself. But it
        // tells better what the link carries.
        let above = |failure: &&mut Failure| failure.at_ms == reached_ms && failure.cost() > cost(what.rung);
        if let Some(failure) = self.failures.iter_mut().find(above) {
            failure.at_ms = now_ms;
            let then = failure.what.capacity;
            failure.what.capacity = then.zip(what.capacity).map(|(then, now)| then.min(now)).or(then);
        } else if now_ms - reached_ms <= FAILED_WITHIN_MS {
            self.failed(what, now_ms);
        }
    }

    /// Takes that a rung was too much, or that the server does not give it now.
    pub fn failed(&mut self, what: TooMuch, now_ms: f64) {
        // The failure of a dearer rung was one of this rung as well, since the link got no better: so the
        // wait doubles. Not on one way down through several rungs: that is one failure.
        let dearer = self.failures.iter().filter(|failure| failure.cost() >= cost(what.rung));
        let waits = dearer.map(|failure| {
            failure.wait_ms * if now_ms - failure.at_ms <= FAILED_WITHIN_MS { 1.0 } else { 2.0 }
        });
        let wait_ms = waits.fold(FIRST_WAIT_MS, f64::max).min(LONGEST_WAIT_MS);
        self.failures.retain(|failure| failure.cost() < cost(what.rung));
        let until_ms = now_ms + wait_ms * (1.0 + JITTER * self.jitter);
        self.failures.push(Failure { what, wait_ms, at_ms: now_ms, until_ms });
    }

    /// Takes that a rung has been held for [`PROVED_MS`].
    pub fn proved(&mut self, rung: Rung) {
        self.failures
            .iter_mut()
            .filter(|failure| failure.cost() <= cost(rung))
            .for_each(|failure| failure.wait_ms /= 2.0);
        self.failures.retain(|failure| failure.wait_ms >= FIRST_WAIT_MS || failure.cost() > cost(rung));
    }

    /// Takes how many bytes a second came over the link without any missing: what failed on a link that
    /// carried clearly less is forgotten.
    pub fn carried(&mut self, carried: f64) {
        self.failures.retain(|failure| failure.what.capacity.is_none_or(|then| carried <= FASTER * then));
    }

    /// Milliseconds until a rung that needs `needed` bytes a second may be tried on a link that carries
    /// `capacity`; zero if it may be now.
    pub fn wait_ms(&self, rung: Rung, needed: f64, capacity: f64, now_ms: f64) -> f64 {
        let concerned = |failure: &&Failure| match failure.what.capacity {
            // The link is a faster one now; but small frames may pass a slow one in a burst, so that is not
            // believed at once.
            Some(then)
                if capacity > FASTER * then
                    && needed <= SAFE * capacity
                    && now_ms - failure.at_ms > FAILED_WITHIN_MS =>
            {
                false
            }
            Some(then) if failure.what.nearly => cost(rung) >= failure.cost() || needed > SAFE * then,
            Some(_) | None => cost(rung) >= failure.cost(),
        };
        let waits = self.failures.iter().filter(concerned).map(|failure| failure.until_ms - now_ms);
        waits.fold(0.0, f64::max)
    }
}

impl Failure {
    fn cost(&self) -> f64 {
        cost(self.what.rung)
    }
}
