//! How good boxes are: average precision of detections, identities of tracks. Pure.
//!
//! In: boxes with what they should be. What is too small or too hidden to be asked for is neither hit nor
//! miss.

use std::collections::{BTreeMap, BTreeSet};

use pathfinding::{kuhn_munkres::kuhn_munkres, matrix::Matrix};
use steadycast::{nouns::place::BBox, source::scene::Truth};

/// Least overlap of a box that is right.
pub const RIGHT_IOU: f32 = 0.5;

/// Least height of what has to be found, pixels.
const LEAST_HEIGHT: f32 = 24.0;
/// Least visible share of what has to be found.
const LEAST_VISIBLE: f32 = 0.4;

/// Something that is in the picture.
#[derive(Clone, Debug)]
pub struct Fact {
    pub id: u64,
    pub class: &'static str,
    pub bbox: BBox,
    /// Whether it has to be found.
    pub asked: bool,
    /// Speed, metres a second.
    pub speed: f32,
}

impl From<&Truth> for Fact {
    fn from(truth: &Truth) -> Self {
        let [x1, y1, x2, y2] = truth.bounds;
        let asked = y2 - y1 >= LEAST_HEIGHT && truth.visible >= LEAST_VISIBLE;
        Fact {
            id: truth.id,
            class: truth.class.name(),
            bbox: BBox { x1, y1, x2, y2 },
            asked,
            speed: truth.speed,
        }
    }
}

/// Detections of one class over many pictures, judged.
#[derive(Default)]
pub struct Precision {
    /// Confidence, and whether it was right.
    judged: Vec<(f32, bool)>,
    asked: usize,
}

impl Precision {
    /// Adds a picture: detections as (confidence, box), and what is there of the class. The surest detections
    /// choose first; one that lies on what need not be found is not judged.
    pub fn picture(&mut self, mut found: Vec<(f32, BBox)>, facts: &[&Fact]) {
        self.asked += facts.iter().filter(|fact| fact.asked).count();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut free: Vec<&Fact> = facts.to_vec();
        for (confidence, bbox) in found {
            let best = |asked: bool| {
                let candidates = free.iter().enumerate().filter(|(_, fact)| fact.asked == asked);
                let with_iou = candidates
                    .map(|(n, fact)| (n, fact.bbox.iou(&bbox)))
                    .filter(|(_, iou)| *iou >= RIGHT_IOU);
                with_iou.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(n, _)| n)
            };
            if let Some(n) = best(true) {
                free.swap_remove(n);
                self.judged.push((confidence, true));
            } else if best(false).is_none() {
                self.judged.push((confidence, false));
            }
        }
    }

    /// Returns the area under the curve of precision over recall, precision made falling (as COCO does);
    /// `None` where nothing was asked for.
    pub fn average(&self) -> Option<f64> {
        if self.asked == 0 {
            return None;
        }
        let mut judged = self.judged.clone();
        judged.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut right = 0;
        let mut curve: Vec<(f64, f64)> = Vec::with_capacity(judged.len());
        for (n, (_, is_right)) in judged.iter().enumerate() {
            right += usize::from(*is_right);
            curve.push((right as f64 / self.asked as f64, right as f64 / (n + 1) as f64));
        }
        let (mut area, mut best, mut last) = (0.0, 0.0f64, curve.last().map_or(0.0, |(recall, _)| *recall));
        for (recall, precision) in curve.into_iter().rev() {
            area += (last - recall) * best;
            best = best.max(precision);
            last = recall;
        }
        Some(area + last * best)
    }
}

/// Tracks over many pictures, judged.
#[derive(Default)]
pub struct Identities {
    /// In how many pictures a thing and a track were the same.
    together: BTreeMap<(u64, u64), i64>,
    facts: i64,
    tracks: i64,
    /// The track that a thing had last.
    last: BTreeMap<u64, u64>,
    pub switches: usize,
    /// How often something that was asked for had a track.
    right: i64,
}

