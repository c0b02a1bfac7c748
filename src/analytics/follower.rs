//! One camera's memory: the detections of a frame in, objects with numbers and speeds, line counts and zones
//! out. Pure.
//!
//! Ties together `sieve`, `track`, `riders`, `doubles`, `speed`, `trail`, `lines` and `zones`. It runs once a
//! camera, in order of capture time.

use std::{collections::HashMap, sync::Arc};

use super::{
    border::hides_feet,
    detect::Detection,
    doubles::Doubles,
    kind::Kind,
    lines::{Crossing, LineCounter, Walker},
    riders::Riders,
    sieve::sieved,
    speed::{Footing, Pace},
    track::{Look, Place, Track, Tracker},
    trail::Trail,
    zones::{Loiterer, Stander, Zones},
};
use crate::{
    cameras::{Ground, Survey},
    nouns::{
        count::{LineCount, ZoneCount},
        place::{Anchor, BBox, Fraction, Velocity},
        result::Object,
    },
};

/// Standard error of where a detected box stands, heights of the box.
const FOOT_ERROR: f32 = 0.04;

/// Follows what one camera's detector finds.
pub struct Follower {
    survey: Survey,
    /// Whether lines and zones count every class where they name none.
    all: bool,
    /// Width and height of the frames in pixels; another size starts everything but the counts anew.
    size: (usize, usize),
    ground: Option<Ground>,
    tracker: Tracker,
    riders: Riders,
    doubles: Doubles,
    ways: HashMap<u64, Way>,
    lines: LineCounter,
    zones: Zones,
}

/// Where a track was in the last seconds.
#[derive(Default)]
struct Way {
    pace: Pace,
    trail: Trail,
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
    /// Who has begun to loiter since the last frame.
    pub loiterers: Vec<Loiterer>,
}

impl Follower {
    /// The follower of a camera of this survey, whose detector is `sure` from this confidence on.
    pub fn new(survey: &Survey, sure: f32) -> Self {
        Follower {
            survey: survey.clone(),
            all: false,
            size: (0, 0),
            ground: None,
            tracker: Tracker::new(sure),
            riders: Riders::default(),
            doubles: Doubles::default(),
            ways: HashMap::new(),
            lines: LineCounter::new(&survey.lines),
            zones: Zones::new(&survey.zones),
        }
    }

    /// Has lines and zones that name no classes count all of a model that knows neither people nor vehicles.
    pub fn know(&mut self, names: &[Arc<str>]) {
        self.all = !names.iter().any(|name| Kind::of(name).usually_counts());
        self.lines.count_all(self.all);
    }

    /// Says which class a line is to count that is none of the `names`; `None` where there is none.
    pub fn unknown_class(&self, names: &[Arc<str>]) -> Option<String> {
        let is_known = |class: &str| names.iter().any(|name| name.eq_ignore_ascii_case(class));
        let mut asked =
            self.survey.lines.iter().flat_map(|line| line.classes.iter().map(move |class| (line, class)));
        let (line, class) = asked.find(|(_, class)| !names.is_empty() && !is_known(class))?;
        Some(format!("line {:?} counts {class:?}, which is no class of this detector", line.id))
    }

    /// Goes on with another survey, whoever is there: lines that stay keep their counts, speeds begin anew.
    pub fn set_survey(&mut self, survey: &Survey) {
        self.lines.redraw(&survey.lines);
        self.lines.count_all(self.all);
        self.zones.redraw(&survey.zones);
        self.ground = survey.calibration.as_ref().map(|calibration| calibration.ground(self.size));
        if self.survey.calibration != survey.calibration {
            self.ways.values_mut().for_each(|way| way.pace = Pace::default());
        }
        self.survey = survey.clone();
    }

    /// Takes the detections of a frame of `size` pixels.
    pub fn step(&mut self, look: Look, size: (usize, usize), detections: &[Detection]) -> Followed {
        let before = if size == self.size { Vec::new() } else { self.resize(size) };
        let tracks = self.tracker.step(look, &sieved(&self.survey, size, detections));
        // Lines and zones wait for the next result as long as tracks do.
        let look = Look { apart: self.tracker.apart(), ..look };
        self.riders.step(look, &tracks);
        self.doubles.step(look, &tracks);
        tracks.iter().filter(|track| track.is_seen).for_each(|track| self.note_way(look, track));
        // Who is hidden has crossed a line only when he is seen beyond it.
        let walkers = tracks.iter().filter(|track| track.is_seen).flat_map(|track| self.walkers(look, track));
        let walkers: Vec<Walker> = walkers.collect();
        let crossings = [before, self.lines.step(look, &walkers)].concat();
        let standers: Vec<Stander> = tracks.iter().filter_map(|track| self.stander(track)).collect();
        let (zones, loiterers) = self.zones.step(look, &standers);
        self.forget();
        let tracks = self.doubles.united(self.riders.united(tracks));
        let objects = tracks.into_iter().map(|track| self.object(look, track)).collect();
        Followed { objects, zones, crossings, loiterers }
    }

