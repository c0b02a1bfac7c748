//! Counts of lines and zones: how many crossed, and how many are there, each class by itself.
//!
//! Shapes and units only. The figures come about in `analytics`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::place::Direction;

/// Tracks that crossed a line so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LineCount {
    /// Name of the line.
    pub id: String,
    /// Tracks that crossed it inwards.
    pub inbound: u64,
    /// Tracks that crossed it outwards.
    pub outbound: u64,
    /// What the tracks were.
    pub classes: LineClasses,
}

/// Tracks of each class that crossed a line so far; classes of which none has crossed are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LineClasses {
    /// Tracks that crossed it inwards.
    pub inbound: BTreeMap<String, u64>,
    /// Tracks that crossed it outwards.
    pub outbound: BTreeMap<String, u64>,
}

impl LineCount {
    /// Adds a track of that class.
    pub fn add(&mut self, direction: Direction, class: &str) {
        let (total, classes) = match direction {
            Direction::Inbound => (&mut self.inbound, &mut self.classes.inbound),
            Direction::Outbound => (&mut self.outbound, &mut self.classes.outbound),
        };
        *total += 1;
        *classes.entry(class.to_owned()).or_default() += 1;
    }
}

/// Tracks that are in a zone now.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ZoneCount {
    /// Name of the zone.
    pub id: String,
    /// Tracks that stand in it.
    pub occupancy: usize,
    /// Tracks of each class that stand in it.
    pub classes: BTreeMap<String, usize>,
    /// Tracks in it that do not move.
    pub standing: usize,
    /// Seconds that those in it have been there on average; absent while it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_dwell_s: Option<f32>,
    /// Seconds that the one who is there longest has been in it; absent while it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_dwell_s: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_the_sums_of_the_classes() {
        let mut count = LineCount { id: "gate".into(), ..LineCount::default() };
        for (direction, class) in
            [(Direction::Inbound, "person"), (Direction::Inbound, "bicycle"), (Direction::Outbound, "person")]
        {
            count.add(direction, class);
        }
        assert_eq!((count.inbound, count.outbound), (2, 1));
        assert_eq!(count.classes.inbound, BTreeMap::from([("bicycle".into(), 1), ("person".into(), 1)]));
        assert_eq!(count.classes.outbound, BTreeMap::from([("person".into(), 1)]));
    }
}
