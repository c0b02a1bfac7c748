//! How long the next packet of a source may take.

use std::time::{Duration, Instant};

use super::nature::Nature;
use crate::source::{limits::READ_TIMEOUT, patience::Patience};

/// What is known of when packets come.
#[derive(Debug)]
pub(super) struct Wait {
    /// When the source was asked to open.
    began: Instant,
    /// When the first packet came.
    heard: Option<Instant>,
    patience: Patience,
}

impl Wait {
    /// The wait for the first packet of a source that was asked to open at `began`, and is open `now`.
    pub(super) fn new(began: Instant, now: Instant) -> Wait {
        Wait { began, heard: None, patience: Patience::new(now) }
    }

    /// Notes that a packet came.
    pub(super) fn came(&mut self, now: Instant) {
        match self.heard {
            Some(_) => self.patience.came(now),
            None => (self.heard, self.patience) = (Some(now), Patience::new(now)),
        }
    }

    /// Longest wait for the next packet of a source of this nature.
    pub(super) fn limit(&self, nature: Nature) -> Duration {
        match nature {
            Nature::Recording | Nature::Bursts => nature.patience(),
            Nature::Live if self.heard.is_some() => self.patience.limit(),
            // What opening has taken is part of the wait for the first packet.
            Nature::Live => self.patience.limit().saturating_sub(self.began.elapsed()).max(READ_TIMEOUT),
        }
    }

    /// Time since the first packet came, or since the source was asked to open.
    pub(super) fn lasted(&self) -> Duration {
        self.heard.unwrap_or(self.began).elapsed()
    }
}
