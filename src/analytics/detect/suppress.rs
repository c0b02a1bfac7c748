//! Of boxes that overlap, which are kept. Pure.

use super::candidate::Candidate;

/// Most overlap with any other box at which one that lies under a surer one of its class is kept: beyond, it
/// is the same thing once more.
const UNDER_IOU: f32 = 0.65;

/// A candidate that is not dropped.
pub struct Kept {
    /// The candidate.
    pub candidate: Candidate,
    /// Whether a surer one of its class lies over it.
    pub is_under: bool,
}

/// The candidates that no surer one of their class overlaps too much, and those that lie under one and may
/// still be others. `candidates` come surest first.
pub fn suppressed(candidates: Vec<Candidate>, most_iou: f32) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for candidate in candidates {
        let most = |under: bool| {
            let of_class =
                kept.iter().filter(|one| one.candidate.class == candidate.class && (under || !one.is_under));
            of_class.map(|one| one.candidate.bbox.iou(&candidate.bbox)).fold(0.0, f32::max)
        };
        let is_under = most(false) > most_iou;
        if !is_under || most(true) <= UNDER_IOU {
            kept.push(Kept { candidate, is_under });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::place::BBox;

    #[test]
    fn of_overlapping_boxes_of_a_class_the_surest_stays_and_another_may_be_under_it() {
        let candidate = |class, confidence, x1: f32| Candidate {
            class,
            confidence,
            bbox: BBox { x1, y1: 0.0, x2: x1 + 10.0, y2: 10.0 },
        };
        let all = vec![
            candidate(0, 0.9, 0.0),
            candidate(0, 0.8, 1.0),
            candidate(1, 0.7, 1.0),
            candidate(0, 0.6, 30.0),
            candidate(0, 0.5, 3.0),
            candidate(0, 0.1, 31.0),
        ];
        let kept: Vec<(f32, bool)> =
            suppressed(all, 0.45).into_iter().map(|one| (one.candidate.confidence, one.is_under)).collect();
        assert_eq!(kept, [(0.9, false), (0.7, false), (0.6, false), (0.5, true)]);
    }
}
