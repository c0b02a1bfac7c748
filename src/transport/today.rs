//! What crossed cameras' lines today, as history last said: kept for a moment, so that whoever tells of it
//! tells the same, and the disk is asked once a second and camera, however many tell.
//!
//! Counts in, counts out; asking is [`super::history`]'s.

use std::{
    collections::HashMap,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::{sync::Semaphore, time::timeout};

use crate::{history::CountsSince, nouns::count::LineCount};

/// Age from which on counts are asked for anew: history is written as often.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// Time within which counts must have come: a disk that hangs costs them, and no answer.
const COUNTS_WITHIN: Duration = Duration::from_secs(1);

/// Age up to which counts are told while history does not answer.
const TOLD_FOR: Duration = Duration::from_secs(5);

/// Age from which on a camera of which nobody asks is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// Today's counts of cameras.
#[derive(Default)]
pub struct Today {
    /// The turn to ask about a camera, while somebody asks: whoever comes meanwhile waits for that answer
    /// instead of asking too. Guarded to look it up.
    turns: Mutex<HashMap<Arc<str>, Arc<Semaphore>>>,
    /// Guards what is known; held to look it up or to exchange it.
    known: Mutex<HashMap<Arc<str>, Known>>,
}

struct Known {
    asked_at: Instant,
    /// What history said last, and when; `None` where it said nothing lately.
    counts: Option<(Instant, CountsSince)>,
}

impl Today {
    /// Has the counts of a camera asked for by `ask`, where that was not done a moment ago; waits for them as
    /// long as they may take. `None` says that there is no answer.
    pub async fn renew(&self, camera: &Arc<str>, ask: impl Future<Output = Option<CountsSince>>) {
        if !self.is_due(camera, Instant::now()) {
            return;
        }
        let turn = self.turn(camera);
        let asking = async {
            let _turn = turn.acquire().await;
            if self.is_due(camera, Instant::now()) {
                let counts = ask.await;
                self.note(camera, counts, Instant::now());
            }
        };
        if timeout(COUNTS_WITHIN, asking).await.is_err() {
            self.note(camera, None, Instant::now());
        }
    }

    /// Returns the turn to ask about a camera.
    fn turn(&self, camera: &Arc<str>) -> Arc<Semaphore> {
        let mut turns = self.turns.lock();
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(Arc::clone(camera)).or_insert_with(|| Arc::new(Semaphore::new(1))))
    }

    /// Tells whether history should be asked about a camera.
    fn is_due(&self, camera: &str, now: Instant) -> bool {
        let known = self.known.lock();
        known.get(camera).is_none_or(|known| now.saturating_duration_since(known.asked_at) >= ASKED_EVERY)
    }

    /// Notes what history says of a camera; `None` where it does not answer.
    fn note(&self, camera: &Arc<str>, counts: Option<CountsSince>, now: Instant) {
        let mut known = self.known.lock();
        let before = known.remove(camera).and_then(|known| known.counts);
        let is_told = |(at, _): &(Instant, _)| now.saturating_duration_since(*at) < TOLD_FOR;
        let counts = counts.map(|counts| (now, counts)).or(before.filter(is_told));
        known.retain(|_, known| now.saturating_duration_since(known.asked_at) < FORGOTTEN_AFTER);
        known.insert(Arc::clone(camera), Known { asked_at: now, counts });
    }

    /// Returns a camera's counts; `None` where history says nothing.
    pub fn counts(&self, camera: &str) -> Option<CountsSince> {
        Some(self.known.lock().get(camera)?.counts.as_ref()?.1.clone())
    }

    /// Returns what tells a camera's counts from others: since when they are, microseconds since the Unix
    /// epoch, and how many they are; zeros where history says nothing.
    pub fn version(&self, camera: &str) -> [u64; 2] {
        let known = self.known.lock();
        let Some((_, counts)) = known.get(camera).and_then(|known| known.counts.as_ref()) else {
            return [0, 0];
        };
        let crossed = |line: &LineCount| line.inbound + line.outbound;
        [counts.since_us, counts.lines.iter().map(crossed).sum()]
    }

    /// Tells whether history was asked about a camera.
    pub fn is_known(&self, camera: &str) -> bool {
        self.known.lock().contains_key(camera)
    }

    /// Forgets a camera's counts, which are others now.
    pub fn forget(&self, camera: &str) {
        self.known.lock().remove(camera);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn counts_are_told_for_a_moment_and_asked_for_once_a_second() {
        let (today, start) = (Today::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let camera = Arc::from("main");
        assert!(today.is_due("main", start) && !today.is_known("main"));
        let counts = CountsSince { since_us: 7, lines: Vec::new() };
        today.note(&camera, Some(counts.clone()), start);
        assert!(!today.is_due("main", start) && today.is_due("main", at(1)));
        for (seconds, told) in [(1, true), (4, true), (5, false)] {
            today.note(&camera, None, at(seconds));
            assert_eq!(today.counts("main").is_some(), told, "after {seconds} s");
        }
        today.note(&camera, Some(counts), at(6));
        today.forget("main");
        assert!(today.counts("main").is_none() && today.is_due("main", at(6)));
    }

    #[test]
    fn counts_since_another_moment_and_other_counts_are_of_another_version() {
        let (today, camera, now) = (Today::default(), Arc::from("main"), Instant::now());
        let version = |since_us, crossed: Option<(u64, u64)>| {
            let line = |(inbound, outbound)| LineCount { inbound, outbound, ..LineCount::default() };
            let lines = crossed.into_iter().map(line).collect();
            today.note(&camera, Some(CountsSince { since_us, lines }), now);
            today.version("main")
        };
        assert_eq!(today.version("main"), [0, 0]);
        let versions =
            [version(7, None), version(7, Some((1, 0))), version(7, Some((1, 1))), version(8, None)];
        assert_eq!(versions, [[7, 0], [7, 1], [7, 2], [8, 0]]);
    }

    #[test]
    fn the_disk_is_asked_once_however_many_want_to_know() {
        let (today, asked) = (Today::default(), Cell::new(0));
        let camera = Arc::from("main");
        let ask = || async {
            asked.set(asked.get() + 1);
            // Others come meanwhile.
            tokio::task::yield_now().await;
            Some(CountsSince::default())
        };
        let want = || async {
            today.renew(&camera, ask()).await;
            assert!(today.counts("main").is_some(), "each waits for the answer");
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async { tokio::join!(want(), want(), want()) });
        assert_eq!(asked.get(), 1);
    }

    #[test]
    fn a_question_that_hangs_holds_no_other_camera_up() {
        let (today, gate, main) = (Today::default(), Arc::from("gate"), Arc::from("main"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = today.renew(&gate, std::future::pending()) => panic!("it hangs"),
                () = today.renew(&main, std::future::ready(Some(CountsSince::default()))) => {}
            }
        });
        assert!(today.counts("main").is_some());
        today.turn(&main);
        assert_eq!(today.turns.lock().len(), 1, "turns that nobody has are forgotten");
    }

    #[test]
    fn a_disk_that_hangs_costs_the_counts() {
        let (today, camera) = (Today::default(), Arc::from("main"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(today.renew(&camera, std::future::pending()));
        assert!(today.is_known("main") && today.counts("main").is_none());
    }

    #[test]
    fn a_camera_of_which_nobody_asks_leaves_nothing_behind() {
        let (today, start) = (Today::default(), Instant::now());
        today.note(&Arc::from("gone"), None, start);
        today.note(&Arc::from("main"), None, start + FORGOTTEN_AFTER);
        assert!(!today.is_known("gone") && today.is_known("main"));
    }
}
