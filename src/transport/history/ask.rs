//! Questions to history: on a thread that may wait, and as many at once as the disk may keep busy. More wait
//! for their turn, a moment.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    history::{History, HistoryError},
    tools::turns,
    transport::{apart::apart, error::Problem, shared::Shared},
};

/// Longest time that a request waits for its turn: a page asks many things at once, each of which takes
/// milliseconds.
const TURN_WITHIN: Duration = Duration::from_secs(2);

/// Waits for a turn among as many as `turns` bounds, over when dropped.
///
/// # Errors
/// [`HistoryError::Busy`] where that takes too long.
pub async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, HistoryError> {
    turns::turn(turns, TURN_WITHIN).await.ok_or(HistoryError::Busy)
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
        let permit = turn(&questions).await?;
        apart(&fences, move || {
            // Held until the disk has answered, so that one that hangs does not take every thread.
            let _permit = permit;
            question(&history).map_err(Problem::from)
        })
        .await
    }
}
