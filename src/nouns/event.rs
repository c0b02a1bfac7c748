//! Events: what happened to a camera, or before it, and when.

use serde::Serialize;

use super::{place::Direction, reason::ReasonCode, result::RiskLevel};

/// What happened to the camera, or before it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Pictures stopped.
    SourceLost {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Why they stopped, in plain words and without credentials.
        reason: String,
        /// The kind of `reason`.
        reason_code: ReasonCode,
    },
    /// Pictures are back.
    SourceBack {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
    },
    /// A track crossed a line.
    LineCrossed {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Name of the line.
        line: String,
        /// Way in which it was crossed.
        direction: Direction,
        /// Number of the track.
        track_id: u64,
        /// Class of what was tracked, named as the model names it.
        class: String,
    },
    /// Somebody has been in a zone for long.
    Loitering {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Name of the zone.
        zone: String,
        /// Seconds that he has been in it.
        seconds: f64,
        /// Number of the track.
        track_id: u64,
        /// Class of what was tracked, named as the model names it.
        class: String,
    },
    /// The risk changed.
    RiskChanged {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// The risk before.
        from: RiskLevel,
        /// The risk from now on.
        to: RiskLevel,
    },
}
