//! One camera's memory: the detections of a frame in, objects with numbers and speeds, line counts and zones
//! out. Pure.
//!
//! Ties together `track`, `speed`, `lines` and `zones`. It runs once a camera, in order of capture time.

use std::{collections::HashMap, time::Duration};

use super::{
    detect::Detection,
    lines::{Crossing, LineCounter, Walker},
    speed::Pace,
    track::{Track, Tracker},
    zones,
};
use crate::{
    cameras::{Ground, Survey},
    nouns::{
        count::{LineCount, ZoneCount},
        place::{BBox, Fraction, Velocity},
        result::Object,
    },
};

/// Most pixels between a box and the frame's border at which the border may cut the box, whose lower edge
/// then says nothing about feet.
const CUT: f32 = 2.0;

/// Just inside the frame's lower and right borders, as a fraction.
const ALMOST_ONE: f64 = 1.0 - 1e-6;

/// Follows what one camera's detector finds.
pub struct Follower {
    survey: Survey,
    sure: f32,
    /// Width and height of the frames in pixels; another size starts everything but the counts anew.
    size: (usize, usize),
    ground: Option<Ground>,
    tracker: Tracker,
    paces: HashMap<u64, Pace>,
    lines: LineCounter,
}

/// What following the detections of a frame came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Followed {
    /// Things that are in the frame.
    pub objects: Vec<Object>,
    /// Occupancy of each zone.
    pub zones: Vec<ZoneCount>,
    /// Crossings of lines since the last frame.
    pub crossings: Vec<Crossing>,
}

impl Follower {
    /// The follower of a camera of this survey, whose detector is `sure` from this confidence on.
    pub fn new(survey: &Survey, sure: f32) -> Self {
        Follower {
            survey: survey.clone(),
            sure,
            size: (0, 0),
            ground: None,
            tracker: Tracker::new(sure),
            paces: HashMap::new(),
            lines: LineCounter::new(&survey.lines, 1.0),
        }
    }

    /// Goes on with another survey, whoever is there: lines that stay keep their counts, speeds begin anew.
    pub fn set_survey(&mut self, survey: &Survey) {
        self.lines.redraw(&survey.lines);
        self.ground = survey.calibration.as_ref().map(|calibration| calibration.ground(self.size));
        if self.survey.calibration != survey.calibration {
            self.paces.clear();
        }
        self.survey = survey.clone();
    }

    /// Takes the detections of a frame of `size` pixels that was captured at `now`.
    pub fn step(&mut self, now: Duration, size: (usize, usize), detections: &[Detection]) -> Followed {
        if size != self.size {
            self.resize(size);
        }
        let tracks = self.tracker.step(now, detections);
        let feet: Vec<Fraction> = tracks.iter().map(|track| self.foot(&track.bbox)).collect();
        // Who is hidden has crossed a line only when he is seen beyond it.
        let seen: Vec<(&Track, Fraction)> =
            tracks.iter().zip(feet.iter().copied()).filter(|(track, _)| track.is_seen).collect();
        self.note_paces(now, &seen);
        let walkers: Vec<Walker> = seen.iter().map(|(track, foot)| self.walker(track, *foot)).collect();
        let crossings = self.lines.step(&walkers);
        self.paces.retain(|id, _| self.tracker.is_followed(*id));
        self.lines.forget(|id| self.tracker.is_followed(id));
        let zones = zones::occupancy(&self.survey.zones, &feet);
        let objects = tracks.into_iter().map(|track| self.object(now, track)).collect();
        Followed { objects, zones, crossings }
    }

    /// Notes where tracks stand on the ground, as far as the frame shows their feet.
    fn note_paces(&mut self, now: Duration, seen: &[(&Track, Fraction)]) {
        for (track, foot) in seen {
            let metres = self.ground.as_ref().and_then(|ground| ground.at(*foot));
            if let Some(metres) = metres.filter(|_| !self.is_cut(&track.bbox)) {
                self.paces.entry(track.id).or_default().note(now, metres);
            }
        }
    }

    /// A track as lines see it.
    fn walker(&self, track: &Track, foot: Fraction) -> Walker {
        Walker { track_id: track.id, foot, height: f64::from(track.bbox.height()) / self.size.1 as f64 }
    }

    /// Counts of the lines so far.
    pub fn line_counts(&self) -> Vec<LineCount> {
        self.lines.counts()
    }

    /// Forgets who is there, as with pictures of another size; for use after a panic, which may have left
    /// that half-done.
    pub fn start_anew(&mut self) {
        self.size = (0, 0);
    }

    /// Goes on with frames of another size, in which nobody is known.
    fn resize(&mut self, size: (usize, usize)) {
        self.size = size;
        self.ground = self.survey.calibration.as_ref().map(|calibration| calibration.ground(size));
        self.tracker = Tracker::following(self.sure, &self.tracker);
        self.paces.clear();
        self.lines.resize(size.0 as f64 / size.1.max(1) as f64);
    }

    /// Place where a box stands. Feet below the frame's border stand at it: who is cut off there is in the
    /// foreground, not nowhere, and not beyond the end of a line that reaches the border.
    fn foot(&self, bbox: &BBox) -> Fraction {
        let [x, y] = bbox.foot();
        [f64::from(x) / self.size.0 as f64, f64::from(y) / self.size.1 as f64]
            .map(|value| value.clamp(0.0, ALMOST_ONE))
    }

