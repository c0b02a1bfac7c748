//! Fences: a panic costs the piece of work in which it happens; it is counted, said, and the thread goes on.
//!
//! In goes work and the place where it is done, out comes its result, or that it panicked. What the work
//! leaves half-done is its owner's, who lets go of it in a `Drop` or begins anew: locks of `parking_lot` are
//! free again after a panic and are not poisoned.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    pin::pin,
    sync::{
        Arc, Once,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use prometheus::IntCounter;

use crate::tools::log_limit::LogLimit;

/// Where work is fenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One JPEG.
    Encode,
    /// Opening a source and reading from it.
    Read,
    /// The life of a camera's source.
    Supervise,
    /// A model's look at one frame.
    Analytics,
    /// Passing one result on to the hub.
    Results,
    /// One look at which rungs are too many.
    Merge,
    /// One look at how the camera fares.
    Report,
    /// One viewer's connection.
    Viewer,
    /// The answer to one request.
    Request,
    /// The start of the web server, which ends the program: for tests alone.
    Serve,
}

impl Place {
    /// Every place whose panics are counted, in the order of the discriminants: all but the last, which ends
    /// the program.
    pub const ALL: [Place; 9] = [
        Place::Encode,
        Place::Read,
        Place::Supervise,
        Place::Analytics,
        Place::Results,
        Place::Merge,
        Place::Report,
        Place::Viewer,
        Place::Request,
    ];

    /// The label `where` of `steadycast_panics_total`.
    pub fn label(self) -> &'static str {
        match self {
            Place::Encode => "encode",
            Place::Read => "read",
            Place::Supervise => "supervise",
            Place::Analytics => "analytics",
            Place::Results => "results",
            Place::Merge => "merge",
            Place::Report => "report",
            Place::Viewer => "viewer",
            Place::Request => "request",
            Place::Serve => "serve",
        }
    }
}

impl Place {
    /// What a panic there costs, as the end of a sentence.
    pub fn outcome(self) -> &'static str {
        match self {
            Place::Viewer => "was closed each time",
            Place::Request => "was an error instead",
            Place::Analytics => "gave no result each time",
            Place::Results => "left some out",
            Place::Serve => "ended",
            Place::Encode | Place::Read | Place::Supervise | Place::Merge | Place::Report => "went on",
        }
    }
}

impl fmt::Display for Place {
    /// Who works there, as the beginning of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Encode => "an encoding thread",
            Place::Read => "the thread that reads the source",
            Place::Supervise => "the thread that supervises the source",
            Place::Analytics => "a model's thread",
            Place::Results => "the task that passes results on",
            Place::Merge => "the task that merges levels",
            Place::Report => "the task that reports the camera's state",
            Place::Viewer => "a viewer's connection",
            Place::Request => "the answer to a request",
            Place::Serve => "the web server",
        })
    }
}

/// Work that did not come to its end; what happened is on the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// One server's fences. Cloning shares their counts.
#[derive(Clone)]
pub struct Fences {
    spots: Arc<[Spot]>,
}

/// What is kept for a place.
struct Spot {
    /// None where nothing is counted.
    panics: Option<IntCounter>,
    /// Guards when a panic was last said; held for a moment behind each.
    said: Mutex<LogLimit>,
    /// Panics that a test still wants here; otherwise 0 for ever.
    wanted: AtomicU64,
    /// One pass in this many panics while some are wanted.
    every: AtomicU64,
    /// Passes since then.
    passes: AtomicU64,
}

impl Fences {
    /// Fences whose panics are counted by what `counter` gives for a place.
    pub fn new(counter: impl Fn(Place) -> IntCounter) -> Self {
        let spot = |panics| Spot {
            panics,
            said: Mutex::default(),
            wanted: AtomicU64::new(0),
            every: AtomicU64::new(1),
            passes: AtomicU64::new(0),
        };
        let counted = Place::ALL.into_iter().map(|place| Some(counter(place)));
        // The last place is for tests alone.
        Fences { spots: counted.chain([None]).map(spot).collect() }
    }

    /// Does one piece of work.
    ///
    /// # Errors
    /// Where it panicked; that is counted, and said once a minute.
    pub fn run<T>(&self, place: Place, work: impl FnOnce() -> T) -> Result<T, Panicked> {
        caught(work).map_err(|what| self.note(place, &what))
    }

    /// Does `work` until it ends by itself; after a panic it begins again when `pause` is over.
    pub fn keep(&self, place: Place, pause: Duration, mut work: impl FnMut()) {
        while self.run(place, &mut work).is_err() {
            thread::sleep(pause);
        }
    }

    /// Waits for a future, each of its steps inside the fence.
    ///
    /// # Errors
    /// Where a step panicked, after which it is not asked again.
    pub async fn poll<F: Future>(&self, place: Place, future: F) -> Result<F::Output, Panicked> {
        let mut future = pin!(future);
        poll_fn(|context| match self.run(place, || future.as_mut().poll(context)) {
            Ok(poll) => poll.map(Ok),
            Err(panicked) => Poll::Ready(Err(panicked)),
        })
        .await
    }

    /// Panics so far, in the order of [`Place::ALL`].
    pub fn panics(&self) -> [u64; Place::ALL.len()] {
        Place::ALL.map(|place| self.spot(place).panics.as_ref().map_or(0, |panics| panics.get()))
    }

