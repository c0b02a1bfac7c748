//! The task that tells a camera's viewers how it fares, for as long as there is the camera.
//!
//! Each look is fenced: one that panics is counted, and the next one comes soon. What is told is decided in
//! `degraded`.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::degraded::{Degradations, Seen};
use crate::{
    analytics::{Health, Intake, Report as ModelsReport},
    capture::{Feed, Report},
    frame::now_us,
    history::History,
    hub::{CameraNow, Channel},
    news::{Desk, Item},
    nouns::{
        event::Event,
        state::{CameraState, Pulse},
    },
    tools::{
        fence::Place,
        metrics::{Gauge, Metrics},
    },
};

/// Time between two reports to viewers while the camera's state stays the same.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// Time between two looks at the camera's state: the most by which viewers learn late of its change.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Where a camera's frames are handed to its models; `None` while analytics are off.
pub(super) type IntakeSlot = Arc<Mutex<Option<Intake>>>;

/// Where a camera's rate is told; `None` while the camera is switched off: a rate of 0 would be that of a
/// camera which should have pictures.
pub(super) type RateSlot = Arc<Mutex<Option<Gauge>>>;

/// Tells viewers how a camera fares.
pub(super) struct Reporter {
    /// What is looked at.
    pub feed: Arc<Feed>,
    /// Who is told.
    pub channel: Arc<Channel>,
    /// How the models fare.
    pub intake: IntakeSlot,
    /// How it fares is told to viewers too.
    pub history: History,
    /// Where a model that is given up is told of, and each second how the camera fares.
    pub desk: Desk,
    /// Panics so far.
    pub metrics: Metrics,
    /// The camera's measured rate.
    pub rate: RateSlot,
}

/// What was told last.
#[derive(Default)]
struct Told {
    at: Option<Instant>,
    state: Option<CameraState>,
    degradations: Degradations,
    /// Models that are given up: the crowd model, the detector.
    failed: [bool; 2],
    /// What was logged of a model that is needed.
    needed: Option<&'static str>,
}

impl Reporter {
    /// Tells each second, and soon after the state changes.
    pub async fn report(self) -> Infallible {
        let fences = self.metrics.fences.clone();
        // Only what panics from now on is this camera's to tell.
        let degradations = Degradations::since(fences.panics(), Instant::now());
        let mut told = Told { degradations, ..Told::default() };
        loop {
            // The next look comes as soon behind one that panicked.
            let _ = fences.run(Place::Report, || {
                fences.trip(Place::Report);
                if let (Some(fps), Some(rate)) = (self.look(&mut told), &*self.rate.lock()) {
                    rate.set(fps);
                }
            });
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Tells what is due; returns the measured rate, frames a second, where something was told.
    fn look(&self, told: &mut Told) -> Option<f64> {
        let intake = self.intake.lock().clone();
        let models = intake.as_ref().map(Intake::report).unwrap_or_default();
        self.channel.expect_results(models.may_find());
        intake.iter().for_each(|intake| intake.watched(self.channel.viewers() > 0));
        self.tell_failures(&models, &mut told.failed);
        let Report { state, reason, fps, .. } = self.feed.report();
        // Before there are pictures, what the source lacks is what matters.
        if state == CameraState::Streaming {
            self.log_needed(&models, &mut told.needed);
        }
        let now = Instant::now();
        let due = told.at.is_none_or(|told| now.saturating_duration_since(told) >= STATUS_EVERY);
        if !due && told.state == Some(state) {
            return None;
        }
        let tells_people = models.tells_people;
        let seen = Seen {
            state,
            reason: reason.as_ref().map(|reason| reason.text.clone()),
            models,
            merged: self.channel.condition().merged.len(),
            panics: self.metrics.fences.panics(),
        };
        let degraded = told.degradations.step(&seen, now);
        let server_degraded = self.history.state().trouble().map(str::to_owned).into_iter().collect();
        self.channel.set_state(CameraNow { state, fps, reason, degraded, server_degraded });
        (told.at, told.state) = (Some(now), Some(state));
        self.desk.publish(self.channel.camera(), Item::Pulse(Pulse { at_us: now_us(), fps, tells_people }));
        Some(fps)
    }

    /// Logs which model is needed, where that was not logged last.
    fn log_needed(&self, models: &ModelsReport, logged: &mut Option<&'static str>) {
        let needed = models.needed();
        if let Some(sentence) = needed.filter(|_| *logged != needed) {
            // Who has one of the two models may well do without the other.
            let level = if models.may_find() { log::Level::Info } else { log::Level::Warn };
            log::log!(level, "camera {}: {sentence}", self.channel.camera());
        }
        *logged = needed;
    }

    /// Tells of models that were given up since the last look.
    fn tell_failures(&self, models: &ModelsReport, failed: &mut [bool; 2]) {
        for ((model, health), failed) in
            [("crowd", &models.crowd), ("detect", &models.detect)].into_iter().zip(failed)
        {
            let why = if let Health::Failed(why) = health { Some(why) } else { None };
            if let Some(reason) = why.filter(|_| !*failed) {
                let event = Event::ModelFailed { at_us: now_us(), model, reason: reason.clone() };
                self.desk.publish(self.channel.camera(), Item::Event(event));
            }
            *failed = why.is_some();
        }
    }
}
