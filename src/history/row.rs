//! Rows of a series: sums in, means and greatest values out. What nobody measured is absent, not zero. Pure.

use serde::Serialize;

use super::{
    measure::{Measure, Slot},
    name::Name,
    step::Bin,
    sums::{Entry, Parts, Stat, Sums},
};
use crate::nouns::{
    count::{LineClasses, LineCount},
    result::RiskLevel,
};

/// Mean and greatest value, and how many samples stand behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    /// Mean of the samples.
    pub mean: f64,
    /// Greatest of the samples.
    pub max: f32,
    /// Number of samples.
    pub samples: u64,
}

/// How many of a class there were.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClassRow {
    /// The class, named as the model names it.
    pub class: Name,
    /// Things of it in a frame.
    #[serde(flatten)]
    pub count: Figure,
}

/// How full a zone was.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CrossedRow {
    /// The class, named as the model names it.
    pub class: Name,
    /// Tracks of the class that crossed it inwards.
    pub inbound: u64,
    /// Tracks of the class that crossed it outwards.
    pub outbound: u64,
}

/// How many crossed a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
    /// Makes this the row of those sums; `names` are those of the database by their numbers. What another row
    /// left here is room for this one, so that a month of them takes memory once.
    pub fn fill(&mut self, (from_s, to_s): Bin, sums: &Sums<Slot>, names: &[Name]) {
        let parts = sums.parts();
        let (crowd, detected) = (parts.whole(Measure::Crowd), parts.whole(Measure::Detected));
        let seconds = parts.whole(Measure::Seconds).map(|stat| stat.samples as f64);
        let rate = |results: Option<Stat>| Some(results?.samples as f64 / seconds?);
        (self.from_s, self.to_s) = (from_s, to_s);
        self.people = crowd.or_else(|| parts.whole(Measure::People)).map(Figure::of);
        renew(&mut self.objects, detected.is_some(), |rows| objects(rows, &parts, names));
        // What crossed has crossed, even where the result that saw it was lost.
        let has_lines = detected.is_some() || line_ids(&parts).next().is_some();
        renew(&mut self.lines, has_lines, |rows| fill_lines(rows, &parts, names));
        renew(&mut self.zones, detected.is_some(), |rows| zones(rows, &parts, names));
        self.risk = risk(&parts);
        self.capture_fps = parts.whole(Measure::Capture).map(Figure::of);
        (self.crowd_fps, self.detect_fps) = (rate(crowd), rate(detected));
    }
}

impl Figure {
    fn of(Stat { samples, sum, max }: Stat) -> Self {
        Figure { mean: sum / samples.max(1) as f64, max, samples }
    }
}

/// Has a list filled, or takes it away.
fn renew<T>(list: &mut Option<Vec<T>>, is_there: bool, fill: impl FnOnce(&mut Vec<T>)) {
    if is_there {
        fill(list.get_or_insert_default());
    } else {
        *list = None;
    }
}

/// The entry at that place, which may be the first behind the last.
fn nth<T: Default>(rows: &mut Vec<T>, place: usize) -> &mut T {
    if place >= rows.len() {
        rows.resize_with(place + 1, T::default);
    }
    &mut rows[place]
}

/// Makes `name` the one of that number.
fn set(name: &mut Name, names: &[Name], number: u32) {
    match names.get(number as usize) {
        Some(other) => name.renew(other),
        None => *name = Name::default(),
    }
}

/// Things of each class in a frame: a result without any of a class is one with none of it.
fn objects(rows: &mut Vec<ClassRow>, parts: &Parts, names: &[Name]) {
    let samples = parts.whole(Measure::Detected).map_or(0, |results| results.samples);
    let part = parts.of(Measure::Objects);
    for (place, (slot, stat)) in part.iter().enumerate() {
        let row = nth(rows, place);
        set(&mut row.class, names, slot.name);
        row.count = Figure::of(Stat { samples, ..*stat });
    }
    rows.truncate(part.len());
}

fn zones(rows: &mut Vec<ZoneRow>, parts: &Parts, names: &[Name]) {
    let part = parts.of(Measure::Zone);
    for (place, (slot, stat)) in part.iter().enumerate() {
        let is_here = |(other, _): &&Entry| other.name == slot.name;
        let row = nth(rows, place);
        set(&mut row.id, names, slot.name);
        row.occupancy = Figure::of(*stat);
        row.longest_dwell_s = parts.of(Measure::Dwell).iter().find(is_here).map(|(_, stat)| stat.max);
        row.loiterers =
            parts.of(Measure::Loiterers).iter().filter(is_here).map(|(_, stat)| stat.samples).sum();
    }
    rows.truncate(part.len());
}

fn risk(parts: &Parts) -> Option<RiskRow> {
    let levels = [RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High, RiskLevel::Critical];
    let counts = levels.map(|level| parts.whole(Measure::at_risk(level)).map_or(0, |stat| stat.samples));
    let worst = levels.into_iter().zip(counts).rev().find(|(_, count)| *count > 0)?.0;
    let all: u64 = counts.iter().sum();
    Some(RiskRow { worst, shares: counts.map(|count| count as f64 / all as f64) })
}

/// Returns how often each line was crossed that was counted on, or crossed.
pub fn lines(sums: &Sums<Slot>, names: &[Name]) -> Vec<LineRow> {
    let mut rows = Vec::new();
    fill_lines(&mut rows, &sums.parts(), names);
    rows
}

fn fill_lines(rows: &mut Vec<LineRow>, parts: &Parts, names: &[Name]) {
    let mut count = 0;
    for (place, id) in line_ids(parts).enumerate() {
        nth(rows, place).fill(id, parts, names);
        count = place + 1;
    }
    rows.truncate(count);
}

