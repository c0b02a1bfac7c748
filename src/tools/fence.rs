//! Fences: a panic costs the piece of work in which it happens; it is counted, said, and the thread goes on.
//!
//! In goes work and the place where it is done, out comes its result, or that it panicked. What the work
//! leaves half-done is its owner's matter, who lets go of it in a `Drop` or begins anew: locks of
//! `parking_lot` are free again after a panic and are not poisoned.

mod caught;
mod place;
mod trap;

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use prometheus::IntCounter;

pub(crate) use self::caught::caught;
pub use self::place::Place;
use self::trap::Trap;
use crate::tools::log_limit::LogLimit;

/// Work that did not come to its end; what happened is on the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// One server's fences. Cloning shares their counts.
#[derive(Clone)]
pub struct Fences {
    spots: Arc<[Spot]>,
}

thread_local! {
    /// The innermost fence that this thread is inside of.
    static AROUND: RefCell<Around> = const { RefCell::new(Around(None)) };
}

/// Guards when a panic outside of any fence was last said; held for a moment behind each.
static SAID_OUTSIDE: Mutex<LogLimit> = Mutex::new(LogLimit::new());

/// The fence around a thread's present work, for what helps with that work and knows no server: a decoder, or
/// a thread of its own. Cloning shares it.
#[derive(Clone)]
pub struct Around(Option<(Fences, Place)>);

impl Around {
    /// The innermost fence that this thread is inside of. Outside of any, as in a program that serves nobody,
    /// panics are said and counted nowhere.
    pub fn here() -> Self {
        AROUND.with_borrow(Around::clone)
    }

    /// Does one piece of work as a part of the fenced one.
    ///
    /// # Errors
    /// What the panic said, where the work panicked; that is counted where the fence is, and said once a
    /// minute.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, String> {
        let outside = AROUND.replace(self.clone());
        let done = caught(work);
        AROUND.set(outside);
        done.inspect_err(|what| self.note(what))
    }

    /// Counts a panic, and logs `what` it said unless one was logged within the last minute.
    fn note(&self, what: &str) {
        match &self.0 {
            Some((fences, place)) => fences.note(*place, what),
            None if SAID_OUTSIDE.lock().is_due(Instant::now()) => {
                log::error!("a fault of this program: {what}");
            }
            None => {}
        }
    }
}

/// What is kept for a place.
struct Spot {
    /// Number of panics so far; none where nothing is counted.
    panics: Option<IntCounter>,
    /// Guards when a panic was last said; held for a moment behind each.
    said: Mutex<LogLimit>,
    /// What a test wants to happen here.
    trap: Trap,
}

impl Fences {
    /// Makes fences whose panics are counted by what `counter` gives for a place.
    pub fn new(counter: impl Fn(Place) -> IntCounter) -> Self {
        let spot = |panics| Spot { panics, said: Mutex::default(), trap: Trap::new() };
        let counted = Place::ALL.into_iter().map(|place| Some(counter(place)));
        // The last place is for tests alone.
        Fences { spots: counted.chain([None]).map(spot).collect() }
    }

    /// Does one piece of work.
    ///
    /// # Errors
    /// Where the work panicked; that is counted, and said once a minute.
    pub fn run<T>(&self, place: Place, work: impl FnOnce() -> T) -> Result<T, Panicked> {
        Around(Some((self.clone(), place))).run(work).map_err(|_| Panicked)
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

    /// Returns the number of panics so far, in the order of [`Place::ALL`].
    pub fn panics(&self) -> [u64; Place::ALL.len()] {
        Place::ALL.map(|place| self.spot(place).panics.as_ref().map_or(0, |panics| panics.get()))
    }

    /// Lets one pass in `every` of [`Fences::trip`] panic at `place` until `count` have: for tests.
    #[doc(hidden)]
    pub fn arm(&self, place: Place, count: u64, every: u64) {
        self.spot(place).trap.arm(count, every);
    }

    /// Panics where a test wants that. Otherwise this is one relaxed load, once a frame or less often.
    ///
    /// # Panics
    /// On behalf of a test.
    pub fn trip(&self, place: Place) {
        self.spot(place).trap.pass(place);
    }

    fn spot(&self, place: Place) -> &Spot {
        &self.spots[place as usize]
    }

    /// Counts a panic at `place`, and logs `what` it said unless one was logged within the last minute.
    fn note(&self, place: Place, what: &str) {
        let spot = self.spot(place);
        if let Some(panics) = &spot.panics {
            panics.inc();
        }
        if spot.said.lock().is_due(Instant::now()) {
            log::error!("{place} met a fault of this program: {what}");
        }
    }
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
    fn what_helps_with_fenced_work_is_counted_with_it_also_in_a_thread_of_its_own() {
        let fences = fences();
        let fault = || -> u32 { panic!("number {}", 7) };
        let counted = |place: Place| fences.panics()[place as usize];
        let here = fences.run(Place::Read, || {
            let inner = fences.run(Place::Merge, Around::here).expect("does not panic");
            assert!(inner.run(fault).is_err_and(|what| what.starts_with("number 7")));
            assert_eq!((counted(Place::Read), counted(Place::Merge)), (0, 1));
            Around::here()
        });
        let here = here.expect("the panic has cost what helped alone");
        let helped = thread::spawn(move || here.run(|| Around::here().run(fault)));
        assert!(helped.join().expect("is fenced").expect("its inner work has failed").is_err());
        assert_eq!((counted(Place::Read), counted(Place::Merge)), (1, 1));
        assert!(Around::here().run(fault).is_err());
        assert_eq!(fences.panics().iter().sum::<u64>(), 2, "nothing is counted outside");
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
    fn the_end_of_the_program_is_not_counted() {
        let fences = fences();
        assert_eq!(fences.run(Place::Serve, || panic!("no")), Err::<(), _>(Panicked));
        assert_eq!(fences.panics(), [0; Place::ALL.len()]);
    }
}
