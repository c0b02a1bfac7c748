//! The JSON messages that the server sends.
//!
//! Shapes only; the message with results is [`super::analytics`]'s.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::framing::{Opcode, framed};
use crate::nouns::{
    event::Event,
    place::{Line, Zone},
    reason::ReasonCode,
    state::CameraState,
};

/// Why a viewer's level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelReason {
    /// The viewer asked for it.
    Requested,
    /// The server chose it, as the viewer asked.
    Auto,
    /// The server does not offer what was asked for, or cannot encode all that is wanted now; or what was
    /// asked for is to be had again.
    Limit,
}

/// The first message: who is speaking and what is on offer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Hello {
    /// Version of this protocol.
    pub protocol: u32,
    /// Name of this run of the server, another after each start.
    pub run: String,
    /// Name of the camera.
    pub camera: String,
    /// The viewer's level now.
    pub level: u8,
    /// The viewer's scale now.
    pub scale: u32,
    /// Every level on offer, lowest first.
    pub levels: Vec<u8>,
    /// Every scale on offer.
    pub scales: Vec<u32>,
    /// Width of the full-size picture in pixels.
    pub width: usize,
    /// Height of the full-size picture in pixels.
    pub height: usize,
    /// The server's version.
    pub server: String,
    /// Whether the camera's pictures are analysed.
    pub analytics: bool,
    /// The camera's counting lines.
    pub lines: Vec<Line>,
    /// The camera's zones.
    pub zones: Vec<Zone>,
    /// Whether this viewer gets delta frames.
    #[serde(skip_serializing_if = "is_false")]
    pub delta: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// How the camera and this viewer fare, each second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// What the camera is doing.
    pub state: CameraState,
    /// Measured capture rate, frames a second.
    pub fps: f64,
    /// Viewers of this camera.
    pub viewers: usize,
    /// Frames this viewer did not get.
    pub skipped: u64,
    /// Why no picture comes, or none that changes, in plain words and without credentials; absent where
    /// nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The kind of `reason`; absent where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<ReasonCode>,
    /// What does not work as it should, one sentence each; absent where all does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<String>,
}

/// What the server says, but for results, which [`super::framed_result`] writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Tells who is speaking, and what is on offer.
    Hello(Hello),
    /// Tells that the viewer's level changed.
    Level {
        /// JPEG quality from the next frame on.
        level: u8,
        /// Divisor of each axis from the next frame on.
        scale: u32,
        /// Why the level changed.
        reason: LevelReason,
    },
    /// Tells how the camera and the viewer fare.
    Status(Status),
    /// Tells what happened.
    Event(Event),
    /// Answers `ping`.
    Pong {
        /// What the ping carried.
        t: Value,
        /// The server's clock, in microseconds since the Unix epoch.
        server_us: u64,
    },
}