    /// Forgets tracks that are over.
    fn forget(&mut self) {
        let tracker = &self.tracker;
        self.ways.retain(|id, _| tracker.is_followed(*id));
        self.lines.forget(|id| tracker.is_followed(id));
        self.riders.forget(|id| tracker.is_followed(id));
        self.doubles.forget(|id| tracker.is_followed(id));
    }

    /// Notes where a track stands, in the frame, and on the ground as far as the frame shows its feet.
    fn note_way(&mut self, look: Look, track: &Track) {
        let size = (self.size.0 as f32, self.size.1 as f32);
        let footing = self.footing(&track.found).filter(|_| !hides_feet(&track.found, size));
        let way = self.ways.entry(track.id).or_default();
        way.trail.note(look.at, track.bbox.foot(), track.bbox.height());
        if let Some(footing) = footing {
            way.pace.note(look.at, &footing, Kind::of(&track.class));
        }
    }

    /// Where a box stands on the ground, and how sure that is.
    fn footing(&self, bbox: &BBox) -> Option<Footing> {
        let ground = self.ground.as_ref()?;
        let [x, y] = self.foot(bbox);
        let metres = ground.at([x, y])?;
        let error = f64::from(bbox.height() * FOOT_ERROR);
        let [sideways, lower] = [error / self.size.0 as f64, error / self.size.1 as f64];
        // Towards the horizon there may be no ground farther away; nearer there is.
        let errors = [ground.at([x + sideways, y])?, ground.at([x, y + lower])?];
        let errors = errors.map(|[u, v]| [u - metres[0], v - metres[1]]);
        Some(Footing { metres, errors })
    }

    /// A track as lines see it: where it was before it was confirmed, and where it is.
    fn walkers(&self, look: Look, track: &Track) -> Vec<Walker> {
        let now = Place { at: look.at, bbox: track.steady };
        let places = track.before.iter().copied().chain([now]);
        let is_part = self.is_part(track.id);
        let walker = |Place { at, bbox }| {
            let class = Arc::clone(&track.class);
            Walker { track_id: track.id, class, at, bbox, is_part }
        };
        places.map(walker).collect()
    }

    /// Whether a track is part of another one: a rider, or a vehicle that is found twice.
    fn is_part(&self, track_id: u64) -> bool {
        self.riders.rides(track_id) || self.doubles.is_part(track_id)
    }

    /// A track as zones see it; `None` of what they do not count.
    fn stander(&self, track: &Track) -> Option<Stander> {
        let counts = self.all || Kind::of(&track.class).usually_counts();
        let stands = self.ways.get(&track.id).is_some_and(|way| way.trail.stands());
        let stander = || Stander {
            track_id: track.id,
            class: Arc::clone(&track.class),
            foot: self.foot(&track.bbox),
            stands,
        };
        (counts && !self.is_part(track.id)).then(stander)
    }

    /// Counts of the lines so far.
    pub fn line_counts(&self) -> Vec<LineCount> {
        self.lines.counts()
    }

    /// Forgets who is there and keeps the counts: for pictures of another place or time, and after a panic,
    /// which may have left somebody half-done.
    pub fn start_anew(&mut self) {
        self.size = (0, 0);
    }

    /// Goes on with frames of another size, in which nobody is known. Returns who has crossed a line before.
    fn resize(&mut self, size: (usize, usize)) -> Vec<Crossing> {
        self.size = size;
        self.ground = self.survey.calibration.as_ref().map(|calibration| calibration.ground(size));
        self.tracker = Tracker::following(&self.tracker, size);
        self.riders = Riders::default();
        self.doubles = Doubles::default();
        self.ways.clear();
        self.zones.start_anew();
        self.lines.resize(size)
    }

