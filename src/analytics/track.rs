//! Who is who from frame to frame: detections and their times in, tracks with numbers that stay out. Pure.
//!
//! After ByteTrack (Zhang and others, "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", ECCV 2022): a Kalman
//! filter predicts each track's box to the new frame's time; sure detections are matched first, doubtful ones may only keep a
//! track alive. Beside the place, colours tell who is who (`look`), which matters where people pass each other. Steps in time come from capture times, so any analytics rate will do.

mod kalman;

use std::{collections::HashMap, sync::Arc, time::Duration};

use pathfinding::{kuhn_munkres::kuhn_munkres_min, matrix::Matrix};

use self::kalman::BoxFilter;
use super::{detect::Detection, look::Look};
use crate::protocol::{BBox, Velocity};

/// How long a track that is not seen is kept: somebody who walks behind others comes back within that.
const KEPT_UNSEEN: Duration = Duration::from_secs(2);

/// A track is shown when the confidences of its detections add up to this: three sure ones, or seven that are barely so.
const CONFIRMED_BY: f32 = 2.0;

/// One that is not confirmed is dropped when not seen for this long.
const UNCONFIRMED_KEPT: Duration = Duration::from_millis(400);

/// A detection that overlaps somebody who has one already, more than this, starts no track: mostly it is the same person again.
const NEWCOMER_IOU: f32 = 0.2;

/// A doubtful detection keeps a track that was seen this recently.
const DOUBTFUL_KEEPS: Duration = Duration::from_millis(600);

/// Least overlap of a doubtful detection with the track it keeps.
const DOUBTFUL_IOU: f32 = 0.5;

/// Most difference of its look from the track's.
const SAME_LOOK: f32 = 15.0;

/// Standard deviations by which a detection may be off where it does not overlap clearly.
const MOST_SURPRISE: f32 = 4.0;

/// An overlap that is clear.
const CLEAR_IOU: f32 = 0.3;

/// Share of the surprise in the cost of a place, which runs from 0 to 1; overlap has the rest.
const SURPRISE_SHARE: f32 = 0.4;

/// A difference of looks that leaves no likeness.
const OTHER_LOOK: f32 = 40.0;

/// How much look weighs against place.
const LOOK_WEIGHT: f32 = 2.0;

/// What it costs to be matched while not confirmed: those that are choose first.
const UNCONFIRMED: f32 = 0.3;

/// What it costs to match another class.
const OTHER_CLASS: f32 = 0.4;

/// What a pair that cannot be costs; above any that can.
const IMPOSSIBLE: f32 = 100.0;

/// Costs are matched as whole numbers of this fraction.
const COST_STEP: f32 = 1e-4;

/// One thing that is followed.
#[derive(Clone, Debug)]
pub struct Track {
    /// The same for as long as it is followed, never used again.
    pub id: u64,
    /// What it was called most, by confidence.
    pub class: Arc<str>,
    /// Confidence of its last detection.
    pub confidence: f32,
    /// Its smoothed box, pixels of the picture.
    pub bbox: BBox,
    /// Its velocity, pixels a second.
    pub velocity: Velocity,
}

/// Follows what one camera sees.
pub struct Tracker {
    /// Detections from this confidence on are sure: they start tracks.
    sure: f32,
    next_id: u64,
    now: Option<Duration>,
    lives: Vec<Life>,
}

/// One track's inner side.
struct Life {
    id: u64,
    filter: BoxFilter,
    confidence: f32,
    look: Look,
    /// Sum of confidences of each class it was called.
    votes: HashMap<Arc<str>, f32>,
    found: u32,
    seen: Duration,
}

impl Tracker {
    /// Nothing is followed yet. Detections of `sure` confidence start tracks, lesser ones only keep them.
    pub fn new(sure: f32) -> Self {
        Tracker { sure, next_id: 1, now: None, lives: Vec::new() }
    }

    /// Follows nothing yet, and goes on with the numbers of `earlier`.
    pub fn following(sure: f32, earlier: &Tracker) -> Self {
        Tracker { next_id: earlier.next_id, ..Tracker::new(sure) }
    }

