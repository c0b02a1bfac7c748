//! One track from the inside: how it moves, what it looks like, what it was called, and where it has been.
//! Pure.
//!
//! What a detection costs it is `cost`'s; whether it is a thing is `evidence`'s.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{
    evidence::Evidence,
    kalman::BoxFilter,
    look::Look,
    offer::Offer,
    onward::Onward,
    state::{Place, Track},
    steady::Steadier,
};
use crate::{
    analytics::{appearance::Appearance, kind::Kind},
    nouns::place::BBox,
};

/// Longest time that somebody hidden is shown where he is expected; beyond, the place is a guess.
const SHOWN_HIDDEN: Duration = Duration::from_millis(500);

/// Least share of a new appearance that a track takes over each time. While it has few, it takes their mean.
const APPEARANCE_RENEWAL: f32 = 0.03;

/// Share of the last detection in a box that is shown; the filter, which is late where people turn, has the
/// rest.
const FRESH: f32 = 0.5;

/// One track with all that is remembered of it.
pub(super) struct Tracklet {
    /// Number of the track.
    pub id: u64,
    /// Time of its last detection.
    pub seen: Duration,
    evidence: Evidence,
    filter: BoxFilter,
    steadier: Steadier,
    confidence: f32,
    appearance: Appearance,
    /// Sum of the confidences of each class that it was given.
    votes: HashMap<Arc<str>, f32>,
    /// Kind of the class that it was given most.
    kind: Kind,
    /// Detections so far.
    found: u32,
    /// Box of its last detection.
    last: BBox,
    /// Box of its last detection with the height that is believed.
    believed: BBox,
    /// Where it was before it was confirmed, oldest first; handed out once.
    way: Vec<Place>,
}

impl Tracklet {
    /// The track that begins with a detection.
    pub fn new(id: u64, Look { at: now, apart }: Look, offer: &Offer) -> Self {
        let detection = offer.detection;
        let votes = HashMap::from([(Arc::clone(&detection.class), detection.confidence)]);
        let (confidence, appearance) = (detection.confidence, detection.appearance.clone());
        let mut evidence = Evidence::new(now, confidence);
        evidence.settle_for_one(apart);
        Tracklet {
            id,
            seen: now,
            evidence,
            filter: BoxFilter::new(&detection.bbox, offer.kind),
            steadier: Steadier::default(),
            confidence,
            appearance,
            votes,
            kind: offer.kind,
            found: 1,
            last: detection.bbox,
            believed: detection.bbox,
            way: vec![Place { at: now, bbox: detection.bbox }],
        }
    }

    /// Moves on to where the track is expected `passed` seconds later.
    pub fn predict(&mut self, passed: f32) {
        self.filter.predict(passed);
    }

    /// Takes a detection of `now` into the track; one `beside` something else may be that once more.
    pub fn update(&mut self, now: Duration, offer: &Offer, beside: bool) {
        let detection = offer.detection;
        // What drives, or enters, changes its height within a second; only what walks is known by it.
        let bbox = match self.kind().drives() || offer.is_cut {
            true => detection.bbox,
            false => self.steadier.steadied(now, &self.filter.bbox(), &detection.bbox),
        };
        self.filter.update(&bbox);
        // What is shown is how sure the model was last.
        if offer.is_sure {
            self.confidence = detection.confidence;
        }
        if !self.is_confirmed() {
            self.way.push(Place { at: now, bbox });
        }
        self.evidence.add(now, detection.confidence, beside);
        *self.votes.entry(Arc::clone(&detection.class)).or_default() += detection.confidence;
        self.kind = self.class().map_or(Kind::Other, |class| Kind::of(class));
        self.found += 1;
        self.appearance.renew(&detection.appearance, APPEARANCE_RENEWAL.max(1.0 / self.found as f32));
        (self.seen, self.last, self.believed) = (now, detection.bbox, bbox);
    }

    /// Box where the track is expected.
    pub fn bbox(&self) -> BBox {
        self.filter.bbox()
    }

    /// How far a box is from the one that is expected, in standard deviations.
    pub fn surprise(&self, bbox: &BBox) -> f32 {
        self.filter.surprise(bbox)
    }

    /// Whether a box is surely more than that many standard deviations from the one that is expected.
    pub fn is_off_by(&self, bbox: &BBox, deviations: f32) -> bool {
        self.filter.is_off_by(bbox, deviations)
    }

    /// How different the track looks, from 0 to 1; `None` where nothing was seen of both.
    pub fn difference(&self, appearance: &Appearance) -> Option<f32> {
        self.appearance.difference(appearance)
    }

    /// Whether the track was given that class at least once.
    pub fn was_called(&self, class: &str) -> bool {
        self.votes.contains_key(class)
    }

    /// The way that the track was on when it was last seen, as it is at `now`.
    pub fn onward(&self, now: Duration) -> Onward {
        Onward { from: self.last, velocity: self.filter.velocity(), unseen: now.saturating_sub(self.seen) }
    }

    /// What kind of thing the track is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Class that it was given most, by confidence.
    fn class(&self) -> Option<&Arc<str>> {
        let class = self.votes.iter().max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)));
        class.map(|(class, _)| class)
    }

    /// Whether the track was seen often enough to be shown.
    pub fn is_confirmed(&self) -> bool {
        self.evidence.is_enough()
    }

    /// Whether the track is worth waiting for, where results are `apart`.
    pub fn is_kept(&self, now: Duration, apart: Duration) -> bool {
        now.saturating_sub(self.seen) <= self.evidence.kept(apart)
    }

    /// Whether the track was seen so recently that it is still shown where something hides it.
    pub fn may_be_hidden(&self, now: Duration) -> bool {
        self.is_confirmed() && now.saturating_sub(self.seen) <= SHOWN_HIDDEN
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

    /// The track as others see it at `now`. Where it was before it was confirmed is told the first time.
    pub fn track(&mut self, now: Duration) -> Track {
        let mut before = std::mem::take(&mut self.way);
        before.retain(|place| place.at < now);
        Track {
            id: self.id,
            class: self.class().map_or_else(|| Arc::from(""), Arc::clone),
            confidence: self.confidence,
            bbox: self.shown(now),
            found: if self.seen == now { self.believed } else { self.filter.bbox() },
            steady: self.filter.bbox(),
            velocity: self.filter.velocity(),
            is_seen: self.seen == now,
            before,
        }
    }
}