impl ServerMessage {
    /// Returns the message as one WebSocket text frame.
    pub fn framed(&self) -> Bytes {
        // Serialising these types cannot fail: no map has keys other than strings, and numbers that are no
        // numbers become null.
        let json = serde_json::to_vec(self).unwrap_or_default();
        framed(Opcode::Text, &json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::{place::Direction, result::RiskLevel};

    fn golden(text: &str) -> Value {
        serde_json::from_str(text).expect("golden file is JSON")
    }

    fn server_samples() -> Vec<ServerMessage> {
        let status = |state, fps, viewers, skipped| Status {
            state,
            fps,
            viewers,
            skipped,
            reason: None,
            reason_code: None,
            degraded: vec![],
        };
        let why = |status: Status, code, text: &str| Status {
            reason: Some(text.to_owned()),
            reason_code: Some(code),
            ..status
        };
        let frozen = why(
            status(CameraState::Frozen, 25.0, 1, 0),
            ReasonCode::Frozen,
            "the camera sends the same picture",
        );
        let away =
            why(status(CameraState::Reconnecting, 0.0, 1, 0), ReasonCode::HungUp, "no picture for 2 s");
        let pong = |t| ServerMessage::Pong { t, server_us: 1_732_147_200_000_000 };
        let lost = Event::SourceLost {
            at_us: 1_732_147_200_000_000,
            reason: "no picture for 2 s".into(),
            reason_code: ReasonCode::HungUp,
        };
        vec![
            ServerMessage::Hello(Hello {
                protocol: 1,
                run: "9f86d081".into(),
                camera: "main".into(),
                level: 95,
                scale: 1,
                levels: (30..=95).step_by(5).collect(),
                scales: vec![1, 2, 4, 8],
                width: 1280,
                height: 720,
                server: "0.1.0".into(),
                analytics: true,
                lines: vec![Line::new("gate", [0.25, 0.5], [0.75, 0.5])],
                zones: vec![Zone::new("plaza", vec![[0.1, 0.4], [0.9, 0.4], [0.9, 0.95]])],
                delta: false,
            }),
            ServerMessage::Hello(Hello {
                protocol: 1,
                run: "9f86d081".into(),
                camera: "main".into(),
                level: 60,
                scale: 2,
                levels: vec![60],
                scales: vec![1, 2, 4, 8],
                width: 1280,
                height: 720,
                server: "0.1.0".into(),
                delta: true,
                ..Hello::default()
            }),
            ServerMessage::Level { level: 80, scale: 1, reason: LevelReason::Requested },
            ServerMessage::Level { level: 80, scale: 1, reason: LevelReason::Limit },
            ServerMessage::Level { level: 55, scale: 4, reason: LevelReason::Requested },
            ServerMessage::Level { level: 45, scale: 2, reason: LevelReason::Auto },
            ServerMessage::Status(status(CameraState::Streaming, 33.9, 3, 12)),
            ServerMessage::Status(Status {
                degraded: vec!["an encoding thread failed 2 times in the last 10 minutes and went on".into()],
                ..status(CameraState::Streaming, 33.9, 3, 12)
            }),
            ServerMessage::Status(frozen),
            ServerMessage::Status(status(CameraState::Connecting, 0.0, 1, 0)),
            ServerMessage::Status(away),
            ServerMessage::Status(status(CameraState::Stopped, 0.0, 1, 0)),
            ServerMessage::Event(lost),
            ServerMessage::Event(Event::SourceBack { at_us: 1_732_147_200_000_000 }),
            ServerMessage::Event(Event::LineCrossed {
                at_us: 1_732_147_200_000_000,
                line: "gate".into(),
                direction: Direction::Inbound,
                track_id: 5,
                class: "person".into(),
                place: None,
                speed_kmh: None,
            }),
            ServerMessage::Event(Event::LineCrossed {
                at_us: 1_732_147_200_000_000,
                line: "gate".into(),
                direction: Direction::Outbound,
                track_id: 6,
                class: "bicycle".into(),
                place: Some([0.5, 0.75]),
                speed_kmh: Some(14.2),
            }),
            ServerMessage::Event(Event::ZoneAbove {
                at_us: 1_732_147_200_000_000,
                zone: "plaza".into(),
                occupancy: 21,
                above: 20,
            }),
            ServerMessage::Event(Event::ZoneBelow {
                at_us: 1_732_147_200_000_000,
                zone: "plaza".into(),
                occupancy: 19,
                above: 20,
            }),
            ServerMessage::Event(Event::Loitering {
                at_us: 1_732_147_200_000_000,
                zone: "plaza".into(),
                seconds: 300.0,
                track_id: 5,
                class: "person".into(),
            }),
            ServerMessage::Event(Event::RiskChanged {
                at_us: 1_732_147_200_000_000,
                from: RiskLevel::Low,
                to: RiskLevel::Moderate,
            }),
            pong(serde_json::json!(1_732_147_200_000.5)),
            pong(serde_json::json!("any JSON value comes back")),
        ]
    }

    #[test]
    fn server_messages_are_the_golden_ones() {
        let golden = golden(include_str!("../../tests/golden/server_messages.json"));
        // By way of text: numbers of 32 bits have the digits of the golden file only there.
        let written = |message: &ServerMessage| {
            let text = serde_json::to_string(message).expect("serialises");
            serde_json::from_str::<Value>(&text).expect("is JSON")
        };
        let written: Vec<Value> = server_samples().iter().map(written).collect();
        let golden = golden["valid"].as_array().expect("a list").iter();
        let expected: Vec<&Value> = golden.filter(|message| message["type"] != "analytics").collect();
        assert_eq!(written.iter().collect::<Vec<_>>(), expected);
    }
}
