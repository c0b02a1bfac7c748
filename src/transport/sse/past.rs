//! What history has of a gap, page by page: everything that was heard is written before the first page is
//! read.

use std::time::Duration;

use super::{gap::Gap, places::Streams};
use crate::{
    history::{HistoryError, StoredEvent},
    transport::{apart::apart, error::Problem, shared::Shared},
};

/// Events of a page, which a client holds while it takes them.
const PAGE: usize = 200;

/// Longest time that is waited until history has heard what the desk was handed: the task that hears does
/// nothing else.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// Some events of a gap.
pub struct Page {
    /// Events of all cameras, oldest first; none behind the last page.
    pub events: Vec<StoredEvent>,
    /// Whether all that was heard is written.
    pub written: bool,
}

/// Returns the next events of a gap; before the first, history writes what it has heard.
///
/// # Errors
/// No history, or one that cannot be read now.
pub async fn page(shared: &Shared, streams: &Streams, gap: &Gap) -> Result<Page, Problem> {
    let flush = !gap.begun;
    let turn = streams.turn().await.ok_or(HistoryError::Busy)?;
    let heard = !flush || {
        let hearing = shared.history.has_heard(gap.heard);
        tokio::time::timeout(HEARD_WITHIN, hearing).await.is_ok()
    };
    let (history, numbers) = (shared.history.clone(), (gap.after, gap.before));
    apart(move || {
        // Held until the disk has answered.
        let _turn = turn;
        // What cannot be written may be read all the same.
        let flushed = !flush || history.flush().is_ok();
        Ok(Page { events: history.events_between(numbers, PAGE)?, written: heard && flushed })
    })
    .await
}
