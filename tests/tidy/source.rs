//! The files of this repository, and what of them is product.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file.
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// Everything before its tests.
    pub fn product(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }

    /// The lines of its product code with their numbers, comments left out.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.product().lines().enumerate().map(|(n, line)| (n + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Files below `folder` that end in one of `endings`; what is installed or built is left out.
pub fn files(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    files_in(&root().join(folder), endings, &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let path = path.strip_prefix(root()).expect("it is in the repository").to_string_lossy().into_owned();
        Source { path, text }
    };
    found.into_iter().map(read).collect()
}

fn files_in(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !["node_modules", "dist", "target", ".git", "__pycache__"].contains(&&*name) {
                files_in(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

/// Every Rust file of the product; files that hold nothing but tests are left out.
pub fn product() -> Vec<Source> {
    let found = files("src", &[".rs"]);
    let tests = ["tests.rs", "/fixtures.rs", "/scenario.rs", "/scenarios.rs", "/golden.rs"];
    let sources: Vec<Source> =
        found.into_iter().filter(|source| !tests.iter().any(|name| source.path.ends_with(name))).collect();
    assert!(sources.len() > 100, "{} files", sources.len());
    sources
}

/// Every file of the viewer's product.
pub fn viewer() -> Vec<Source> {
    let found = files("frontend/src", &[".ts", ".tsx"]);
    found.into_iter().filter(|source| !source.path.contains(".test.")).collect()
}
