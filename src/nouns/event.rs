//! Events: what happened to a camera, or before it, and when.

use serde::Serialize;

use super::{
    place::{Direction, Fraction},
    reason::ReasonCode,
    result::RiskLevel,
};

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
        /// Place where the thing stood when the crossing was seen; absent where it is not shown by itself, as
        /// a rider is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Fraction>,
        /// Speed on the ground, kilometres an hour; absent where that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        speed_kmh: Option<f32>,
    },
    /// More have come into a zone than may be in it without a word.
    ZoneAbove {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Name of the zone.
        zone: String,
        /// Tracks that stand in it.
        occupancy: usize,
        /// Number that the zone may hold without a word.
        above: usize,
    },
    /// A zone is no longer too full: no more are in it than may be.
    ZoneBelow {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Name of the zone.
        zone: String,
        /// Tracks that stand in it.
        occupancy: usize,
        /// Number that the zone may hold without a word.
        above: usize,
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
    /// A model was given up.
    ModelFailed {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Which model: `crowd` or `detect`.
        model: &'static str,
        /// Why, in plain words.
        reason: String,
    },
    /// There is a camera of this name from now on.
    CameraAdded {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
    },
    /// The camera has other settings from now on.
    CameraChanged {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
        /// Names of the settings that are others now, as the cameras file has them; none where only the
        /// description is another one. No values: one may hold a password.
        changed: Vec<&'static str>,
    },
    /// There is no camera of this name any more.
    CameraRemoved {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
    },
    /// The camera's source was switched on by an operator.
    CameraStarted {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
    },
    /// The camera's source was switched off by an operator.
    CameraStopped {
        /// When that was, microseconds since the Unix epoch.
        at_us: u64,
    },
}

impl Event {
    /// Every kind of event, as messages and the interface name them.
    pub const KINDS: [&str; 13] = [
        "source_lost",
        "source_back",
        "line_crossed",
        "zone_above",
        "zone_below",
        "loitering",
        "risk_changed",
        "model_failed",
        "camera_added",
        "camera_changed",
        "camera_removed",
        "camera_started",
        "camera_stopped",
    ];

    /// Returns the kind, one of [`Event::KINDS`].
    pub fn kind(&self) -> &'static str {
        self.head().0
    }

    /// Returns when the event was, microseconds since the Unix epoch.
    pub fn at_us(&self) -> u64 {
        self.head().1
    }

    /// Tells whether viewers of the camera are told. What operators did, and which model was given up,
    /// viewers learn from the state and from what does not work as it should.
    pub fn is_for_viewers(&self) -> bool {
        !matches!(self.kind(), "model_failed") && !self.kind().starts_with("camera_")
    }

    /// Kind and time.
    fn head(&self) -> (&'static str, u64) {
        match self {
            Event::SourceLost { at_us, .. } => ("source_lost", *at_us),
            Event::SourceBack { at_us } => ("source_back", *at_us),
            Event::LineCrossed { at_us, .. } => ("line_crossed", *at_us),
            Event::ZoneAbove { at_us, .. } => ("zone_above", *at_us),
            Event::ZoneBelow { at_us, .. } => ("zone_below", *at_us),
            Event::Loitering { at_us, .. } => ("loitering", *at_us),
            Event::RiskChanged { at_us, .. } => ("risk_changed", *at_us),
            Event::ModelFailed { at_us, .. } => ("model_failed", *at_us),
            Event::CameraAdded { at_us } => ("camera_added", *at_us),
            Event::CameraChanged { at_us, .. } => ("camera_changed", *at_us),
            Event::CameraRemoved { at_us } => ("camera_removed", *at_us),
            Event::CameraStarted { at_us } => ("camera_started", *at_us),
            Event::CameraStopped { at_us } => ("camera_stopped", *at_us),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_called_what_messages_call_them() {
        let at_us = 7;
        let events = [
            Event::SourceLost { at_us, reason: String::new(), reason_code: ReasonCode::HungUp },
            Event::SourceBack { at_us },
            Event::LineCrossed {
                at_us,
                line: String::new(),
                direction: Direction::Inbound,
                track_id: 1,
                class: String::new(),
                place: None,
                speed_kmh: None,
            },
            Event::ZoneAbove { at_us, zone: String::new(), occupancy: 2, above: 1 },
            Event::ZoneBelow { at_us, zone: String::new(), occupancy: 1, above: 1 },
            Event::Loitering { at_us, zone: String::new(), seconds: 1.0, track_id: 1, class: String::new() },
            Event::RiskChanged { at_us, from: RiskLevel::Low, to: RiskLevel::High },
            Event::ModelFailed { at_us, model: "crowd", reason: String::new() },
            Event::CameraAdded { at_us },
            Event::CameraChanged { at_us, changed: vec!["fps"] },
            Event::CameraRemoved { at_us },
            Event::CameraStarted { at_us },
            Event::CameraStopped { at_us },
        ];
        assert_eq!(events.each_ref().map(Event::kind), Event::KINDS);
        for event in events {
            let written = serde_json::to_value(&event).expect("serialises");
            assert_eq!((&written["kind"], &written["at_us"]), (&event.kind().into(), &7.into()));
        }
    }
}
