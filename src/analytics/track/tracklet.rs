//! One track's inner side: how it moves, what it looks like, what it was called, and what it costs to take a
//! detection for it. Pure.
//!
//! Who gets which detection is `track`'s.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{Offer, Track, kalman::BoxFilter};
use crate::{
    analytics::{detect::Detection, look::Look},
    nouns::place::BBox,
};

/// How long a track that is not seen is kept: somebody who stands behind others or a tree comes back within
/// that, mostly.
const KEPT_UNSEEN: Duration = Duration::from_secs(6);

/// A track is shown when the confidences of its detections add up to this: four sure ones, or ten that are
/// barely so.
const CONFIRMED_BY: f32 = 3.0;

/// One that is not confirmed is dropped when not seen for this long.
const UNCONFIRMED_KEPT: Duration = Duration::from_millis(400);

/// Where results come seldom, for two of them, but no longer than this.
const SELDOM_KEPT: Duration = Duration::from_secs(2);

/// How long somebody hidden is shown where he is expected; longer than that is a guess.
const SHOWN_HIDDEN: Duration = Duration::from_millis(500);

/// A doubtful detection keeps a track that was seen this recently.
const DOUBTFUL_KEEPS: Duration = Duration::from_millis(1500);

/// Least overlap of a doubtful detection with the track it keeps, and most difference of its look.
const DOUBTFUL_IOU: f32 = 0.4;
const SAME_LOOK: f32 = 0.3;

/// What a detection costs for being doubtful.
const DOUBTFUL: f32 = 0.3;

/// Standard deviations by which a sure detection may be off where it does not overlap clearly.
const MOST_SURPRISE: f32 = 4.0;

/// An overlap that is clear.
const CLEAR_IOU: f32 = 0.3;

/// Farther away a sure detection may still be the same one if hardly anything of its look differs: boxes jump
/// where people part, and who is hidden walks on otherwise than expected. Heights by which it may be off, and
/// how many more for each second unseen.
const FAR: f32 = 1.0;
const FAR_A_SECOND: f32 = 0.5;
const VERY_SAME_LOOK: f32 = 0.2;

/// Most difference between the logarithms of two heights of one far off.
const FAR_GROWTH: f32 = 0.4;

/// Share of the surprise in the cost of a place, which runs from 0 to 1; overlap has the rest.
const SURPRISE_SHARE: f32 = 0.4;

/// How much look weighs against place.
const LOOK_WEIGHT: f32 = 3.0;

/// A difference where nothing tells: more than that of the same, less than that of others.
const UNKNOWN_LOOK: f32 = 0.3;

/// How much of a new look a track takes over each time. One that is new takes the mean of all so far.
const LOOK_RENEWAL: f32 = 0.05;

/// What it costs to be matched while not confirmed: those that are choose first.
const UNCONFIRMED: f32 = 0.6;

/// Share of the last detection in a box that is shown; the filter, which is late where people turn, has the
/// rest.
const FRESH: f32 = 0.5;

/// What it costs to match another class.
const OTHER_CLASS: f32 = 0.4;

/// One thing that is followed.
pub struct Life {
    pub id: u64,
    pub seen: Duration,
    filter: BoxFilter,
    confidence: f32,
    look: Look,
    /// Sum of confidences of each class it was called.
    votes: HashMap<Arc<str>, f32>,
    found: u32,
    /// Its last detection.
    last: BBox,
}

impl Life {
    /// Starts with a detection at `now`.
    pub fn new(id: u64, now: Duration, detection: &Detection) -> Self {
        let votes = HashMap::from([(Arc::clone(&detection.class), detection.confidence)]);
        let (confidence, look) = (detection.confidence, detection.look.clone());
        Life {
            id,
            seen: now,
            filter: BoxFilter::new(&detection.bbox),
            confidence,
            look,
            votes,
            found: 1,
            last: detection.bbox,
        }
    }

    /// Expects itself where it is `passed` seconds later.
    pub fn predict(&mut self, passed: f32) {
        self.filter.predict(passed);
    }

    /// Takes a detection of `now` for its own.
    pub fn update(&mut self, now: Duration, offer: &Offer) {
        let detection = offer.detection;
        self.filter.update(&detection.bbox);
        // What is shown is how sure the model was last.
        if offer.is_sure {
            self.confidence = detection.confidence;
        }
        *self.votes.entry(Arc::clone(&detection.class)).or_default() += detection.confidence;
        self.found += 1;
        self.look.renew(&detection.look, LOOK_RENEWAL.max(1.0 / self.found as f32));
        (self.seen, self.last) = (now, detection.bbox);
    }

