//! Settings of history: where it is kept, and for how long.

use std::{path::PathBuf, time::Duration};

use super::values::{path, whole_in};
use crate::{
    analytics::Kind,
    history::{HistorySettings, Keep},
};

/// Seconds of a day.
const DAY_S: u64 = 24 * 3600;

/// Whether and for how long it is remembered what cameras saw.
#[derive(Clone, Debug, clap::Args)]
pub struct History {
    /// File of the database in which is kept what cameras saw, made where there is none; none: nothing is
    /// kept
    #[arg(long, env = "STEADYCAST_DATABASE", default_value = "data/steadycast.db", value_parser = path)]
    database: PathBuf,

    /// Days for which the figures of each minute are kept (1 to 3660)
    #[arg(long, env = "STEADYCAST_HISTORY_MINUTES_DAYS", default_value_t = 35,
          value_parser = |text: &str| whole_in(text, 1..=3660))]
    history_minutes_days: u32,

    /// Days for which the figures of each hour are kept (1 to 36600)
    #[arg(long, env = "STEADYCAST_HISTORY_HOURS_DAYS", default_value_t = 1826,
          value_parser = |text: &str| whole_in(text, 1..=36_600))]
    history_hours_days: u32,

    /// Days for which events are kept (1 to 36600)
    #[arg(long, env = "STEADYCAST_HISTORY_EVENTS_DAYS", default_value_t = 365,
          value_parser = |text: &str| whole_in(text, 1..=36_600))]
    history_events_days: u32,

    /// Megabytes that the pictures of events may take, of which the oldest go first (0 to 1000000); 0: no
    /// pictures
    #[arg(long, env = "STEADYCAST_EVENT_SNAPSHOTS_MB", default_value_t = 500,
          value_parser = |text: &str| whole_in(text, 0..=1_000_000))]
    event_snapshots_mb: u32,
}

impl History {
    /// Returns what history is asked to keep; `None` where nothing is kept.
    pub fn settings(&self) -> Option<HistorySettings> {
        let is_off = self.database.as_os_str().is_empty() || self.database.as_os_str() == "none";
        let days = |days: u32| Duration::from_secs(u64::from(days) * DAY_S);
        let keep = Keep {
            minutes: days(self.history_minutes_days),
            hours: days(self.history_hours_days),
            events: days(self.history_events_days),
            snapshot_bytes: u64::from(self.event_snapshots_mb) * 1_000_000,
        };
        let is_person = |class: &str| Kind::of(class) == Kind::Person;
        (!is_off).then(|| HistorySettings { database: self.database.clone(), keep, is_person })
    }
}
