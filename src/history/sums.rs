//! Sums: how many samples there were of each measure, what they add up to, and the greatest. Pure.
//!
//! Sums of parts add up to the sums of the whole, so a mean over hours is exact however they were cut. In a
//! database they are bytes: for each measure its number, the numbers of its names, the number of samples (all
//! but the first LEB128), their sum (a double) and their greatest (a float), both little-endian. [`ONES`] in
//! the first byte says that each sample was 1, and leaves sum and greatest out.

use super::measure::{MEASURES, Measure, Slot};

/// Bit of the first byte of a measure whose samples were 1 each.
const ONES: u8 = 0x80;

/// Samples of one measure, added up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stat {
    /// Number of samples.
    pub samples: u64,
    /// Sum of the samples.
    pub sum: f64,
    /// Greatest of the samples.
    pub max: f32,
}

impl Stat {
    /// One sample.
    pub fn one(value: f64) -> Self {
        Stat { samples: 1, sum: value, max: value as f32 }
    }

    /// Adds other samples.
    pub fn add(&mut self, other: Stat) {
        self.samples += other.samples;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    fn is_of_ones(&self) -> bool {
        self.sum == self.samples as f64 && self.max == 1.0
    }
}

/// Samples of many measures, each by its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums<K> {
    /// In the order of the keys.
    entries: Vec<(K, Stat)>,
}

impl<K> Default for Sums<K> {
    fn default() -> Self {
        Sums { entries: Vec::new() }
    }
}

impl<K: Ord> Sums<K> {
    /// Notes a sample.
    pub fn note(&mut self, key: K, value: f64) {
        self.add(key, Stat::one(value));
    }

    /// Adds samples of one measure.
    pub fn add(&mut self, key: K, stat: Stat) {
        match self.entries.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(place) => self.entries[place].1.add(stat),
            Err(place) => self.entries.insert(place, (key, stat)),
        }
    }

    /// Returns everything, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = &(K, Stat)> {
        self.entries.iter()
    }

    /// Tells whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Ord + Clone> Sums<K> {
    /// Adds the samples of others.
    pub fn merge(&mut self, others: &Sums<K>) {
        if self.is_empty() {
            self.entries.clone_from(&others.entries);
            return;
        }
        others.entries.iter().for_each(|(key, stat)| self.add(key.clone(), *stat));
    }
}

/// Samples of one measure with its names.
pub type Entry = (Slot, Stat);

/// Samples by their measures.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    entries: &'a [Entry],
    /// How many entries there are up to the last of each measure, by its number; 0 at 0.
    ends: [usize; MEASURES + 1],
}

impl<'a> Parts<'a> {
    /// Returns what there is of a measure, in the order of its names.
    pub fn of(&self, measure: Measure) -> &'a [Entry] {
        let number = measure as usize;
        &self.entries[self.ends[number - 1]..self.ends[number]]
    }

    /// Returns what there is of a measure of the camera as a whole.
    pub fn whole(&self, measure: Measure) -> Option<Stat> {
        let (slot, stat) = self.of(measure).first()?;
        (slot.name == 0 && slot.class == 0).then_some(*stat)
    }
}

