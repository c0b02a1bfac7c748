//! What it costs a track to take a detection: where it is expected, what it looks like and what it was called
//! in, a figure out, or that the detection cannot be its. Pure.
//!
//! Place and appearance both count: place tells where boxes are apart, appearance where they overlap. Who
//! gets which detection is `track`'s.

use std::time::Duration;

use super::{look::Look, offer::Offer, tracklet::Tracklet};
use crate::nouns::place::BBox;

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

/// Standard deviations by which a detection is off that might as well be another thing's, where boxes of the
/// track and the detection need not overlap because the track moves by its own length between results.
const HALF_SURPRISE: f32 = 2.0;

/// Longest time unseen for which a thing that drives is expected anywhere but where it overlaps itself.
const EXPECTED_FOR: Duration = Duration::from_millis(700);

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
const SURPRISE_SHARE: f32 = 0.25;

/// Weight of a difference in appearance against one in place.
const APPEARANCE_WEIGHT: f32 = 3.0;

/// Weight where the frame's border cuts something near: each result shows another part of it.
const PART_APPEARANCE_WEIGHT: f32 = 1.0;

/// Difference that is assumed where nothing of either was seen: more than that of the same person, less than
/// that of others.
const UNKNOWN_DIFFERENCE: f32 = 0.3;

/// Cost of a detection of a class that the track was never given.
const OTHER_CLASS: f32 = 0.8;

/// Cost of one whose class is of the same kind: models tell cars, trucks and buses apart badly.
const OTHER_NAME: f32 = 0.1;

/// Cost of taking a detection for this track; `None` where it cannot be taken.
pub(super) fn cost(tracklet: &Tracklet, look: Look, offer: &Offer) -> Option<f32> {
    let detection = offer.detection;
    let (expected, bbox) = (tracklet.bbox(), &detection.bbox);
    let iou = expected.iou(bbox);
    // Of the pairs in a crowd nearly all are nowhere near each other, which is soon seen.
    let is_off = iou == 0.0 && tracklet.is_off_by(bbox, MOST_SURPRISE);
    if is_off && !reaches(tracklet, look.at, offer) && !drives_on(tracklet, look.at, bbox) {
        return None;
    }
    let surprise = tracklet.surprise(bbox);
    // What enters the picture or turns changes its box faster than a filter allows, but overlaps itself.
    let is_near = (surprise <= MOST_SURPRISE && is_expected(tracklet, look)) || iou >= CLEAR_IOU;
    let most_difference = match offer.is_sure {
        true if is_near && is_alike(tracklet, offer) => f32::INFINITY,
        true if is_expected(tracklet, look) && reaches(tracklet, look.at, offer) => VERY_SAME_APPEARANCE,
        true if drives_on(tracklet, look.at, bbox) => VERY_SAME_APPEARANCE,
        false if is_near && iou >= DOUBTFUL_IOU && was_there(tracklet, look.at) => SAME_APPEARANCE,
        _ => return None,
    };
    let difference = tracklet.difference(&detection.appearance).unwrap_or(UNKNOWN_DIFFERENCE);
    if difference > most_difference {
        return None;
    }
    let overlap = iou.max(1.0 - surprise / HALF_SURPRISE);
    let place =
        SURPRISE_SHARE * (surprise / MOST_SURPRISE).min(1.0) + (1.0 - SURPRISE_SHARE) * (1.0 - overlap);
    let doubt = if offer.is_sure { 0.0 } else { DOUBTFUL };
    let weight = if offer.is_part { PART_APPEARANCE_WEIGHT } else { APPEARANCE_WEIGHT };
    Some(place + weight * difference + doubt + strangeness(tracklet, offer))
}

/// Cost of a class.
fn strangeness(tracklet: &Tracklet, offer: &Offer) -> f32 {
    match () {
        () if tracklet.was_called(&offer.detection.class) => 0.0,
        () if tracklet.kind() == offer.kind => OTHER_NAME,
        () => OTHER_CLASS,
    }
}

/// Whether where the track is expected still says something: what drives is anywhere soon.
fn is_expected(tracklet: &Tracklet, Look { at, apart }: Look) -> bool {
    !tracklet.kind().drives() || at.saturating_sub(tracklet.seen) <= EXPECTED_FOR.max(apart * 5 / 2)
}

/// Whether what drives may have come out at a box, from behind something that hid it.
fn drives_on(tracklet: &Tracklet, now: Duration, bbox: &BBox) -> bool {
    tracklet.is_confirmed() && tracklet.kind().drives() && tracklet.onward(now).leads_to(bbox)
}

/// Whether a track that is new may be what is offered: until it is known, nobody on foot becomes a car.
fn is_alike(tracklet: &Tracklet, offer: &Offer) -> bool {
    tracklet.is_confirmed() || tracklet.kind() == offer.kind || tracklet.was_called(&offer.detection.class)
}

/// Whether a doubtful detection may keep the track.
fn was_there(tracklet: &Tracklet, now: Duration) -> bool {
    tracklet.is_confirmed() && now.saturating_sub(tracklet.seen) <= DOUBTFUL_KEEPS
}

/// Whether the track may have got to a detection by itself, wherever it was expected.
fn reaches(tracklet: &Tracklet, now: Duration, offer: &Offer) -> bool {
    let (expected, bbox) = (tracklet.bbox(), &offer.detection.bbox);
    let height = (expected.height() + bbox.height()) / 2.0;
    let ([x, y], [other_x, other_y]) = (expected.foot(), bbox.foot());
    let reach = height * (FAR + FAR_A_SECOND * now.saturating_sub(tracklet.seen).as_secs_f32());
    tracklet.is_confirmed()
        && (x - other_x).powi(2) + (y - other_y).powi(2) <= reach * reach
        && (expected.height() / bbox.height()).ln().abs() <= FAR_GROWTH
}
