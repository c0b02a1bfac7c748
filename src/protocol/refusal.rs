//! Why a client's socket has to be closed, or its request refused.

use super::framing::CloseCode;
use crate::nouns::{
    layers::Layers,
    quality::{Level, Tier},
};

/// Characters of what a client sent that a refusal repeats at most: close reasons are short.
const LONGEST_REPEATED: usize = 20;

/// Why a client's socket has to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The close code.
    pub code: CloseCode,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Refusal {
    /// Refuses a message that is not what it must be.
    pub(super) fn bad(reason: impl Into<String>) -> Self {
        Refusal { code: CloseCode::BadMessage, reason: reason.into() }
    }

    /// Refuses a level that is not on the ladder.
    pub fn level(asked: &str) -> Self {
        let (min, max) = (Level::MIN, Level::MAX);
        Self::bad(format!("level must be {min} to {max} or auto, not {}", shorten(asked)))
    }

    /// Refuses a scale that is not offered.
    pub fn scale(asked: &str) -> Self {
        let [full, half, quarter, eighth] = Tier::OFFERED.map(Tier::scale);
        Self::bad(format!("scale must be {full}, {half}, {quarter} or {eighth}, not {}", shorten(asked)))
    }

    /// Refuses a layer that there is not.
    pub fn layer(asked: &str) -> Self {
        let names = Layers::NAMES.join(", ");
        Self::bad(format!("overlay must be 1, 0 or some of {names}, not {}", shorten(asked)))
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(LONGEST_REPEATED).collect()
}
