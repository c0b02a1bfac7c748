//! The analytics thread: newest frame in, one result after the other out, and how the models fare.
//!
//! Detection runs on every frame that the thread gets to; the crowd model on one of its own a few times a second, so that neither
//! makes the other's result old. What is new between two results is skipped; slates are ignored.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{
    AnalyticsSettings, OnFindings,
    crowd::{CrowdModel, Density},
    detect::{Detection, Detector},
    engine::EngineError,
    follow::{Followed, Follower},
    ground::Ground,
    risk::Risk,
};
use crate::{
    frame::{Frame, now_us},
    metrics::Metrics,
    protocol::{Analytics, Crowd, Event, LineCount, RiskLevel, Timings, ZoneCount},
};

/// Time between two counts of the crowd, from start to start: crowds change slowly.
const CROWD_EVERY: Duration = Duration::from_millis(350);

/// Time between two results, from start to start: more often than this helps no track, and heats the machine.
const RESULT_EVERY: Duration = Duration::from_millis(66);

/// A model that fails this often in a row is not asked again.
const MOST_FAILURES: u32 = 20;

/// The hand-off to the thread: the newest frame or none.
#[derive(Default)]
pub(super) struct Inbox {
    /// Guards the newest frame and whether the thread is to end; held for a few instructions.
    newest: Mutex<(Option<Arc<Frame>>, bool)>,
    /// Signalled when either changes.
    ready: Condvar,
}

impl Inbox {
    /// A new frame; one that waits is replaced. Called by the capture thread, which must never wait for a thread of the lowest
    /// priority: while that one has the lock, the frame is passed over.
    pub fn put(&self, frame: &Arc<Frame>) {
        let Some(mut newest) = self.newest.try_lock() else { return };
        let replaced = newest.0.replace(Arc::clone(frame));
        drop(newest);
        self.ready.notify_one();
        // Freed by nobody who holds the lock.
        drop(replaced);
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.newest.lock().1 = true;
        self.ready.notify_all();
    }

    /// Waits for a frame, from `earliest` on; `None` at the end.
    fn take(&self, earliest: Instant) -> Option<Arc<Frame>> {
        let mut newest = self.newest.lock();
        loop {
            if newest.1 {
                return None;
            }
            if Instant::now() < earliest {
                self.ready.wait_until(&mut newest, earliest);
                continue;
            }
            match newest.0.take() {
                Some(frame) => return Some(frame),
                None => self.ready.wait(&mut newest),
            }
        }
    }
}

/// How a model fares.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Health {
    /// Not asked for.
    #[default]
    Off,
    /// Being loaded.
    Loading,
    /// At work.
    Running,
    /// Given up, and why.
    Failed(String),
}

/// How both models fare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The crowd model.
    pub crowd: Health,
    /// The detector.
    pub detect: Health,
}

/// A model that may fail.
struct Fallible<M> {
    model: Option<M>,
    failures: u32,
}

impl<M> Fallible<M> {
    /// What `ask` gets out of the model; nothing where it failed or there is none. The health changes when it is given up.
    fn ask<T>(&mut self, health: &mut Health, ask: impl FnOnce(&M) -> Result<T, EngineError>) -> Option<T> {
        match ask(self.model.as_ref()?) {
            Ok(result) => {
                self.failures = 0;
                Some(result)
            }
            Err(error) => {
                self.failures += 1;
                log::debug!("{error}");
                if self.failures >= MOST_FAILURES {
                    log::error!("{error}; it failed {MOST_FAILURES} times in a row and is not asked again");
                    *health = Health::Failed(error.to_string());
                    self.model = None;
                }
                None
            }
        }
    }
}

/// One camera's analytics.
pub(super) struct Worker {
    settings: AnalyticsSettings,
    metrics: Metrics,
    on_findings: OnFindings,
    /// Guards what is told about the models; held to copy it.
    report: Arc<Mutex<Report>>,
    crowd: Fallible<CrowdModel>,
    detector: Fallible<Detector>,
    follower: Follower,
    risk: Option<Risk>,
    shown_risk: RiskLevel,
    zones: Vec<ZoneCount>,
    counts: BTreeMap<String, usize>,
    clock: Clock,
}

