//! Questions to history: on a thread that may wait, and as many at once as the disk may keep busy. More wait
//! for their turn, a moment.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    history::{History, HistoryError},
    transport::{apart::apart, error::Problem, shared::Shared},
};

/// Longest time that a request waits for its turn: a page asks many things at once, each of which takes
/// milliseconds.
const TURN_WITHIN: Duration = Duration::from_secs(2);

/// Waits for a turn among as many as `turns` bounds, over when dropped.
///
/// # Errors
/// [`HistoryError::Busy`] where that takes too long.
pub async fn turn(turns: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, HistoryError> {
    turn_within(TURN_WITHIN, turns).await
}

/// Waits for a turn for at most `longest`.
async fn turn_within(longest: Duration, turns: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, HistoryError> {
    let turn = timeout(longest, turns.acquire_owned()).await;
    turn.ok().and_then(Result::ok).ok_or(HistoryError::Busy)
}

/// Asks history.
///
/// # Errors
/// What history says, or that too many ask.
pub fn ask<T, Q>(shared: &Shared, question: Q) -> impl Future<Output = Result<T, Problem>> + use<T, Q>
where
    T: Send + 'static,
    Q: FnOnce(&History) -> Result<T, HistoryError> + Send + 'static,
{
    let history = shared.history.clone();
    let fences = shared.metrics.fences.clone();
    let questions = Arc::clone(&shared.questions);
    async move {
        let permit = turn(questions).await?;
        apart(&fences, move || {
            // Held until the disk has answered, so that one that hangs does not take every thread.
            let _permit = permit;
            question(&history).map_err(Problem::from)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_while_all_turns_are_taken_waits_for_one_and_not_for_ever() {
        let turns = Arc::new(Semaphore::new(1));
        let first = Arc::clone(&turns).try_acquire_owned().expect("is free");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let end = async {
                tokio::task::yield_now().await;
                drop(first);
            };
            let (second, ()) = tokio::join!(turn(Arc::clone(&turns)), end);
            assert!(second.is_ok(), "waits until the first is over");
            let third = turn_within(Duration::ZERO, Arc::clone(&turns)).await;
            assert!(matches!(third, Err(HistoryError::Busy)), "the second is not over");
        });
    }
}