    /// Where it is, as far as is known.
    pub fn bbox(&self) -> BBox {
        self.filter.bbox()
    }

    /// Whether it was seen often enough to be shown.
    pub fn is_confirmed(&self) -> bool {
        self.found > 1 && self.votes.values().sum::<f32>() >= CONFIRMED_BY
    }

    /// Whether it is worth waiting for.
    pub fn is_kept(&self, now: Duration, step: Duration) -> bool {
        // Where results come seldom, the next one has to find it all the same.
        now.saturating_sub(self.seen)
            <= if self.is_confirmed() {
                KEPT_UNSEEN
            } else {
                UNCONFIRMED_KEPT.max((step * 2).min(SELDOM_KEPT))
            }
    }

    /// Whether it was seen so recently that it is still shown where something hides it.
    pub fn may_be_hidden(&self, now: Duration) -> bool {
        self.is_confirmed() && now.saturating_sub(self.seen) <= SHOWN_HIDDEN
    }

    /// What it costs to take a detection for this track; `None` where it cannot be. Place and look both
    /// count: place tells where boxes are apart, look where they overlap.
    pub fn cost(&self, now: Duration, offer: &Offer) -> Option<f32> {
        let bbox = &offer.detection.bbox;
        let (surprise, iou) = (self.filter.surprise(bbox), self.filter.bbox().iou(bbox));
        // What enters the picture or turns changes its box faster than a filter allows, but overlaps itself.
        let is_near = surprise <= MOST_SURPRISE || iou >= CLEAR_IOU;
        let most_difference = match offer.is_sure {
            true if is_near => f32::INFINITY,
            true if self.reaches(now, bbox) => VERY_SAME_LOOK,
            false if is_near && iou >= DOUBTFUL_IOU && self.was_there(now) => SAME_LOOK,
            _ => return None,
        };
        let difference = self.look.difference(&offer.detection.look).unwrap_or(UNKNOWN_LOOK);
        if difference > most_difference {
            return None;
        }
        let place =
            SURPRISE_SHARE * (surprise / MOST_SURPRISE).min(1.0) + (1.0 - SURPRISE_SHARE) * (1.0 - iou);
        let doubt = if offer.is_sure { 0.0 } else { DOUBTFUL };
        let newness = if self.is_confirmed() { 0.0 } else { UNCONFIRMED };
        let strangeness = if self.votes.contains_key(&offer.detection.class) { 0.0 } else { OTHER_CLASS };
        Some(place + LOOK_WEIGHT * difference + doubt + newness + strangeness)
    }

    /// Whether a doubtful detection may keep it.
    fn was_there(&self, now: Duration) -> bool {
        self.is_confirmed() && now.saturating_sub(self.seen) <= DOUBTFUL_KEEPS
    }

    /// Whether it may have got to a box by itself, wherever it was expected.
    fn reaches(&self, now: Duration, bbox: &BBox) -> bool {
        let expected = self.filter.bbox();
        let height = (expected.height() + bbox.height()) / 2.0;
        let ([x, y], [other_x, other_y]) = (expected.foot(), bbox.foot());
        let off = (x - other_x).hypot(y - other_y) / height;
        let growth = (expected.height() / bbox.height()).ln().abs();
        let reach = FAR + FAR_A_SECOND * now.saturating_sub(self.seen).as_secs_f32();
        self.is_confirmed() && off <= reach && growth <= FAR_GROWTH
    }

    fn shown(&self, now: Duration) -> BBox {
        let (expected, last) = (self.filter.bbox(), self.last);
        let between = |expected: f32, last: f32| expected + (last - expected) * FRESH;
        match self.seen == now {
            true => BBox {
                x1: between(expected.x1, last.x1),
                y1: between(expected.y1, last.y1),
                x2: between(expected.x2, last.x2),
                y2: between(expected.y2, last.y2),
            },
            false => expected,
        }
    }

    /// What is shown of it at `now`.
    pub fn track(&self, now: Duration) -> Track {
        let class = self.votes.iter().max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)));
        Track {
            id: self.id,
            class: class.map_or_else(|| Arc::from(""), |(class, _)| Arc::clone(class)),
            confidence: self.confidence,
            bbox: self.shown(now),
            velocity: self.filter.velocity(),
            is_seen: self.seen == now,
        }
    }
}