    /// Lets one pass in `every` panic here until `count` have: for tests, through [`Fences::trip`].
    #[doc(hidden)]
    pub fn arm(&self, place: Place, count: u64, every: u64) {
        let spot = self.spot(place);
        spot.passes.store(0, Ordering::Relaxed);
        spot.every.store(every.max(1), Ordering::Relaxed);
        spot.wanted.store(count, Ordering::Release);
    }

    /// Panics where a test wants that. Otherwise it is one relaxed load, once a frame or less often.
    ///
    /// # Panics
    /// On behalf of a test.
    pub fn trip(&self, place: Place) {
        let spot = self.spot(place);
        if spot.wanted.load(Ordering::Relaxed) > 0 {
            spot.fall(place);
        }
    }

    fn spot(&self, place: Place) -> &Spot {
        &self.spots[place as usize]
    }

    fn note(&self, place: Place, what: &str) -> Panicked {
        let spot = self.spot(place);
        if let Some(panics) = &spot.panics {
            panics.inc();
        }
        if spot.said.lock().is_due(Instant::now()) {
            log::error!("{place} met a fault of this program: {what}");
        }
        Panicked
    }
}

impl Spot {
    #[cold]
    fn fall(&self, place: Place) {
        let pass = self.passes.fetch_add(1, Ordering::Relaxed) + 1;
        let due = pass.is_multiple_of(self.every.load(Ordering::Relaxed));
        let take = |wanted: u64| wanted.checked_sub(1);
        if due && self.wanted.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take).is_ok() {
            panic!("a test wants {place} to panic");
        }
    }
}

thread_local! {
    /// How many fences this thread is inside of.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// What the last panic inside of one said, and where.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Counts this thread in, and out again however the work ends.
struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.set(INSIDE.get() + 1);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(INSIDE.get() - 1);
    }
}

/// The result of `work`, or what its panic said and where. Nothing is counted or logged: for work whose
/// failure is a value that is told to others, by name. Everything else belongs into [`Fences::run`].
///
/// # Errors
/// Where it panicked.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    hush();
    let _inside = Inside::enter();
    // Whoever uses a fence sees to it that nothing half-done is left behind; see above.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        // A panic that was begun anew (`resume_unwind`) has passed by the hook.
        let said = SAID.take();
        said.unwrap_or_else(|| text_of(&*payload).unwrap_or("a panic without a message").to_owned())
    })
}

/// Has panics inside of fences said by the fence alone, which does so once a minute: Rust's own way is some
/// lines for each.
fn hush() {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if INSIDE.get() == 0 {
                return usual(panic);
            }
            let text = text_of(panic.payload()).unwrap_or("a panic without a message");
            let place = panic.location().map(|location| format!(" ({location})")).unwrap_or_default();
            SAID.set(Some(format!("{text}{place}")));
        }));
    });
}

fn text_of(payload: &(dyn std::any::Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fences() -> Fences {
        Fences::new(|place| IntCounter::new(place.label(), "for this test").expect("a name"))
    }

    #[test]
    fn a_panic_costs_its_work_and_is_counted_at_its_place() {
        let fences = fences();
        assert_eq!(fences.run(Place::Merge, || 7), Ok(7));
        assert_eq!(fences.run(Place::Merge, || -> u32 { panic!("number {}", 7) }), Err(Panicked));
        assert_eq!(fences.run(Place::Merge, || 8), Ok(8));
        let counted: Vec<(Place, u64)> =
            Place::ALL.into_iter().zip(fences.panics()).filter(|(_, panics)| *panics > 0).collect();
        assert_eq!(counted, [(Place::Merge, 1)]);
    }

    #[test]
    fn what_the_panic_said_is_kept_with_its_place_in_the_code() {
        let said = caught(|| panic!("index {} is out of range", 7)).expect_err("panics");
        assert!(said.starts_with("index 7 is out of range (src/tools/fence.rs:"), "{said}");
        let resumed = caught(|| std::panic::resume_unwind(Box::new("again"))).expect_err("panics");
        assert_eq!(resumed, "again");
    }

    #[test]
    fn work_that_is_kept_up_begins_again_until_it_ends_by_itself() {
        let (fences, mut rounds) = (fences(), 0);
        fences.keep(Place::Supervise, Duration::ZERO, || {
            rounds += 1;
            assert!(rounds > 3, "not yet");
        });
        assert_eq!((rounds, fences.panics()[Place::Supervise as usize]), (4, 3));
    }

    #[test]
    fn a_test_gets_as_many_panics_as_it_wants_and_at_every_pass_it_names() {
        let fences = fences();
        fences.arm(Place::Read, 2, 3);
        let outcomes: Vec<bool> =
            (0..12).map(|_| fences.run(Place::Read, || fences.trip(Place::Read)).is_err()).collect();
        let panicked: Vec<usize> = (0..12).filter(|n| outcomes[*n]).collect();
        assert_eq!(panicked, [2, 5]);
    }

    #[test]
    fn a_future_that_panics_is_not_asked_again() {
        let fences = fences();
        let mut asked = 0;
        let future = poll_fn(|_| -> Poll<()> {
            asked += 1;
            panic!("no")
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        assert_eq!(runtime.block_on(fences.poll(Place::Viewer, future)), Err(Panicked));
        assert_eq!(asked, 1);
    }

    #[test]
    fn every_place_finds_its_own_counter_and_the_end_of_the_program_has_none() {
        assert!(Place::ALL.iter().enumerate().all(|(n, place)| *place as usize == n));
        let fences = fences();
        assert_eq!(fences.run(Place::Serve, || panic!("no")), Err::<(), _>(Panicked));
        assert_eq!(fences.panics(), [0; Place::ALL.len()]);
    }
}
