//! Beside the stream, what is in the pictures: how many people and where, which things, who is who, how fast, across which line.
//!
//! In goes each camera's newest frame, whenever the thread is free; out come results and events. It may lag, it never slows the
//! video: one thread, at the lowest priority, that everything else goes before. Results come from the picture alone. How they
//! reach viewers is `hub`'s and `transport`'s.

mod crowd;
mod detect;
mod engine;
mod follow;
mod ground;
mod lines;
mod look;
mod picture;
mod risk;
mod shipped;
mod speed;
mod track;
mod worker;
mod zones;

use std::{
    collections::HashSet,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    thread::JoinHandle,
};

use parking_lot::Mutex;

pub use crowd::{CrowdModel, Density};
pub use detect::{DetectSettings, Detection, Detector};
pub use engine::{EngineError, Model};
pub use follow::{Followed, Follower};
pub use look::Look;
pub use picture::Range;
pub use risk::Borders;
pub use worker::{Health, Report};
use worker::{Inbox, Worker};

use crate::{
    cameras::Survey,
    frame::Frame,
    metrics::Metrics,
    protocol::{Analytics as Findings, Event},
    threads::{Role, spawn},
};

/// Doubtful detections, down to this confidence, may keep a track alive; see `track`.
const DOUBTFUL: f32 = 0.1;

/// Takes each result with the events that came of it; `None` when no model is left. Must not block.
pub type OnFindings = Box<dyn Fn(Option<Findings>, Vec<Event>) + Send>;

/// What a camera's analytics have to know.
#[derive(Clone, Debug)]
pub struct AnalyticsSettings {
    /// The camera's name.
    pub camera: String,
    /// Its lines, zones and calibration.
    pub survey: Survey,
    /// The crowd model's file, if people are to be counted.
    pub crowd_model: Option<PathBuf>,
    /// The detector's file, if things are to be found.
    pub detect_model: Option<PathBuf>,
    /// Least confidence of a detection that is shown, 0 to 1.
    pub confidence: f32,
    /// Boxes of one class that overlap more than this are one thing.
    pub nms_iou: f32,
    /// Classes that count; empty: all.
    pub classes: HashSet<String>,
    /// Overrides what the detector's file says about its input.
    pub input: Option<Range>,
    /// Borders of the risk by people on a square metre, for a calibrated camera.
    pub density_borders: Borders,
    /// Borders of the risk by people in the frame, for any other.
    pub total_borders: Borders,
}

impl AnalyticsSettings {
    fn detector_settings(&self) -> DetectSettings {
        DetectSettings {
            confidence: self.confidence.min(DOUBTFUL),
            nms_iou: self.nms_iou,
            classes: self.classes.clone(),
            input: self.input,
        }
    }
}

/// A camera's analytics at work.
pub struct Analytics {
    inbox: Arc<Inbox>,
    report: Arc<Mutex<Report>>,
    thread: JoinHandle<()>,
}

/// Where frames are handed in, and how the models fare. Cloning shares it.
#[derive(Clone)]
pub struct Intake {
    inbox: Arc<Inbox>,
    report: Arc<Mutex<Report>>,
}

impl Intake {
    /// A new frame: looked at if the thread is free before the next one comes.
    pub fn offer(&self, frame: &Arc<Frame>) {
        self.inbox.put(frame);
    }

    /// How the models fare.
    pub fn report(&self) -> Report {
        self.report.lock().clone()
    }
}

impl Analytics {
    /// Starts the thread, which loads the models first. A model that cannot be used is no error here: the report says why.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(settings: AnalyticsSettings, metrics: Metrics, on_findings: OnFindings) -> io::Result<Analytics> {
        let inbox = Arc::new(Inbox::default());
        let asked = |model: &Option<PathBuf>| if model.is_some() { Health::Loading } else { Health::Off };
        let report = Report { crowd: asked(&settings.crowd_model), detect: asked(&settings.detect_model) };
        let report = Arc::new(Mutex::new(report));
        let worker = Worker::new(settings, metrics, on_findings, Arc::clone(&report));
        let frames = Arc::clone(&inbox);
        let told = Arc::clone(&report);
        let thread = spawn(Role::Analytics, "analytics", move || {
            // The message of a panic is on the log already; what remains is to say that there are no results any more.
            if catch_unwind(AssertUnwindSafe(|| worker.run(&frames))).is_err() {
                let ended = Health::Failed("analytics ended by a fault of their own; see the log".to_owned());
                *told.lock() = Report { crowd: ended.clone(), detect: ended };
            }
        })?;
        Ok(Analytics { inbox, report, thread })
    }

    /// The hand-off.
    pub fn intake(&self) -> Intake {
        Intake { inbox: Arc::clone(&self.inbox), report: Arc::clone(&self.report) }
    }

    /// Ends the thread once it has finished what it is at.
    pub fn stop(self) {
        self.inbox.stop();
        // A thread that panicked has ended as well.
        let _ = self.thread.join();
    }
}
