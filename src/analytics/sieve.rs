//! Detections that are followed: what is too small, lies in an area that is left out, or is one vehicle under
//! two names is taken out. Pure.

use super::{detect::Detection, kind::Kind, zones::contains};
use crate::{cameras::Survey, nouns::place::Anchor};

/// Overlap with a surer box of another class of the same kind above which a box is the same thing once more.
const SAME_IOU: f32 = 0.65;

/// Overlap above which it may be, and starts nobody by itself.
const MAYBE_SAME_IOU: f32 = 0.45;

/// The detections of a frame of `size` pixels that a camera of this survey follows, the surest first.
pub fn sieved(survey: &Survey, size: (usize, usize), detections: &[Detection]) -> Vec<Detection> {
    let mut kept: Vec<Detection> =
        detections.iter().filter(|one| is_wanted(survey, size, one)).cloned().collect();
    kept.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut sieved: Vec<Detection> = Vec::with_capacity(kept.len());
    for one in kept {
        let overlap = most_overlap(&sieved, &one);
        if overlap <= SAME_IOU {
            sieved.push(Detection { is_under: one.is_under || overlap > MAYBE_SAME_IOU, ..one });
        }
    }
    sieved
}

/// Whether a detection is large enough and stands where things are followed.
fn is_wanted(survey: &Survey, size: (usize, usize), Detection { bbox, .. }: &Detection) -> bool {
    let foot = bbox.place_in(size, Anchor::Foot);
    f64::from(bbox.height()) >= survey.min_height * size.1 as f64
        && !survey.ignored.iter().any(|area| contains(area, foot))
}

/// Most overlap with a thing of the same kind that has another name, where models tell names apart badly.
fn most_overlap(surer: &[Detection], one: &Detection) -> f32 {
    let kind = Kind::of(&one.class);
    if !matches!(kind, Kind::Vehicle | Kind::Cycle) {
        return 0.0;
    }
    let others = surer.iter().filter(|other| other.class != one.class && Kind::of(&other.class) == kind);
    others.map(|other| other.bbox.iou(&one.bbox)).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{analytics::appearance::Appearance, nouns::place::BBox};

    const SIZE: (usize, usize) = (1000, 500);

    fn found(class: &str, confidence: f32, [x1, y1, x2, y2]: [f32; 4]) -> Detection {
        let bbox = BBox { x1, y1, x2, y2 };
        Detection {
            class: Arc::from(class),
            confidence,
            bbox,
            appearance: Appearance::default(),
            is_under: false,
        }
    }

    /// Classes of what is followed, and whether it lies under something.
    fn followed(survey: &Survey, detections: &[Detection]) -> Vec<(String, bool)> {
        let kept = sieved(survey, SIZE, detections);
        kept.into_iter().map(|one| (one.class.to_string(), one.is_under)).collect()
    }

    #[test]
    fn one_vehicle_under_two_names_is_one() {
        let boxes = [
            found("truck", 0.4, [100.0, 100.0, 200.0, 150.0]),
            found("car", 0.8, [102.0, 100.0, 200.0, 150.0]),
            found("bus", 0.3, [125.0, 100.0, 225.0, 150.0]),
            found("person", 0.3, [102.0, 100.0, 200.0, 150.0]),
        ];
        let expected = [("car".to_owned(), false), ("bus".to_owned(), true), ("person".to_owned(), false)];
        assert_eq!(followed(&Survey::default(), &boxes), expected);
    }

    #[test]
    fn what_is_small_or_stands_where_nothing_is_followed_is_left_out() {
        let survey = Survey {
            min_height: 0.1,
            ignored: vec![vec![[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]],
            ..Survey::default()
        };
        let boxes = [
            found("person", 0.9, [700.0, 100.0, 720.0, 149.0]),
            found("car", 0.8, [700.0, 100.0, 720.0, 150.0]),
            found("bus", 0.7, [400.0, 100.0, 500.0, 200.0]),
            found("person", 0.6, [300.0, 300.0, 400.0, 500.0]),
        ];
        assert_eq!(followed(&survey, &boxes), [("car".to_owned(), false)]);
    }
}