    /// Takes the detections of a frame captured at `now`; gives the confirmed tracks that are in it. Frames must come in order:
    /// one that is not newer than the last is ignored.
    pub fn step(&mut self, now: Duration, detections: &[Detection]) -> Vec<Track> {
        let Some(passed) = now.checked_sub(self.now.unwrap_or_default()).filter(|passed| !passed.is_zero()) else {
            return Vec::new();
        };
        let passed = if self.now.is_some() { passed.as_secs_f32() } else { 0.0 };
        self.now = Some(now);
        // After a pause nobody is where a filter expects, and its doubt grows until everything fits.
        self.lives.retain(|life| now.saturating_sub(life.seen) <= KEPT_UNSEEN);
        self.lives.iter_mut().for_each(|life| life.filter.predict(passed));
        let (sure, doubtful): (Vec<&Detection>, Vec<&Detection>) =
            detections.iter().partition(|detection| detection.confidence >= self.sure);
        let everybody: Vec<usize> = (0..self.lives.len()).collect();
        let left = self.matched(now, &everybody, &sure, Life::cost);
        let unseen: Vec<usize> = everybody.into_iter().filter(|n| self.lives[*n].recently(now)).collect();
        self.matched(now, &unseen, &doubtful, Life::doubtful_cost);
        self.welcome(now, left);
        self.lives.retain(|life| life.is_kept(now));
        self.lives.iter().filter(|life| life.seen == now && life.is_confirmed()).map(Life::track).collect()
    }

    /// Starts tracks of detections that nobody got.
    fn welcome(&mut self, now: Duration, left: Vec<&Detection>) {
        let known = self.lives.iter().filter(|life| life.seen == now && life.is_confirmed());
        let known: Vec<BBox> = known.map(|life| life.filter.bbox()).collect();
        for detection in left {
            if known.iter().all(|bbox| bbox.iou(&detection.bbox) <= NEWCOMER_IOU) {
                self.lives.push(Life::new(self.next_id, now, detection));
                self.next_id += 1;
            }
        }
    }

    /// Whether a track is still followed, seen or not.
    pub fn lives(&self, id: u64) -> bool {
        self.lives.iter().any(|life| life.id == id)
    }

    /// Gives each of those lives its best detection; returns the detections that nobody got.
    fn matched<'a>(
        &mut self,
        now: Duration,
        lives: &[usize],
        detections: &[&'a Detection],
        cost: impl Fn(&Life, &Detection) -> Option<f32>,
    ) -> Vec<&'a Detection> {
        let costs = |life: &usize| detections.iter().map(|detection| cost(&self.lives[*life], detection)).collect();
        let costs: Vec<Vec<Option<f32>>> = lives.iter().map(costs).collect();
        let mut left: Vec<Option<&Detection>> = detections.iter().copied().map(Some).collect();
        for (row, column) in assigned(&costs, detections.len()) {
            if let Some(detection) = left[column].take() {
                let is_sure = detection.confidence >= self.sure;
                self.lives[lives[row]].update(now, detection, is_sure);
            }
        }
        left.into_iter().flatten().collect()
    }
}

/// The pairs of rows and columns with the least sum of costs among those that can be.
fn assigned(costs: &[Vec<Option<f32>>], columns: usize) -> Vec<(usize, usize)> {
    if costs.is_empty() || columns == 0 {
        return Vec::new();
    }
    let whole = |cost: Option<f32>| (cost.unwrap_or(IMPOSSIBLE) / COST_STEP) as i64;
    // The method wants no more rows than columns.
    let wide = costs.len() <= columns;
    let matrix = match wide {
        true => Matrix::from_fn(costs.len(), columns, |(row, column)| whole(costs[row][column])),
        false => Matrix::from_fn(columns, costs.len(), |(column, row)| whole(costs[row][column])),
    };
    let pairs = kuhn_munkres_min(&matrix).1.into_iter().enumerate();
    let pairs = pairs.map(|(a, b)| if wide { (a, b) } else { (b, a) });
    pairs.filter(|(row, column)| costs[*row][*column].is_some()).collect()
}

