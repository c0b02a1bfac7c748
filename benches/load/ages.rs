//! Ages of frames in bounded memory, and percentiles.
//!
//! In: durations. Out: milliseconds in order. Not here: clocks, and what is made of the figures.

use std::time::Duration;

/// Most ages kept of a viewer: half an hour at 34 frames a second; a longer run keeps every second, fourth, …
/// of them.
const MOST_SAMPLES: usize = 1 << 16;
/// Time that one unit of a kept age stands for.
const UNIT: Duration = Duration::from_micros(10);

/// A viewer's ages in bounded memory (at most 256 KiB).
#[derive(Debug, Default)]
pub struct Ages {
    /// The kept ages, in [`UNIT`]s.
    units: Vec<u32>,
    /// Exponent of how many ages there are for one that is kept: `1 << halvings`.
    halvings: u32,
    /// Ages taken so far.
    seen: u64,
}

impl Ages {
    /// Takes the age of one more frame.
    pub fn push(&mut self, age: Duration) {
        self.seen += 1;
        if !self.seen.is_multiple_of(1 << self.halvings) {
            return;
        }
        if self.units.len() == MOST_SAMPLES {
            let mut position = 0;
            self.units.retain(|_| {
                position += 1;
                position % 2 == 0
            });
            self.halvings += 1;
        }
        self.units.push(u32::try_from(age.as_micros() / UNIT.as_micros()).unwrap_or(u32::MAX));
    }

    /// Returns the kept ages in milliseconds, lowest first.
    pub fn sorted_ms(&self) -> Vec<f64> {
        sorted_ms([self])
    }
}

/// Returns the kept ages of several viewers in milliseconds, lowest first.
pub fn sorted_ms<'a>(ages: impl IntoIterator<Item = &'a Ages>) -> Vec<f64> {
    let mut units: Vec<u32> = ages.into_iter().flat_map(|ages| &ages.units).copied().collect();
    units.sort_unstable();
    units.into_iter().map(|units| f64::from(units) * UNIT.as_secs_f64() * 1e3).collect()
}

/// Returns the value that `percent` of all values do not exceed (nearest rank); `None` of nothing. `sorted`
/// stands lowest first.
pub fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let expected =
            [(0.0, 1.0), (1.0, 1.0), (50.0, 50.0), (95.0, 95.0), (99.0, 99.0), (99.5, 100.0), (100.0, 100.0)];
        for (percent, value) in expected {
            assert_eq!(percentile(&values, percent), Some(value), "p{percent}");
        }
        assert_eq!(percentile(&[7.0], 1.0), Some(7.0));
        assert_eq!(percentile(&[], 50.0), None);
    }

    #[test]
    fn ages_stay_bounded_and_representative() {
        let mut ages = Ages::default();
        for i in 0..10 * MOST_SAMPLES as u64 {
            ages.push(Duration::from_micros(i % 1_000 * 100));
        }
        let sorted = ages.sorted_ms();
        assert!((MOST_SAMPLES / 2..=MOST_SAMPLES).contains(&sorted.len()), "{}", sorted.len());
        let median = percentile(&sorted, 50.0).expect("there are ages");
        assert!((49.0..=51.0).contains(&median), "{median}");
    }

    #[test]
    fn an_age_of_hours_is_kept() {
        let mut ages = Ages::default();
        ages.push(Duration::from_secs(7_200));
        ages.push(Duration::from_micros(1_239));
        let sorted = ages.sorted_ms();
        assert!((sorted[0] - 1.23).abs() < 1e-9 && (sorted[1] - 7_200_000.0).abs() < 1e-3, "{sorted:?}");
    }
}
