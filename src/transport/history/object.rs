//! A row as JSON, field by field. Pure.
//!
//! Serde looks for characters to escape in the name of each field of each row; there are a hundred of them,
//! and forty thousand rows. So names stand here as they are written, and only what is in them is serialised.

use serde::Serialize;

use crate::history::{ClassRow, CrossedRow, Figure, LineRow, RiskRow, Row, ZoneRow};

/// Appends the fields of a row, each with a comma before it.
pub fn fields(row: &Row, text: &mut Vec<u8>) {
    field(text, b",\"from_s\":", row.from_s);
    field(text, b",\"to_s\":", row.to_s);
    text.extend(b",\"people\":");
    optional(text, row.people.as_ref(), figure);
    text.extend(b",\"objects\":");
    optional(text, row.objects.as_deref(), |text, objects| list(text, objects, class));
    text.extend(b",\"lines\":");
    optional(text, row.lines.as_deref(), |text, lines| list(text, lines, line));
    text.extend(b",\"zones\":");
    optional(text, row.zones.as_deref(), |text, zones| list(text, zones, zone));
    text.extend(b",\"risk\":");
    optional(text, row.risk.as_ref(), risk);
    text.extend(b",\"capture_fps\":");
    optional(text, row.capture_fps.as_ref(), figure);
    field(text, b",\"crowd_fps\":", row.crowd_fps);
    field(text, b",\"detect_fps\":", row.detect_fps);
}

/// Appends a field whose name stands before its value.
fn field(text: &mut Vec<u8>, name: &[u8], value: impl Serialize) {
    text.extend_from_slice(name);
    // Writing into memory cannot fail, and numbers that are no numbers become null.
    let _ = serde_json::to_writer(text, &value);
}

fn optional<T: ?Sized>(text: &mut Vec<u8>, value: Option<&T>, write: impl Fn(&mut Vec<u8>, &T)) {
    match value {
        Some(value) => write(text, value),
        None => text.extend_from_slice(b"null"),
    }
}

fn list<T>(text: &mut Vec<u8>, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    text.push(b'[');
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            text.push(b',');
        }
        write(text, value);
    }
    text.push(b']');
}

fn figure(text: &mut Vec<u8>, figure: &Figure) {
    field(text, b"{\"mean\":", figure.mean);
    field(text, b",\"max\":", figure.max);
    field(text, b",\"samples\":", figure.samples);
    text.push(b'}');
}

fn class(text: &mut Vec<u8>, ClassRow { class, count }: &ClassRow) {
    field(text, b"{\"class\":", class);
    field(text, b",\"mean\":", count.mean);
    field(text, b",\"max\":", count.max);
    field(text, b",\"samples\":", count.samples);
    text.push(b'}');
}

fn line(text: &mut Vec<u8>, line: &LineRow) {
    field(text, b"{\"id\":", &line.id);
    field(text, b",\"inbound\":", line.inbound);
    field(text, b",\"outbound\":", line.outbound);
    text.extend(b",\"classes\":");
    list(text, &line.classes, crossed);
    text.push(b'}');
}

fn crossed(text: &mut Vec<u8>, row: &CrossedRow) {
    field(text, b"{\"class\":", &row.class);
    field(text, b",\"inbound\":", row.inbound);
    field(text, b",\"outbound\":", row.outbound);
    text.push(b'}');
}

fn zone(text: &mut Vec<u8>, zone: &ZoneRow) {
    field(text, b"{\"id\":", &zone.id);
    text.extend(b",\"occupancy\":");
    figure(text, &zone.occupancy);
    if let Some(longest) = zone.longest_dwell_s {
        field(text, b",\"longest_dwell_s\":", longest);
    }
    field(text, b",\"loiterers\":", zone.loiterers);
    text.push(b'}');
}

fn risk(text: &mut Vec<u8>, risk: &RiskRow) {
    field(text, b"{\"worst\":", risk.worst);
    field(text, b",\"shares\":", risk.shares);
    text.push(b'}');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{history::Name, nouns::result::RiskLevel};

    fn told(row: &Row) -> Value {
        let mut text = b"{\"first\":true".to_vec();
        fields(row, &mut text);
        text.push(b'}');
        let mut told: Value = serde_json::from_slice(&text).expect("is JSON");
        assert_eq!(told.as_object_mut().and_then(|fields| fields.remove("first")), Some(true.into()));
        told
    }

    #[test]
    fn rows_are_what_serde_makes_of_them() {
        // Numbers that have the same digits in 32 and in 64 bits.
        let figure = Figure { mean: 13.6875, max: 20.5, samples: 3 };
        let classes = ["person", "a \"b\"\n"].map(|class| CrossedRow {
            class: Name::from(class),
            inbound: 1,
            outbound: 0,
        });
        let zone = |longest_dwell_s| ZoneRow {
            id: Name::from("plaza"),
            occupancy: figure,
            longest_dwell_s,
            loiterers: 2,
        };
        let full = Row {
            from_s: -60,
            to_s: 0,
            people: Some(figure),
            objects: Some(vec![ClassRow { class: Name::from("car"), count: figure }; 2]),
            lines: Some(vec![LineRow {
                id: Name::from("gate"),
                inbound: 2,
                outbound: 0,
                classes: classes.into(),
            }]),
            zones: Some(vec![zone(None), zone(Some(7.5))]),
            risk: Some(RiskRow { worst: RiskLevel::High, shares: [0.25, 0.5, 0.25, 0.0] }),
            capture_fps: Some(Figure { mean: f64::NAN, ..figure }),
            crowd_fps: Some(0.5),
            detect_fps: None,
        };
        let empty = Row {
            people: None,
            objects: None,
            lines: Some(Vec::new()),
            zones: None,
            risk: None,
            capture_fps: None,
            crowd_fps: None,
            ..full.clone()
        };
        for row in [full, empty] {
            assert_eq!(told(&row), json!(row));
        }
    }
}
