//! Roll-up: results, events and pulses in, sums of each camera's minutes out. Pure.
//!
//! A minute is that of the news' own time, in UTC, so a clock that is set back adds to minutes that are
//! there, and loses and doubles nothing. Counts of objects, lines and zones are taken from the detector's
//! results alone: a result of the crowd model only repeats them.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    mem,
    sync::Arc,
};

use super::{
    measure::{Key, Measure},
    sums::Sums,
};
use crate::{
    news::{Item, News},
    nouns::{
        event::Event,
        place::Direction,
        result::{AnalyticsResult, Object},
        state::Pulse,
    },
};

/// Seconds of a minute.
pub const MINUTE_S: i64 = 60;

/// Microseconds of a second.
const SECOND_US: u64 = 1_000_000;

/// Minutes of a camera of which is remembered which of their seconds have been heard: results come a few
/// seconds late at most.
const REMEMBERED: usize = 3;

/// A camera's minute: when it begins, seconds since the Unix epoch, and the camera's name. Older ones come
/// first.
pub type Minute = (i64, Arc<str>);

/// Sums of the minutes since they were last taken.
pub struct Rollup {
    /// Whether a class, named as the model names it, is people.
    is_person: fn(&str) -> bool,
    minutes: BTreeMap<Minute, Sums<Key>>,
    cameras: HashMap<Arc<str>, Heard>,
}

/// What is remembered of a camera.
#[derive(Default)]
struct Heard {
    tells_people: bool,
    /// The newest minutes, each with a bit for each second that was heard.
    seconds: VecDeque<(i64, u64)>,
}

impl Heard {
    /// Notes a second; returns whether it is new.
    fn is_new(&mut self, minute: i64, second: u32) -> bool {
        let place = self.seconds.iter().position(|(other, _)| *other == minute);
        let place = place.unwrap_or_else(|| {
            self.seconds.truncate(REMEMBERED - 1);
            self.seconds.push_front((minute, 0));
            0
        });
        let bits = &mut self.seconds[place].1;
        let before = mem::replace(bits, *bits | 1 << second);
        before != *bits
    }
}

impl Rollup {
    /// A roll-up of nothing yet; `is_person` tells which classes are people.
    pub fn new(is_person: fn(&str) -> bool) -> Self {
        Rollup { is_person, minutes: BTreeMap::new(), cameras: HashMap::new() }
    }

    /// Takes news in.
    pub fn hear(&mut self, News { camera, item, .. }: &News) {
        match item {
            Item::Result(result) => self.result(camera, result),
            Item::Event(event) => self.event(camera, event),
            Item::Pulse(pulse) => self.pulse(camera, pulse),
        }
    }

    /// Takes the sums out.
    pub fn take(&mut self) -> BTreeMap<Minute, Sums<Key>> {
        mem::take(&mut self.minutes)
    }

    fn result(&mut self, camera: &Arc<str>, result: &AnalyticsResult) {
        let tells_people = self.cameras.get(camera).is_some_and(|heard| heard.tells_people);
        let is_person = self.is_person;
        let sums = self.heard(camera, result.captured_us);
        if let Some(crowd) = &result.crowd {
            sums.note(Key::of(Measure::Crowd), crowd.total.into());
            sums.note(Key::of(Measure::at_risk(crowd.risk)), 1.0);
        }
        let Some(objects) = &result.objects else { return };
        sums.note(Key::of(Measure::Detected), 1.0);
        if tells_people {
            let people = objects.iter().filter(|object| is_person(&object.class)).count();
            sums.note(Key::of(Measure::People), people as f64);
        }
        for (class, count) in counts(objects) {
            sums.note(Key::named(Measure::Objects, class), f64::from(count));
        }
        result.lines.iter().for_each(|line| sums.note(Key::named(Measure::Line, &line.id), 0.0));
        for zone in &result.zones {
            sums.note(Key::named(Measure::Zone, &zone.id), zone.occupancy as f64);
            if let Some(longest) = zone.longest_dwell_s {
                sums.note(Key::named(Measure::Dwell, &zone.id), longest.into());
            }
        }
    }

    fn event(&mut self, camera: &Arc<str>, event: &Event) {
        let key = match event {
            Event::LineCrossed { line, direction: Direction::Inbound, class, .. } => {
                Key::classed(Measure::Inbound, line, class)
            }
            Event::LineCrossed { line, direction: Direction::Outbound, class, .. } => {
                Key::classed(Measure::Outbound, line, class)
            }
            Event::Loitering { zone, class, .. } => Key::classed(Measure::Loiterers, zone, class),
            Event::CameraRemoved { .. } => {
                self.cameras.remove(camera);
                return;
            }
            _ => return,
        };
        self.minute(camera, event.at_us()).note(key, 1.0);
    }

    fn pulse(&mut self, camera: &Arc<str>, pulse: &Pulse) {
        self.heard(camera, pulse.at_us).note(Key::of(Measure::Capture), pulse.fps);
        if let Some(heard) = self.cameras.get_mut(camera) {
            heard.tells_people = pulse.tells_people;
        }
    }

    /// The sums of the minute in which something was heard, with the second noted.
    fn heard(&mut self, camera: &Arc<str>, at_us: u64) -> &mut Sums<Key> {
        let heard = self.cameras.entry(Arc::clone(camera)).or_default();
        let second = at_us / SECOND_US % MINUTE_S as u64;
        let is_new = heard.is_new(minute_of(at_us), second as u32);
        let sums = self.minute(camera, at_us);
        if is_new {
            sums.note(Key::of(Measure::Seconds), 1.0);
        }
        sums
    }

    fn minute(&mut self, camera: &Arc<str>, at_us: u64) -> &mut Sums<Key> {
        self.minutes.entry((minute_of(at_us), Arc::clone(camera))).or_default()
    }
}

/// Objects of each class.
fn counts(objects: &[Object]) -> BTreeMap<&str, u32> {
    let mut counts = BTreeMap::new();
    objects.iter().for_each(|object| *counts.entry(&*object.class).or_default() += 1);
    counts
}

/// The beginning of the minute of a moment, seconds since the Unix epoch.
fn minute_of(at_us: u64) -> i64 {
    // Microseconds of 64 bits are seconds of 45.
    let second = (at_us / SECOND_US) as i64;
    second - second % MINUTE_S
}
