//! One camera: its source, its viewers and its models, connected; changed while viewers watch, and taken
//! down.
//!
//! The composition root of a camera, as `app` is the program's. What is done with frames, results and viewers
//! belongs to the stages.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    report::{IntakeSlot, RateSlot, Reporter},
    settings::CameraSettings,
};
use crate::{
    analytics::{Analytics, AnalyticsSettings, Report as ModelsReport, Workshop},
    cameras::Survey,
    capture::{Capture, Feed, Sinks},
    encode::Encoder,
    history::History,
    hub::{Audiences, Channel},
    news::{Desk, Item},
    nouns::{event::Event, rule::Rule},
    tools::{fence::Around, metrics::Metrics},
};

/// What all cameras share. Cloning shares it.
#[derive(Clone)]
pub struct Stages {
    /// Encodes frames.
    pub encoder: Encoder,
    /// Gets finished frames.
    pub audiences: Arc<Audiences>,
    /// Takes results and events.
    pub desk: Desk,
    /// Keeps what cameras saw; viewers are told where it does not.
    pub history: History,
    /// What models share.
    pub workshop: Workshop,
    /// Counts.
    pub metrics: Metrics,
    /// Runs the task that reports.
    pub runtime: Handle,
}

/// A running camera.
pub struct Camera {
    feed: Arc<Feed>,
    channel: Arc<Channel>,
    intake: IntakeSlot,
    rate: RateSlot,
    /// Guards what somebody is told of the camera; held for a moment, since requests and the thread that
    /// looks for what is to be told ask while the camera is being changed.
    rules: Mutex<Arc<[Rule]>>,
    reporting: AbortHandle,
    /// Guards what runs; held by whoever changes the camera, never by a frame or a viewer.
    running: Mutex<Running>,
}

/// What runs, and what it was started with.
struct Running {
    settings: CameraSettings,
    /// `None` from the stop on: nothing may be started any more.
    capture: Option<Capture>,
    /// `None` while analytics are off.
    models: Option<Models>,
}

/// A camera's models at work.
struct Models {
    analytics: Analytics,
    /// False once they were stopped: a model that was left behind may finish a frame of a camera that is
    /// gone.
    may_publish: Arc<AtomicBool>,
}

impl Camera {
    /// Starts a camera whose frames' numbers go on behind `last_number`.
    ///
    /// # Errors
    /// Where no thread can be started. A source that cannot be opened is no error: viewers are told.
    pub(super) fn start(settings: CameraSettings, last_number: u64, stages: &Stages) -> io::Result<Camera> {
        let name = &*settings.name;
        let channel = stages.audiences.add(name, settings.source.wish.size, settings.survey.clone());
        stages.encoder.admit(channel.camera());
        let (intake, rate) = (IntakeSlot::default(), RateSlot::default());
        let feed = Arc::new(Feed::new(name, last_number, &stages.metrics, sinks(&channel, &intake, stages)));
        let capture =
            Capture::start(Arc::clone(&feed), settings.source.clone(), settings.on, stages.metrics.clone());
        let capture = capture.inspect_err(|_| stages.forget(name))?;
        let reporter = Reporter {
            feed: Arc::clone(&feed),
            channel: Arc::clone(&channel),
            intake: Arc::clone(&intake),
            history: stages.history.clone(),
            desk: stages.desk.clone(),
            metrics: stages.metrics.clone(),
            rate: Arc::clone(&rate),
        };
        let reporting = stages.runtime.spawn(async { match reporter.report().await {} }).abort_handle();
        let (is_on, rules) = (settings.on, Mutex::new(Arc::from(&*settings.rules)));
        let running = Mutex::new(Running { settings, capture: Some(capture), models: None });
        let camera = Camera { feed, channel, intake, rate, rules, reporting, running };
        camera.measure(is_on, stages);
        // The lock is let go before anything is taken down, which takes it again.
        let analysed = Around::here().run(|| camera.analyse(&mut camera.running.lock(), stages));
        let fault = |_| Err(io::Error::other("a fault of this program; its log says more"));
        match analysed.unwrap_or_else(fault) {
            Ok(()) => Ok(camera),
            Err(error) => {
                camera.take_down(stages);
                Err(error)
            }
        }
    }

    /// The camera's name.
    pub fn name(&self) -> &Arc<str> {
        self.channel.camera()
    }

    /// The camera's viewers, and how it fares.
    pub fn channel(&self) -> &Arc<Channel> {
        &self.channel
    }

    /// The camera's pictures as they are captured.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// How the camera's models fare.
    pub fn models(&self) -> ModelsReport {
        // Cloned out: a model's thread, of the lowest priority, may hold what the report looks at.
        let intake = self.intake.lock().clone();
        intake.map(|intake| intake.report()).unwrap_or_default()
    }

    /// Tells whether models look at the camera, or will once they are loaded.
    pub fn is_analysed(&self) -> bool {
        self.intake.lock().is_some()
    }

