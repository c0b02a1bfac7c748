//! What history has of a gap, page by page: everything that was heard is written before the first page is
//! read.

use std::time::Duration;

use tokio::time::timeout;

use super::{gap::Gap, places::Streams};
use crate::{
    history::{HistoryError, Stretch, StretchQuery},
    transport::{apart::apart, error::Problem, shared::Shared},
};

/// Events of a page, which a client holds while it takes them.
const PAGE: usize = 200;

/// Longest time that is waited for a database that is being opened: right after the start, and where the disk
/// is slow or much has to be recovered.
const OPENED_WITHIN: Duration = Duration::from_secs(10);

/// Longest time that is waited until history has heard what the desk was handed: the task that hears does
/// nothing else.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// Some events of a gap.
pub struct Page {
    /// The next of them, of the camera that is asked for.
    pub stretch: Stretch,
    /// Whether history has all of the gap, for all that it knows.
    pub whole: bool,
}

/// Returns the next events of a gap, those of one camera or of all; before the first, history writes what it
/// has heard.
///
/// # Errors
/// No history, or one that cannot be read now.
pub async fn page(
    shared: &Shared,
    streams: &Streams,
    gap: &Gap,
    camera: Option<&str>,
) -> Result<Page, Problem> {
    let is_first = !gap.begun;
    if is_first {
        // Without a database the page says what is wrong.
        let _ = timeout(OPENED_WITHIN, shared.history.tried()).await;
    }
    let turn = streams.turn().await.ok_or(HistoryError::Busy)?;
    let heard = !is_first || timeout(HEARD_WITHIN, shared.history.has_heard(gap.heard)).await.is_ok();
    let (history, camera) = (shared.history.clone(), camera.map(str::to_owned));
    let (after, before, counts_all) = (gap.after, gap.before, gap.is_counted());
    apart(&shared.metrics.fences, move || {
        // Held until the disk has answered.
        let _turn = turn;
        // What cannot be written may be read all the same.
        let flushed = !is_first || history.flush().is_ok();
        let query = StretchQuery { camera: camera.as_deref(), after, before, limit: PAGE, counts_all };
        let stretch = history.stretch(&query)?;
        // Asked behind each page: a database may be moved aside between two of them.
        let lacks = history.newest_lost() > after;
        Ok(Page { stretch, whole: heard && flushed && !lacks })
    })
    .await
}
