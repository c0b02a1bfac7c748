//! The JSON messages that a client may send, and what a request's path and query ask for.
//!
//! Parsing and checking only. What a message does is decided in `transport`.

use serde::Deserialize;
use serde_json::Value;

use super::framing::CloseCode;
use crate::nouns::quality::{Asked, AskedLevel, Level, Tier};

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
    use super::*;

    fn golden(text: &str) -> Value {
        serde_json::from_str(text).expect("golden file is JSON")
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
