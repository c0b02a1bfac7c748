//! The tasks that look and tell for as long as the server runs: how the camera fares, and which rungs are too many.
//!
//! Each look is fenced: one that panics is counted, and the next one comes soon. What is told is decided in `degraded`, what is merged by
//! the encoder's `Merger`.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use super::degraded::{Degradations, Seen};
use crate::{
    analytics::Intake,
    capture::{Feed, Report},
    encode::{MERGE_EVERY, Merger},
    fence::{Fences, Panicked, Place},
    hub::{CameraNow, Channel, Hub},
    metrics::Metrics,
    protocol::CameraState,
};

/// Time between two reports to viewers while the camera's state stays the same.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// Time between two looks at the camera's state, by which its change reaches viewers late at most.
const STATE_LOOKED_AT_EVERY: Duration = Duration::from_millis(100);

/// Time until a look that panicked is taken again.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Tells viewers how a camera fares.
pub(super) struct Reporter {
    pub feed: Arc<Feed>,
    pub channel: Arc<Channel>,
    /// None where analytics are switched off.
    pub intake: Option<Intake>,
    pub metrics: Metrics,
}

/// What was told last.
#[derive(Default)]
struct Told {
    at: Option<Instant>,
    state: Option<CameraState>,
    degradations: Degradations,
}

impl Reporter {
    /// Tells each second, and soon after the state changes.
    pub async fn report(&self) -> Infallible {
        let fences = &self.metrics.fences;
        let mut told = Told::default();
        loop {
            let looked = fences.run(Place::Report, || {
                fences.trip(Place::Report);
                self.look(&mut told);
            });
            let pause = if looked.is_ok() { STATE_LOOKED_AT_EVERY } else { AGAIN_AFTER };
            tokio::time::sleep(pause).await;
        }
    }

    fn look(&self, told: &mut Told) {
        let Report { state, reason, fps, .. } = self.feed.report();
        let now = Instant::now();
        let due = told.at.is_none_or(|told| now.saturating_duration_since(told) >= STATUS_EVERY);
        if !due && told.state == Some(state) {
            return;
        }
        let seen = Seen {
            state,
            reason: reason.as_ref().map(|reason| reason.text.clone()),
            models: self.intake.as_ref().map(Intake::report).unwrap_or_default(),
            merged: self.channel.condition().merged.len(),
            panics: self.metrics.fences.panics(),
        };
        let degraded = told.degradations.step(&seen, now);
        self.channel.set_state(CameraNow { state, fps, reason, degraded });
        self.metrics.capture_fps.set(fps);
        (told.at, told.state) = (Some(now), Some(state));
    }
}

/// Merges rungs while all that are wanted are too many for the processors. A merger that panicked is replaced by a `fresh` one, which
/// knows of nothing that is merged, so nothing is.
pub(super) async fn merge(hub: &Hub, fences: &Fences, fresh: impl Fn() -> Merger) -> Infallible {
    let mut merger = fresh();
    loop {
        let looked = fences.run(Place::Merge, || {
            fences.trip(Place::Merge);
            hub.merge(&mut merger, Instant::now());
        });
        let pause = match looked {
            Ok(()) => MERGE_EVERY,
            Err(Panicked) => {
                merger = fresh();
                // Counted as well where it panics; viewers then stay where they are until something else is merged.
                let _ = fences.run(Place::Merge, || hub.unmerge());
                AGAIN_AFTER
            }
        };
        tokio::time::sleep(pause).await;
    }
}
