//! Rows of a series: sums in, means and greatest values out. What nobody measured is absent, not zero. Pure.

use serde::Serialize;

use super::{
    measure::{Measure, Slot},
    name::Name,
    step::Bin,
    sums::{Stat, Sums},
};
use crate::nouns::{
    count::{LineClasses, LineCount},
    result::RiskLevel,
};

/// Mean and greatest value, and how many samples stand behind them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Mean of the samples.
    pub mean: f64,
    /// Greatest of the samples.
    pub max: f32,
    /// Number of samples.
    pub samples: u64,
}

/// How many of a class there were.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassRow {
    /// The class, named as the model names it.
    pub class: Name,
    /// Things of it in a frame.
    #[serde(flatten)]
    pub count: Figure,
}

/// How full a zone was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneRow {
    /// Name of the zone.
    pub id: Name,
    /// Tracks in it in a frame.
    pub occupancy: Figure,
    /// Seconds that the one who was there longest had been there; absent where nobody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_dwell_s: Option<f32>,
    /// How many began to loiter.
    pub loiterers: u64,
}

/// How many of a class crossed a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CrossedRow {
    /// The class, named as the model names it.
    pub class: Name,
    /// Tracks of the class that crossed it inwards.
    pub inbound: u64,
    /// Tracks of the class that crossed it outwards.
    pub outbound: u64,
}

/// How many crossed a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineRow {
    /// Name of the line.
    pub id: Name,
    /// Tracks that crossed it inwards.
    pub inbound: u64,
    /// Tracks that crossed it outwards.
    pub outbound: u64,
    /// Tracks of each class that crossed it at all.
    pub classes: Vec<CrossedRow>,
}

/// Risk that the crowd was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RiskRow {
    /// The worst of it.
    pub worst: RiskLevel,
    /// Shares of the results at which it was low, moderate, high and critical; together 1.
    pub shares: [f64; 4],
}

/// What a camera saw in a minute, an hour or a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// When the row begins, seconds since the Unix epoch.
    pub from_s: i64,
    /// When the row ends, seconds since the Unix epoch.
    pub to_s: i64,
    /// People in a frame: by the crowd model, or where there was none by a detector that knows people.
    pub people: Option<Figure>,
    /// Objects of each class that was there at all; `None` without results of the detector.
    pub objects: Option<Vec<ClassRow>>,
    /// Crossings of each line; `None` without results of the detector.
    pub lines: Option<Vec<LineRow>>,
    /// Occupancy of each zone; `None` without results of the detector.
    pub zones: Option<Vec<ZoneRow>>,
    /// Risk; `None` without results of the crowd model.
    pub risk: Option<RiskRow>,
    /// Measured capture rate, frames a second; `None` where the camera was not there.
    pub capture_fps: Option<Figure>,
    /// Results of the crowd model a second, while the camera was there.
    pub crowd_fps: Option<f64>,
    /// Results of the detector a second, while the camera was there.
    pub detect_fps: Option<f64>,
}

impl Row {
    /// The row of those sums; `names` are those of the database by their numbers.
    pub fn of((from_s, to_s): Bin, sums: &Sums<Slot>, names: &[Name]) -> Self {
        let whole = |measure| sums.get(&Slot { measure, name: 0, class: 0 });
        let (crowd, detected) = (whole(Measure::Crowd), whole(Measure::Detected));
        let seconds = whole(Measure::Seconds).map(|stat| stat.samples as f64);
        let rate = |results: Option<Stat>| Some(results?.samples as f64 / seconds?);
        let lines = lines(sums, names);
        Row {
            from_s,
            to_s,
            people: crowd.or_else(|| whole(Measure::People)).map(Figure::of),
            objects: detected.map(|results| objects(sums, results, names)),
            // What crossed has crossed, even where the result that saw it was lost.
            lines: (detected.is_some() || !lines.is_empty()).then_some(lines),
            zones: detected.map(|_| zones(sums, names)),
            risk: risk(whole),
            capture_fps: whole(Measure::Capture).map(Figure::of),
            crowd_fps: rate(crowd),
            detect_fps: rate(detected),
        }
    }
}

impl Figure {
    fn of(Stat { samples, sum, max }: Stat) -> Self {
        Figure { mean: sum / samples.max(1) as f64, max, samples }
    }
}

/// What there is of a measure, in the order of its names.
fn of_measure(sums: &Sums<Slot>, measure: Measure) -> impl Iterator<Item = (Slot, Stat)> {
    sums.iter().filter(move |(slot, _)| slot.measure == measure).copied()
}

/// A name by its number.
fn named(names: &[Name], number: u32) -> Name {
    names.get(number as usize).cloned().unwrap_or_default()
}

/// Things of each class in a frame: a result without any of a class is one with none of it.
fn objects(sums: &Sums<Slot>, results: Stat, names: &[Name]) -> Vec<ClassRow> {
    let row = |(slot, stat): (Slot, Stat)| {
        let count = Figure::of(Stat { samples: results.samples, ..stat });
        ClassRow { class: named(names, slot.name), count }
    };
    of_measure(sums, Measure::Objects).map(row).collect()
}

