//! The JSON messages: what the server says, what a client may say, and which words close the socket.
//!
//! Parsing and checking only. What a message does is decided in `transport`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    analytics::{Analytics, Line, RiskLevel, Zone},
    framing::{CloseCode, Opcode, framed},
};
use crate::{
    quality::{Asked, AskedLevel, Level, Tier},
    reason::ReasonCode,
};

/// What a camera is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraState {
    /// Pictures are arriving.
    Streaming,
    /// Pictures are arriving, and have all been the same for so long that the camera is probably stuck.
    Frozen,
    /// The first picture has not arrived yet.
    Connecting,
    /// Pictures arrived before, and the source is being reopened.
    Reconnecting,
    /// Stopped on purpose.
    Stopped,
}

impl CameraState {
    /// Whether pictures arrive: new ones, or one that stays the same.
    pub fn delivers(self) -> bool {
        matches!(self, CameraState::Streaming | CameraState::Frozen)
    }
}

/// Why a viewer's level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelReason {
    /// The viewer asked for it.
    Requested,
    /// The server chose it, as the viewer asked.
    Auto,
    /// Not what was asked for: the server does not offer that, or cannot encode all that is wanted now. Also
    /// when what was asked for is to be had again.
    Limit,
}

/// The first message: who is speaking and what is on offer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hello {
    /// Version of this protocol.
    pub protocol: u32,
    /// Changes when the server restarts.
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
    /// What kind of reason that is; absent where `reason` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<ReasonCode>,
    /// What does not work as it should, one sentence each; absent where all does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<String>,
}

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

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Who is speaking.
    Hello(Hello),
    /// The viewer's level changed.
    Level {
        /// JPEG quality from the next frame on.
        level: u8,
        /// Divisor of each axis from the next frame on.
        scale: u32,
        /// Why.
        reason: LevelReason,
    },
    /// How things are.
    Status(Status),
    /// Something happened.
    Event(Event),
    /// What is in a frame.
    Analytics(Box<Analytics>),
    /// Answers `ping`.
    Pong {
        /// What the ping carried.
        t: Value,
        /// The server's clock, in microseconds since the Unix epoch.
        server_us: u64,
    },
}

impl ServerMessage {
    /// The message as one WebSocket text frame.
    pub fn framed(&self) -> Bytes {
        // Serialising these types cannot fail: no map has keys other than strings, and numbers that are no
        // numbers become null.
        let json = serde_json::to_vec(self).unwrap_or_default();
        framed(Opcode::Text, &json)
    }
}

/// What a client may say.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMessage {
    /// The newest frame that arrived and the newest that was painted.
    Ack {
        /// Number of the newest frame received.
        frame: u64,
        /// Number of the newest frame painted, where the client tells.
        shown: Option<u64>,
    },
    /// Wants another rung; a tier only where one was named.
    Level {
        /// JPEG quality, or the server's choice.
        level: AskedLevel,
        /// Picture size, where the client names one.
        tier: Option<Tier>,
    },
    /// Wants analytics messages, or none.
    Analytics {
        /// On or off.
        enabled: bool,
    },
    /// Clock and round-trip probe.
    Ping {
        /// Whatever the client wants back.
        t: Value,
    },
}

/// Why a client's socket has to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The close code.
    pub code: CloseCode,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Refusal {
    fn bad(reason: impl Into<String>) -> Self {
        Refusal { code: CloseCode::BadMessage, reason: reason.into() }
    }

    /// A level that is not on the ladder.
    pub fn level(asked: &str) -> Self {
        let (min, max) = (Level::MIN, Level::MAX);
        Self::bad(format!("level must be {min} to {max} or auto, not {}", shorten(asked)))
    }

    /// A scale that is not offered.
    pub fn scale(asked: &str) -> Self {
        let [full, half, quarter, eighth] = Tier::OFFERED.map(Tier::scale);
        Self::bad(format!("scale must be {full}, {half}, {quarter} or {eighth}, not {}", shorten(asked)))
    }
}

/// Close reasons are short; what a client sent need not be.
fn shorten(text: &str) -> String {
    text.chars().take(20).collect()
}

