//! Readers of the news: each has a place of its own, and loses the oldest where it is too slow.

use std::sync::Arc;

use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

use super::{item::News, notice::Notice, numbers::Mark};
use crate::tools::metrics::IntCounter;

/// A reader's place in all news.
pub struct Reader {
    pub(super) receiver: Receiver<News>,
    /// Counts what the reader was too slow for.
    pub(super) lost: IntCounter,
    /// News that the reader was too slow for and has not asked about.
    pub(super) missed: u64,
}

impl Reader {
    /// Waits for the next news; `None` once there is no desk any more. Losing a call to this, by being
    /// dropped while it waits, loses no news.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            match self.receiver.recv().await {
                Ok(news) => return Some(news),
                Err(RecvError::Lagged(missed)) => self.miss(missed),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Takes the next news of those that wait already.
    pub fn waiting(&mut self) -> Option<News> {
        loop {
            match self.receiver.try_recv() {
                Ok(news) => return Some(news),
                Err(TryRecvError::Lagged(missed)) => self.miss(missed),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    /// Returns how many news the reader was too slow for since this was asked last.
    pub fn take_missed(&mut self) -> u64 {
        std::mem::take(&mut self.missed)
    }

    fn miss(&mut self, missed: u64) {
        self.lost.inc_by(missed);
        self.missed += missed;
    }
}

/// A reader's place in the events of all cameras. What it misses it is told, so that it may look for that
/// elsewhere.
pub struct EventReader {
    pub(super) receiver: Receiver<Arc<Notice>>,
    /// Counts what the reader says is lost.
    pub(super) lost: IntCounter,
    /// Moment from which on the reader hears everything.
    pub(super) since: Mark,
    /// Events that were missed before the next one.
    pub(super) missed: u64,
}

/// An event that was heard.
#[derive(Debug)]
pub struct Heard {
    /// The event.
    pub notice: Arc<Notice>,
    /// Events that the reader was too slow for, right before this one.
    pub missed: u64,
}

impl EventReader {
    /// Returns the moment from which on everything is heard.
    pub fn since(&self) -> Mark {
        self.since
    }

    /// Waits for the next event; `None` once there is no desk any more. Losing a call to this, by being
    /// dropped while it waits, loses no event and no count.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.receiver.recv().await {
                Ok(notice) => return Some(Heard { notice, missed: std::mem::take(&mut self.missed) }),
                Err(RecvError::Lagged(missed)) => self.missed += missed,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Takes the next event of those that wait already.
    pub fn waiting(&mut self) -> Option<Heard> {
        loop {
            match self.receiver.try_recv() {
                Ok(notice) => return Some(Heard { notice, missed: std::mem::take(&mut self.missed) }),
                Err(TryRecvError::Lagged(missed)) => self.missed += missed,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    /// Counts events that were missed and are nowhere to be had.
    pub fn lose(&self, events: u64) {
        self.lost.inc_by(events);
    }
}
