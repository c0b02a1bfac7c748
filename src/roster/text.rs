//! The cameras file as text: TOML in, entries out.
//!
//! A table for each camera, by its name. Changes are written into it by `edit`; the file itself is `file`'s.

use std::{collections::BTreeMap, ops::Range};

use serde::Deserialize;
use toml_edit::{Document, Item, TomlError, de};

use super::{
    entry::{Entry, without_values},
    mistake::Mistake,
    rules::whose,
    wrong::Wrong,
};

/// Cameras by their names.
pub type Entries = BTreeMap<String, Entry>;

/// Fields that are lists of tables.
const LISTS: [&str; 3] = ["lines", "zones", "rules"];

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
    let document = Document::parse(text.to_owned()).map_err(|error| mistake_of(text, &error))?;
    for (name, item) in document.iter() {
        if !item.is_table_like() {
            let span = document.as_table().key(name).and_then(toml_edit::Key::span);
            let why = format!("{name} stands outside of any camera: write [main] above it");
            return Err(Mistake::at(text, span, why));
        }
    }
    let tables = de::Deserializer::from(document.clone());
    let entries = Entries::deserialize(tables)
        .map_err(|error| Mistake::at(text, error.span(), without_values(error.message())))?;
    Ok(Read { entries, document })
}

impl Read {
    /// The mistake that is wrong with a camera, with its line.
    pub fn mistake(&self, camera: &str, wrong: &Wrong) -> Mistake {
        let root = self.document.as_table();
        let table = root.get(camera).and_then(Item::as_table_like);
        let field = wrong.field.zip(table).and_then(|(field, table)| {
            let item = table.get(field);
            let one = wrong.at.zip(item).and_then(|(at, item)| span_of(item, at));
            let key = || table.key(field).and_then(toml_edit::Key::span);
            one.or_else(key).or_else(|| item.and_then(Item::span))
        });
        let span = field.or_else(|| root.get(camera).and_then(Item::span));
        Mistake::at(self.document.raw(), span, format!("{}: {wrong}", whose(camera)))
    }
}

/// What is wrong with a text that is no TOML, with what helps.
fn mistake_of(text: &str, error: &TomlError) -> Mistake {
    let mut why = without_values(error.message());
    let named = error.span().and_then(|span| text.get(span)).unwrap_or_default();
    if why.contains("duplicate key") && LISTS.iter().any(|list| named.ends_with(list)) {
        why += "; each of several is written in two brackets, such as [[yard.rules]]";
    }
    Mistake::at(text, error.span(), why)
}

/// Where one of a list stands, whichever way the list is written.
fn span_of(list: &Item, at: usize) -> Option<Range<usize>> {
    match list {
        Item::ArrayOfTables(tables) => tables.get(at)?.span(),
        list => list.as_array()?.get(at)?.span(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::tests::TEXT;

    #[test]
    fn cameras_are_read_by_name() {
        let entries = read(TEXT).expect("valid").entries;
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["gate", "yard"]);
        assert_eq!((entries["yard"].fps, entries["gate"].enabled), (Some(15.0), Some(false)));
        assert_eq!(entries["yard"].lines.as_ref().map(Vec::len), Some(2));
        assert!(read("").expect("no camera is no mistake").entries.is_empty());
    }

    #[test]
    fn a_mistake_in_a_list_is_said_with_the_line_of_the_one_that_is_wrong() {
        for text in [
            "[all]\nrules = [\n{ id = \"a\", when = \"risk\" },\n{ id = \"b\", when = \"risk\" }]\n",
            "[[all.rules]]\nid = \"a\"\nwhen = \"risk\"\n[[all.rules]]\nid = \"b\"\nwhen = \"risk\"\n",
        ] {
            let read = read(text).expect("readable");
            let wrong = Wrong { at: Some(1), ..Wrong::of("rules", "are odd") };
            assert_eq!(read.mistake("all", &wrong).line, 4, "{text}");
        }
        let two = "[all.rules]\nid = \"a\"\n[all.rules]\nid = \"b\"\n";
        let said = read(two).err().expect("wrong").to_string();
        assert!(said.starts_with("line 3") && said.contains("[[yard.rules]]"), "{said}");
        let told =
            read("[yard]\nrules = [{ id = \"a\", when = \"risk\", tell = [\"https://me:hunter2@x\"] }]\n");
        let said = told.err().expect("wrong").to_string();
        assert!(said.contains("unknown word") && !said.contains("hunter2"), "{said}");
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
        let second = Wrong { at: Some(1), ..Wrong::of("lines", "are odd") };
        assert_eq!(read.mistake("yard", &second).line, 13);
        assert_eq!(read.mistake("gate", &Wrong::of("width", "is missing")).line, 18);
    }
}
