//! Has today's counts asked for where they are no longer new.

use std::sync::Arc;

use super::ask::ask;
use crate::{frame::now_us, history::Calendar, transport::shared::Shared};

/// Asks history what has crossed a camera's lines today, if that was not asked a moment ago; waits for the
/// answer, a second at most.
pub async fn renew(shared: &Shared, camera: &Arc<str>) {
    let counts = async {
        let (name, now) = (Arc::clone(camera), now_us());
        ask(shared, move |history| history.counts_today(&name, now, &Calendar::system())).await.ok()
    };
    shared.today.renew(camera, counts).await;
}
