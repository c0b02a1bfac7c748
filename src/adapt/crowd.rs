//! Viewers who share a bottleneck, in simulated time. For tests only.

use super::scenario::{Bottleneck, Scenario};
use crate::nouns::quality::Rung;

/// Viewers who share a link.
pub struct Crowd {
    viewers: Vec<Scenario>,
    link: Bottleneck,
    now: u64,
}

impl Crowd {
    /// Puts `count` viewers, who come at once, on a link of `mbit` megabits a second and a round trip in
    /// milliseconds.
    pub fn on(mbit: f64, round_trip: f64, count: u64, seed: u64) -> Self {
        let viewer = |n| Scenario::on(mbit).round_trip(round_trip).seed(seed * count + n);
        let viewers: Vec<Scenario> = (0..count).map(viewer).collect();
        let link = viewers[0].link;
        Crowd { viewers, link, now: 0 }
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: f64) -> &mut Self {
        let end = self.now + (seconds * 1000.0) as u64;
        while self.now < end {
            self.now += 1;
            let count = self.viewers.len();
            for n in 0..count {
                // Nobody is always the first.
                let viewer = &mut self.viewers[(n + self.now as usize) % count];
                viewer.link = self.link;
                viewer.pass();
                self.link = viewer.link;
            }
        }
        self
    }

    /// Lets time pass; frames a second of the viewer who got fewest, and the rung that each was at for half
    /// of the time.
    pub fn judge(&mut self, seconds: f64) -> (f64, Vec<Rung>) {
        let seen = |viewer: &Scenario| viewer.seen.len();
        let before: Vec<usize> = self.viewers.iter().map(seen).collect();
        self.wait(seconds);
        let counts =
            self.viewers.iter().zip(before).map(|(viewer, before)| (seen(viewer) - before) as f64 / seconds);
        (
            counts.fold(f64::INFINITY, f64::min),
            self.viewers.iter().map(|viewer| viewer.usual_rung(seconds)).collect(),
        )
    }
}