/// Capture times that never go back, whatever somebody does to the clock of the machine.
#[derive(Default)]
struct Clock {
    last: Duration,
    ahead: Duration,
}

impl Clock {
    /// How far a frame's time may go on after the clock was set back.
    const STEP: Duration = Duration::from_millis(30);

    /// The time of a frame captured at `captured_us`.
    fn time(&mut self, captured_us: u64) -> Duration {
        let mut time = Duration::from_micros(captured_us) + self.ahead;
        if time < self.last {
            self.ahead += self.last - time + Self::STEP;
            time = self.last + Self::STEP;
        }
        self.last = time;
        time
    }
}

impl Worker {
    /// A worker whose models are not loaded yet.
    pub fn new(settings: AnalyticsSettings, metrics: Metrics, on_findings: OnFindings, report: Arc<Mutex<Report>>) -> Self {
        let follower = Follower::new(&settings.survey, settings.confidence);
        Worker {
            settings,
            metrics,
            on_findings,
            report,
            crowd: Fallible { model: None, failures: 0 },
            detector: Fallible { model: None, failures: 0 },
            follower,
            risk: None,
            shown_risk: RiskLevel::Low,
            zones: Vec::new(),
            counts: BTreeMap::new(),
            clock: Clock::default(),
        }
    }

    /// Loads the models and works until the inbox is stopped, or until no model is left.
    pub fn run(mut self, inbox: &Inbox) {
        self.load();
        let mut crowd_due = Instant::now();
        let mut earliest = Instant::now();
        while self.crowd.model.is_some() || self.detector.model.is_some() {
            let Some(frame) = inbox.take(earliest) else { return };
            if frame.slate {
                continue;
            }
            let began = Instant::now();
            earliest = began + RESULT_EVERY;
            // The crowd's turn comes on a frame of its own, so that boxes do not wait for it.
            if self.crowd.model.is_some() && (began >= crowd_due || self.detector.model.is_none()) {
                self.count(&frame);
                // A model that takes long leaves as much time to the detector.
                crowd_due = (began + CROWD_EVERY).max(Instant::now() + began.elapsed());
                // Boxes come next, without a pause.
                earliest = if self.detector.model.is_some() { Instant::now() } else { crowd_due };
            } else {
                self.detect(&frame);
            }
        }
        (self.on_findings)(None, Vec::new());
    }

    fn load(&mut self) {
        fn tried<M>(
            path: Option<&std::path::PathBuf>,
            load: impl FnOnce(&std::path::Path) -> Result<M, EngineError>,
        ) -> (Option<M>, Health) {
            match path.map(|path| load(path)) {
                None => (None, Health::Off),
                Some(Ok(model)) => (Some(model), Health::Running),
                Some(Err(error)) => {
                    log::error!("{error}; the pictures go on without it");
                    (None, Health::Failed(error.to_string()))
                }
            }
        }
        let settings = &self.settings;
        let (crowd, crowd_health) = tried(settings.crowd_model.as_ref(), CrowdModel::load);
        let (detector, detect_health) =
            tried(settings.detect_model.as_ref(), |path| Detector::load(path, settings.detector_settings()));
        self.crowd.model = crowd;
        self.detector.model = detector;
        *self.report.lock() = Report { crowd: crowd_health, detect: detect_health };
    }

    fn count(&mut self, frame: &Frame) {
        let began = Instant::now();
        let mut health = self.report.lock().crowd.clone();
        let density = self.crowd.ask(&mut health, |model| model.count(&frame.picture));
        self.report.lock().crowd = health;
        let Some(density) = density else { return };
        let (crowd, events) = self.judged(frame, &density);
        let crowd_ms = self.timed("crowd", began);
        let timings = Timings { crowd: Some(crowd_ms), ..Timings::default() };
        self.publish(frame, Found { crowd: Some(crowd), timings, ..Found::default() }, events);
    }

