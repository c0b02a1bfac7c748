//! Has today's counts asked for where they are no longer new.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::ask::ask;
use crate::{frame::now_us, history::Calendar, transport::shared::Shared};

/// Time within which today's counts must be read: a disk that hangs costs them, and no answer.
const COUNTS_WITHIN: Duration = Duration::from_secs(1);

/// Asks history what has crossed a camera's lines today, if that was not asked a moment ago.
pub async fn renew(shared: &Shared, camera: &Arc<str>) {
    if !shared.today.is_due(camera, Instant::now()) {
        return;
    }
    let (name, now) = (Arc::clone(camera), now_us());
    let counts = ask(shared, move |history| history.counts_today(&name, now, &Calendar::system()));
    let counts = tokio::time::timeout(COUNTS_WITHIN, counts).await.ok().and_then(Result::ok);
    shared.today.note(camera, counts, Instant::now());
}
