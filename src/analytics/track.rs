//! Who is who from frame to frame: detections and their times in, tracks with numbers that stay out. Pure.
//!
//! After ByteTrack (Zhang and others, "ByteTrack: Multi-Object Tracking by Associating Every Detection Box",
//! ECCV 2022): a Kalman filter predicts each track's box to the new frame's time (`kalman`), and every
//! detection may keep a track, but only sure ones start one. All are matched at once (`assign`), by place and
//! by colours (`appearance`), which tell who is who where people pass each other (`tracklet`). Boxes that a
//! detector would drop, because they lie under surer ones, are offered too: who is known to be there may be
//! the one behind. Who is hidden by somebody keeps his number and is shown for half a second where he is
//! expected, so that nobody else gets it. Steps in time come from capture times, so any analytics rate will
//! do.

mod assign;
mod cost;
mod evidence;
#[cfg(test)]
pub mod fixtures;
mod kalman;
mod look;
mod offer;
mod onward;
mod rhythm;
mod state;
mod steady;
mod tracklet;

use std::time::Duration;

use self::{
    assign::{Pair, assigned},
    cost::cost,
    offer::Offer,
    rhythm::Rhythm,
    tracklet::Tracklet,
};
pub use self::{
    look::Look,
    state::{Place, Track},
};
use super::{border::cuts, detect::Detection, kind::Kind};
use crate::nouns::place::BBox;

/// Most overlap with somebody who has a detection already at which another one starts a track: beyond, it is
/// mostly the same person again.
const NEWCOMER_IOU: f32 = 0.1;

/// Least overlap with something known at which a detection may be that once more: a newcomer there has to
/// show itself for longer.
const BESIDE_IOU: f32 = 0.1;

/// Longest time since something known was seen within which it may still be there.
const BESIDE_WITHIN: Duration = Duration::from_secs(2);

/// What it costs a track to get no detection: as much as one in the right place with colours of which
/// half are another's.
const ALONE: f32 = 1.5;

/// What it costs a track that is not confirmed, whose next place hardly anything is known of.
const ALONE_UNCONFIRMED: f32 = 2.0;

/// Least length of the longer side of something near, as a share of the frame's height.
const NEAR: f32 = 0.3;

/// Least overlap at which somebody may be hidden by another.
const HIDING_IOU: f32 = 0.3;

/// Follows what one camera sees.
pub struct Tracker {
    /// Detections from this confidence on are sure: they start tracks.
    sure: f32,
    /// Width and height of the frames in pixels, whose border cuts what enters.
    size: (f32, f32),
    next_id: u64,
    now: Option<Duration>,
    rhythm: Rhythm,
    /// Time until the next frame is to be expected.
    apart: Duration,
    tracklets: Vec<Tracklet>,
}

impl Tracker {
    /// A tracker that follows nothing yet. Detections of `sure` confidence start tracks, lesser ones only
    /// keep them.
    pub fn new(sure: f32) -> Self {
        let (size, rhythm) = ((f32::INFINITY, f32::INFINITY), Rhythm::default());
        Tracker { sure, size, next_id: 1, now: None, rhythm, apart: Duration::ZERO, tracklets: Vec::new() }
    }

    /// A tracker of frames of that size in pixels that follows nothing yet, and goes on with the numbers of
    /// `earlier`.
    pub fn following(earlier: &Tracker, (width, height): (usize, usize)) -> Self {
        Tracker {
            size: (width as f32, height as f32),
            next_id: earlier.next_id,
            ..Tracker::new(earlier.sure)
        }
    }

    /// Takes the detections of a frame; gives the confirmed tracks that are in it, and those that are hidden
    /// there. Frames must come in order: one that is not newer than the last is ignored.
    pub fn step(&mut self, look: Look, detections: &[Detection]) -> Vec<Track> {
        let Look { at: now, apart } = look;
        let passed = match self.now {
            None => Duration::ZERO,
            Some(last) if now > last => now - last,
            Some(_) => return Vec::new(),
        };
        self.now = Some(now);
        let apart = apart.max(self.rhythm.step(passed));
        self.apart = apart;
        // After a pause nobody is where a filter expects, and its doubt grows until everything fits.
        self.tracklets.retain(|tracklet| tracklet.is_kept(now, apart));
        self.tracklets.iter_mut().for_each(|tracklet| tracklet.predict(passed.as_secs_f32()));
        let offers = detections.iter().map(|detection| self.offer(detection)).collect();
        let look = Look { at: now, apart };
        let left = self.matched(look, offers, true);
        let left = self.matched(look, left, false);
        self.welcome(look, left);
        self.tracklets.retain(|tracklet| tracklet.is_kept(now, apart));
        self.shown(now)
    }

