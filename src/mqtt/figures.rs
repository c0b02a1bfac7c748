//! A camera's figures as payloads: the fields of `/api/stats` and `/api/status` in, topics and texts out.
//! Pure.
//!
//! Home Assistant takes `None` for a figure that nobody knows.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{gather::Figures, names::word};

/// What stands for a figure that nobody knows.
pub const UNKNOWN: &str = "None";

/// Returns what is to be on a camera's topics; `classes` are those that are told, seen now or not.
pub fn payloads(figures: &Figures, classes: &BTreeSet<String>) -> Vec<(String, String)> {
    let Figures { stats, status, .. } = figures;
    let mut told = vec![
        ("available".to_owned(), "online".to_owned()),
        ("state".to_owned(), text(&status["state"])),
        ("connected".to_owned(), on(matches!(status["state"].as_str(), Some("streaming" | "frozen")))),
        ("source".to_owned(), source(status).to_string()),
        ("enabled".to_owned(), on(figures.enabled)),
        ("analytics".to_owned(), on(figures.analytics)),
        ("viewers".to_owned(), text(&status["viewers"])),
    ];
    let figure = |name: &str| (name.to_owned(), text(&stats[name]));
    told.extend(["fps", "people", "risk", "inbound", "outbound"].map(figure));
    for line in &figures.lines {
        let counted = named(&stats["lines"], line);
        for side in ["inbound", "outbound"] {
            told.push((format!("lines/{}/{side}", word(line)), text(&counted[side])));
        }
    }
    for zone in &figures.zones {
        let counted = named(&stats["zones"], zone);
        told.push((format!("zones/{}/occupancy", word(zone)), text(&counted["occupancy"])));
    }
    for class in classes {
        let count = match stats["counts"].as_object() {
            Some(counts) => counts.get(class).map_or_else(|| "0".to_owned(), text),
            None => UNKNOWN.to_owned(),
        };
        told.push((format!("classes/{}", word(class)), count));
    }
    told
}

/// Returns the classes that are seen now.
pub fn seen(figures: &Figures) -> impl Iterator<Item = &String> {
    figures.stats["counts"].as_object().into_iter().flat_map(|counts| counts.keys())
}

/// What is said of a camera's source.
fn source(status: &Value) -> Value {
    json!({
        "source": status["source"],
        "reason": status["reason"],
        "width": status["width"],
        "height": status["height"],
        "degraded": status["degraded"],
    })
}

/// The entry of that name; null where there is none.
fn named<'a>(list: &'a Value, id: &str) -> &'a Value {
    let entries = list.as_array().into_iter().flatten();
    entries.into_iter().find(|entry| entry["id"] == id).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => UNKNOWN.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn on(is_on: bool) -> String {
    if is_on { "ON" } else { "OFF" }.to_owned()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The figures of a camera with a line and a zone.
    pub fn figures() -> Figures {
        Figures {
            stats: json!({
                "fps": 33.9, "people": 12, "risk": "low", "inbound": 3, "outbound": 1,
                "counts": { "person": 12, "car": 2 },
                "lines": [{ "id": "main gate", "inbound": 3, "outbound": 1 }],
                "zones": [{ "id": "plaza", "occupancy": 7 }],
            }),
            status: json!({
                "state": "streaming", "source": "rtsp://cam/live", "reason": "", "viewers": 2,
                "width": 1280, "height": 720, "degraded": [],
            }),
            enabled: true,
            analytics: false,
            lines: vec!["main gate".to_owned()],
            zones: vec!["plaza".to_owned(), "door".to_owned()],
            page: None,
        }
    }

    #[test]
    fn every_figure_has_its_topic_and_unknown_ones_say_so() {
        let classes = ["person", "bus"].map(str::to_owned).into();
        let told = payloads(&figures(), &classes);
        let of = |name: &str| {
            let found = told.iter().find(|(topic, _)| topic == name);
            found.map_or_else(|| panic!("no {name} in {told:?}"), |(_, text)| text.as_str())
        };
        for (name, text) in [
            ("available", "online"),
            ("state", "streaming"),
            ("connected", "ON"),
            ("enabled", "ON"),
            ("analytics", "OFF"),
            ("fps", "33.9"),
            ("people", "12"),
            ("risk", "low"),
            ("inbound", "3"),
            ("zones/plaza/occupancy", "7"),
            ("zones/door/occupancy", "None"),
            ("classes/person", "12"),
            ("classes/bus", "0"),
        ] {
            assert_eq!(of(name), text, "{name}");
        }
        assert_eq!(of(&format!("lines/{}/outbound", word("main gate"))), "1");
        let silent = Figures { stats: json!({ "fps": 0.0, "counts": null }), ..figures() };
        let told = payloads(&silent, &classes);
        let known: Vec<&str> = ["people", "risk", "classes/person"]
            .into_iter()
            .filter(|name| told.iter().any(|(topic, text)| topic == name && text != UNKNOWN))
            .collect();
        assert!(known.is_empty(), "{known:?}");
    }
}
