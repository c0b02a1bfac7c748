//! Trails: where tracks stood in the last seconds in, places to draw and whether they move out. Pure.

use std::{collections::VecDeque, time::Duration};

/// How far back a trail reaches.
const REACHES: Duration = Duration::from_secs(3);

/// Least time between two of its places.
const STEP: Duration = Duration::from_millis(250);

/// Time over which it is told whether a track stands.
const JUDGED_OVER: Duration = Duration::from_secs(2);

/// Least time that a track has to be known for that.
const JUDGED_AFTER: Duration = Duration::from_millis(500);

/// Way within that time, heights of the box, below which a track stands: swaying, not walking.
const STANDS_WITHIN: f32 = 0.3;

/// Way, heights of the box, below which there is nothing to draw.
const DRAWN_FROM: f32 = 0.3;

/// One track's last places.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Places, pixels of the picture, oldest first.
    places: VecDeque<(Duration, [f32; 2])>,
    /// Height of the box, pixels.
    height: f32,
}

impl Trail {
    /// Notes where the track stands at `now`, in a box of that height.
    pub fn note(&mut self, now: Duration, foot: [f32; 2], height: f32) {
        self.height = height.max(1.0);
        if self.places.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= STEP) {
            self.places.push_back((now, foot));
        }
        while self.places.front().is_some_and(|(at, _)| now.saturating_sub(*at) > REACHES) {
            self.places.pop_front();
        }
    }

    /// Places of the last seconds, pixels of the picture, oldest first; none of a track that has not moved.
    pub fn places(&self) -> Vec<[f32; 2]> {
        let moved = self.way(Duration::ZERO) >= DRAWN_FROM;
        if moved { self.places.iter().map(|(_, place)| *place).collect() } else { Vec::new() }
    }

    /// Whether the track has hardly moved in the last seconds; false while it is too new to tell.
    pub fn stands(&self) -> bool {
        let (Some((first, _)), Some((last, _))) = (self.places.front(), self.places.back()) else {
            return false;
        };
        let since = last.saturating_sub(JUDGED_OVER);
        last.saturating_sub(*first) >= JUDGED_AFTER && self.way(since) < STANDS_WITHIN
    }

    /// The farthest that the track was from its last place since then, heights of the box.
    fn way(&self, since: Duration) -> f32 {
        let Some((_, [x, y])) = self.places.back() else { return 0.0 };
        let recent = self.places.iter().filter(|(at, _)| *at >= since);
        recent.map(|(_, place)| (place[0] - x).hypot(place[1] - y)).fold(0.0, f32::max) / self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The trail of a track that goes so many pixels a second in a box 50 pixels high, for five seconds.
    fn trail(speed: f32) -> Trail {
        let mut trail = Trail::default();
        for n in 0..=50 {
            trail.note(Duration::from_millis(n * 100), [n as f32 * speed / 10.0, 0.0], 50.0);
        }
        trail
    }

    #[test]
    fn a_walk_leaves_a_few_places_of_the_last_three_seconds() {
        let places = trail(40.0).places();
        assert!((8..=12).contains(&places.len()) && !trail(40.0).stands(), "{places:?}");
        assert!(places[0][0] >= 80.0, "{places:?}");
    }

    #[test]
    fn who_sways_stands_and_leaves_nothing() {
        assert!(trail(2.0).stands() && trail(2.0).places().is_empty());
    }

    #[test]
    fn nobody_stands_who_has_just_come() {
        let mut trail = Trail::default();
        trail.note(Duration::ZERO, [0.0, 0.0], 50.0);
        assert!(!trail.stands());
    }
}
