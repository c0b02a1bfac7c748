//! What history is asked to keep, and for how long.

use std::{path::PathBuf, time::Duration};

/// What history is asked to keep.
#[derive(Clone, Debug)]
pub struct HistorySettings {
    /// File of the database; its folder is made where there is none.
    pub database: PathBuf,
    /// For how long things are kept.
    pub keep: Keep,
    /// Whether a class, named as the model names it, is people.
    pub is_person: fn(&str) -> bool,
}

/// For how long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Age of the oldest minutes.
    pub minutes: Duration,
    /// Age of the oldest hours.
    pub hours: Duration,
    /// Age of the oldest events.
    pub events: Duration,
    /// Most bytes of the snapshots of all events; none are made where it is 0.
    pub snapshot_bytes: u64,
}
