//! Measures: what history keeps sums of. Pure.

use super::name::Name;
use crate::nouns::result::RiskLevel;

/// What is measured. The numbers stand in databases, and are never given to another measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Measure {
    /// People that the crowd model estimates: a sample a result of it.
    Crowd = 1,
    /// People among the things that the detector finds: a sample a result of one that knows people.
    People = 2,
    /// Results of the detector: 1 each.
    Detected = 3,
    /// Things of a class: a sample a result that has some.
    Objects = 4,
    /// A line that is counted on: 0 for each result of the detector.
    Line = 5,
    /// Crossings of a line inwards, by class: 1 each.
    Inbound = 6,
    /// Crossings of a line outwards, by class: 1 each.
    Outbound = 7,
    /// Tracks in a zone: a sample a result of the detector.
    Zone = 8,
    /// Seconds that the one who is in a zone longest has been there: a sample a result while it is not empty.
    Dwell = 9,
    /// Loiterers of a zone, by class: 1 each.
    Loiterers = 10,
    /// Results of the crowd model at which the risk was low: 1 each.
    Low = 11,
    /// Results of the crowd model at which the risk was moderate: 1 each.
    Moderate = 12,
    /// Results of the crowd model at which the risk was high: 1 each.
    High = 13,
    /// Results of the crowd model at which the risk was critical: 1 each.
    Critical = 14,
    /// Measured capture rate, frames a second: a sample a second.
    Capture = 15,
    /// Seconds in which anything was heard of the camera: 1 each.
    Seconds = 16,
}

/// Number of measures.
pub const MEASURES: usize = 16;

impl Measure {
    /// Every measure, in the order of its numbers, which begin with 1.
    const ALL: [Measure; MEASURES] = [
        Measure::Crowd,
        Measure::People,
        Measure::Detected,
        Measure::Objects,
        Measure::Line,
        Measure::Inbound,
        Measure::Outbound,
        Measure::Zone,
        Measure::Dwell,
        Measure::Loiterers,
        Measure::Low,
        Measure::Moderate,
        Measure::High,
        Measure::Critical,
        Measure::Capture,
        Measure::Seconds,
    ];

    /// Returns the measure of a number in a database; `None` of one that is unknown.
    pub fn numbered(number: u8) -> Option<Measure> {
        Measure::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Returns the measure of results at a risk.
    pub fn at_risk(risk: RiskLevel) -> Measure {
        match risk {
            RiskLevel::Low => Measure::Low,
            RiskLevel::Moderate => Measure::Moderate,
            RiskLevel::High => Measure::High,
            RiskLevel::Critical => Measure::Critical,
        }
    }
}

/// A measure with the names that it is about; empty where it is about none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What is measured.
    pub measure: Measure,
    /// Name of the line, zone or class.
    pub name: Name,
    /// Class of what crosses or loiters.
    pub class: Name,
}

impl Key {
    /// A measure of the camera as a whole.
    pub fn of(measure: Measure) -> Self {
        Key { measure, name: Name::default(), class: Name::default() }
    }

    /// A measure of a line, a zone or a class.
    pub fn named(measure: Measure, name: &str) -> Self {
        Key { name: Name::from(name), ..Key::of(measure) }
    }

    /// A measure of a line or zone, by class.
    pub fn classed(measure: Measure, name: &str, class: &str) -> Self {
        Key { class: Name::from(class), ..Key::named(measure, name) }
    }
}

/// A [`Key`] whose names are numbers of a database's table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// What is measured.
    pub measure: Measure,
    /// Number of the line's, zone's or class's name.
    pub name: u32,
    /// Number of the class.
    pub class: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_its_number() {
        assert!(Measure::ALL.iter().all(|measure| Measure::numbered(*measure as u8) == Some(*measure)));
        assert_eq!((Measure::numbered(0), Measure::numbered(17)), (None, None));
    }
}