fn zones(sums: &Sums<Slot>, names: &[Name]) -> Vec<ZoneRow> {
    let row = |(slot, stat): (Slot, Stat)| {
        let dwell = sums.get(&Slot { measure: Measure::Dwell, ..slot });
        let loiterers = of_measure(sums, Measure::Loiterers).filter(|(other, _)| other.name == slot.name);
        ZoneRow {
            id: named(names, slot.name),
            occupancy: Figure::of(stat),
            longest_dwell_s: dwell.map(|dwell| dwell.max),
            loiterers: loiterers.map(|(_, stat)| stat.samples).sum(),
        }
    };
    of_measure(sums, Measure::Zone).map(row).collect()
}

fn risk(whole: impl Fn(Measure) -> Option<Stat>) -> Option<RiskRow> {
    let levels = [RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High, RiskLevel::Critical];
    let counts = levels.map(|level| whole(Measure::at_risk(level)).map_or(0, |stat| stat.samples));
    let worst = levels.into_iter().zip(counts).rev().find(|(_, count)| *count > 0)?.0;
    let all: u64 = counts.iter().sum();
    Some(RiskRow { worst, shares: counts.map(|count| count as f64 / all as f64) })
}

/// Returns how often each line was crossed that was counted on, or crossed.
pub fn lines(sums: &Sums<Slot>, names: &[Name]) -> Vec<LineRow> {
    let mut lines: Vec<(u32, LineRow)> = Vec::new();
    let empty = |id| LineRow { id: named(names, id), inbound: 0, outbound: 0, classes: Vec::new() };
    for (slot, stat) in sums.iter() {
        let [inbound, outbound] = match slot.measure {
            Measure::Line => [0, 0],
            Measure::Inbound => [stat.samples, 0],
            Measure::Outbound => [0, stat.samples],
            _ => continue,
        };
        let place = lines.iter().position(|(id, _)| *id == slot.name).unwrap_or_else(|| {
            lines.push((slot.name, empty(slot.name)));
            lines.len() - 1
        });
        lines[place].1.add(|| named(names, slot.class), [inbound, outbound]);
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

impl LineRow {
    /// Adds crossings of a class: inwards and outwards.
    fn add(&mut self, class: impl FnOnce() -> Name, [inbound, outbound]: [u64; 2]) {
        if inbound + outbound == 0 {
            return;
        }
        self.inbound += inbound;
        self.outbound += outbound;
        let class = class();
        match self.classes.iter_mut().find(|row| row.class == class) {
            Some(row) => (row.inbound, row.outbound) = (row.inbound + inbound, row.outbound + outbound),
            None => self.classes.push(CrossedRow { class, inbound, outbound }),
        }
    }

    /// Returns the line's counts.
    pub fn counts(&self) -> LineCount {
        let of = |count: fn(&CrossedRow) -> u64| {
            let classes = self.classes.iter().filter(|row| count(row) > 0);
            classes.map(|row| (row.class.as_str().to_owned(), count(row))).collect()
        };
        LineCount {
            id: self.id.as_str().to_owned(),
            inbound: self.inbound,
            outbound: self.outbound,
            classes: LineClasses { inbound: of(|row| row.inbound), outbound: of(|row| row.outbound) },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_nobody_measured_is_absent_and_what_was_not_there_is_zero() {
        let names = ["", "gate", "person", "car"].map(Name::from);
        let slot = |measure, name, class| Slot { measure, name, class };
        let mut sums = Sums::default();
        let empty = Row::of((0, 60), &sums, &names);
        assert!(empty.people.is_none() && empty.lines.is_none() && empty.risk.is_none());
        for n in 0..4 {
            sums.note(slot(Measure::Seconds, 0, 0), 1.0);
            sums.note(slot(Measure::Detected, 0, 0), 1.0);
            sums.note(slot(Measure::Line, 1, 0), 0.0);
            if n == 0 {
                sums.note(slot(Measure::Objects, 3, 0), 2.0);
            }
        }
        sums.note(slot(Measure::Outbound, 1, 2), 1.0);
        let row = Row::of((0, 60), &sums, &names);
        assert!(row.people.is_none() && row.capture_fps.is_none(), "no model tells people");
        let cars = &row.objects.as_ref().expect("a detector ran")[0];
        assert_eq!((cars.class.as_str(), cars.count.mean, cars.count.max), ("car", 0.5, 2.0));
        let gate = &row.lines.as_ref().expect("a detector ran")[0].counts();
        assert_eq!((&*gate.id, gate.inbound, gate.outbound), ("gate", 0, 1));
        assert_eq!(
            gate.classes,
            LineClasses { outbound: BTreeMap::from([("person".into(), 1)]), ..LineClasses::default() }
        );
        assert_eq!((row.detect_fps, row.crowd_fps), (Some(1.0), None));
        sums.note(slot(Measure::Crowd, 0, 0), 12.5);
        sums.note(slot(Measure::High, 0, 0), 1.0);
        let risk = Row::of((0, 60), &sums, &names).risk.expect("the crowd model ran");
        assert_eq!((risk.worst, risk.shares), (RiskLevel::High, [0.0, 0.0, 1.0, 0.0]));
    }
}
