//! One model's thread: loads it, shows it the newest frame over and over, and tells how it fares.
//!
//! What is new between two looks is skipped; slates are ignored, and so is what does not decode. A model that fails, fails alone. What a look finds is its
//! closure's.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{engine::EngineError, inbox::Inbox, results::Results};
use crate::{
    frame::Frame,
    threads::{Role, spawn},
};

/// A model that fails this often in a row is not asked again.
const MOST_FAILURES: u32 = 20;

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

/// What a thread needs besides its model.
pub(super) struct Worker {
    /// Its frames.
    pub inbox: Arc<Inbox>,
    /// Guards what is told about the model; held to copy or replace it.
    pub health: Arc<Mutex<Health>>,
    /// Where its results go.
    pub results: Arc<Results>,
    /// Time between two looks, from start to start.
    pub every: Duration,
    /// Dropped when the thread ends.
    pub _alive: mpsc::Sender<()>,
}

impl Worker {
    /// Starts the thread, which first has `load` give what is done with each frame.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start<L>(self, name: &str, load: impl FnOnce() -> Result<L, EngineError> + Send + 'static) -> std::io::Result<()>
    where
        L: FnMut(&Frame) -> Result<(), EngineError>,
    {
        *self.health.lock() = Health::Loading;
        spawn(Role::Analytics, name, move || self.run(load)).map(drop)
    }

    /// Works until stopped or given up; says why in the latter case.
    fn run<L>(self, load: impl FnOnce() -> Result<L, EngineError>)
    where
        L: FnMut(&Frame) -> Result<(), EngineError>,
    {
        let work = || {
            let look = load()?;
            *self.health.lock() = Health::Running;
            watch(&self.inbox, self.every, look)
        };
        let why = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            // The message of the panic is on the log already.
            Err(_) => Some("analytics ended by a fault of their own; see the log".to_owned()),
        };
        if let Some(why) = why {
            log::error!("{why}; the pictures go on without it");
            *self.health.lock() = Health::Failed(why);
        }
        self.results.end_one();
    }
}

/// Shows `look` the newest frame, at most one `every` so often, until the inbox is stopped.
///
/// # Errors
/// The last of [`MOST_FAILURES`] failures in a row.
fn watch(inbox: &Inbox, every: Duration, mut look: impl FnMut(&Frame) -> Result<(), EngineError>) -> Result<(), EngineError> {
    let (mut earliest, mut failures) = (Instant::now(), 0);
    while let Some(frame) = inbox.take(earliest) {
        if frame.slate || !frame.picture.decodes_in_the_background() {
            continue;
        }
        earliest = Instant::now() + every;
        match look(&frame) {
            Ok(()) => failures = 0,
            Err(error) => {
                log::debug!("frame {}: {error}", frame.number);
                failures += 1;
                if failures == MOST_FAILURES {
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        frame::{Picture, Planes},
        metrics::Metrics,
    };

    fn frame(number: u64) -> Arc<Frame> {
        Arc::new(Frame::new(number, 0, Picture::Planes(Planes::grey(2, 2, 0))))
    }

    fn failure() -> EngineError {
        EngineError::Run { path: "a.onnx".into(), why: "tired".into() }
    }

    /// Shows frames 1, 2, … to `look`, each as soon as the last has been seen, until `until` of them have been.
    fn shown(until: u64, mut look: impl FnMut(u64) -> Result<(), EngineError>) -> Result<(), EngineError> {
        let inbox = Inbox::default();
        inbox.put(&frame(1));
        watch(&inbox, Duration::ZERO, |seen| {
            if seen.number == until {
                inbox.stop();
            }
            inbox.put(&frame(seen.number + 1));
            look(seen.number)
        })
    }

    #[test]
    fn a_model_that_fails_now_and_then_goes_on() {
        // Of any twenty frames at least one succeeds.
        assert!(shown(200, |number| if number % 20 == 0 { Ok(()) } else { Err(failure()) }).is_ok());
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
    fn slates_are_not_looked_at() {
        let inbox = Inbox::default();
        let slate = || Arc::new(Frame::slate(1, 0, Planes::grey(2, 2, 0)));
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| watch(&inbox, Duration::ZERO, |_| panic!("a slate says nothing")));
            for _ in 0..3 {
                inbox.put(&slate());
                std::thread::yield_now();
            }
            inbox.stop();
            assert!(watching.join().is_ok());
        });
    }

    /// Runs a worker to its end; gives how it fared and whether the end of all results was told.
    fn ended<L: FnMut(&Frame) -> Result<(), EngineError>>(load: impl FnOnce() -> Result<L, EngineError>) -> (Health, bool) {
        let (sender, told) = mpsc::channel();
        let on_findings = Box::new(move |findings: Option<_>, _| sender.send(findings.is_none()).expect("the test listens"));
        let results = Results::new("main".into(), Metrics::new().expect("names differ"), on_findings, 1);
        let inbox = Arc::new(Inbox::default());
        inbox.put(&frame(1));
        let health = Arc::new(Mutex::new(Health::Loading));
        let (health_too, alive) = (Arc::clone(&health), mpsc::channel().0);
        Worker { inbox, health, results: Arc::new(results), every: Duration::ZERO, _alive: alive }.run(load);
        let health = health_too.lock().clone();
        (health, told.try_recv() == Ok(true))
    }

    #[test]
    fn a_model_that_cannot_be_loaded_or_panics_is_told() {
        type Look = fn(&Frame) -> Result<(), EngineError>;
        let (health, told) = ended(|| Err::<Look, _>(failure()));
        assert!(told && matches!(health, Health::Failed(why) if why.contains("a.onnx")));
        let (health, told) = ended(|| Ok((|_| panic!("a fault")) as Look));
        assert!(told && matches!(health, Health::Failed(why) if why.contains("fault")));
    }
}
