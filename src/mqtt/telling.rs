//! Events and messages as payloads. Pure.

use bytes::Bytes;
use serde_json::Value;

use crate::{news::News, notify::Message, nouns::event::Event};

/// Returns an event as JSON: the fields that it has everywhere, and `event_type`, by which Home Assistant
/// tells events apart.
pub fn event_json(news: &News, event: &Event) -> Bytes {
    let mut told = serde_json::to_value(event).unwrap_or_default();
    told["event_type"] = event.kind().into();
    told["camera"] = Value::from(&*news.camera);
    told["number"] = news.number.into();
    Bytes::from(told.to_string())
}

/// Returns a message of a rule as JSON, without its picture: that is on a topic of its own.
pub fn message_json(message: &Message) -> Bytes {
    Bytes::from(message.json().to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::news::Item;

    #[test]
    fn an_event_says_its_kind_twice_and_of_which_camera_it_is() {
        let event = Event::SourceBack { at_us: 7 };
        let news = News { number: 9, camera: Arc::from("gate"), item: Item::Event(event.clone()) };
        let told: Value = serde_json::from_slice(&event_json(&news, &event)).expect("is JSON");
        let expected = json!({
            "kind": "source_back", "event_type": "source_back", "at_us": 7, "camera": "gate", "number": 9,
        });
        assert_eq!(told, expected);
    }
}
