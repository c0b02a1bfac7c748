//! Cameras of a credential that the cameras file lacks. In: a scope and that file. Out: words.

use std::{fs, path::Path};

use crate::{
    access::Scope,
    roster::{ALL, text},
};

/// Names the cameras of a scope that the cameras file lacks, and those that it has, or says that the file
/// cannot be read; `None` where it has all of them, or where no file is named to tell by.
pub(super) fn unknown_cameras(scope: &Scope, cameras_file: Option<&Path>) -> Option<String> {
    let file = cameras_file.filter(|file| !file.as_os_str().is_empty())?;
    let names = scope.names()?;
    let read = fs::read_to_string(file).map_err(|error| error.to_string());
    let cameras = match read.and_then(|content| text::read(&content).map_err(|error| error.to_string())) {
        Ok(mut read) => {
            read.entries.remove(ALL);
            read.entries
        }
        Err(why) => {
            let file = file.display();
            return Some(format!(
                "nobody knows whether the cameras are there: {file} cannot be read ({why})"
            ));
        }
    };
    let unknown = names.iter().map(|name| &**name).filter(|name| !cameras.contains_key(*name));
    let unknown: Vec<&str> = unknown.collect();
    let known: Vec<&str> = cameras.keys().map(String::as_str).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    (!unknown.is_empty())
        .then(|| format!("{} lacks the cameras {}; it has: {known}", file.display(), unknown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_that_are_not_there_are_told_with_those_that_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cameras.toml");
        let told = |cameras: &str| unknown_cameras(&Scope::parse(cameras).expect(cameras), Some(&file));
        assert!(told("yard").is_some_and(|told| told.contains("cameras.toml cannot be read")));
        let cameras = "[yard]\nsource = \"0\"\n[gate]\nsource = \"1\"\n[all]\nrules = []\n";
        fs::write(&file, cameras).expect("is written");
        assert_eq!([told("yard"), told("gate,yard")], [None, None]);
        let expected = format!("{} lacks the cameras hall, nosuch; it has: gate, yard", file.display());
        assert_eq!(told("nosuch,yard,hall"), Some(expected));
        assert_eq!(unknown_cameras(&Scope::All, Some(&file)), None);
        assert_eq!(unknown_cameras(&Scope::parse("nosuch").expect("a name"), None), None);
        fs::write(&file, "").expect("is written");
        assert!(told("yard").is_some_and(|told| told.ends_with("it has: none")));
        fs::write(&file, "[yard").expect("is written");
        assert!(told("hall").is_some_and(|told| told.contains("cameras.toml cannot be read")));
    }
}