/// The fields of every client message; each type uses its own and ignores the others.
#[derive(Deserialize)]
struct Fields {
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    frame: Value,
    #[serde(default)]
    shown: Value,
    #[serde(default)]
    level: Value,
    #[serde(default)]
    scale: Value,
    #[serde(default)]
    enabled: Value,
    #[serde(default)]
    t: Value,
}

impl ClientMessage {
    /// Reads one text message; `None` for a type this server does not know.
    ///
    /// # Errors
    /// What to close the socket with: text that is not a JSON object, or a field of a known type that is not
    /// what it must be.
    pub fn parse(text: &str) -> Result<Option<ClientMessage>, Refusal> {
        let no_object = || Refusal::bad("a message must be a JSON object");
        // serde would take an array for the fields in their order.
        let object = Some(text.trim_start()).filter(|text| text.starts_with('{')).ok_or_else(no_object)?;
        let fields: Fields = serde_json::from_str(object).map_err(|_| no_object())?;
        match fields.kind.as_str() {
            Some("ack") => {
                let frame =
                    fields.frame.as_u64().ok_or_else(|| Refusal::bad("ack needs the number of a frame"))?;
                Ok(Some(ClientMessage::Ack { frame, shown: fields.shown.as_u64() }))
            }
            Some("level") => {
                Ok(Some(ClientMessage::Level { level: level(&fields.level)?, tier: tier(&fields.scale)? }))
            }
            Some("analytics") => {
                let enabled = fields
                    .enabled
                    .as_bool()
                    .ok_or_else(|| Refusal::bad("analytics needs enabled: true or false"))?;
                Ok(Some(ClientMessage::Analytics { enabled }))
            }
            Some("ping") => Ok(Some(ClientMessage::Ping { t: fields.t })),
            _ => Ok(None),
        }
    }
}

/// The word that leaves the level to the server.
const AUTO: &str = "auto";

fn level(value: &Value) -> Result<AskedLevel, Refusal> {
    if value.as_str() == Some(AUTO) {
        return Ok(AskedLevel::Auto);
    }
    let quality = value.as_u64().and_then(|quality| u32::try_from(quality).ok());
    quality
        .and_then(Level::at_or_below)
        .map(AskedLevel::Level)
        .ok_or_else(|| Refusal::level(&value.to_string()))
}

fn tier(value: &Value) -> Result<Option<Tier>, Refusal> {
    if value.is_null() {
        return Ok(None);
    }
    let scale = value.as_u64().and_then(|scale| u32::try_from(scale).ok());
    scale.and_then(Tier::from_scale).map(Some).ok_or_else(|| Refusal::scale(&value.to_string()))
}

