//! One model's thread: loads it, shows it the newest frame over and over, and tells how it fares.
//!
//! What is new between two looks is skipped; slates are ignored, and so is what does not decode. A model that
//! fails, fails alone, and a look that panics costs its result. What a look finds is its closure's.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    time::Instant,
};

use parking_lot::Mutex;
use thiserror::Error;

use super::{
    detect::DetectError,
    engine::EngineError,
    health::{Health, Outcome, Standing},
    inbox::Inbox,
    interest::{Interest, Intervals},
    results::Results,
    survey::SurveySlot,
    turns::Turns,
};
use crate::{
    frame::Frame,
    tools::{
        fence::{Fences, Panicked, Place},
        threads::{Role, spawn},
    },
};

/// Failures in a row after which a model is not asked again.
const MOST_FAILURES: u32 = 20;

/// What a thread needs besides its model.
pub(super) struct Worker {
    /// The hand-off of its frames.
    pub inbox: Arc<Inbox>,
    /// Guards what is known of the model's work; held to note something or to read it.
    pub standing: Arc<Mutex<Standing>>,
    /// The way out for its results.
    pub results: Arc<Results>,
    /// The camera's survey.
    pub survey: SurveySlot,
    /// Time between two looks.
    pub intervals: Intervals,
    /// Whether anybody cares.
    pub interest: Arc<Interest>,
    /// Turns of all cameras.
    pub turns: Turns,
    /// Counts of panics, and what catches them.
    pub fences: Fences,
    /// Tells by being dropped that the thread has ended.
    pub _alive: mpsc::Sender<()>,
}

impl Worker {
    /// Starts the thread, which first has `load` give what is done with each frame.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start<L>(
        self,
        name: &str,
        load: impl FnOnce() -> Result<L, Failure> + Send + 'static,
    ) -> std::io::Result<()>
    where
        L: FnMut(&Frame) -> Result<Outcome, EngineError>,
    {
        self.standing.lock().becomes(Health::Loading);
        spawn(Role::Analytics, name, move || self.run(load)).map(drop)
    }

    /// Waits until there is a frame to look at, and the `last` look was long enough ago; false at the end.
    fn may_look(&self, last: Option<Instant>) -> bool {
        let every = || self.interest.every(&self.survey.get(), self.intervals);
        self.inbox.wait(|| last.map_or_else(Instant::now, |last| last + every()), is_fit)
    }

    /// Works until the inbox is stopped or the model is given up, which is logged with the reason.
    fn run<L>(self, load: impl FnOnce() -> Result<L, Failure>)
    where
        L: FnMut(&Frame) -> Result<Outcome, EngineError>,
    {
        let work = || {
            let look = load()?;
            self.standing.lock().becomes(Health::Running { warning: None });
            watch(&self, look)
        };
        let failure = match self.fences.run(Place::Analytics, work) {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => failure,
            Err(Panicked) => Failure::Fault,
        };
        log::error!("{failure}; the pictures go on without it");
        self.standing.lock().becomes(Health::Failed(failure.public()));
    }
}

/// Why a look found nothing, or a model could not be loaded.
#[derive(Debug, Error)]
pub(super) enum Failure {
    /// The model says why.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The detector says why.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The model panicked. What it said is on the log.
    #[error("analytics met a fault of their own; the log says more")]
    Fault,
}