    /// Whether the frame's border may cut a box.
    fn is_cut(&self, bbox: &BBox) -> bool {
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        bbox.x1 < CUT || bbox.x2 > width - CUT || bbox.y2 > height - CUT
    }

    /// A box as results have it: inside the frame, in tenths of pixels, which are finer than any box is, and
    /// make a message of fifty objects a third shorter.
    fn shown(&self, BBox { x1, y1, x2, y2 }: BBox) -> BBox {
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        BBox {
            x1: tenth(x1.clamp(0.0, width)),
            y1: tenth(y1.clamp(0.0, height)),
            x2: tenth(x2.clamp(0.0, width)),
            y2: tenth(y2.clamp(0.0, height)),
        }
    }

    /// A track as results have it.
    fn object(&self, now: Duration, track: Track) -> Object {
        let speed_kmh = self.paces.get(&track.id).and_then(|pace| pace.kmh(now)).map(tenth);
        let bbox = self.shown(track.bbox);
        let velocity = Velocity { x: tenth(track.velocity.x), y: tenth(track.velocity.y) };
        let confidence = (track.confidence * 100.0).round() / 100.0;
        Object {
            track_id: track.id,
            class: track.class.to_string(),
            confidence,
            bbox,
            velocity,
            speed_kmh,
            trail: Vec::new(),
        }
    }
}

/// A value in whole tenths.
fn tenth(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        analytics::appearance::Appearance,
        cameras::Calibration,
        nouns::{
            event::Direction,
            place::{Line, Zone},
        },
    };

    const SIZE: (usize, usize) = (1000, 500);

    /// A camera that looks straight down on 20 m by 10 m, with a line across the middle and a zone on the
    /// right.
    fn follower() -> Follower {
        let survey = Survey {
            lines: vec![Line::new("middle", [0.5, 0.0], [0.5, 1.0])],
            zones: vec![Zone::new("right", vec![[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]])],
            calibration: Some(Calibration::Across(20.0)),
            ..Survey::default()
        };
        Follower::new(&survey, 0.3)
    }

    fn person(x: f32, y: f32) -> Detection {
        let bbox = BBox { x1: x - 10.0, y1: y - 50.0, x2: x + 10.0, y2: y };
        Detection {
            class: Arc::from("person"),
            confidence: 0.876,
            bbox,
            appearance: Appearance::plain([90, 60, 30]),
            is_under: false,
        }
    }

    #[test]
    fn a_walk_has_a_number_a_speed_a_crossing_and_a_zone() {
        let mut follower = follower();
        let mut crossings = Vec::new();
        let mut last = Followed::default();
        for n in 0..40 {
            // 1.5 m/s is 75 pixels a second here.
            last =
                follower.step(Duration::from_millis(n * 100), SIZE, &[person(350.0 + n as f32 * 7.5, 300.0)]);
            crossings.extend(last.crossings.clone());
        }
        let [object] = &last.objects[..] else { panic!("{last:?}") };
        assert!((object.speed_kmh.expect("trustworthy") - 5.4).abs() < 0.2, "{object:?}");
        assert_eq!((object.track_id, object.confidence, last.zones[0].occupancy), (1, 0.88, 1));
        assert_eq!(crossings.len(), 1);
        // From left to right through a line drawn downwards: from its left hand to its right is leftwards.
        assert_eq!((crossings[0].line.as_str(), crossings[0].direction), ("middle", Direction::Outbound));
        assert_eq!(follower.line_counts()[0].outbound, 1);
    }

    #[test]
    fn who_is_cut_off_at_the_lower_border_crosses_a_line_that_reaches_it() {
        let mut follower = follower();
        for n in 0..40 {
            follower.step(Duration::from_millis(n * 100), SIZE, &[person(350.0 + n as f32 * 7.5, 501.0)]);
        }
        assert_eq!(follower.line_counts()[0].outbound, 1);
    }

    #[test]
    fn boxes_that_are_cut_off_have_no_speed() {
        let mut follower = follower();
        let mut last = Followed::default();
        for n in 0..40 {
            last =
                follower.step(Duration::from_millis(n * 100), SIZE, &[person(350.0 + n as f32 * 7.5, 500.0)]);
        }
        assert_eq!(last.objects[0].speed_kmh, None);
    }

    #[test]
    fn another_size_or_a_new_start_keeps_the_counts_and_never_repeats_a_number() {
        let mut follower = follower();
        for n in 0..40 {
            follower.step(Duration::from_millis(n * 100), SIZE, &[person(350.0 + n as f32 * 7.5, 300.0)]);
        }
        let mut last = Followed::default();
        for n in 40..60 {
            if n == 50 {
                follower.start_anew();
            }
            last = follower.step(Duration::from_millis(n * 100), (500, 250), &[person(300.0, 150.0)]);
            if n == 49 {
                assert_eq!(last.objects[0].track_id, 2, "of another size");
            }
        }
        assert_eq!(last.objects[0].track_id, 3, "begun anew");
        assert_eq!(follower.line_counts()[0].outbound, 1);
    }
}