    fn detect(&mut self, frame: &Frame) {
        let began = Instant::now();
        let mut health = self.report.lock().detect.clone();
        let detections: Option<Vec<Detection>> = self.detector.ask(&mut health, |model| model.detect(&frame.picture));
        self.report.lock().detect = health;
        let Some(detections) = detections else {
            // What was found before says nothing about now.
            (self.counts, self.zones) = Default::default();
            return;
        };
        let detect_ms = self.timed("detect", began);
        let began = Instant::now();
        let Followed { objects, zones, crossings } =
            self.follower.step(self.clock.time(frame.captured_us), frame.picture.size(), &detections);
        let class_of = |id| objects.iter().find(|object| object.track_id == id).map_or("", |object| &object.class).to_owned();
        let event = |crossing: super::lines::Crossing| Event::LineCrossed {
            at_us: frame.captured_us,
            class: class_of(crossing.track_id),
            line: crossing.line,
            direction: crossing.direction,
            track_id: crossing.track_id,
        };
        let events = crossings.into_iter().map(event).collect();
        self.counts = BTreeMap::new();
        for object in &objects {
            *self.counts.entry(object.class.clone()).or_default() += 1;
        }
        self.zones = zones;
        let timings = Timings { detect: Some(detect_ms), track: Some(self.timed("track", began)), crowd: None };
        self.publish(frame, Found { objects: Some(objects), timings, ..Found::default() }, events);
    }

    /// The crowd with its risk, and the event where that has changed.
    fn judged(&mut self, frame: &Frame, density: &Density) -> (Crowd, Vec<Event>) {
        let ground = self.settings.survey.calibration.as_ref().and_then(|known| Ground::new(known, frame.picture.size()));
        let (value, borders) = match &ground {
            Some(ground) if ground.area() > 0.0 => {
                (f64::from(density.within(ground.span())) / ground.area(), self.settings.density_borders)
            }
            _ => (f64::from(density.total), self.settings.total_borders),
        };
        let risk = self.risk.get_or_insert_with(|| Risk::new(borders)).step(value, self.clock.time(frame.captured_us));
        let from = std::mem::replace(&mut self.shown_risk, risk);
        let changed = Event::RiskChanged { at_us: frame.captured_us, from, to: risk };
        let events = if from == risk { Vec::new() } else { vec![changed] };
        let total = (density.total * 10.0).round() / 10.0;
        (Crowd { total, grid: density.grid(), risk }, events)
    }

    /// Milliseconds since a step began, noted in the metrics.
    fn timed(&self, stage: &str, began: Instant) -> f64 {
        let seconds = began.elapsed().as_secs_f64();
        self.metrics.analytics_seconds.with_label_values(&[stage]).observe(seconds);
        (seconds * 1e4).round() / 10.0
    }

    fn publish(&self, frame: &Frame, found: Found, events: Vec<Event>) {
        self.metrics.analytics_results.with_label_values(&[&self.settings.camera]).inc();
        // Where nothing is found, nothing crosses.
        let lines: Vec<LineCount> = if self.detector.model.is_some() { self.follower.line_counts() } else { Vec::new() };
        let finished_us = now_us();
        self.metrics.analytics_delay.observe(finished_us.saturating_sub(frame.captured_us) as f64 / 1e6);
        let analytics = Analytics {
            camera: self.settings.camera.clone(),
            frame: frame.number,
            captured_us: frame.captured_us,
            finished_us,
            crowd: found.crowd,
            objects: found.objects,
            counts: self.counts.clone(),
            lines,
            zones: self.zones.clone(),
            timings_ms: found.timings,
        };
        (self.on_findings)(Some(analytics), events);
    }
}

/// What one model found.
#[derive(Default)]
struct Found {
    crowd: Option<Crowd>,
    objects: Option<Vec<crate::protocol::Object>>,
    timings: Timings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_on_when_the_clock_is_set_back() {
        let mut clock = Clock::default();
        let times = [5_000_000, 5_100_000, 1_000_000, 1_100_000, 9_000_000].map(|captured_us| clock.time(captured_us));
        let steps: Vec<u128> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
        assert_eq!(steps, [100, 30, 100, 7_900]);
    }

    #[test]
    fn capture_never_waits_for_the_inbox() {
        let inbox = Inbox::default();
        let frame = Arc::new(Frame::slate(1, 0, crate::frame::Planes::grey(2, 2, 0)));
        let held = inbox.newest.lock();
        inbox.put(&frame);
        drop(held);
        assert!(inbox.newest.lock().0.is_none(), "passed over");
        inbox.put(&frame);
        assert!(inbox.take(Instant::now()).is_some());
    }
}
