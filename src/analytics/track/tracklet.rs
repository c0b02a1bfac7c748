//! One track from the inside: how it moves, what it looks like, what it was called, and what it costs to take
//! a detection for it. Pure.
//!
//! Who gets which detection is `track`'s.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{kalman::BoxFilter, offer::Offer, state::Track};
use crate::{
    analytics::{appearance::Appearance, detect::Detection},
    nouns::place::BBox,
};

/// Longest time that a confirmed track is kept while it is not seen: somebody who stands behind others or a
/// tree mostly comes back within that.
const KEPT_UNSEEN: Duration = Duration::from_secs(6);

/// Least sum of the confidences of a track's detections at which it is shown: four sure ones, or ten that are
/// barely so.
const CONFIRMED_BY: f32 = 3.0;

/// Longest time that an unconfirmed track is kept while it is not seen.
const UNCONFIRMED_KEPT: Duration = Duration::from_millis(400);

/// Results that an unconfirmed track may miss where they come so seldom that [`UNCONFIRMED_KEPT`] is shorter.
const UNCONFIRMED_MISSES: u32 = 2;

/// Longest time that an unconfirmed track is kept while it is not seen, however seldom results come.
const SELDOM_KEPT: Duration = Duration::from_secs(2);

/// Longest time that somebody hidden is shown where he is expected; beyond, the place is a guess.
const SHOWN_HIDDEN: Duration = Duration::from_millis(500);

/// Longest time since a track was seen at which a doubtful detection keeps it.
const DOUBTFUL_KEEPS: Duration = Duration::from_millis(1500);

/// Least overlap of a doubtful detection with the track that it keeps.
const DOUBTFUL_IOU: f32 = 0.4;

/// Most difference of a doubtful detection's appearance from that of the track that it keeps.
const SAME_APPEARANCE: f32 = 0.3;

/// Cost of a detection for being doubtful.
const DOUBTFUL: f32 = 0.3;

/// Most standard deviations by which a sure detection may be off where it does not overlap clearly.
const MOST_SURPRISE: f32 = 4.0;

/// Least overlap that is clear.
const CLEAR_IOU: f32 = 0.3;

/// Most heights by which a sure detection may be off while hardly anything of its appearance differs: boxes
/// jump where people part, and who is hidden walks on otherwise than expected.
const FAR: f32 = 1.0;

/// Heights that are added to [`FAR`] for each second unseen.
const FAR_A_SECOND: f32 = 0.5;

/// Most difference between the appearances of a track and of a sure detection far off.
const VERY_SAME_APPEARANCE: f32 = 0.2;

/// Most difference between the logarithms of the heights of a track and of a sure detection far off.
const FAR_GROWTH: f32 = 0.4;

/// Share of the surprise in the cost of a place, which runs from 0 to 1; overlap has the rest.
const SURPRISE_SHARE: f32 = 0.4;

/// Weight of a difference in appearance against one in place.
const APPEARANCE_WEIGHT: f32 = 3.0;

/// Difference that is assumed where nothing of either was seen: more than that of the same person, less than
/// that of others.
const UNKNOWN_DIFFERENCE: f32 = 0.3;

/// Least share of a new appearance that a track takes over each time. While it has few, it takes their mean.
const APPEARANCE_RENEWAL: f32 = 0.05;

/// Cost of a detection for a track that is not confirmed: those that are choose first.
const UNCONFIRMED: f32 = 0.6;

/// Share of the last detection in a box that is shown; the filter, which is late where people turn, has the
/// rest.
const FRESH: f32 = 0.5;

/// Cost of a detection of a class that the track was never given.
const OTHER_CLASS: f32 = 0.4;

/// One track with all that is remembered of it.
pub struct Tracklet {
    /// Number of the track.
    pub id: u64,
    /// Time of its last detection.
    pub seen: Duration,
    filter: BoxFilter,
    confidence: f32,
    appearance: Appearance,
    /// Sum of the confidences of each class that it was given.
    votes: HashMap<Arc<str>, f32>,
    /// Detections so far.
    found: u32,
    /// Box of its last detection.
    last: BBox,
}

impl Tracklet {
    /// The track that begins with a detection at `now`.
    pub fn new(id: u64, now: Duration, detection: &Detection) -> Self {
        let votes = HashMap::from([(Arc::clone(&detection.class), detection.confidence)]);
        let (confidence, appearance) = (detection.confidence, detection.appearance.clone());
        Tracklet {
            id,
            seen: now,
            filter: BoxFilter::new(&detection.bbox),
            confidence,
            appearance,
            votes,
            found: 1,
            last: detection.bbox,
        }
    }