    /// Takes other settings over: what is the same goes on undisturbed, and viewers stay. Does nothing where
    /// the camera has been stopped.
    ///
    /// # Errors
    /// Where no thread for the models can be started; the source has been changed by then, and the models are
    /// off until another change.
    pub(super) fn change(&self, settings: CameraSettings, stages: &Stages) -> io::Result<()> {
        let mut running = self.running.lock();
        if running.capture.is_none() {
            return Ok(());
        }
        let before = std::mem::replace(&mut running.settings, settings);
        let now = &running.settings;
        *self.rules.lock() = Arc::from(&*now.rules);
        if let Some(capture) = running.capture.as_ref().filter(|_| before.source != now.source) {
            capture.change(now.source.clone());
            if before.source.is_reopened_for(&now.source) {
                running.models.iter().for_each(|models| models.analytics.start_anew());
            }
        }
        if let Some(capture) = running.capture.as_ref().filter(|_| before.on != now.on) {
            capture.switch(now.on);
            self.measure(now.on, stages);
        }
        if before.survey != now.survey {
            self.channel.set_survey(now.survey.clone());
            running.models.iter().for_each(|models| models.analytics.set_survey(now.survey.clone()));
        }
        if before.models() != now.models() {
            self.stop_models(&mut running);
            let analysed = self.analyse(&mut running, stages);
            if analysed.is_err() {
                // So that the same change can be asked for again.
                running.settings.analytics = None;
            }
            return analysed;
        }
        Ok(())
    }

    /// The camera's source, where that is a file, also while it is switched off.
    pub(super) fn source_file(&self) -> Option<PathBuf> {
        let running = self.running.lock();
        running.settings.source.address.file().map(Path::to_owned)
    }

    /// Gives the camera's source up, a file that somebody has deleted.
    pub(super) fn give_up_file(&self) {
        if let Some(capture) = &self.running.lock().capture {
            capture.give_up_file();
        }
    }

    /// What the camera is like now: without analytics where its models could not be started.
    pub(super) fn settings(&self) -> CameraSettings {
        self.running.lock().settings.clone()
    }

    /// What somebody is told of the camera.
    pub fn rules(&self) -> Arc<[Rule]> {
        Arc::clone(&self.rules.lock())
    }

    /// Stops everything and waits until the source is released. Viewers are not told.
    pub(super) fn stop(&self) {
        let mut running = self.running.lock();
        if let Some(capture) = running.capture.take() {
            capture.stop();
        }
        self.stop_models(&mut running);
        self.reporting.abort();
    }

    /// Stops everything and leaves nothing behind. Viewers are told that the camera is gone.
    pub(super) fn take_down(&self, stages: &Stages) {
        stages.audiences.remove(self.name());
        self.stop();
        stages.forget(self.name());
    }

    /// Has a series of the camera's rate while it is on. Called by whoever starts the camera or holds what
    /// runs, so that no series begins behind the camera's end.
    fn measure(&self, is_on: bool, stages: &Stages) {
        let (rates, labels) = (&stages.metrics.capture_fps, [&**self.name()]);
        let mut rate = self.rate.lock();
        *rate = is_on.then(|| rates.with_label_values(&labels));
        if !is_on {
            // There was none where it is off from the start.
            let _ = rates.remove_label_values(&labels);
        }
    }

    fn stop_models(&self, running: &mut Running) {
        *self.intake.lock() = None;
        if let Some(Models { analytics, may_publish }) = running.models.take() {
            may_publish.store(false, Ordering::Relaxed);
            analytics.stop();
        }
    }

    /// Starts the models, where there are any.
    fn analyse(&self, running: &mut Running, stages: &Stages) -> io::Result<()> {
        let Some(settings) = running.settings.models() else { return Ok(()) };
        let survey = running.settings.survey.clone();
        let models = start_models(&settings, survey, self.name(), stages)?;
        let intake = models.analytics.intake();
        let report = intake.report();
        *self.intake.lock() = Some(intake);
        running.models = Some(models);
        self.channel.expect_results(report.may_find());
        Ok(())
    }
}

impl Stages {
    /// Tells of something that was done to a camera.
    pub(super) fn tell(&self, camera: &Camera, event: Event) {
        self.desk.publish(camera.name(), Item::Event(event));
    }

    /// Forgets everything about a camera that has stopped.
    fn forget(&self, camera: &str) {
        self.audiences.remove(camera);
        self.encoder.forget(camera);
        // Last of all: nothing counts any more.
        self.metrics.forget(camera);
    }
}

/// Where a camera's frames and events go.
fn sinks(channel: &Arc<Channel>, intake: &IntakeSlot, stages: &Stages) -> Sinks {
    let (encoder, intake) = (stages.encoder.clone(), Arc::clone(intake));
    let (camera, desk) = (Arc::clone(channel.camera()), stages.desk.clone());
    let name = Arc::clone(&camera);
    Sinks {
        on_frame: Box::new(move |frame| {
            encoder.offer(&camera, frame);
            // Whoever holds it exchanges the models; a frame waits for nobody.
            if let Some(intake) = intake.try_lock().as_deref().and_then(Option::as_ref) {
                intake.offer(frame);
            }
        }),
        on_event: Box::new(move |event| desk.publish(&name, Item::Event(event))),
    }
}

/// Starts a camera's models, whose results become news.
fn start_models(
    analytics: &AnalyticsSettings,
    survey: Survey,
    camera: &Arc<str>,
    stages: &Stages,
) -> io::Result<Models> {
    let (camera, desk) = (Arc::clone(camera), stages.desk.clone());
    let may_publish = Arc::new(AtomicBool::new(true));
    let is_wanted = Arc::clone(&may_publish);
    let on_result = move |result, events: Vec<_>| {
        if !is_wanted.load(Ordering::Relaxed) {
            return;
        }
        desk.publish(&camera, Item::Result(Arc::new(result)));
        events.into_iter().for_each(|event| desk.publish(&camera, Item::Event(event)));
    };
    let analytics = Analytics::start(analytics, survey, &stages.workshop, Box::new(on_result))?;
    Ok(Models { analytics, may_publish })
}