impl Life {
    fn new(id: u64, now: Duration, detection: &Detection) -> Self {
        let votes = HashMap::from([(Arc::clone(&detection.class), detection.confidence)]);
        let (confidence, look) = (detection.confidence, detection.look);
        Life { id, filter: BoxFilter::new(&detection.bbox), confidence, look, votes, found: 1, seen: now }
    }

    fn update(&mut self, now: Duration, detection: &Detection, is_sure: bool) {
        self.filter.update(&detection.bbox);
        // What is shown is how sure the model was last.
        if is_sure {
            self.confidence = detection.confidence;
        }
        self.look.renew(&detection.look);
        *self.votes.entry(Arc::clone(&detection.class)).or_default() += detection.confidence;
        self.found += 1;
        self.seen = now;
    }

    fn is_confirmed(&self) -> bool {
        self.found > 1 && self.votes.values().sum::<f32>() >= CONFIRMED_BY
    }

    fn recently(&self, now: Duration) -> bool {
        self.seen != now && now.saturating_sub(self.seen) <= DOUBTFUL_KEEPS
    }

    fn is_kept(&self, now: Duration) -> bool {
        let limit = if self.is_confirmed() { KEPT_UNSEEN } else { UNCONFIRMED_KEPT };
        now.saturating_sub(self.seen) <= limit
    }

    /// What it costs to take a sure detection for this track; `None` where it cannot be. Place and look both count: place tells
    /// where boxes are apart, look where they overlap.
    fn cost(&self, detection: &Detection) -> Option<f32> {
        let surprise = self.filter.surprise(&detection.bbox);
        let iou = self.filter.bbox().iou(&detection.bbox);
        // What enters the picture or turns changes its box faster than a filter allows, but overlaps itself.
        if surprise > MOST_SURPRISE && iou < CLEAR_IOU {
            return None;
        }
        let place = SURPRISE_SHARE * (surprise / MOST_SURPRISE).min(1.0) + (1.0 - SURPRISE_SHARE) * (1.0 - iou);
        let look = (self.look.difference(&detection.look) / OTHER_LOOK).min(1.0);
        let newness = if self.is_confirmed() { 0.0 } else { UNCONFIRMED };
        Some(place + LOOK_WEIGHT * look + newness + self.strangeness(detection))
    }

    /// The same for a doubtful one: only where both place and look leave little doubt.
    fn doubtful_cost(&self, detection: &Detection) -> Option<f32> {
        let iou = self.filter.bbox().iou(&detection.bbox);
        let alike = self.look.difference(&detection.look) <= SAME_LOOK;
        (iou >= DOUBTFUL_IOU && alike).then_some(1.0 - iou + self.strangeness(detection))
    }

    fn strangeness(&self, detection: &Detection) -> f32 {
        if self.votes.contains_key(&detection.class) { 0.0 } else { OTHER_CLASS }
    }

