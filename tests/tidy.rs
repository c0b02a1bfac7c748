//! Keeps what the documents say about the code true: headers, fences around foreign libraries, sizes, paths.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lines of product code that a file may have before its tests.
const LONGEST: usize = 410;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file.
struct Source {
    /// From the root of the repository.
    path: String,
    /// All of it.
    text: String,
}

impl Source {
    /// Everything before its tests.
    fn product(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }

    /// The lines of its product code with their numbers, comments left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.product().lines().enumerate().map(|(n, line)| (n + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn files_in(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_in(&path, extension, found);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
}

/// Every Rust file of the product; files that hold nothing but tests are left out.
fn product() -> Vec<Source> {
    let mut found = Vec::new();
    files_in(&root().join("src"), "rs", &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let path = path.strip_prefix(root()).expect("it is in the repository").to_string_lossy().into_owned();
        Source { path, text }
    };
    let sources: Vec<Source> =
        found.into_iter().map(read).filter(|source| !source.path.ends_with("tests.rs")).collect();
    assert!(sources.len() > 30, "{} files", sources.len());
    sources
}

/// Places where `holds` is false, one a line.
fn places(holds: impl Fn(&Source, &str) -> bool) -> String {
    let mut found = String::new();
    for source in product() {
        for (n, line) in source.code().filter(|(_, line)| !holds(&source, line)) {
            found.push_str(&format!("{}:{n}: {line}\n", source.path));
        }
    }
    found
}

#[test]
fn every_file_says_what_it_is() {
    let without: Vec<String> = product()
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert!(without.is_empty(), "{without:?} do not open with //!");
}

#[test]
fn foreign_libraries_are_named_only_in_their_files() {
    let fences = [
        // The crate named by its paths; `source::opencv` is our own module of that name.
        ("opencv::{", &["src/source/opencv.rs"][..]),
        ("opencv::core", &["src/source/opencv.rs"]),
        ("opencv::videoio", &["src/source/opencv.rs"]),
        ("opencv::imgcodecs", &["src/source/opencv.rs"]),
        ("opencv::imgproc", &["src/source/opencv.rs"]),
        ("ffmpeg_next", &["src/source/ffmpeg"]),
        ("turbojpeg", &["src/encode/turbo.rs", "src/jpeg/"]),
        ("actix", &["src/transport", "src/app.rs", "src/main.rs"]),
        ("tract_onnx", &["src/analytics/engine.rs"]),
        // No library, but one place as well: what is caught is counted.
        ("catch_unwind", &["src/tools/fence.rs"]),
        ("pathfinding", &["src/analytics/track/assign.rs"]),
        ("toml::", &["src/cameras.rs"]),
        ("base64", &["src/protocol/analytics.rs", "src/source/login.rs"]),
        ("md5::", &["src/source/login.rs"]),
        ("sha2::", &["src/source/login.rs"]),
        ("clap::", &["src/config.rs", "src/config/"]),
        ("dotenvy::", &["src/config.rs"]),
        ("prometheus::", &["src/tools/metrics.rs", "src/tools/fence.rs", "src/app.rs", "src/hub/viewer.rs"]),
        ("rust_embed", &["src/transport/ui.rs"]),
        ("font8x8", &["src/tools/text.rs"]),
    ];
    for (name, files) in fences {
        let inside = |source: &Source| files.iter().any(|file| source.path.starts_with(file));
        let wrong =
            places(|source, line| inside(source) || !line.contains(name) || line.contains("super::opencv"));
        assert!(wrong.is_empty(), "{name} belongs into {files:?}:\n{wrong}");
    }
}

/// Whether a file is a `sys.rs` or stands in a folder `sys`.
fn is_sys(source: &Source) -> bool {
    source.path.ends_with("/sys.rs") || source.path.contains("/sys/")
}

#[test]
fn unsafe_code_is_fenced_in_sys_modules() {
    for source in product().into_iter().filter(|source| !is_sys(source)) {
        let before = source.product().split("mod sys {").next().unwrap_or_default();
        let lines = before.lines().filter(|line| !line.trim_start().starts_with("//"));
        let wrong: Vec<&str> =
            lines.filter(|line| line.contains("unsafe ") || line.contains("unsafe{")).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?} outside `mod sys`", source.path);
    }
}

#[test]
fn product_code_does_not_unwrap() {
    let wrong = places(|_, line| !line.contains(".unwrap()"));
    assert!(wrong.is_empty(), "`expect` states the fact that makes it true:\n{wrong}");
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = product()
        .iter()
        .map(|source| (source, source.product().lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(source, lines)| format!("{}: {lines}", source.path))
        .collect();
    assert!(long.is_empty(), "more than {LONGEST} lines before the tests: {long:?}");
}

/// Relative targets of Markdown links, and words in backticks that look like paths of this repository.
fn paths_in(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let links = links.filter(|link| {
        !link.contains("://") && !link.starts_with(['#', '/']) && !link.starts_with("mailto:")
    });
    let quoted = text.split('`').skip(1).step_by(2).filter(|word| {
        let rooted = ["src/", "tests/", "benches/", "frontend/", "docs/", "scripts/"]
            .iter()
            .any(|folder| word.starts_with(folder));
        rooted && !word.contains([' ', '*', '{', '<', '…', '\n'])
    });
    let bare = |path: &str| path.split(['#', ':']).next().unwrap_or_default().to_owned();
    links.chain(quoted).map(bare).filter(|path| !path.is_empty()).collect()
}

#[test]
fn paths_in_the_documents_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "docs/sources.md"] {
        let Ok(text) = fs::read_to_string(root().join(document)) else { continue };
        // What is built or installed is not there on a fresh copy.
        let made = |path: &str| {
            ["frontend/dist", "frontend/node_modules", "target"].iter().any(|folder| path.starts_with(folder))
        };
        let missing: Vec<String> =
            paths_in(&text).into_iter().filter(|path| !made(path) && !root().join(path).exists()).collect();
        assert!(missing.is_empty(), "{document} names {missing:?}");
    }
}

#[test]
fn paths_are_found_in_markdown() {
    let text = "See [app](src/app.rs#L3), [web](https://x.example/), `src/lib.rs:4`, `cargo test`, [there](#here), `src/*.rs`.";
    assert_eq!(paths_in(text), ["src/app.rs", "src/lib.rs"]);
}