    /// Moves on to where the track is expected `passed` seconds later.
    pub fn predict(&mut self, passed: f32) {
        self.filter.predict(passed);
    }

    /// Takes a detection of `now` into the track.
    pub fn update(&mut self, now: Duration, offer: &Offer) {
        let detection = offer.detection;
        self.filter.update(&detection.bbox);
        // What is shown is how sure the model was last.
        if offer.is_sure {
            self.confidence = detection.confidence;
        }
        *self.votes.entry(Arc::clone(&detection.class)).or_default() += detection.confidence;
        self.found += 1;
        self.appearance.renew(&detection.appearance, APPEARANCE_RENEWAL.max(1.0 / self.found as f32));
        (self.seen, self.last) = (now, detection.bbox);
    }

    /// Box where the track is expected.
    pub fn bbox(&self) -> BBox {
        self.filter.bbox()
    }

    /// Whether the track was seen often enough to be shown.
    pub fn is_confirmed(&self) -> bool {
        self.found > 1 && self.votes.values().sum::<f32>() >= CONFIRMED_BY
    }

    /// Whether the track is worth waiting for, where results come `step` apart.
    pub fn is_kept(&self, now: Duration, step: Duration) -> bool {
        // Where results come seldom, the next one has to find it all the same.
        let seldom = (step * UNCONFIRMED_MISSES).min(SELDOM_KEPT);
        let kept = if self.is_confirmed() { KEPT_UNSEEN } else { UNCONFIRMED_KEPT.max(seldom) };
        now.saturating_sub(self.seen) <= kept
    }

    /// Whether the track was seen so recently that it is still shown where something hides it.
    pub fn may_be_hidden(&self, now: Duration) -> bool {
        self.is_confirmed() && now.saturating_sub(self.seen) <= SHOWN_HIDDEN
    }

    /// Cost of taking a detection for this track; `None` where it cannot be taken. Place and appearance both
    /// count: place tells where boxes are apart, appearance where they overlap.
    pub fn cost(&self, now: Duration, offer: &Offer) -> Option<f32> {
        let bbox = &offer.detection.bbox;
        let (surprise, iou) = (self.filter.surprise(bbox), self.filter.bbox().iou(bbox));
        // What enters the picture or turns changes its box faster than a filter allows, but overlaps itself.
        let is_near = surprise <= MOST_SURPRISE || iou >= CLEAR_IOU;
        let most_difference = match offer.is_sure {
            true if is_near => f32::INFINITY,
            true if self.reaches(now, bbox) => VERY_SAME_APPEARANCE,
            false if is_near && iou >= DOUBTFUL_IOU && self.was_there(now) => SAME_APPEARANCE,
            _ => return None,
        };
        let difference =
            self.appearance.difference(&offer.detection.appearance).unwrap_or(UNKNOWN_DIFFERENCE);
        if difference > most_difference {
            return None;
        }
        let place =
            SURPRISE_SHARE * (surprise / MOST_SURPRISE).min(1.0) + (1.0 - SURPRISE_SHARE) * (1.0 - iou);
        let doubt = if offer.is_sure { 0.0 } else { DOUBTFUL };
        let newness = if self.is_confirmed() { 0.0 } else { UNCONFIRMED };
        let strangeness = if self.votes.contains_key(&offer.detection.class) { 0.0 } else { OTHER_CLASS };
        Some(place + APPEARANCE_WEIGHT * difference + doubt + newness + strangeness)
    }

    /// Whether a doubtful detection may keep the track.
    fn was_there(&self, now: Duration) -> bool {
        self.is_confirmed() && now.saturating_sub(self.seen) <= DOUBTFUL_KEEPS
    }

    /// Whether the track may have got to a box by itself, wherever it was expected.
    fn reaches(&self, now: Duration, bbox: &BBox) -> bool {
        let expected = self.filter.bbox();
        let height = (expected.height() + bbox.height()) / 2.0;
        let ([x, y], [other_x, other_y]) = (expected.foot(), bbox.foot());
        let off = (x - other_x).hypot(y - other_y) / height;
        let growth = (expected.height() / bbox.height()).ln().abs();
        let reach = FAR + FAR_A_SECOND * now.saturating_sub(self.seen).as_secs_f32();
        self.is_confirmed() && off <= reach && growth <= FAR_GROWTH
    }

    /// Box that is shown: between what is expected and what was just seen.
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

    /// The track as others see it at `now`.
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