    /// A detection as it is offered to the tracks.
    fn offer<'a>(&self, detection: &'a Detection) -> Offer<'a> {
        let is_cut = cuts(&detection.bbox, self.size);
        let is_sure = detection.confidence >= self.sure && !detection.is_under;
        let side = detection.bbox.width().max(detection.bbox.height());
        let is_part = is_cut && side >= NEAR * self.size.1;
        Offer { detection, kind: Kind::of(&detection.class), is_sure, is_cut, is_part }
    }

    /// What is known and was just there, by kind and box.
    fn known(&self, now: Duration) -> Vec<(Kind, BBox)> {
        let within = BESIDE_WITHIN.max(self.apart * 2);
        let was_here = |one: &&Tracklet| one.is_confirmed() && now.saturating_sub(one.seen) <= within;
        self.tracklets.iter().filter(was_here).map(|one| (one.kind(), one.bbox())).collect()
    }

    /// The confirmed tracks that are seen or hidden at `now`.
    fn shown(&mut self, now: Duration) -> Vec<Track> {
        let is_shown = |tracklet: &Tracklet| {
            tracklet.is_confirmed() && (tracklet.seen == now || self.is_hidden(now, tracklet))
        };
        let shown: Vec<bool> = self.tracklets.iter().map(is_shown).collect();
        let shown = self.tracklets.iter_mut().zip(shown).filter(|(_, shown)| *shown);
        shown.map(|(tracklet, _)| tracklet.track(now)).collect()
    }

    /// Gives each tracklet that is confirmed, or each that is not, its detection. Returns the detections that
    /// none got.
    fn matched<'a>(&mut self, look: Look, offers: Vec<Offer<'a>>, confirmed: bool) -> Vec<Offer<'a>> {
        // Who is known needs no more evidence, so it does not matter who else is there.
        let known = if confirmed { Vec::new() } else { self.known(look.at) };
        let tracklets = self.tracklets.iter_mut();
        let mut tracklets: Vec<&mut Tracklet> = tracklets
            .filter(|tracklet| tracklet.is_confirmed() == confirmed && tracklet.seen < look.at)
            .collect();
        let costs =
            |tracklet: &&mut Tracklet| offers.iter().map(|offer| cost(tracklet, look, offer)).collect();
        let costs: Vec<Vec<Option<f32>>> = tracklets.iter().map(costs).collect();
        let alone = if confirmed { ALONE } else { ALONE_UNCONFIRMED };
        let pairs = assigned(&costs, offers.len(), alone);
        let mut left: Vec<Option<Offer>> = offers.into_iter().map(Some).collect();
        for Pair { row, column } in pairs {
            if let Some(offer) = left[column].take() {
                let is_on = |(kind, bbox): &(Kind, BBox)| {
                    *kind == offer.kind && bbox.iou(&offer.detection.bbox) > BESIDE_IOU
                };
                tracklets[row].update(look.at, &offer, known.iter().any(is_on));
            }
        }
        left.into_iter().flatten().collect()
    }

    /// Starts tracks of sure detections that none got.
    fn welcome(&mut self, look: Look, left: Vec<Offer>) {
        let known =
            self.tracklets.iter().filter(|tracklet| tracklet.seen == look.at && tracklet.is_confirmed());
        let known: Vec<BBox> = known.map(Tracklet::bbox).collect();
        for offer in left.into_iter().filter(|offer| offer.is_sure) {
            if known.iter().all(|bbox| bbox.iou(&offer.detection.bbox) <= NEWCOMER_IOU) {
                self.tracklets.push(Tracklet::new(self.next_id, look, &offer));
                self.next_id += 1;
            }
        }
    }

    /// Whether somebody who was just here may be behind one that is seen.
    fn is_hidden(&self, now: Duration, tracklet: &Tracklet) -> bool {
        let mut seen = self.tracklets.iter().filter(|other| other.seen == now && other.is_confirmed());
        tracklet.may_be_hidden(now) && seen.any(|other| other.bbox().iou(&tracklet.bbox()) >= HIDING_IOU)
    }

    /// Time until the next frame is to be expected, as the last ones came.
    pub fn apart(&self) -> Duration {
        self.apart
    }

    /// Whether a track is still followed, seen or not.
    pub fn is_followed(&self, id: u64) -> bool {
        self.tracklets.iter().any(|tracklet| tracklet.id == id)
    }
}

#[cfg(test)]
mod tests;
