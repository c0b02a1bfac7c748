//! Work that may wait, for a disk, a camera or a lock, on a thread that serves nobody.

use std::future::Future;

use actix_web::web;

use super::error::Problem;

/// Does something on a thread that may wait.
///
/// # Errors
/// What the work says, or that it panicked.
pub(super) fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> impl Future<Output = Result<T, Problem>> {
    let working = web::block(work);
    async {
        let fault = |_| Problem::Internal("a fault of this program; its log says more".to_owned());
        working.await.map_err(fault)?
    }
}
