//! Zones: who stands in which, since when, in; occupancy, dwell times and who loiters out. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use super::track::Look;
use crate::nouns::{
    count::ZoneCount,
    place::{Fraction, Zone},
};

/// Longest time outside, or unseen, after which somebody who is back was never away: feet tremble at the
/// border.
const AWAY: Duration = Duration::from_secs(1);

/// A track as zones see it.
#[derive(Clone, Debug)]
pub struct Stander {
    /// Number of the track.
    pub track_id: u64,
    /// What it is.
    pub class: Arc<str>,
    /// Place where it stands.
    pub foot: Fraction,
    /// Whether it has hardly moved.
    pub stands: bool,
}

/// Somebody who has been in a zone for long.
#[derive(Clone, Debug, PartialEq)]
pub struct Loiterer {
    /// The zone.
    pub zone: String,
    /// Number of the track.
    pub track_id: u64,
    /// What it is.
    pub class: Arc<str>,
    /// How long it has been in the zone.
    pub dwell: Duration,
}

/// One camera's zones and who is in them.
pub struct Zones {
    zones: Vec<Area>,
}

/// One zone and who is in it.
struct Area {
    zone: Zone,
    visits: HashMap<u64, Visit>,
}

/// One track's stay in a zone.
struct Visit {
    since: Duration,
    last: Duration,
    is_told: bool,
}

impl Zones {
    /// The zones of a camera, with nobody in them.
    pub fn new(zones: &[Zone]) -> Self {
        Zones { zones: zones.iter().map(Area::new).collect() }
    }

    /// Goes on with other zones: in one that is drawn as before everybody stays.
    pub fn redraw(&mut self, zones: &[Zone]) {
        let mut before = std::mem::take(&mut self.zones);
        let area = |zone: &Zone| match before.iter().position(|old| old.zone == *zone) {
            Some(place) => before.swap_remove(place),
            None => Area::new(zone),
        };
        self.zones = zones.iter().map(area).collect();
    }

    /// Empties all zones.
    pub fn start_anew(&mut self) {
        self.zones.iter_mut().for_each(|area| area.visits.clear());
    }

    /// Notes who stands where; gives each zone's count, and who has begun to loiter.
    pub fn step(&mut self, look: Look, standers: &[Stander]) -> (Vec<ZoneCount>, Vec<Loiterer>) {
        let mut loiterers = Vec::new();
        let mut step = |area: &mut Area| {
            area.leave(look);
            loiterers.extend(area.enter(look.at, standers));
            area.count(look.at, standers)
        };
        let counts = self.zones.iter_mut().map(&mut step).collect();
        (counts, loiterers)
    }
}

impl Area {
    fn new(zone: &Zone) -> Self {
        Area { zone: zone.clone(), visits: HashMap::new() }
    }

    /// Ends the stays of those that have been away for long.
    fn leave(&mut self, Look { at, apart }: Look) {
        let away = AWAY.max(apart + apart / 2);
        self.visits.retain(|_, visit| at.saturating_sub(visit.last) <= away);
    }

    /// Notes who is in the zone; gives who has begun to loiter.
    fn enter(&mut self, now: Duration, standers: &[Stander]) -> Vec<Loiterer> {
        let mut loiterers = Vec::new();
        for stander in standers.iter().filter(|stander| contains(&self.zone.points, stander.foot)) {
            let visit = self.visits.entry(stander.track_id).or_insert(Visit::begun(now));
            visit.last = now;
            let dwell = visit.dwell();
            let is_long = self.zone.loiter_s.is_some_and(|limit| dwell.as_secs_f64() >= limit);
            if is_long && !std::mem::replace(&mut visit.is_told, true) {
                loiterers.push(stander.loiterer(&self.zone.id, dwell));
            }
        }
        loiterers
    }

    /// Counts who is in the zone at `now`.
    fn count(&self, now: Duration, standers: &[Stander]) -> ZoneCount {
        let there =
            |stander: &&Stander| self.visits.get(&stander.track_id).is_some_and(|visit| visit.last == now);
        let inside: Vec<&Stander> = standers.iter().filter(there).collect();
        let mut classes = BTreeMap::new();
        inside.iter().for_each(|stander| *classes.entry(stander.class.to_string()).or_default() += 1);
        let dwells = inside.iter().filter_map(|stander| self.visits.get(&stander.track_id)).map(Visit::dwell);
        let (sum, longest) = dwells
            .fold((Duration::ZERO, None), |(sum, longest), dwell| (sum + dwell, longest.max(Some(dwell))));
        ZoneCount {
            id: self.zone.id.clone(),
            occupancy: inside.len(),
            classes,
            standing: inside.iter().filter(|stander| stander.stands).count(),
            mean_dwell_s: longest.map(|_| tenths(sum / inside.len().max(1) as u32)),
            longest_dwell_s: longest.map(tenths),
        }
    }
}

