//! Beside the stream, what is in the pictures: how many people and where, which things, who is who, how fast,
//! across which line.
//!
//! In goes each camera's newest frame, whenever a model is free; out come results and events. It may lag, it
//! never slows the video: a thread for each model, at the lowest priority, that everything else goes before.
//! Results come from the picture alone. How they reach viewers is `hub`'s and `transport`'s.

mod appearance;
mod border;
mod choice;
mod clock;
mod crowd;
mod crowd_turn;
mod detect;
mod detector_turn;
mod doubles;
mod engine;
mod fills;
mod follower;
mod glance;
mod health;
mod inbox;
mod interest;
mod kind;
mod lasting;
mod lines;
mod loaded;
mod model_place;
mod pace;
mod picture;
mod results;
mod riders;
mod risk;
mod settings;
mod shipped;
mod shown;
mod sieve;
mod speed;
mod survey;
mod track;
mod trail;
mod turns;
mod worker;
mod zones;

use std::{
    io,
    path::Path,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

pub use self::{
    appearance::Appearance,
    choice::ModelChoice,
    crowd::{CrowdModel, Density},
    detect::{DetectError, DetectSettings, Detection, Detector},
    engine::{Cut, EngineError, Model, Output, weight_files},
    follower::{Followed, Follower},
    health::Health,
    kind::Kind,
    loaded::Loaded,
    model_place::{ENDING as MODEL_ENDING, place_of},
    picture::Range,
    results::OnResult,
    risk::Borders,
    settings::AnalyticsSettings,
    track::Look,
    turns::Turns,
};
use self::{
    crowd_turn::CrowdTurn,
    detector_turn::DetectorTurn,
    health::Standing,
    inbox::Inbox,
    interest::{Interest, Intervals},
    results::Results,
    survey::SurveySlot,
    worker::Worker,
};
use crate::{cameras::Survey, frame::Frame, tools::metrics::Metrics};

/// Time between two counts of the crowd, from start to start: crowds change slowly.
const CROWD_EVERY: Duration = Duration::from_millis(350);

/// Longest wait of a stop for a model that is at work or being loaded; its thread is then left to end by
/// itself.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// How both models fare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The crowd model.
    pub crowd: Health,
    /// The detector.
    pub detect: Health,
    /// Whether the detector tells people, so that their number can be taken from it.
    pub tells_people: bool,
}

impl Report {
    /// Whether results can be expected.
    pub fn may_find(&self) -> bool {
        self.crowd.may_find() || self.detect.may_find()
    }

    /// What is to be said of a model that is needed and was not named.
    pub fn needed(&self) -> Option<&'static str> {
        [&self.detect, &self.crowd].into_iter().find_map(|health| match health {
            Health::Needed(sentence) => Some(*sentence),
            _ => None,
        })
    }
}

/// What the models of all cameras share. Cloning shares it.
#[derive(Clone)]
pub struct Workshop {
    /// Whose turn it is.
    pub turns: Turns,
    /// Models that are loaded.
    pub loaded: Loaded,
    /// What is counted.
    pub metrics: Metrics,
}

/// A camera's analytics at work.
pub struct Analytics {
    intake: Intake,
    /// Where the models find lines, zones and calibration.
    survey: SurveySlot,
    /// Ends when every thread has ended.
    alive: mpsc::Receiver<()>,
}

/// One model's hand-off and how it fares.
#[derive(Clone, Default)]
struct Side {
    inbox: Arc<Inbox>,
    /// Guards what is known of the model's work; held to note something or to read it.
    standing: Arc<Mutex<Standing>>,
}

/// Where frames are handed in, and how the models fare. Cloning shares it.
#[derive(Clone, Default)]
pub struct Intake {
    crowd: Side,
    detect: Side,
    interest: Arc<Interest>,
    /// Guards the last report; held to copy it.
    last: Arc<Mutex<Report>>,
}

impl Intake {
    /// Hands in a new frame, which each model looks at that is free before the next one comes.
    pub fn offer(&self, frame: &Arc<Frame>) {
        self.crowd.inbox.put(frame);
        self.detect.inbox.put(frame);
    }

    /// Notes whether anybody watches the camera, which is looked at more often then.
    pub fn watched(&self, is_watched: bool) {
        self.interest.watched(is_watched);
    }

    /// Ends the threads, each once it has finished what it is at.
    fn stop(&self) {
        self.crowd.inbox.stop();
        self.detect.inbox.stop();
    }

    /// How the models fare.
    pub fn report(&self) -> Report {
        let now = Instant::now();
        // A model's thread, of the lowest priority, may hold either; who asks waits for nobody.
        let seen = self.crowd.standing.try_lock().zip(self.detect.standing.try_lock());
        let Some((crowd, detect)) = seen else { return self.last.lock().clone() };
        let (crowd, tells_people) = (crowd.health(now), detect.tells_people());
        let report = Report { crowd, detect: detect.health(now), tells_people };
        *self.last.lock() = report.clone();
        report
    }

