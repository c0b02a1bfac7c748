//! The kinds of news that Socket.IO clients get, and their versions: pure.
//!
//! What is in them is [`super::news`]'s; when they go out, [`super::session`]'s.

/// A kind of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// How the camera fares.
    Status,
    /// What is counted.
    Stats,
    /// Where people are.
    Heatmap,
}

impl Kind {
    /// Every kind, in the order in which news go out.
    pub const ALL: [Kind; 3] = [Kind::Status, Kind::Stats, Kind::Heatmap];

    /// Returns the name of the event that carries it.
    pub fn event(self) -> &'static str {
        match self {
            Kind::Status => "status_update",
            Kind::Stats => "stats_update",
            Kind::Heatmap => "heatmap_update",
        }
    }
}

/// What the newest news of a kind are made from: other numbers mean other news.
pub type Version = [u64; 5];

/// Versions of each kind, in the order of [`Kind::ALL`]; `None` where there is nothing to tell.
pub type Versions = [Option<Version>; Kind::ALL.len()];