impl Visit {
    fn begun(now: Duration) -> Self {
        Visit { since: now, last: now, is_told: false }
    }

    /// How long it has lasted.
    fn dwell(&self) -> Duration {
        self.last.saturating_sub(self.since)
    }
}

impl Stander {
    fn loiterer(&self, zone: &str, dwell: Duration) -> Loiterer {
        let (track_id, class) = (self.track_id, Arc::clone(&self.class));
        Loiterer { zone: zone.to_owned(), track_id, class, dwell }
    }
}

/// Seconds in whole tenths.
fn tenths(time: Duration) -> f32 {
    (time.as_secs_f32() * 10.0).round() / 10.0
}

/// Whether a place lies inside a polygon: a ray to the right crosses its border an odd number of times.
pub fn contains(corners: &[Fraction], [x, y]: Fraction) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    let crossed = edges.filter(|(a, b)| {
        let spans = (a[1] > y) != (b[1] > y);
        spans && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Zone {
        Zone::new("square", vec![[0.0, 0.0], [0.5, 0.0], [0.5, 0.5], [0.0, 0.5]])
    }

    fn stander(track_id: u64, class: &str, foot: Fraction) -> Stander {
        Stander { track_id, class: Arc::from(class), foot, stands: class == "person" }
    }

    fn look(at_ms: u64, apart_ms: u64) -> Look {
        Look { at: Duration::from_millis(at_ms), apart: Duration::from_millis(apart_ms) }
    }

    #[test]
    fn feet_are_counted_in_the_zones_they_stand_in() {
        let dented = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.2], [0.0, 1.0]];
        let mut zones = Zones::new(&[square(), Zone::new("dented", dented)]);
        let all = [
            stander(1, "person", [0.25, 0.25]),
            stander(2, "car", [0.5, 0.6]),
            stander(3, "person", [0.9, 0.5]),
            stander(4, "bicycle", [0.4, 0.1]),
        ];
        let (counts, _) = zones.step(look(0, 100), &all);
        assert_eq!(counts.iter().map(|count| count.occupancy).collect::<Vec<_>>(), [2, 3]);
        let expected = BTreeMap::from([("bicycle".to_owned(), 1), ("person".to_owned(), 1)]);
        assert_eq!((&counts[0].id[..], &counts[0].classes, counts[0].standing), ("square", &expected, 1));
    }

    #[test]
    fn dwell_goes_on_over_a_moment_outside_and_begins_anew_after_a_long_one() {
        let mut zones = Zones::new(&[square()]);
        let [inside, outside] = [[0.4, 0.4], [0.6, 0.4]].map(|foot| [stander(1, "person", foot)]);
        for (at_ms, who, dwell) in [
            (0, Some(&inside), Some(0.0)),
            (2_000, Some(&inside), Some(0.0)),
            (2_900, Some(&outside), None),
            (2_950, Some(&inside), Some(1.0)),
            (3_500, None, None),
        ] {
            let (counts, _) = zones.step(look(at_ms, 100), who.map_or(&[], |who| who));
            assert_eq!(counts[0].longest_dwell_s, dwell, "{at_ms}");
            assert_eq!(counts[0].mean_dwell_s, dwell, "{at_ms}");
        }
        // Where results are three seconds apart, nobody leaves in between.
        for (n, dwell) in [(0, 0.0), (1, 3.0), (2, 6.0)] {
            let (counts, _) = zones.step(look(10_000 + n * 3_000, 3_000), &inside);
            assert_eq!(counts[0].longest_dwell_s, Some(dwell));
        }
    }

    #[test]
    fn who_loiters_is_told_once_a_visit() {
        let mut zones = Zones::new(&[Zone { loiter_s: Some(5.0), ..square() }]);
        let inside = [stander(7, "person", [0.4, 0.4])];
        let mut told = Vec::new();
        for n in 0..100 {
            told.extend(zones.step(look(n * 100, 100), &inside).1);
        }
        let dwell = Duration::from_secs(5);
        let loiterer = Loiterer { zone: "square".into(), track_id: 7, class: Arc::from("person"), dwell };
        assert_eq!(told, [loiterer]);
    }

    #[test]
    fn a_zone_that_is_drawn_as_before_keeps_who_is_in_it() {
        let mut zones = Zones::new(&[square()]);
        let inside = [stander(1, "person", [0.4, 0.4])];
        zones.step(look(0, 100), &inside);
        zones.redraw(&[Zone::new("other", vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), square()]);
        let (counts, _) = zones.step(look(500, 100), &inside);
        assert_eq!((counts[0].longest_dwell_s, counts[1].longest_dwell_s), (Some(0.0), Some(0.5)));
        zones.start_anew();
        assert_eq!(zones.step(look(600, 100), &inside).0[1].longest_dwell_s, Some(0.0));
    }
}