    /// Notes of each model that was not named that a real one is needed.
    fn note_needs(&self, settings: &AnalyticsSettings) {
        let [crowd, detect] =
            [&settings.crowd_model, &settings.detect_model].map(|choice| *choice == ModelChoice::Unfit);
        if detect {
            self.detect.standing.lock().becomes(Health::Needed(shipped::NEEDS_DETECTOR));
        }
        if crowd {
            let sentence = if detect { shipped::NEEDS_DETECTOR } else { shipped::NEEDS_CROWD };
            self.crowd.standing.lock().becomes(Health::Needed(sentence));
        }
    }
}

impl Analytics {
    /// Starts a thread for each model that is asked for, which loads it first. A model that cannot be used,
    /// or that is needed and was not named, is no error here: the report says why.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        settings: &AnalyticsSettings,
        survey: Survey,
        workshop: &Workshop,
        on_result: OnResult,
    ) -> io::Result<Analytics> {
        let (metrics, survey) = (&workshop.metrics, SurveySlot::new(survey));
        let results = Arc::new(Results::new(settings.camera.clone(), metrics.clone(), on_result));
        let (sender, alive) = mpsc::channel();
        let intake = Intake::default();
        let idle = Duration::from_secs_f64(1.0 / settings.idle_fps);
        let worker = |side: &Side, usual: Duration| Worker {
            inbox: Arc::clone(&side.inbox),
            standing: Arc::clone(&side.standing),
            results: Arc::clone(&results),
            survey: survey.clone(),
            intervals: Intervals { usual, idle: idle.max(usual) },
            interest: Arc::clone(&intake.interest),
            turns: workshop.turns.clone(),
            fences: metrics.fences.clone(),
            _alive: sender.clone(),
        };
        intake.note_needs(settings);
        if let Some(path) = settings.crowd_model.file(shipped::CROWD_PATH) {
            start_crowd(worker(&intake.crowd, CROWD_EVERY), path, settings, workshop)?;
        }
        if let Some(path) = settings.detect_model.file(shipped::DETECTOR_PATH) {
            // One that was started ends where the other one cannot be.
            let every = Duration::from_secs_f64(1.0 / settings.detect_fps);
            let started = start_detector(worker(&intake.detect, every), path, settings, workshop);
            started.inspect_err(|_| intake.stop())?;
        }
        Ok(Analytics { intake, survey, alive })
    }

    /// Goes on with other lines, zones or another calibration, from each model's next frame on.
    pub fn set_survey(&self, survey: Survey) {
        self.survey.set(survey);
    }

    /// The hand-off.
    pub fn intake(&self) -> Intake {
        self.intake.clone()
    }

    /// Forgets who is there, because pictures come from another source: what was counted stays.
    pub fn start_anew(&self) {
        self.survey.start_anew();
        for side in [&self.intake.crowd, &self.intake.detect] {
            side.standing.lock().start_anew();
        }
    }

    /// Ends the threads, each once it has finished what it is at, and waits for that up to [`ENDS_WITHIN`].
    pub fn stop(self) {
        self.intake.stop();
        // Nothing is ever sent: what comes is the end of the last thread, or of patience.
        if self.alive.recv_timeout(ENDS_WITHIN) == Err(mpsc::RecvTimeoutError::Timeout) {
            log::info!("a model is still at work; its thread is left behind");
        }
    }
}

/// Starts the crowd model's thread.
fn start_crowd(
    worker: Worker,
    path: &Path,
    settings: &AnalyticsSettings,
    workshop: &Workshop,
) -> io::Result<()> {
    let (path, settings, results) = (path.to_owned(), settings.clone(), Arc::clone(&worker.results));
    let (survey, interest, loaded) =
        (worker.survey.clone(), Arc::clone(&worker.interest), workshop.loaded.clone());
    worker.start(&format!("crowd-{}", settings.camera), move || {
        let model = CrowdModel::of(loaded.model(&path, crowd::OPEN_SIZE)?, settings.crowd_scale)?;
        let mut turn = CrowdTurn::new(model, &settings, survey, results).alarming(interest);
        Ok(move |frame: &Frame| turn.take(frame))
    })
}

/// Starts the detector's thread.
fn start_detector(
    worker: Worker,
    path: &Path,
    settings: &AnalyticsSettings,
    workshop: &Workshop,
) -> io::Result<()> {
    let (path, settings, results) = (path.to_owned(), settings.clone(), Arc::clone(&worker.results));
    let (survey, standing) = (worker.survey.clone(), Arc::clone(&worker.standing));
    let loaded = workshop.loaded.clone();
    worker.start(&format!("detect-{}", settings.camera), move || {
        let model = loaded.model(&path, detect::OPEN_SIZE)?;
        let detector = Detector::of(model, settings.detector_settings())?;
        standing.lock().tell_people(settings.counts_people(detector.names()));
        let mut turn = DetectorTurn::new(detector, settings.confidence, survey, results);
        Ok(move |frame: &Frame| turn.take(frame))
    })
}
