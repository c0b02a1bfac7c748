//! The time at one rung: since when it has been held and has been slow, and whether it is on trial. Pure,
//! with time passed in.
//!
//! What follows from it is the controller's.

use super::{
    patience::PROVED_MS,
    trial::{SLOW_ON_TRIAL_MS, Trial},
};
use crate::nouns::quality::Rung;

/// Longest time for which a rate may be a little too low, ms: senders let their queues empty for a fifth of a
/// second now and then to measure the way (BBR, each ten seconds), which a rate over a second remembers for a
/// second.
const SLOW_FOR_MS: f64 = 1_400.0;

/// A viewer's stay at a rung.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// When the rung was reached, or the last pause there ended.
    pub reached_ms: f64,
    /// When the rung last proved itself, or was reached.
    proved_ms: f64,
    /// Since when the rate has been a little too low.
    slow_since_ms: Option<f64>,
    /// The trial of a rung that was reached without knowing whether it fits.
    pub trial: Option<Trial>,
}

impl Stay {
    /// A stay that begins, of which nobody doubts that it fits.
    pub fn new(now_ms: f64) -> Self {
        Stay { reached_ms: now_ms, proved_ms: now_ms, slow_since_ms: None, trial: None }
    }

    /// Begins to be judged anew after a pause. A trial goes on.
    pub fn resume(&mut self, now_ms: f64) {
        *self = Stay { trial: self.trial, ..Stay::new(now_ms) };
    }

    /// Where the rung was tried from, while it is on trial.
    pub fn tried_from(&self, now_ms: f64) -> Option<Rung> {
        self.trial.and_then(|trial| trial.from(now_ms))
    }

    /// Takes that the rate is a little too low; true once it has been so for too long.
    pub fn rather_slow(&mut self, now_ms: f64) -> bool {
        let since_ms = *self.slow_since_ms.get_or_insert(now_ms);
        let patient_ms = if self.tried_from(now_ms).is_some() { SLOW_ON_TRIAL_MS } else { SLOW_FOR_MS };
        now_ms - since_ms >= patient_ms
    }

    /// Takes that the rate is not too low.
    pub fn well(&mut self) {
        self.slow_since_ms = None;
    }

    /// Takes that the rung is held; true each time that it has proved itself again.
    pub fn held(&mut self, now_ms: f64) -> bool {
        let proved = now_ms - self.proved_ms >= PROVED_MS;
        if proved {
            self.proved_ms = now_ms;
        }
        proved
    }
}
