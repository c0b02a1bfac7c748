//! Zones that fill: how many are in each in, a word when they become more than the zone may hold, and when
//! they no longer are, out. Pure, with time passed in.

use std::{collections::HashMap, time::Duration};

use super::lasting::Lasting;
use crate::nouns::{count::ZoneCount, event::Event, place::Zone};

/// A frame's time.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Time that only rises.
    pub at: Duration,
    /// When the frame was captured, microseconds since the Unix epoch.
    pub at_us: u64,
}

/// What has been told of each zone.
#[derive(Debug, Default)]
pub struct Fills {
    /// Whether more than may be are in each: a box that trembles at the border is nobody.
    zones: HashMap<String, Lasting<bool>>,
}

impl Fills {
    /// Notes how many are in each zone; returns what is worth a word.
    pub fn step(&mut self, zones: &[Zone], counts: &[ZoneCount], now: Moment) -> Vec<Event> {
        self.zones.retain(|id, _| zones.iter().any(|zone| zone.id == *id && zone.above.is_some()));
        let step = |zone: &Zone| {
            let above = zone.above?;
            let occupancy = counts.iter().find(|count| count.id == zone.id)?.occupancy;
            let fill = self.zones.entry(zone.id.clone()).or_default();
            fill.step(occupancy > above, now.at).then(|| told(zone, occupancy, above, now.at_us))
        };
        zones.iter().filter_map(step).collect()
    }
}

fn told(zone: &Zone, occupancy: usize, above: usize, at_us: u64) -> Event {
    let zone = zone.id.clone();
    if occupancy > above {
        Event::ZoneAbove { at_us, zone, occupancy, above }
    } else {
        Event::ZoneBelow { at_us, zone, occupancy, above }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(fills: &mut Fills, zone: &Zone, occupancies: &[usize]) -> Vec<(u64, &'static str)> {
        let mut heard = Vec::new();
        for (half, occupancy) in (0..).zip(occupancies) {
            let count = ZoneCount { id: zone.id.clone(), occupancy: *occupancy, ..ZoneCount::default() };
            let now = Moment { at: Duration::from_millis(half * 500), at_us: half };
            let events = fills.step(std::slice::from_ref(zone), &[count], now);
            heard.extend(events.iter().map(|event| (event.at_us(), event.kind())));
        }
        heard
    }

    fn door(above: Option<usize>) -> Zone {
        Zone { above, ..Zone::new("door", vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]) }
    }

    #[test]
    fn more_than_may_be_in_a_zone_and_no_more_than_that_are_told_once_each() {
        let occupancies = [2, 3, 3, 3, 2, 3, 2, 2, 2, 2, 2, 2, 2, 3, 2];
        let expected = [(3, "zone_above"), (12, "zone_below")];
        assert_eq!(heard(&mut Fills::default(), &door(Some(2)), &occupancies), expected);
        assert!(heard(&mut Fills::default(), &door(None), &occupancies).is_empty());
    }

    #[test]
    fn a_zone_that_may_hold_nobody_tells_of_whoever_comes() {
        assert_eq!(heard(&mut Fills::default(), &door(Some(0)), &[0, 1, 1, 1]), [(3, "zone_above")]);
    }
}
