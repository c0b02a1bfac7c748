//! The JSON messages that a client may send.
//!
//! Parsing and checking only. What a message does is decided in `transport`.

use serde::Deserialize;
use serde_json::Value;

use super::{
    asked::{level_in, tier_in},
    refusal::Refusal,
};
use crate::nouns::quality::{AskedLevel, Tier};

/// What a client may say.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMessage {
    /// Tells the newest frame that arrived and the newest that was painted.
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
    /// Wants a key frame next: the client cannot apply a delta.
    Key,
    /// Clock and round-trip probe.
    Ping {
        /// Whatever the client wants back.
        t: Value,
    },
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
            Some("level") => Ok(Some(ClientMessage::Level {
                level: level_in(&fields.level)?,
                tier: tier_in(&fields.scale)?,
            })),
            Some("analytics") => {
                let enabled = fields
                    .enabled
                    .as_bool()
                    .ok_or_else(|| Refusal::bad("analytics needs enabled: true or false"))?;
                Ok(Some(ClientMessage::Analytics { enabled }))
            }
            Some("key") => Ok(Some(ClientMessage::Key)),
            Some("ping") => Ok(Some(ClientMessage::Ping { t: fields.t })),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::Level;

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
            ClientMessage::Key,
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
}
