//! Counts of lines and zones: how many crossed, and how many are there, each class by itself.
//!
//! Shapes and units only. The figures come about in `analytics`.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

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
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "millis")]
    pub mean_dwell_s: Option<f32>,
    /// Seconds that the one who is there longest has been in it; absent while it is empty.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "millis")]
    pub longest_dwell_s: Option<f32>,
}

/// Writes seconds with three decimals at most: as it is, a float of 32 bits that is built into a JSON value
/// has the seventeen digits of one of 64 bits.
fn millis<S: Serializer>(seconds: &Option<f32>, serializer: S) -> Result<S::Ok, S::Error> {
    seconds.map(|seconds| (f64::from(seconds) * 1000.0).round() / 1000.0).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_string};

    use super::*;

    #[test]
    fn dwell_times_have_three_decimals_at_most_however_they_are_written() {
        let zone =
            ZoneCount { mean_dwell_s: Some(304.1), longest_dwell_s: Some(12.0625), ..ZoneCount::default() };
        let value = json!(zone);
        assert_eq!((&value["mean_dwell_s"], &value["longest_dwell_s"]), (&json!(304.1), &json!(12.063)));
        let empty = ZoneCount { mean_dwell_s: None, longest_dwell_s: None, ..zone.clone() };
        assert!(
            to_string(&zone).expect("is told").contains("304.1,")
                && json!(empty).get("mean_dwell_s").is_none()
        );
    }

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
