//! Something that happened to a camera, or before it, at a moment.

use serde::Serialize;

use super::{reason::ReasonCode, result::RiskLevel};

/// Which way a line was crossed; see [`Line`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From its left to its right.
    Inbound,
    /// From its right to its left.
    Outbound,
}

/// Something that happened to the camera, or before it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Pictures stopped.
    SourceLost {
        /// When, in microseconds since the Unix epoch.
        at_us: u64,
        /// Why, in plain words and without credentials.
        reason: String,
        /// What kind of reason that is.
        reason_code: ReasonCode,
    },
    /// Pictures are back.
    SourceBack {
        /// When, in microseconds since the Unix epoch.
        at_us: u64,
    },
    /// A track crossed a line.
    LineCrossed {
        /// When, in microseconds since the Unix epoch.
        at_us: u64,
        /// The line.
        line: String,
        /// Which way.
        direction: Direction,
        /// Whose track it is.
        track_id: u64,
        /// What it is.
        class: String,
    },
    /// The risk is another one.
    RiskChanged {
        /// When, in microseconds since the Unix epoch.
        at_us: u64,
        /// What it was.
        from: RiskLevel,
        /// What it is.
        to: RiskLevel,
    },
}
