//! Who is who from frame to frame: detections and their times in, tracks with numbers that stay out. Pure.
//!
//! After ByteTrack (Zhang and others, "ByteTrack: Multi-Object Tracking by Associating Every Detection Box",
//! ECCV 2022): a Kalman filter predicts each track's box to the new frame's time (`kalman`), and every
//! detection may keep a track, but only sure ones start one. All are matched at once (`assign`), by place and
//! by colours (`look`), which tell who is who where people pass each other (`life`). Boxes that a detector
//! would drop, because they lie under surer ones, are offered too: who is known to be there may be the one
//! behind. Who is hidden by somebody keeps his number and is shown for half a second where he is expected, so
//! that nobody else gets it. Steps in time come from capture times, so any analytics rate will do.

mod assign;
mod kalman;
mod life;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use self::{assign::assigned, life::Life};
use super::detect::Detection;
use crate::nouns::place::{BBox, Velocity};

/// A detection that overlaps somebody who has one already, more than this, starts no track: mostly it is the
/// same person again.
const NEWCOMER_IOU: f32 = 0.2;

/// What it costs a track to get no detection: as much as one in the right place with a look that is half
/// another's.
const ALONE: f32 = 1.5;

/// From this overlap on somebody may be hidden by another.
const HIDING_IOU: f32 = 0.3;

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
    /// False for one that is hidden, whose place is expected.
    pub is_seen: bool,
}

/// Follows what one camera sees.
pub struct Tracker {
    /// Detections from this confidence on are sure: they start tracks.
    sure: f32,
    next_id: u64,
    now: Option<Duration>,
    lives: Vec<Life>,
}

/// A detection that tracks may take.
struct Offer<'a> {
    detection: &'a Detection,
    /// False for one that only keeps tracks.
    is_sure: bool,
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

    /// Takes the detections of a frame captured at `now`; gives the confirmed tracks that are in it, and
    /// those that are hidden there. Frames must come in order: one that is not newer than the last is
    /// ignored.
    pub fn step(&mut self, now: Duration, detections: &[Detection]) -> Vec<Track> {
        let Some(passed) = now.checked_sub(self.now.unwrap_or_default()).filter(|passed| !passed.is_zero())
        else {
            return Vec::new();
        };
        let passed = if self.now.is_some() { passed } else { Duration::ZERO };
        self.now = Some(now);
        // After a pause nobody is where a filter expects, and its doubt grows until everything fits.
        self.lives.retain(|life| life.is_kept(now, passed));
        self.lives.iter_mut().for_each(|life| life.predict(passed.as_secs_f32()));
        let sure = self.sure;
        let offer =
            |detection| Offer { detection, is_sure: detection.confidence >= sure && !detection.is_under };
        let offers: Vec<Offer> = detections.iter().map(offer).collect();
        let left = self.matched(now, offers);
        self.welcome(now, left);
        self.lives.retain(|life| life.is_kept(now, passed));
        let shown = self
            .lives
            .iter()
            .filter(|life| life.is_confirmed() && (life.seen == now || self.is_hidden(now, life)));
        shown.map(|life| life.track(now)).collect()
    }

    /// Gives each life its detection; returns those that nobody got.
    fn matched<'a>(&mut self, now: Duration, offers: Vec<Offer<'a>>) -> Vec<Offer<'a>> {
        let costs = |life: &Life| offers.iter().map(|offer| life.cost(now, offer)).collect();
        let costs: Vec<Vec<Option<f32>>> = self.lives.iter().map(costs).collect();
        let pairs = assigned(&costs, offers.len(), ALONE);
        let mut left: Vec<Option<Offer>> = offers.into_iter().map(Some).collect();
        for (life, offer) in pairs {
            if let Some(offer) = left[offer].take() {
                self.lives[life].update(now, &offer);
            }
        }
        left.into_iter().flatten().collect()
    }

    /// Starts tracks of sure detections that nobody got.
    fn welcome(&mut self, now: Duration, left: Vec<Offer>) {
        let known = self.lives.iter().filter(|life| life.seen == now && life.is_confirmed());
        let known: Vec<BBox> = known.map(Life::bbox).collect();
        for Offer { detection, .. } in left.into_iter().filter(|offer| offer.is_sure) {
            if known.iter().all(|bbox| bbox.iou(&detection.bbox) <= NEWCOMER_IOU) {
                self.lives.push(Life::new(self.next_id, now, detection));
                self.next_id += 1;
            }
        }
    }

    /// Whether somebody who was just here may be behind one that is seen.
    fn is_hidden(&self, now: Duration, life: &Life) -> bool {
        let mut seen = self.lives.iter().filter(|other| other.seen == now && other.is_confirmed());
        life.may_be_hidden(now) && seen.any(|other| other.bbox().iou(&life.bbox()) >= HIDING_IOU)
    }

    /// Whether a track is still followed, seen or not.
    pub fn lives(&self, id: u64) -> bool {
        self.lives.iter().any(|life| life.id == id)
    }
}