/// Numbers of the lines that were counted on, and of those that were only crossed, each once.
fn line_ids(parts: &Parts) -> impl Iterator<Item = u32> {
    let all = [Measure::Line, Measure::Inbound, Measure::Outbound].map(|measure| parts.of(measure));
    (0..all.len()).flat_map(move |n| {
        let has = |part: &[Entry], id: u32| part.iter().any(|(slot, _)| slot.name == id);
        let is_new = move |id: &u32| !all[..n].iter().any(|part| has(part, *id));
        // Those of one line stand together.
        let ids = all[n].chunk_by(|(one, _), (other, _)| one.name == other.name).map(|part| part[0].0.name);
        ids.filter(is_new)
    })
}

/// Classes that crossed a line, with how many inwards and outwards.
fn crossed(line: u32, parts: &Parts) -> impl Iterator<Item = (u32, [u64; 2])> {
    let [inbound, outbound] =
        [Measure::Inbound, Measure::Outbound].map(|measure| parts.of(measure)).map(move |part| {
            let begin = part.partition_point(|(slot, _)| slot.name < line);
            let end = part.partition_point(|(slot, _)| slot.name <= line);
            &part[begin..end]
        });
    let count = |part: &[Entry], class: u32| {
        part.iter().find(|(slot, _)| slot.class == class).map_or(0, |(_, stat)| stat.samples)
    };
    let inwards =
        inbound.iter().map(move |(slot, stat)| (slot.class, [stat.samples, count(outbound, slot.class)]));
    let only_outwards = outbound.iter().filter(move |(slot, _)| count(inbound, slot.class) == 0);
    inwards.chain(only_outwards.map(|(slot, stat)| (slot.class, [0, stat.samples])))
}

impl LineRow {
    /// Makes this the row of the line of that number.
    fn fill(&mut self, line: u32, parts: &Parts, names: &[Name]) {
        set(&mut self.id, names, line);
        (self.inbound, self.outbound) = (0, 0);
        let mut count = 0;
        for (place, (class, [inbound, outbound])) in crossed(line, parts).enumerate() {
            (self.inbound, self.outbound) = (self.inbound + inbound, self.outbound + outbound);
            let row = nth(&mut self.classes, place);
            set(&mut row.class, names, class);
            (row.inbound, row.outbound) = (inbound, outbound);
            count = place + 1;
        }
        self.classes.truncate(count);
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn what_nobody_measured_is_absent_and_what_was_not_there_is_zero() {
        let names = ["", "gate", "person", "car"].map(Name::from);
        let slot = |measure, name, class| Slot { measure, name, class };
        let mut sums = Sums::default();
        let mut row = Row::default();
        row.fill((0, 60), &sums, &names);
        let empty = row.clone();
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
        row.fill((0, 60), &sums, &names);
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
        row.fill((0, 60), &sums, &names);
        let risk = row.risk.expect("the crowd model ran");
        assert_eq!((risk.worst, risk.shares), (RiskLevel::High, [0.0, 0.0, 1.0, 0.0]));
    }

    /// Sums of some measures, lines, zones and classes, as chance will have them.
    fn random_sums(random: &mut fastrand::Rng) -> Sums<Slot> {
        let mut sums = Sums::default();
        let is_whole = |measure| !matches!(measure, 4..=10);
        for _ in 0..random.usize(..40) {
            let number = random.u8(1..=16);
            let measure = Measure::numbered(number).expect("is one");
            let mut any = || if is_whole(number) { 0 } else { random.u32(1..5) };
            let (name, class) = (any(), any());
            let class = if matches!(measure, Measure::Inbound | Measure::Outbound) { class } else { 0 };
            sums.note(Slot { measure, name, class }, f64::from(random.u8(1..9)));
        }
        sums
    }

    #[test]
    fn a_row_is_the_same_whatever_row_it_is_filled_over() {
        let names = ["", "gate", "person", "car"].map(Name::from);
        let mut random = fastrand::Rng::with_seed(3);
        let mut used = Row::default();
        for _ in 0..500 {
            let (sums, mut fresh) = (random_sums(&mut random), Row::default());
            [&mut used, &mut fresh].into_iter().for_each(|row| row.fill((0, 60), &sums, &names));
            assert_eq!(used, fresh);
        }
    }

    #[test]
    fn lines_have_all_who_crossed_them_once() {
        let names = ["", "gate", "person", "car"].map(Name::from);
        let mut random = fastrand::Rng::with_seed(4);
        for _ in 0..500 {
            let sums = random_sums(&mut random);
            let rows = lines(&sums, &names);
            let of = |measure| sums.iter().filter(move |(slot, _)| slot.measure == measure);
            let all = |measure| of(measure).map(|(_, stat)| stat.samples).sum::<u64>();
            let [inbound, outbound] = [Measure::Inbound, Measure::Outbound].map(all);
            assert_eq!(rows.iter().map(|row| row.inbound).sum::<u64>(), inbound);
            assert_eq!(rows.iter().map(|row| row.outbound).sum::<u64>(), outbound);
            for row in &rows {
                let classes = |count: fn(&CrossedRow) -> u64| row.classes.iter().map(count).sum::<u64>();
                let counted = (classes(|row| row.inbound), classes(|row| row.outbound));
                assert_eq!(counted, (row.inbound, row.outbound));
            }
            let measures = [Measure::Line, Measure::Inbound, Measure::Outbound];
            let ids: BTreeSet<u32> = measures.into_iter().flat_map(of).map(|(slot, _)| slot.name).collect();
            assert_eq!(rows.len(), ids.len(), "each line once");
        }
    }
}
