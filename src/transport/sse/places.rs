//! How many streams of events there may be, and how many of them may ask history at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{tools::turns::turn, transport::limits::Shares};

/// Most streams at once. Each holds some kilobytes, and what its socket is taking.
const MOST_STREAMS: usize = 100;

/// Most of them of one address or one credential: a quarter.
const STREAMS_EACH: usize = MOST_STREAMS / 4;

/// Most streams that ask history at once, so that after a restart, when all come again, other questions are
/// answered too.
const MOST_QUESTIONS: usize = 2;

/// Longest time that a stream waits for its turn: that of all streams behind a busy disk.
const TURN_WITHIN: Duration = Duration::from_secs(10);

/// Bounds streams.
pub struct Streams {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    /// Which of the places one address or one credential may have.
    pub shares: Shares,
}

impl Default for Streams {
    fn default() -> Self {
        let [places, turns] = [MOST_STREAMS, MOST_QUESTIONS].map(|most| Arc::new(Semaphore::new(most)));
        Streams { places, turns, shares: Shares::new(STREAMS_EACH) }
    }
}

impl Streams {
    /// Takes a place, free again when dropped; `None` where all are taken.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Waits for the turn to ask history, over when dropped; `None` where that takes too long.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        turn(&self.turns, TURN_WITHIN).await
    }
}
