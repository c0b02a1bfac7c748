//! Events as the database has them: JSON, as messages have them. Pure.

use serde_json::Value;

use crate::nouns::event::Event;

/// Returns an event as the database has it.
pub fn written(event: &Event) -> String {
    // Serialising an event cannot fail: numbers that are no numbers become null.
    serde_json::to_string(event).unwrap_or_default()
}

/// Returns what the database has of an event; null where that is damaged.
pub fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}
