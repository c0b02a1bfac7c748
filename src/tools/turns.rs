//! Waiting for a turn among those who may do something at the same time, such as asking a disk.
//!
//! In go the turns that there are and how long to wait, out comes one of them. How many there are, and what
//! is said to who gets none, is the matter of whoever bounds something.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Waits for a turn, over when dropped; `None` where none is free `within` that time.
pub async fn turn(turns: &Arc<Semaphore>, within: Duration) -> Option<OwnedSemaphorePermit> {
    timeout(within, Arc::clone(turns).acquire_owned()).await.ok()?.ok()
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
            let (second, ()) = tokio::join!(turn(&turns, Duration::from_secs(60)), end);
            assert!(second.is_some(), "waits until the first is over");
            assert!(turn(&turns, Duration::ZERO).await.is_none(), "the second is not over");
        });
    }
}