impl Identities {
    /// Adds a picture; gives the pairs (index of the fact, index of the track) that belong together.
    pub fn picture(&mut self, facts: &[Fact], tracks: &[(u64, BBox)]) -> Vec<(usize, usize)> {
        let pairs = self.paired(facts, tracks);
        self.facts += facts.iter().filter(|fact| fact.asked).count() as i64;
        // A track on something that need not be found is no fault.
        let excused = pairs.iter().filter(|(fact, _)| !facts[*fact].asked).count();
        self.tracks += (tracks.len() - excused) as i64;
        for (fact, track) in pairs.iter().filter(|(fact, _)| facts[*fact].asked) {
            let (fact, track) = (facts[*fact].id, tracks[*track].0);
            *self.together.entry((fact, track)).or_default() += 1;
            self.right += 1;
            if self.last.insert(fact, track).is_some_and(|before| before != track) {
                self.switches += 1;
            }
        }
        pairs
    }

    /// Returns the pairs of most overlap; a thing keeps the track that it had where that still fits, as in
    /// CLEAR MOT.
    fn paired(&self, facts: &[Fact], tracks: &[(u64, BBox)]) -> Vec<(usize, usize)> {
        if facts.is_empty() || tracks.is_empty() {
            return Vec::new();
        }
        let weight = |fact: &Fact, (id, bbox): &(u64, BBox)| {
            let iou = fact.bbox.iou(bbox);
            let kept = self.last.get(&fact.id) == Some(id);
            if iou < RIGHT_IOU {
                0
            } else {
                (iou * 1000.0) as i64 + i64::from(kept) * 2000 + i64::from(fact.asked) * 500
            }
        };
        let wide = facts.len() <= tracks.len();
        let matrix = if wide {
            Matrix::from_fn(facts.len(), tracks.len(), |(fact, track)| weight(&facts[fact], &tracks[track]))
        } else {
            Matrix::from_fn(tracks.len(), facts.len(), |(track, fact)| weight(&facts[fact], &tracks[track]))
        };
        let pairs =
            kuhn_munkres(&matrix).1.into_iter().enumerate().map(|(a, b)| if wide { (a, b) } else { (b, a) });
        pairs.filter(|(fact, track)| weight(&facts[*fact], &tracks[*track]) > 0).collect()
    }

    /// Things that were asked for at least once and had a track.
    pub fn things(&self) -> usize {
        self.last.len()
    }

    /// MOTA (Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT
    /// Metrics", 2008): one less what was missed, what was tracked where nothing is, and switches, by what
    /// was there.
    pub fn mota(&self) -> f64 {
        let wrong = (self.facts - self.right) + (self.tracks - self.right) + self.switches as i64;
        1.0 - wrong as f64 / self.facts.max(1) as f64
    }

    /// IDF1 (Ristani and others, "Performance Measures and a Data Set for Multi-Target, Multi-Camera
    /// Tracking", 2016): what is right under the best assignment of tracks to things for the whole time.
    pub fn idf1(&self) -> f64 {
        let things: Vec<u64> =
            self.together.keys().map(|(fact, _)| *fact).collect::<BTreeSet<_>>().into_iter().collect();
        let tracks: Vec<u64> =
            self.together.keys().map(|(_, track)| *track).collect::<BTreeSet<_>>().into_iter().collect();
        if things.is_empty() {
            return 0.0;
        }
        let of = |thing: usize, track: usize| {
            self.together.get(&(things[thing], tracks[track])).copied().unwrap_or(0)
        };
        let matrix = if things.len() <= tracks.len() {
            Matrix::from_fn(things.len(), tracks.len(), |(thing, track)| of(thing, track))
        } else {
            Matrix::from_fn(tracks.len(), things.len(), |(track, thing)| of(thing, track))
        };
        let right = kuhn_munkres(&matrix).0;
        2.0 * right as f64 / (self.facts + self.tracks) as f64
    }
}
