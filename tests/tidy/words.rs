//! Headers, docs and lines: each file says what it is, each doc names its thing, no line is too long.

use crate::source::{Source, files, product, viewer};

/// Most columns of a line.
const COLUMNS: usize = 110;

/// Openings of a doc that lean on the line above, or on what it documents: read alone they name nothing.
const LEANING: [&str; 16] = [
    "It ",
    "Its ",
    "They ",
    "Them ",
    "The same",
    "So many",
    "So much",
    "Unless",
    "As [`",
    "As `",
    "That ",
    "Those ",
    "This ",
    "These ",
    "Also ",
    "Otherwise",
];

#[test]
fn every_file_says_what_it_is() {
    let rust = product().into_iter().filter(|source| !source.text.starts_with("//! "));
    let script = viewer().into_iter().filter(|source| !source.text.starts_with(['/', '#']));
    let without: Vec<String> = rust.chain(script).map(|source| source.path).collect();
    assert!(without.is_empty(), "{without:?} do not open with what they are");
}

/// Docs of a file: the first line of each with its number; of what a file says of itself, that of each
/// paragraph.
fn docs(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut before = "";
    for (n, line) in source.text.lines().enumerate() {
        let line = line.trim_start();
        let rust = line.strip_prefix("/// ").filter(|_| !before.starts_with("///"));
        let script = line.strip_prefix("/** ");
        let of_file = line.strip_prefix("//! ").filter(|_| !before.starts_with("//! "));
        if let Some(text) = rust.or(script).or(of_file) {
            found.push((n + 1, text.to_owned()));
        }
        before = line;
    }
    found
}

#[test]
fn every_doc_names_its_thing() {
    let mut leaning = String::new();
    for source in product().iter().chain(&viewer()) {
        for (n, text) in docs(source) {
            if LEANING.iter().any(|opening| text.starts_with(opening)) {
                leaning.push_str(&format!("{}:{n}: {text}\n", source.path));
            }
        }
    }
    assert!(leaning.is_empty(), "docs that lean on the line above:\n{leaning}");
}

#[test]
fn no_line_is_too_long() {
    let code = ["src", "tests", "benches", "models", "scripts", "frontend/src"]
        .into_iter()
        .flat_map(|folder| files(folder, &[".rs", ".ts", ".tsx", ".mjs", ".css", ".sh", ".py", ".toml"]));
    let mut long = String::new();
    for source in code {
        for (n, line) in source.text.lines().enumerate().filter(|(_, line)| line.chars().count() > COLUMNS) {
            long.push_str(&format!("{}:{}: {} columns\n", source.path, n + 1, line.chars().count()));
        }
    }
    assert!(long.is_empty(), "lines over {COLUMNS} columns:\n{long}");
}