impl Sums<Slot> {
    /// Returns everything by its measure.
    pub fn parts(&self) -> Parts<'_> {
        let mut ends = [0; MEASURES + 1];
        self.entries.iter().for_each(|(slot, _)| ends[slot.measure as usize] += 1);
        (1..ends.len()).for_each(|number| ends[number] += ends[number - 1]);
        Parts { entries: &self.entries, ends }
    }

    /// Returns the bytes of a database.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * 16);
        for (slot, stat) in &self.entries {
            let ones = if stat.is_of_ones() { ONES } else { 0 };
            bytes.push(slot.measure as u8 | ones);
            [slot.name.into(), slot.class.into(), stat.samples].into_iter().for_each(|n| put(&mut bytes, n));
            if ones == 0 {
                bytes.extend(stat.sum.to_le_bytes());
                bytes.extend(stat.max.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads bytes of a database; what is not understood, and all behind it, is left out.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut sums = Sums::default();
        sums.add_bytes(bytes);
        sums
    }

    /// Adds the samples of bytes of a database, as [`Sums::from_bytes`] reads them.
    pub fn add_bytes(&mut self, mut bytes: &[u8]) {
        // Both are in order, so that one walk finds all places.
        let mut place = 0;
        while let Some((slot, stat)) = take_entry(&mut bytes) {
            while self.entries.get(place).is_some_and(|(other, _)| *other < slot) {
                place += 1;
            }
            let is_behind = place.checked_sub(1).is_none_or(|before| self.entries[before].0 < slot);
            match self.entries.get_mut(place) {
                Some((other, whole)) if *other == slot => whole.add(stat),
                _ if is_behind => self.entries.insert(place, (slot, stat)),
                // The bytes are damaged.
                _ => self.add(slot, stat),
            }
        }
    }

    /// Lets go of everything, and keeps the room for it.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_entry(bytes: &mut &[u8]) -> Option<(Slot, Stat)> {
    let first = take::<1>(bytes)?[0];
    let measure = Measure::numbered(first & !ONES)?;
    let (name, class) = (take_number(bytes)?, take_number(bytes)?);
    let samples = take_number(bytes)?;
    let (sum, max) = if first & ONES != 0 {
        (samples as f64, 1.0)
    } else {
        (f64::from_le_bytes(take(bytes)?), f32::from_le_bytes(take(bytes)?))
    };
    let slot = Slot { measure, name: u32::try_from(name).ok()?, class: u32::try_from(class).ok()? };
    Some((slot, Stat { samples, sum, max }))
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    // Nearly all are small.
    if let [byte @ 0..0x80, rest @ ..] = *bytes {
        *bytes = rest;
        return Some(u64::from(*byte));
    }
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = take::<1>(bytes)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(measure: Measure, name: u32) -> Slot {
        Slot { measure, name, class: 0 }
    }

    fn get(sums: &Sums<Slot>, slot: Slot) -> Option<Stat> {
        sums.iter().find(|(other, _)| *other == slot).map(|(_, stat)| *stat)
    }

    fn sums() -> Sums<Slot> {
        let mut sums = Sums::default();
        [41.7, 3.0, 0.0].into_iter().for_each(|people| sums.note(slot(Measure::Crowd, 0), people));
        (0..300).for_each(|_| sums.note(slot(Measure::Inbound, 70_000), 1.0));
        sums.note(slot(Measure::Zone, 3), 0.0);
        sums
    }

    #[test]
    fn sums_come_back_from_their_bytes() {
        assert_eq!(Sums::from_bytes(&sums().to_bytes()), sums());
        assert!(Sums::from_bytes(&[]).is_empty());
    }

    #[test]
    fn bytes_that_end_early_or_are_unknown_give_what_stands_before() {
        let bytes = sums().to_bytes();
        for end in 0..bytes.len() {
            let read = Sums::from_bytes(&bytes[..end]);
            assert!(
                read.iter().count() < 3 && read.iter().all(|(slot, stat)| get(&sums(), *slot) == Some(*stat))
            );
        }
        assert!(Sums::from_bytes(&[0x7f, 1, 2]).is_empty());
        assert!(
            Sums::from_bytes(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).is_empty()
        );
    }

    #[test]
    fn bytes_are_added_to_what_is_there_in_whatever_order() {
        let mut twice = sums();
        twice.note(slot(Measure::Dwell, 1), 2.0);
        let mut added = twice.clone();
        twice.merge(&sums());
        added.add_bytes(&sums().to_bytes());
        assert_eq!(added, twice);
        let mut others = Sums::default();
        others.note(slot(Measure::Crowd, 9), 1.0);
        let damaged = [others.to_bytes(), sums().to_bytes()].concat();
        others.merge(&sums());
        assert_eq!(Sums::from_bytes(&damaged), others);
    }

    #[test]
    fn parts_are_what_there_is_of_each_measure() {
        let mut sums = sums();
        sums.note(slot(Measure::Zone, 1), 4.0);
        sums.note(slot(Measure::Seconds, 0), 1.0);
        let parts = sums.parts();
        for measure in (1..=MEASURES as u8).filter_map(Measure::numbered) {
            let of: Vec<Entry> = sums.iter().filter(|(slot, _)| slot.measure == measure).copied().collect();
            assert_eq!(parts.of(measure), of, "{measure:?}");
            assert_eq!(parts.whole(measure), get(&sums, slot(measure, 0)), "{measure:?}");
        }
    }

    #[test]
    fn sums_of_parts_are_the_sums_of_the_whole() {
        let (mut first, mut second, mut whole) = (Sums::default(), Sums::default(), Sums::default());
        for n in 0..100 {
            let (key, value) = (slot(Measure::Objects, n % 7), f64::from(n));
            if n % 3 == 0 {
                first.note(key, value)
            } else {
                second.note(key, value)
            }
            whole.note(key, value);
        }
        first.merge(&second);
        assert_eq!(first, whole);
        assert_eq!(get(&whole, slot(Measure::Objects, 0)).map(|stat| stat.max), Some(98.0));
    }
}
