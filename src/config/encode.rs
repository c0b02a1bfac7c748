//! Settings of encoding: the levels on offer, and the time that encoding may take.

use super::values::{level, number_in};
use crate::nouns::quality::{Ladder, Level};

/// Which levels are offered, and how much time encoding may take.
#[derive(Clone, Debug, clap::Args)]
pub struct Encode {
    /// Lowest level offered, a JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, env = "STEADYCAST_MIN_LEVEL", default_value_t = Level::MIN, value_parser = level)]
    min_level: Level,

    /// Highest level offered, a JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, env = "STEADYCAST_MAX_LEVEL", default_value_t = Level::MAX, value_parser = level)]
    max_level: Level,

    /// Part of the encoding threads' time that may go into frames, beyond which the least watched levels are
    /// merged into lower ones (0.001 to 1)
    #[arg(long, env = "STEADYCAST_ENCODE_SHARE", default_value = "0.6",
          value_parser = |text: &str| number_in(text, 0.001..=1.0))]
    pub encode_share: f64,
}

impl Encode {
    /// Refuses levels that are the wrong way round.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.min_level > self.max_level {
            return Err(format!("--min-level {} is above --max-level {}", self.min_level, self.max_level));
        }
        Ok(())
    }

    /// Returns the levels on offer.
    pub fn ladder(&self) -> Ladder {
        Ladder::new(self.min_level, self.max_level).expect("`check` refuses a lowest level above the highest")
    }
}
