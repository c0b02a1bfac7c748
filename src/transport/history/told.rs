//! Events as they are told: as messages have them, with number, camera and time in words. Pure.

use serde_json::Value;

use crate::history::{Calendar, StoredEvent};

/// Returns an event as it is told, but for its picture.
pub fn told(event: StoredEvent, calendar: &Calendar) -> Value {
    let mut told = event.body;
    told["id"] = event.id.into();
    told["camera"] = event.camera.into();
    told["time"] = calendar.rfc3339((event.at_us / 1_000_000) as i64).into();
    told
}
