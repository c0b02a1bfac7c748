//! The list of models: those of the catalogue and those that lie in the folder, as lines for people.

use std::{fs, path::Path};

use super::{catalogue::CATALOGUE, progress::megabytes};

/// The models that can be got, those that are there, and how to go on.
pub(super) fn list(folder: &Path) -> String {
    let mut lines = vec!["Models that can be got:".to_owned()];
    for entry in CATALOGUE {
        let there = if folder.join(entry.file_name()).exists() { ", is there" } else { "" };
        let (width, height) = entry.input;
        lines.push(format!(
            "  {:<12}{:>5.1} MB, {width}x{height}, {}{there}\n              {}",
            entry.name,
            megabytes(entry.bytes()),
            entry.licence,
            entry.good_at
        ));
    }
    let own = own(folder);
    if !own.is_empty() {
        lines.push(format!("Others in {}: {}", folder.display(), own.join(", ")));
    }
    lines.push("Get one:  steadycast models get yolox_nano".to_owned());
    lines.push("Try it:   steadycast models check yolox_nano".to_owned());
    lines.push("Use it:   steadycast --source … --detect-model yolox_nano".to_owned());
    lines.join("\n")
}

/// Names of the models in the folder that are none of the catalogue's, in their order.
fn own(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut own: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".onnx").map(str::to_owned))
        .filter(|name| !CATALOGUE.iter().any(|entry| entry.name == name))
        .collect();
    own.sort();
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_and_what_can_be_got_is_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let bare = list(folder.path());
        assert!(
            bare.contains("yolox_nano") && bare.contains("Apache-2.0") && bare.contains("3.7 MB"),
            "{bare}"
        );
        assert!(!bare.contains("is there") && !bare.contains("Others"), "{bare}");
        for name in ["yolox_tiny.onnx", "mine.onnx", "notes.txt"] {
            fs::write(folder.path().join(name), "").expect("writes");
        }
        let full = list(folder.path());
        assert!(full.contains("is there") && full.contains(": mine\n") && !full.contains("notes"), "{full}");
        assert!(list(&folder.path().join("none")).contains("yolox_s"), "a folder that is not there is empty");
    }
}
