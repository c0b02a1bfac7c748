//! Work that may wait, for a disk, a camera or a lock, on a thread that serves nobody.

use std::future::Future;

use actix_web::{rt, web};
use tokio::sync::oneshot;

use super::error::Problem;
use crate::tools::{
    fence::{Fences, Place},
    threads::{Role, spawn},
};

/// Does something on a thread that may wait, behind the fence of requests.
///
/// # Errors
/// What the work says, or that it panicked.
pub(super) fn apart<T, W>(fences: &Fences, work: W) -> impl Future<Output = Result<T, Problem>> + use<T, W>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, Problem> + Send + 'static,
{
    let fences = fences.clone();
    let working = web::block(move || fences.run(Place::Request, work).map_err(|_| fault())?);
    async { working.await.map_err(|_| fault())? }
}

/// Does something that keeps a processor busy on a thread of its own, less urgent than those that make
/// pictures, behind the fence of requests; to its end, also where nobody waits for it any more.
///
/// # Errors
/// What the work says, that it panicked, or that the system has no thread left.
pub(super) fn aside<T, W>(fences: &Fences, work: W) -> impl Future<Output = Result<T, Problem>> + use<T, W>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, Problem> + Send + 'static,
{
    let (fences, (done, is_done)) = (fences.clone(), oneshot::channel());
    let started = spawn(Role::History, "aside", move || {
        // Whoever waited may have gone.
        let _ = done.send(fences.run(Place::Request, work));
    });
    async move {
        if let Err(error) = started {
            log::error!("a request has no thread: {error}");
            return Err(fault());
        }
        is_done.await.map_err(|_| fault())?.map_err(|_| fault())?
    }
}

/// Waits for work that goes on to its end, also where nobody waits for it any more: whoever asked for a
/// change may have hung up by the time it is made.
///
/// # Errors
/// What the work says, or that it panicked.
pub(super) async fn to_its_end<T: 'static>(
    work: impl Future<Output = Result<T, Problem>> + 'static,
) -> Result<T, Problem> {
    rt::spawn(work).await.unwrap_or_else(|_| Err(fault()))
}

/// What is answered where work has panicked.
pub(super) fn fault() -> Problem {
    Problem::Internal("a fault of this program; its log says more".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::tools::metrics::Metrics;

    #[actix_web::test]
    async fn what_has_begun_ends_where_nobody_waits_for_it() {
        let ((go, goes), (done, is_done)) = (oneshot::channel(), oneshot::channel());
        let mut waiting = Box::pin(to_its_end(async move {
            let went: Result<u8, _> = goes.await;
            // Whoever asks is below.
            let _ = done.send(went.unwrap_or_default());
            Ok(())
        }));
        assert!(timeout(Duration::ZERO, &mut waiting).await.is_err(), "has begun");
        drop(waiting);
        go.send(7).expect("goes on");
        assert_eq!(is_done.await.unwrap_or_default(), 7);
    }

    #[actix_web::test]
    async fn work_that_panics_is_counted_and_answered() {
        let metrics = Metrics::new().expect("metrics");
        let failed = apart(&metrics.fences, || -> Result<(), Problem> { panic!("as a test wants it") }).await;
        assert!(matches!(failed, Err(Problem::Internal(_))));
        let failed = aside(&metrics.fences, || -> Result<(), Problem> { panic!("as a test wants it") }).await;
        assert!(matches!(failed, Err(Problem::Internal(_))));
        assert_eq!(metrics.fences.panics().iter().sum::<u64>(), 2);
        assert!(apart(&metrics.fences, || Ok(7)).await.is_ok_and(|seven| seven == 7));
        assert!(aside(&metrics.fences, || Ok(7)).await.is_ok_and(|seven| seven == 7));
    }
}