    /// Place where a box stands.
    fn foot(&self, bbox: &BBox) -> Fraction {
        bbox.place_in(self.size, Anchor::Foot)
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
    fn object(&self, look: Look, track: Track) -> Object {
        let way = self.ways.get(&track.id);
        let speed_kmh = way.and_then(|way| way.pace.kmh(look.at, Kind::of(&track.class))).map(tenth);
        let trail = way.map_or_else(Vec::new, |way| way.trail.places());
        let trail = trail.into_iter().map(|place| place.map(tenth)).collect();
        let bbox = self.shown(track.bbox);
        let velocity = Velocity { x: tenth(track.velocity.x), y: tenth(track.velocity.y) };
        let confidence = (track.confidence * 100.0).round() / 100.0;
        let class = track.class.to_string();
        Object { track_id: track.id, class, confidence, bbox, velocity, speed_kmh, trail }
    }
}

/// A value in whole tenths.
fn tenth(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        analytics::appearance::Appearance,
        cameras::Calibration,
        nouns::{
            place::Direction,
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

    fn look(n: u64) -> Look {
        Look { at: Duration::from_millis(n * 100), apart: Duration::ZERO }
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
            last = follower.step(look(n), SIZE, &[person(350.0 + n as f32 * 7.5, 300.0)]);
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
    fn a_lorry_that_is_found_with_its_cab_is_one_and_counts_once() {
        let mut follower = follower();
        let found = |class: &str, [x1, y1, x2, y2]: [f32; 4]| {
            let bbox = BBox { x1, y1, x2, y2 };
            Detection { class: Arc::from(class), bbox, ..person(0.0, 0.0) }
        };
        let (mut first, mut last) = (Followed::default(), Followed::default());
        for n in 0..60 {
            let x = 50.0 + n as f32 * 10.0;
            let lorry = found("truck", [x, 180.0, x + 240.0, 300.0]);
            let cab = found("car", [x + 160.0, 190.0, x + 240.0, 300.0]);
            last = follower.step(look(n), SIZE, &[lorry, cab]);
            if n == 1 {
                first = last.clone();
            }
        }
        assert_eq!(first.objects.len(), 2, "nothing shows yet that both are one");
        assert_eq!(last.objects.iter().map(|one| &*one.class).collect::<Vec<_>>(), ["truck"]);
        let [count] = &follower.line_counts()[..] else { panic!("there is one line") };
        assert_eq!((count.outbound, count.classes.outbound.get("truck")), (1, Some(&1)));
    }

    #[test]
    fn the_way_before_a_vehicle_is_sure_to_be_one_counts() {
        let mut follower = follower();
        let car = |x: f32| {
            let bbox = BBox { x1: x - 55.0, y1: 240.0, x2: x + 55.0, y2: 300.0 };
            Detection { class: Arc::from("car"), bbox, ..person(x, 300.0) }
        };
        // The line lies between the first two results, half a second apart.
        assert!(follower.step(look(0), SIZE, &[car(400.0)]).objects.is_empty(), "one box may be anything");
        let sure = follower.step(look(5), SIZE, &[car(640.0)]);
        assert_eq!((sure.objects.len(), follower.line_counts()[0].outbound), (1, 1));
    }

    #[test]
    fn a_detector_of_three_seconds_shows_boxes_with_its_first_result() {
        let mut follower = follower();
        for n in 0..5 {
            let look = Look { at: Duration::from_secs(3 * n), apart: Duration::from_secs(3) };
            let both = [person(200.0, 300.0), person(700.0, 400.0)];
            let ids =
                follower.step(look, SIZE, &both).objects.iter().map(|one| one.track_id).collect::<Vec<_>>();
            assert_eq!(ids, [1, 2], "result {n}");
        }
    }

    #[test]
    fn a_class_that_the_detector_does_not_know_is_named_with_its_line() {
        let line = Line { classes: vec!["persn".into()], ..Line::new("gate", [0.0, 0.5], [1.0, 0.5]) };
        let follower = Follower::new(&Survey { lines: vec![line], ..Survey::default() }, 0.3);
        let said = follower.unknown_class(&[Arc::from("person")]).expect("is said");
        assert!(said.contains("gate") && said.contains("persn"), "{said}");
        assert_eq!(follower.unknown_class(&[Arc::from("Persn")]), None);
    }

    #[test]
    fn who_is_cut_off_at_the_lower_border_crosses_a_line_that_reaches_it() {
        let mut follower = follower();
        for n in 0..40 {
            follower.step(look(n), SIZE, &[person(350.0 + n as f32 * 7.5, 501.0)]);
        }
        assert_eq!(follower.line_counts()[0].outbound, 1);
    }

    #[test]
    fn boxes_that_are_cut_off_have_no_speed() {
        let mut follower = follower();
        let mut last = Followed::default();
        for n in 0..40 {
            last = follower.step(look(n), SIZE, &[person(350.0 + n as f32 * 7.5, 500.0)]);
        }
        assert_eq!(last.objects[0].speed_kmh, None);
    }

    #[test]
    fn three_hundred_things_cost_little() {
        let mut follower = follower();
        let crowd = |n: u64| -> Vec<Detection> {
            let place = |k: u64| [(k % 30) as f32 * 32.0 + 20.0 + n as f32, (k / 30) as f32 * 45.0 + 60.0];
            (0..300).map(|k| person(place(k)[0], place(k)[1])).collect()
        };
        let mut times: Vec<Duration> = (0..20)
            .map(|n| {
                let detections = crowd(n);
                let began = std::time::Instant::now();
                follower.step(look(n), SIZE, &detections);
                began.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!("300 things: least {:?}, median {:?}", times[0], times[10]);
        // A few milliseconds on a processor of its own; a busy machine must not fail it.
        assert!(times[0] < Duration::from_millis(25), "{times:?}");
    }

    #[test]
    fn another_size_or_a_new_start_keeps_the_counts_and_never_repeats_a_number() {
        let mut follower = follower();
        for n in 0..40 {
            follower.step(look(n), SIZE, &[person(350.0 + n as f32 * 7.5, 300.0)]);
        }
        let mut last = Followed::default();
        for n in 40..60 {
            if n == 50 {
                follower.start_anew();
            }
            last = follower.step(look(n), (500, 250), &[person(300.0, 150.0)]);
            if n == 49 {
                assert_eq!(last.objects[0].track_id, 2, "of another size");
            }
        }
        assert_eq!(last.objects[0].track_id, 3, "begun anew");
        assert_eq!(follower.line_counts()[0].outbound, 1);
    }
}
