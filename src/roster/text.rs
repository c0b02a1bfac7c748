//! The cameras file as text: TOML in, entries out, and changes written into it where comments and order stay.
//!
//! A table for each camera, by its name. Reading and writing the file itself is `file`'s.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use thiserror::Error;
use toml_edit::{Array, Document, DocumentMut, InlineTable, Item, Table, Value, de};

use super::{
    entry::{Entry, without_values},
    wrong::Wrong,
};

/// Whole numbers below this are the same as integers and as floating-point numbers.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Cameras by their names.
pub type Entries = BTreeMap<String, Entry>;

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {why}")]
pub struct Mistake {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub why: String,
}

/// A text that has been read.
pub struct Read {
    /// The cameras that it describes.
    pub entries: Entries,
    document: Document<String>,
}

/// Reads the text of a cameras file.
///
/// # Errors
/// What is no TOML, no camera's table, no field of a camera, or of another kind.
pub fn read(text: &str) -> Result<Read, Mistake> {
    let mistake = |span: Option<std::ops::Range<usize>>, why: String| Mistake {
        line: line_of(text, span.map_or(0, |span| span.start)),
        why,
    };
    let document = Document::parse(text.to_owned())
        .map_err(|error| mistake(error.span(), without_values(error.message())))?;
    for (name, item) in document.iter() {
        if !item.is_table_like() {
            let span = document.as_table().key(name).and_then(toml_edit::Key::span);
            return Err(mistake(span, format!("{name} stands outside of any camera: write [main] above it")));
        }
    }
    let tables = de::Deserializer::from(document.clone());
    let entries = Entries::deserialize(tables)
        .map_err(|error| mistake(error.span(), without_values(error.message())))?;
    Ok(Read { entries, document })
}

impl Read {
    /// The mistake that is wrong with a camera, with its line.
    pub fn mistake(&self, camera: &str, wrong: &Wrong) -> Mistake {
        let root = self.document.as_table();
        let table = root.get(camera).and_then(Item::as_table_like);
        let field = wrong.field.zip(table).and_then(|(field, table)| {
            let key = table.key(field).and_then(toml_edit::Key::span);
            key.or_else(|| table.get(field).and_then(Item::span))
        });
        let span = field.or_else(|| root.get(camera).and_then(Item::span));
        let line = line_of(self.document.raw(), span.map_or(0, |span| span.start));
        Mistake { line, why: format!("camera {camera}: {wrong}") }
    }
}

/// The text in which `camera` is described by `entry` from now on, or is no more; all else stays as it is.
///
/// # Errors
/// A text that is no TOML.
pub fn with(text: &str, camera: &str, entry: Option<&Entry>) -> Result<String, Mistake> {
    let before = read(text)?.entries;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| Mistake {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    })?;
    let root = document.as_table_mut();
    match entry {
        None => drop(root.remove(camera)),
        Some(entry) => {
            let table = root.entry(camera).or_insert_with(|| Item::Table(Table::new()));
            if let Some(table) = table.as_table_like_mut() {
                let had = before.get(camera).map(Entry::fields).unwrap_or_default();
                change(table, &had, &entry.fields());
            }
        }
    }
    Ok(document.to_string())
}

/// Makes a table that says `had` say `has`; what is the same in both is not touched.
fn change(table: &mut dyn toml_edit::TableLike, had: &Map<String, Json>, has: &Map<String, Json>) {
    for name in had.keys().filter(|name| !has.contains_key(*name)) {
        table.remove(name);
    }
    let mut changed: Vec<_> = has.iter().filter(|(name, json)| had.get(*name) != Some(json)).collect();
    // What people look for first comes first.
    changed.sort_by_key(|(name, _)| *name != "source");
    for (name, json) in changed {
        let Some(mut value) = value_of(json) else { continue };
        // A comment behind the old value stays behind the new one.
        if let Some(old) = table.get(name).and_then(Item::as_value) {
            *value.decor_mut() = old.decor().clone();
        }
        match table.get_mut(name) {
            Some(item) => *item = Item::Value(value),
            None => drop(table.insert(name, Item::Value(value))),
        }
    }
}