    fn track(&self) -> Track {
        let class = self.votes.iter().max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)));
        Track {
            id: self.id,
            class: class.map_or_else(|| Arc::from(""), |(class, _)| Arc::clone(class)),
            confidence: self.confidence,
            bbox: self.filter.bbox(),
            velocity: self.filter.velocity(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: u64) -> Duration {
        Duration::from_millis(1_000_000 + time)
    }

    fn found(class: &str, confidence: f32, x: f32, y: f32) -> Detection {
        let bbox = BBox { x1: x - 10.0, y1: y - 25.0, x2: x + 10.0, y2: y + 25.0 };
        Detection { class: Arc::from(class), confidence, bbox, look: Look::default() }
    }

    fn person(x: f32, y: f32) -> Detection {
        found("person", 0.9, x, y)
    }

    #[test]
    fn after_a_long_pause_everybody_is_new() {
        let mut tracker = Tracker::new(0.3);
        for n in 0..10 {
            tracker.step(millis(n * 100), &[person(100.0, 100.0)]);
        }
        let mut seen = Vec::new();
        for n in 0..10 {
            seen.extend(ids(&tracker.step(millis(60_000 + n * 100), &[person(140.0, 120.0)])));
        }
        seen.dedup();
        assert_eq!(seen, [2]);
    }

    #[test]
    fn a_second_box_on_somebody_is_nobody_new() {
        let mut tracker = Tracker::new(0.3);
        let mut seen = Vec::new();
        for n in 0..40 {
            let twice = [person(100.0, 200.0), found("person", 0.5, 108.0, 206.0)];
            seen.extend(ids(&tracker.step(millis(n * 100), if n < 5 { &twice[..1] } else { &twice })));
        }
        seen.dedup();
        assert_eq!(seen, [1]);
    }

    fn ids(tracks: &[Track]) -> Vec<u64> {
        tracks.iter().map(|track| track.id).collect()
    }

    #[test]
    fn two_that_pass_each_other_keep_their_numbers() {
        let mut tracker = Tracker::new(0.3);
        let mut last = Vec::new();
        for n in 0..60 {
            let at = n as f32 * 4.0;
            let tracks = tracker.step(millis(n * 100), &[person(100.0 + at, 200.0), person(340.0 - at, 212.0)]);
            last = tracks.iter().map(|track| (track.id, track.bbox.foot()[0], track.velocity.x)).collect();
        }
        last.sort_by_key(|(id, _, _)| *id);
        assert_eq!(last.len(), 2);
        assert!(last[0].1 > last[1].1 && last[0].2 > 30.0 && last[1].2 < -30.0, "{last:?}");
    }

    #[test]
    fn any_rate_will_do() {
        for step in [50, 100, 250, 400] {
            let mut tracker = Tracker::new(0.3);
            let mut seen = Vec::new();
            for n in 0..(4_000 / step) {
                // Somebody 50 pixels high who walks at a good pace covers about his own height a second.
                let x = 100.0 + (n * step) as f32 * 0.045;
                seen.extend(ids(&tracker.step(millis(n * step), &[person(x, 200.0)])));
            }
            seen.dedup();
            assert_eq!(seen, [1], "every {step} ms");
        }
    }

    #[test]
    fn who_is_hidden_for_a_while_comes_back_with_the_same_number() {
        let mut tracker = Tracker::new(0.3);
        let mut seen = Vec::new();
        for n in 0..50 {
            let hidden = (20..35).contains(&n);
            let there = [person(100.0 + n as f32 * 4.0, 200.0)];
            seen.extend(ids(&tracker.step(millis(n * 100), if hidden { &[] } else { &there })));
        }
        seen.dedup();
        assert_eq!(seen, [1]);
        tracker.step(millis(4_900 + 3_000), &[]);
        assert!(!tracker.lives(1), "but not for ever");
    }

    #[test]
    fn one_that_shows_up_once_is_nothing() {
        let mut tracker = Tracker::new(0.3);
        assert!(tracker.step(millis(0), &[person(100.0, 100.0)]).is_empty());
        for n in 1..10 {
            assert!(tracker.step(millis(n * 100), &[]).is_empty());
        }
        assert!(!tracker.lives(1));
    }

    #[test]
    fn doubtful_detections_keep_tracks_and_start_none() {
        let mut tracker = Tracker::new(0.3);
        for n in 0..5 {
            tracker.step(millis(n * 100), &[person(100.0, 100.0)]);
        }
        for n in 5..30 {
            let doubtful = [found("person", 0.15, 100.0, 100.0), found("person", 0.15, 400.0, 100.0)];
            assert_eq!(ids(&tracker.step(millis(n * 100), &doubtful)), [1]);
        }
    }

    #[test]
    fn a_class_is_what_it_was_called_most() {
        let mut tracker = Tracker::new(0.3);
        let mut class = Arc::from("");
        for n in 0..12 {
            let called = if n % 4 == 3 { "truck" } else { "car" };
            if let [track] = &tracker.step(millis(n * 100), &[found(called, 0.8, 100.0, 100.0)])[..] {
                class = Arc::clone(&track.class);
                assert_eq!(track.id, 1);
            }
        }
        assert_eq!(&*class, "car");
    }

    #[test]
    fn frames_out_of_order_are_ignored() {
        let mut tracker = Tracker::new(0.3);
        for n in 0..5 {
            tracker.step(millis(n * 100), &[person(100.0, 100.0)]);
        }
        assert!(tracker.step(millis(200), &[person(300.0, 100.0)]).is_empty());
        assert_eq!(ids(&tracker.step(millis(500), &[person(100.0, 100.0)])), [1]);
    }
}
