//! What crossed cameras' lines today, as history last said: kept for a moment, so that whoever tells of it
//! tells the same, and asks the disk once a second at most.
//!
//! Counts in, counts out; asking is [`super::history`]'s.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::history::CountsSince;

/// Age from which on counts are asked for anew: history is written as often.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// Age up to which counts are told while history does not answer.
const TOLD_FOR: Duration = Duration::from_secs(5);

/// Age from which on a camera of which nobody asks is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// Today's counts of cameras.
#[derive(Default)]
pub struct Today {
    /// Guards what is known; held to look it up or to exchange it.
    known: Mutex<HashMap<Arc<str>, Known>>,
}

struct Known {
    asked_at: Instant,
    /// What history said last, and when; `None` where it said nothing lately.
    counts: Option<(Instant, CountsSince)>,
}

impl Today {
    /// Tells whether history should be asked about a camera.
    pub fn is_due(&self, camera: &str, now: Instant) -> bool {
        let known = self.known.lock();
        known.get(camera).is_none_or(|known| now.saturating_duration_since(known.asked_at) >= ASKED_EVERY)
    }

    /// Notes what history says of a camera; `None` where it does not answer.
    pub fn note(&self, camera: &Arc<str>, counts: Option<CountsSince>, now: Instant) {
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
    fn a_camera_of_which_nobody_asks_leaves_nothing_behind() {
        let (today, start) = (Today::default(), Instant::now());
        today.note(&Arc::from("gone"), None, start);
        today.note(&Arc::from("main"), None, start + FORGOTTEN_AFTER);
        assert!(!today.is_known("gone") && today.is_known("main"));
    }
}
