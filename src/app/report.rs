//! The tasks that look and tell for as long as the server runs: how the camera fares, and which rungs are too
//! many.
//!
//! Each look is fenced: one that panics is counted, and the next one comes soon. What is told is decided in
//! `degraded`, what is merged by the encoder's `Merger`.

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
    hub::{CameraNow, Channel, Hub},
    nouns::state::CameraState,
    tools::{
        fence::{Fences, Panicked, Place},
        metrics::Metrics,
    },
};

/// Time between two reports to viewers while the camera's state stays the same.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// Time between two looks at the camera's state, by which its change reaches viewers late at most.
const STATE_LOOKED_AT_EVERY: Duration = Duration::from_millis(100);

/// Time until a look at the rungs that panicked is taken again.
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
            // The next look comes as soon behind one that panicked.
            let _ = fences.run(Place::Report, || {
                fences.trip(Place::Report);
                self.look(&mut told);
            });
            tokio::time::sleep(STATE_LOOKED_AT_EVERY).await;
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

/// Merges rungs while all that are wanted are too many for the processors. A merger that panicked is replaced
/// by a `fresh` one, which knows of nothing that is merged, so every rung is opened before it looks.
pub(super) async fn merge(hub: &Hub, fences: &Fences, fresh: impl Fn() -> Merger) -> Infallible {
    let mut merger = fresh();
    // True from a panic on until the rungs that the merger before had closed are open.
    let mut must_open = false;
    loop {
        let looked = fences.run(Place::Merge, || {
            fences.trip(Place::Merge);
            if must_open {
                hub.unmerge();
            }
            must_open = false;
            hub.merge(&mut merger, Instant::now());
        });
        let pause = match looked {
            Ok(()) => MERGE_EVERY,
            Err(Panicked) => {
                (merger, must_open) = (fresh(), true);
                AGAIN_AFTER
            }
        };
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cameras::Survey,
        encode::Encoder,
        nouns::quality::{Level, Rung, Tier},
    };

    #[test]
    fn rungs_that_a_merger_had_closed_are_opened_however_often_it_panics() {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("threads are to be had");
        let hub = Hub::new(pool.encoder(), metrics.clone(), 1);
        let channel = hub.add("main", (4, 4), Survey::default());
        let rung = |level| Rung { level: Level::at_or_below(level).expect("a level"), tier: Tier::Full };
        channel.merge(vec![(rung(60), rung(50))]);
        metrics.fences.arm(Place::Merge, 3, 1);
        let until_open = async {
            while !channel.condition().merged.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let merging = async {
            tokio::select! {
                never = merge(&hub, &metrics.fences, || Merger::new(1, 0.8)) => match never {},
                () = until_open => {}
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let opened = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), merging).await });
        pool.stop();
        assert!(opened.is_ok(), "viewers stay on rungs that are closed");
    }
}