/// What a path and a query ask for, as text; `scale` is full size where it is missing.
///
/// # Errors
/// What to close the socket with, or to answer a request with: a level or scale that is not offered.
pub fn asked(level: &str, scale: Option<&str>) -> Result<Asked, Refusal> {
    let quality = || {
        level
            .parse()
            .ok()
            .and_then(Level::at_or_below)
            .map(AskedLevel::Level)
            .ok_or_else(|| Refusal::level(level))
    };
    let level = if level == AUTO { AskedLevel::Auto } else { quality()? };
    let tier = match scale {
        None => Tier::Full,
        Some(scale) => scale.parse().ok().and_then(Tier::from_scale).ok_or_else(|| Refusal::scale(scale))?,
    };
    Ok(Asked { level, tier })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::protocol::{BBox, Crowd, FrameRef, Grid, LineCount, Object, Timings, Velocity, ZoneCount};

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
                lines: vec![Line { id: "gate".into(), from: [0.25, 0.5], to: [0.75, 0.5] }],
                zones: vec![Zone { id: "plaza".into(), points: vec![[0.1, 0.4], [0.9, 0.4], [0.9, 0.95]] }],
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
            }),
            ServerMessage::Event(Event::RiskChanged {
                at_us: 1_732_147_200_000_000,
                from: RiskLevel::Low,
                to: RiskLevel::Moderate,
            }),
            ServerMessage::Analytics(Box::new(analytics_sample())),
            ServerMessage::Analytics(Box::new(Analytics {
                frame: 1235,
                crowd: None,
                objects: None,
                counted: None,
                counts: BTreeMap::new(),
                lines: vec![],
                zones: vec![],
                timings_ms: Timings::default(),
                ..analytics_sample()
            })),
            pong(serde_json::json!(1_732_147_200_000.5)),
            pong(serde_json::json!("any JSON value comes back")),
        ]
    }

    fn analytics_sample() -> Analytics {
        let object = |track_id, class: &str, confidence, [x1, y1, x2, y2]: [f32; 4]| Object {
            track_id,
            class: class.into(),
            confidence,
            bbox: BBox { x1, y1, x2, y2 },
            velocity: Velocity::default(),
            speed_kmh: None,
        };
        let person = Object {
            velocity: Velocity { x: 12.0, y: -3.0 },
            speed_kmh: Some(4.3),
            ..object(5, "person", 0.95, [10.5, 20.0, 30.5, 80.0])
        };
        Analytics {
            camera: "main".into(),
            frame: 1234,
            captured_us: 1_732_147_200_000_000,
            finished_us: 1_732_147_200_080_000,
            crowd: Some(Crowd {
                total: 41.7,
                grid: Grid { cols: 3, rows: 2, max: 0.5, data: "AID/AEAR".into() },
                risk: RiskLevel::Low,
            }),
            objects: Some(vec![person, object(6, "car", 0.5, [0.0, 1.0, 2.0, 3.0])]),
            counted: Some(FrameRef { frame: 1232, captured_us: 1_732_147_199_941_000 }),
            counts: BTreeMap::from([("car".into(), 1), ("person".into(), 1)]),
            lines: vec![LineCount { id: "gate".into(), inbound: 12, outbound: 9 }],
            zones: vec![ZoneCount { id: "plaza".into(), occupancy: 17 }],
            timings_ms: Timings { crowd: Some(51.2), detect: Some(38.4), track: Some(0.1) },
        }
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
        assert_eq!(Value::Array(written), golden["valid"]);
    }

    #[test]
    fn golden_client_messages_are_understood() {
        let golden = golden(include_str!("../../tests/golden/client_messages.json"));
        let parsed: Vec<_> = golden["valid"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|message| ClientMessage::parse(&message.to_string()).expect("valid").expect("known"))
            .collect();
        let level = AskedLevel::Level(Level::at_or_below(70).expect("on the ladder"));
        let expected = vec![
            ClientMessage::Ack { frame: 1234, shown: None },
            ClientMessage::Ack { frame: 1234, shown: Some(1230) },
            ClientMessage::Level { level, tier: None },
            ClientMessage::Level { level, tier: Some(Tier::Full) },
            ClientMessage::Level { level, tier: Some(Tier::Quarter) },
            ClientMessage::Level { level: AskedLevel::Auto, tier: None },
            ClientMessage::Analytics { enabled: false },
            ClientMessage::Ping { t: serde_json::json!(1_732_147_200_000.5) },
        ];
        assert_eq!(parsed, expected);
    }

    #[test]
    fn unknown_types_and_fields_are_ignored() {
        let golden = golden(include_str!("../../tests/golden/client_messages.json"));
        for case in golden["ignored"].as_array().expect("a list") {
            assert!(ClientMessage::parse(case["text"].as_str().expect("a text")).is_ok(), "{}", case["why"]);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_code() {
        let golden = golden(include_str!("../../tests/golden/client_messages.json"));
        for case in golden["refused"].as_array().expect("a list") {
            let refusal = ClientMessage::parse(case["text"].as_str().expect("a text")).expect_err("refused");
            assert_eq!(u64::from(refusal.code as u16), case["close"], "{}", case["why"]);
        }
    }

    #[test]
    fn a_refused_level_says_the_range() {
        let refusal = asked("20", None).expect_err("below the ladder");
        assert_eq!(refusal.reason, "level must be 30 to 95 or auto, not 20");
        assert!(asked("Auto", None).is_err());
        let refusal = asked("80", Some("3")).expect_err("between two tiers");
        assert_eq!(refusal.reason, "scale must be 1, 2, 4 or 8, not 3");
        let level = AskedLevel::Level(Level::at_or_below(85).expect("on the ladder"));
        assert_eq!(asked("87", Some("4")), Ok(Asked { level, tier: Tier::Quarter }));
        assert_eq!(asked("auto", None), Ok(Asked { level: AskedLevel::Auto, tier: Tier::Full }));
    }
}
