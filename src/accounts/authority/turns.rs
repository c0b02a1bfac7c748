//! Turns at having a password looked at: one at a time, and few who wait for theirs.
//!
//! Whoever guesses from many addresses takes no more than one processor, and no place from those who were
//! right before.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{accounts::error::LoginError, tools::turns::turn};

/// Logins that wait for a turn. Each takes some 30 ms, so that with [`KEPT`] the last one waits for less than
/// a second.
const QUEUE: usize = 16;

/// Logins that wait beside them, of addresses from which somebody was right before.
const KEPT: usize = 8;

/// Longest time that a login waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(5);

/// Who may have a password looked at: it takes 19 MiB and a processor.
pub(super) struct Turns {
    one: Arc<Semaphore>,
    queue: Semaphore,
    kept: Semaphore,
}

/// The turn of a login whose password may be looked at.
pub struct Turn {
    _place: OwnedSemaphorePermit,
}

impl Default for Turns {
    fn default() -> Self {
        Turns { one: Arc::new(Semaphore::new(1)), queue: Semaphore::new(QUEUE), kept: Semaphore::new(KEPT) }
    }
}

impl Turns {
    /// Waits for a turn, at a place of its own where somebody was right before from that address and all
    /// others are taken.
    ///
    /// # Errors
    /// [`LoginError::Busy`], at once where many wait, and after 5 s at the latest.
    pub(super) async fn take(&self, was_right: bool) -> Result<Turn, LoginError> {
        // Held while waiting.
        let _waiting = match self.queue.try_acquire() {
            Ok(place) => place,
            Err(_) if was_right => self.kept.try_acquire().map_err(|_| LoginError::Busy)?,
            Err(_) => return Err(LoginError::Busy),
        };
        let place = turn(&self.one, TURN_WITHIN).await.ok_or(LoginError::Busy)?;
        Ok(Turn { _place: place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_wait_for_one_turn_and_who_was_right_before_has_a_place_beside_them() {
        let turns = Arc::new(Turns::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let wait = |was_right| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move { turns.take(was_right).await.is_ok() })
            };
            let first = turns.take(false).await.expect("nobody was before");
            let mut waiting: Vec<_> = (0..QUEUE).map(|_| wait(false)).collect();
            tokio::task::yield_now().await;
            assert!(matches!(turns.take(false).await, Err(LoginError::Busy)));
            waiting.extend((0..KEPT).map(|_| wait(true)));
            tokio::task::yield_now().await;
            assert!(matches!(turns.take(true).await, Err(LoginError::Busy)));
            assert_eq!(turns.one.available_permits(), 0);
            assert!(waiting.iter().all(|one| !one.is_finished()), "one at a time");
            drop(first);
            for one in waiting {
                assert!(one.await.expect("does not panic"), "everybody who waits has a turn");
            }
        });
    }
}