/// A JSON value as TOML has it; `None` of null, which TOML cannot say.
fn value_of(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_f64()? {
            // As people write it.
            whole if whole.fract() == 0.0 && whole.abs() < MOST_EXACT => Value::from(whole as i64),
            value => Value::from(value),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().filter_map(value_of).collect::<Array>()),
        Json::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, json)| Some((name.as_str(), value_of(json)?)));
            Value::InlineTable(fields.collect::<InlineTable>())
        }
    })
}

/// Number of the line, from 1, in which the byte at `at` stands.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = r#"# The yard, seen from the roof.
[yard] # the big one
source = "rtsp://10.0.0.7/live" # do not touch
fps = 15

# Who comes in.
[[yard.lines]]
id = "gate"
from = [0.2, 0.5]
to = [0.8, 0.5]

[gate]
source = "0"
enabled = false
"#;

    fn entry(fields: &Json) -> Entry {
        Entry::of(fields.as_object().expect("an object")).expect("an entry")
    }

    #[test]
    fn cameras_are_read_by_name() {
        let entries = read(TEXT).expect("valid").entries;
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["gate", "yard"]);
        assert_eq!((entries["yard"].fps, entries["gate"].enabled), (Some(15.0), Some(false)));
        assert_eq!(entries["yard"].lines.as_ref().map(Vec::len), Some(1));
        assert!(read("").expect("no camera is no mistake").entries.is_empty());
    }

    #[test]
    fn a_mistake_is_said_with_its_line_and_without_values() {
        for (text, line, word) in [
            ("[yard]\nsource = \"0\"\nspeed = 3\n", 3, "speed"),
            ("[yard]\nsource = \"rtsp://me:hunter2@cam/\nfps = 3\n", 2, ""),
            ("# none\nsource = \"rtsp://me:hunter2@cam/\"\n", 2, "outside"),
            ("[yard]\nfps = \"rtsp://me:hunter2@cam/\"\n", 2, "text"),
            ("[yard]\nsource = \"0\"\n[yard]\n", 3, "duplicate"),
        ] {
            let mistake = read(text).err().unwrap_or_else(|| panic!("{text} is wrong"));
            let said = mistake.to_string();
            assert!(mistake.line == line && said.contains(word), "{text}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        let read = read(TEXT).expect("valid");
        assert_eq!(
            read.mistake("yard", &Wrong::of("fps", "is 15")).to_string(),
            "line 4: camera yard: fps is 15"
        );
        assert_eq!(read.mistake("yard", &Wrong::of("lines", "are odd")).line, 7);
        assert_eq!(read.mistake("gate", &Wrong::of("width", "is missing")).line, 12);
    }

    #[test]
    fn changes_leave_comments_and_order_as_they_are() {
        let changed = entry(&json!({
            "source": "rtsp://10.0.0.8/live", "fps": 15.0, "width": 640,
            "lines": [{ "id": "gate", "from": [0.2, 0.5], "to": [0.8, 0.5] }],
        }));
        let text = with(TEXT, "yard", Some(&changed)).expect("valid");
        let expected = TEXT.replace("10.0.0.7", "10.0.0.8").replace("fps = 15\n", "fps = 15\nwidth = 640\n");
        assert_eq!(text, expected);
        assert_eq!(read(&text).expect("valid").entries["yard"], changed);
    }

    #[test]
    fn lines_are_exchanged_and_left_out() {
        let one = entry(&json!({ "source": "rtsp://10.0.0.7/live", "fps": 15.0,
            "lines": [{ "id": "door", "from": [0.0, 0.5], "to": [1.0, 0.5] }] }));
        let none = entry(&json!({ "source": "rtsp://10.0.0.7/live", "fps": 15.0 }));
        for entry in [one, none] {
            let text = with(TEXT, "yard", Some(&entry)).expect("valid");
            assert_eq!(read(&text).expect("valid").entries["yard"], entry, "{text}");
            assert!(text.contains("# do not touch") && text.contains("[gate]"), "{text}");
        }
    }

    #[test]
    fn cameras_come_and_go() {
        let roof = entry(&json!({ "source": "synthetic" }));
        let text = with(TEXT, "roof", Some(&roof)).expect("valid");
        assert!(text.starts_with(TEXT) && read(&text).expect("valid").entries["roof"] == roof, "{text}");
        let text = with(&text, "yard", None).expect("valid");
        let names: Vec<String> = read(&text).expect("valid").entries.into_keys().collect();
        assert_eq!(names, ["gate", "roof"], "{text}");
    }
}
