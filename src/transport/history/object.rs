//! A row as JSON, field by field. Pure.
//!
//! Serde looks for characters to escape in the name of each field of each row; there are a hundred of them,
//! and forty thousand rows. So names stand here as they are written, and only what is in them is serialised.

use super::numbers::{plain, three};
use crate::history::{ClassRow, CrossedRow, Figure, LineRow, Name, RiskRow, Row, ZoneRow};

/// Appends the fields of a row, each with a comma before it.
pub fn fields(row: &Row, text: &mut Vec<u8>) {
    field(text, b",\"from_s\":", row.from_s, plain);
    field(text, b",\"to_s\":", row.to_s, plain);
    field(text, b",\"people\":", row.people.as_ref(), or_null(figure));
    field(text, b",\"objects\":", row.objects.as_deref(), or_null(list(class)));
    field(text, b",\"lines\":", row.lines.as_deref(), or_null(list(line)));
    field(text, b",\"zones\":", row.zones.as_deref(), or_null(list(zone)));
    field(text, b",\"risk\":", row.risk.as_ref(), or_null(risk));
    field(text, b",\"capture_fps\":", row.capture_fps.as_ref(), or_null(figure));
    field(text, b",\"crowd_fps\":", row.crowd_fps, real_or_null);
    field(text, b",\"detect_fps\":", row.detect_fps, real_or_null);
}

/// Appends a field whose name stands before its value.
fn field<T>(text: &mut Vec<u8>, name: &[u8], value: T, write: impl Fn(&mut Vec<u8>, T)) {
    text.extend_from_slice(name);
    write(text, value);
}

/// Appends a number of 64 or 32 bits; one without decimals is still told as one that may have some.
fn real(text: &mut Vec<u8>, value: impl Into<f64>) {
    three(text, value.into(), b".0");
}

fn real_or_null(text: &mut Vec<u8>, value: Option<f64>) {
    match value {
        Some(value) => real(text, value),
        None => text.extend_from_slice(b"null"),
    }
}

/// Appends a name, which seldom has anything to escape.
fn name(text: &mut Vec<u8>, name: &Name) {
    let bytes = name.as_str().as_bytes();
    if bytes.iter().all(|byte| *byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
        text.push(b'"');
        text.extend_from_slice(bytes);
        text.push(b'"');
    } else {
        plain(text, name);
    }
}

fn or_null<T: ?Sized>(write: impl Fn(&mut Vec<u8>, &T)) -> impl Fn(&mut Vec<u8>, Option<&T>) {
    move |text, value| match value {
        Some(value) => write(text, value),
        None => text.extend_from_slice(b"null"),
    }
}

fn list<T>(write: impl Fn(&mut Vec<u8>, &T)) -> impl Fn(&mut Vec<u8>, &[T]) {
    move |text, values| {
        text.push(b'[');
        for (n, value) in values.iter().enumerate() {
            if n > 0 {
                text.push(b',');
            }
            write(text, value);
        }
        text.push(b']');
    }
}

fn figure(text: &mut Vec<u8>, figure: &Figure) {
    field(text, b"{\"mean\":", figure.mean, real);
    field(text, b",\"max\":", figure.max, real);
    field(text, b",\"samples\":", figure.samples, plain);
    text.push(b'}');
}

fn class(text: &mut Vec<u8>, ClassRow { class, count }: &ClassRow) {
    field(text, b"{\"class\":", class, name);
    field(text, b",\"mean\":", count.mean, real);
    field(text, b",\"max\":", count.max, real);
    field(text, b",\"samples\":", count.samples, plain);
    text.push(b'}');
}

fn line(text: &mut Vec<u8>, line: &LineRow) {
    field(text, b"{\"id\":", &line.id, name);
    field(text, b",\"inbound\":", line.inbound, plain);
    field(text, b",\"outbound\":", line.outbound, plain);
    field(text, b",\"classes\":", &*line.classes, list(crossed));
    text.push(b'}');
}

fn crossed(text: &mut Vec<u8>, row: &CrossedRow) {
    field(text, b"{\"class\":", &row.class, name);
    field(text, b",\"inbound\":", row.inbound, plain);
    field(text, b",\"outbound\":", row.outbound, plain);
    text.push(b'}');
}

fn zone(text: &mut Vec<u8>, zone: &ZoneRow) {
    field(text, b"{\"id\":", &zone.id, name);
    field(text, b",\"occupancy\":", &zone.occupancy, figure);
    if let Some(longest) = zone.longest_dwell_s {
        field(text, b",\"longest_dwell_s\":", longest, real);
    }
    field(text, b",\"loiterers\":", zone.loiterers, plain);
    text.push(b'}');
}

fn risk(text: &mut Vec<u8>, risk: &RiskRow) {
    field(text, b"{\"worst\":", risk.worst, plain);
    field(text, b",\"shares\":", &risk.shares[..], list(|text, share: &f64| real(text, *share)));
    text.push(b'}');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::nouns::result::RiskLevel;

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
        // Numbers with three decimals at most, and the same digits in 32 and in 64 bits.
        let figure = Figure { mean: 13.625, max: 20.5, samples: 3 };
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

    #[test]
    fn names_are_written_as_serde_writes_them() {
        fn text(write: impl Fn(&mut Vec<u8>)) -> String {
            let mut text = Vec::new();
            write(&mut text);
            String::from_utf8(text).expect("is text")
        }
        for odd in ["", "gate", "a \"b\"", "back\\slash", "line\nbreak", "T\u{fc}r", "\u{7f}", "\u{1}"] {
            assert_eq!(text(|text| name(text, &Name::from(odd))), json!(odd).to_string());
        }
    }
}
