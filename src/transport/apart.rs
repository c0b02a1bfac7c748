//! Work that may wait, for a disk, a camera or a lock, on a thread that serves nobody.

use std::future::Future;

use actix_web::web;

use super::error::Problem;
use crate::tools::fence::{Fences, Place};

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

/// What is answered where work has panicked.
pub(super) fn fault() -> Problem {
    Problem::Internal("a fault of this program; its log says more".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::metrics::Metrics;

    #[actix_web::test]
    async fn work_that_panics_is_counted_and_answered() {
        let metrics = Metrics::new().expect("metrics");
        let failed = apart(&metrics.fences, || -> Result<(), Problem> { panic!("as a test wants it") }).await;
        assert!(matches!(failed, Err(Problem::Internal(_))));
        assert_eq!(metrics.fences.panics().iter().sum::<u64>(), 1);
        assert!(apart(&metrics.fences, || Ok(7)).await.is_ok_and(|seven| seven == 7));
    }
}