impl Failure {
    /// What is said of it to everybody: the model's file by its name alone.
    fn public(&self) -> String {
        let path: &Path = match self {
            Failure::Engine(error) | Failure::Detect(DetectError::Engine(error)) => error.path(),
            Failure::Detect(DetectError::Class { path, .. }) => path,
            Failure::Fault => return self.to_string(),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.to_string().replacen(&path.display().to_string(), &name, 1)
    }
}

impl Failure {
    /// Whether no further picture can change it.
    fn is_final(&self) -> bool {
        matches!(self, Failure::Engine(EngineError::Unknown { .. }))
    }
}

/// Shows `look` the newest frame, when its turn has come and as often as its intervals say, until the inbox
/// is stopped.
///
/// # Errors
/// The last of [`MOST_FAILURES`] failures in a row, or one that is final.
fn watch(
    worker: &Worker,
    mut look: impl FnMut(&Frame) -> Result<Outcome, EngineError>,
) -> Result<(), Failure> {
    let Worker { inbox, standing, .. } = worker;
    let (mut last, mut failures) = (None, 0);
    while worker.may_look(last) {
        let Some(_turn) =
            worker.turns.take(worker.interest.weight(&worker.survey.get()), || inbox.is_stopped())
        else {
            break;
        };
        // The newest by now; a slate may have come meanwhile.
        let Some(frame) = inbox.take().filter(|frame| is_fit(frame)) else { continue };
        let now = Instant::now();
        last = Some(now);
        standing.lock().begins(now);
        let looked = fenced(&worker.fences, || look(&frame));
        match looked {
            Ok(found) => {
                standing.lock().ends(Some(found), Instant::now());
                failures = 0;
            }
            Err(failure) => {
                standing.lock().ends(None, Instant::now());
                log::debug!("frame {}: {failure}", frame.number);
                failures += 1;
                if failures == MOST_FAILURES || failure.is_final() {
                    return Err(failure);
                }
            }
        }
    }
    Ok(())
}

/// Whether a frame is one to look at.
fn is_fit(frame: &Frame) -> bool {
    !frame.slate && frame.picture.decodes_in_the_background()
}

/// Runs one look; a panic in it is counted, and is a failure.
fn fenced(fences: &Fences, look: impl FnOnce() -> Result<Outcome, EngineError>) -> Result<Outcome, Failure> {
    let looked = fences.run(Place::Analytics, || {
        fences.trip(Place::Analytics);
        look()
    });
    looked.map_err(|Panicked| Failure::Fault)?.map_err(Failure::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cameras::Survey;
    use crate::{frame::Picture, nouns::picture::Planes, tools::metrics::Metrics};

    fn frame(number: u64) -> Arc<Frame> {
        Arc::new(Frame::new(number, 0, Picture::Planes(Planes::grey(2, 2, 0))))
    }

    fn failure() -> EngineError {
        EngineError::Run { path: "a.onnx".into(), why: "tired".into() }
    }

    /// Shows frames 1, 2, … to `look`, each as soon as the last has been seen, until `until` of them have
    /// been.
    fn shown(until: u64, mut look: impl FnMut(u64) -> Result<Outcome, EngineError>) -> Result<(), Failure> {
        let worker = worker();
        let inbox = Arc::clone(&worker.inbox);
        inbox.put(&frame(1));
        watch(&worker, |seen| {
            if seen.number == until {
                inbox.stop();
            }
            inbox.put(&frame(seen.number + 1));
            look(seen.number)
        })
    }

    /// A worker whose model is being loaded; its results go nowhere.
    fn worker() -> Worker {
        let metrics = Metrics::new().expect("names differ");
        let results = Arc::new(Results::new("main".into(), metrics.clone(), Box::new(|_, _| {})));
        Worker {
            inbox: Arc::default(),
            standing: Arc::default(),
            results,
            survey: SurveySlot::new(Survey::default()),
            intervals: Intervals { usual: Duration::ZERO, idle: Duration::ZERO },
            interest: Arc::default(),
            turns: Turns::new(1),
            fences: metrics.fences,
            _alive: mpsc::channel().0,
        }
    }

    #[test]
    fn a_model_that_fails_now_and_then_goes_on() {
        // Of any twenty frames at least one succeeds.
        assert!(
            shown(200, |number| if number % 20 == 0 { Ok(Outcome::default()) } else { Err(failure()) })
                .is_ok()
        );
    }

    #[test]
    fn a_model_that_fails_every_time_is_given_up() {
        let mut looks = 0;
        let ended = shown(200, |_| {
            looks += 1;
            Err(failure())
        });
        assert!(ended.is_err_and(|error| error.to_string().contains("tired")));
        assert_eq!(looks, MOST_FAILURES);
    }

    #[test]
    fn a_model_that_fits_no_layout_is_given_up_at_once() {
        let mut looks = 0;
        let ended = shown(200, |_| {
            looks += 1;
            Err(EngineError::Unknown { path: "a.onnx".into(), why: "it is laid out like none".into() })
        });
        assert!(ended.is_err_and(|error| error.to_string().contains("like none")));
        assert_eq!(looks, 1);
    }

    #[test]
    fn a_look_that_panics_costs_its_result_and_one_that_always_does_its_model() {
        assert!(
            shown(200, |number| if number % 20 == 0 { Ok(Outcome::default()) } else { panic!("a fault") })
                .is_ok()
        );
        let mut looks = 0;
        let ended = shown(200, |_| {
            looks += 1;
            panic!("a fault")
        });
        assert!(ended.is_err_and(|failure| failure.to_string().contains("the log says more")));
        assert_eq!(looks, MOST_FAILURES);
    }

    #[test]
    fn a_model_that_panics_on_nineteen_of_twenty_frames_goes_on_and_every_panic_is_counted() {
        let worker = worker();
        let (inbox, panics) = (Arc::clone(&worker.inbox), worker.fences.clone());
        inbox.put(&frame(1));
        let watched = watch(&worker, |seen| {
            if seen.number == 200 {
                inbox.stop();
            }
            inbox.put(&frame(seen.number + 1));
            if seen.number.is_multiple_of(20) { Ok(Outcome::default()) } else { panic!("index out of range") }
        });
        assert!(watched.is_ok());
        assert_eq!(panics.panics()[Place::Analytics as usize], 190);
    }

    #[test]
    fn a_model_that_works_and_finds_nothing_is_known_to() {
        let worker = worker();
        let (inbox, standing) = (Arc::clone(&worker.inbox), Arc::clone(&worker.standing));
        standing.lock().becomes(Health::Running { warning: None });
        inbox.put(&frame(1));
        let watched = watch(&worker, |seen| {
            if seen.number == 250 {
                inbox.stop();
            }
            inbox.put(&frame(seen.number + 1));
            // One look in fifty fails, which is no result.
            if seen.number.is_multiple_of(50) {
                return Err(failure());
            }
            Ok(Outcome { found: Some(0), warning: None })
        });
        assert!(watched.is_ok());
        let warning = Some("no object in the last 200 results".to_owned());
        assert_eq!(standing.lock().health(Instant::now()), Health::Running { warning });
    }

    #[test]
    fn slates_are_not_looked_at() {
        let worker = worker();
        let inbox = Arc::clone(&worker.inbox);
        let slate = || Arc::new(Frame::slate(1, 0, Planes::grey(2, 2, 0)));
        std::thread::scope(|scope| {
            let mut looks = 0;
            let watching = scope.spawn(move || {
                let ended = watch(&worker, |_| {
                    looks += 1;
                    Ok(Outcome::default())
                });
                (ended.is_ok(), looks)
            });
            for _ in 0..3 {
                inbox.put(&slate());
                std::thread::yield_now();
            }
            inbox.stop();
            assert_eq!(watching.join().ok(), Some((true, 0)), "a slate says nothing");
        });
    }

    /// Runs a worker to its end; gives how it fared.
    fn ended<L: FnMut(&Frame) -> Result<Outcome, EngineError>>(
        load: impl FnOnce() -> Result<L, Failure>,
    ) -> Health {
        let worker = worker();
        let standing = Arc::clone(&worker.standing);
        worker.run(load);
        standing.lock().health(Instant::now())
    }

    #[test]
    fn a_model_that_cannot_be_loaded_or_panics_while_it_is_loaded_is_told() {
        type Looks = fn(&Frame) -> Result<Outcome, EngineError>;
        let health = ended(|| Err::<Looks, _>(failure().into()));
        assert!(matches!(health, Health::Failed(why) if why.contains("a.onnx")));
        let elsewhere = || EngineError::Run { path: "/srv/models/b.onnx".into(), why: "tired".to_owned() };
        let health = ended(|| Err::<Looks, _>(elsewhere().into()));
        assert_eq!(health, Health::Failed("model b.onnx failed: tired".to_owned()), "without its folder");
        let health = ended(|| -> Result<Looks, _> { panic!("no memory") });
        assert!(matches!(health, Health::Failed(why) if why.contains("fault")));
    }
}
