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
    /// Whether the next packet is being waited for.
    under_way: bool,
}

impl Wait {
    /// The wait for the first packet of a source that was asked to open at `began`, and is open `now`.
    pub(super) fn new(began: Instant, now: Instant) -> Wait {
        Wait { began, heard: None, patience: Patience::new(now), under_way: false }
    }

    /// Begins to wait for the next packet. Returns how long it may take; `None` where it has been waited for
    /// already, and what came meanwhile belongs to other streams.
    pub(super) fn begin(&mut self, nature: Nature) -> Option<Duration> {
        (!std::mem::replace(&mut self.under_way, true)).then(|| self.limit(nature))
    }

    /// Has the next read begin to wait anew.
    pub(super) fn end(&mut self) {
        self.under_way = false;
    }

    /// Notes that a packet came.
    pub(super) fn came(&mut self, now: Instant) {
        self.end();
        match self.heard {
            Some(_) => self.patience.came(now),
            None => (self.heard, self.patience) = (Some(now), Patience::new(now)),
        }
    }

    /// Longest wait for the next packet of a source of this nature.
    fn limit(&self, nature: Nature) -> Duration {
        match nature {
            Nature::Recording | Nature::Bursts => nature.patience(),
            Nature::Live if self.heard.is_some() => self.patience.limit(),
            // What opening has taken is part of the wait for the first packet.
            Nature::Live => self.patience.limit().saturating_sub(self.began.elapsed()).max(READ_TIMEOUT),
        }
    }

    /// Time since the last packet came, or since the source was open.
    pub(super) fn quiet_for(&self) -> Duration {
        self.patience.quiet_for(Instant::now())
    }

    /// Time since the first packet came, or since the source was asked to open.
    pub(super) fn lasted(&self) -> Duration {
        self.heard.unwrap_or(self.began).elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_of_other_streams_do_not_extend_the_wait() {
        let now = Instant::now();
        let mut wait = Wait::new(now, now);
        assert!(wait.begin(Nature::Live).is_some());
        assert_eq!([wait.begin(Nature::Live), wait.begin(Nature::Live)], [None, None]);
        wait.came(now);
        assert!(wait.begin(Nature::Live).is_some(), "a packet of ours begins another");
        wait.end();
        assert_eq!(wait.begin(Nature::Recording), Some(Nature::Recording.patience()));
    }
}
