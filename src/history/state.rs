//! How history fares.

use std::path::PathBuf;

/// How history fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryState {
    /// No history is asked for.
    Off,
    /// The database is being opened.
    Opening,
    /// Everything is written.
    Writing {
        /// Where a damaged database was moved since the start of the program, before which nothing is known.
        aside: Option<PathBuf>,
    },
    /// Nothing is written, and why, in a sentence without a full stop; writing is tried again and again.
    Failing(String),
}

impl HistoryState {
    /// Returns why nothing is written although it should be.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            HistoryState::Failing(why) => Some(why),
            _ => None,
        }
    }
}
