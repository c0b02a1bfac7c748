//! What a viewer saw for some time in, what came of it out. For tests only.

use crate::nouns::quality::Rung;

/// A frame that arrived.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub at: f64,
    /// Age at arrival beyond the way itself, milliseconds.
    pub age: f64,
    pub bytes: f64,
    pub rung: Rung,
}

/// What came of some time.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub fps: f64,
    /// Share of the seconds with at least 28 FPS.
    pub in_band: f64,
    /// Frames of the second that had fewest.
    pub worst: usize,
    /// Age at arrival beyond the way itself, milliseconds: the 95th percentile, and the most.
    pub age_p95: f64,
    pub age_most: f64,
    /// Share of the link that was used.
    pub used: f64,
    pub steps: usize,
    pub rung: Rung,
}

/// Frames that arrived within some seconds.
pub struct Watched {
    /// Oldest first.
    seen: Vec<Seen>,
    begin: f64,
    seconds: f64,
}

impl Watched {
    /// The last frames of `seen`: those of `seconds` after `begin`.
    pub fn after(seen: &[Seen], begin: f64, seconds: f64) -> Self {
        let seen = seen.iter().copied().filter(|seen| seen.at > begin).collect();
        Watched { seen, begin, seconds }
    }

    /// Frames a second.
    pub fn fps(&self) -> f64 {
        self.seen.len() as f64 / self.seconds
    }

    /// Bytes a second.
    pub fn rate(&self) -> f64 {
        self.seen.iter().map(|seen| seen.bytes).sum::<f64>() / self.seconds
    }

    /// Frames of each whole second.
    pub fn by_second(&self) -> impl Iterator<Item = usize> {
        (0..self.seconds as usize).map(move |second| {
            let from = self.begin + second as f64 * 1000.0;
            self.seen.iter().filter(|seen| seen.at > from && seen.at <= from + 1000.0).count()
        })
    }

    /// Share of the seconds with at least so many frames.
    pub fn share_with(&self, least: f64) -> f64 {
        self.by_second().filter(|count| *count as f64 >= least).count() as f64 / self.seconds
    }

    /// The age that this share of the frames has at most, milliseconds.
    pub fn age(&self, share: f64) -> f64 {
        let mut ages: Vec<f64> = self.seen.iter().map(|seen| seen.age).collect();
        ages.sort_by(f64::total_cmp);
        let at = ((ages.len() as f64 * share) as usize).min(ages.len().saturating_sub(1));
        ages.get(at).copied().unwrap_or(f64::INFINITY)
    }
}
