//! Questions to history: on a thread that may wait, and as many at once as the disk may keep busy.

use std::{future::Future, sync::Arc};

use crate::{
    history::{History, HistoryError},
    transport::{apart::apart, error::Problem, shared::Shared},
};

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
    let permit = Arc::clone(&shared.questions).try_acquire_owned();
    async move {
        let permit = permit.map_err(|_| HistoryError::Busy)?;
        apart(&fences, move || {
            // Held until the disk has answered, so that one that hangs does not take every thread.
            let _permit = permit;
            question(&history).map_err(Problem::from)
        })
        .await
    }
}
