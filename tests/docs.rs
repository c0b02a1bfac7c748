//! Keeps the documents whole: every link and path leads somewhere, and every setting, route, message, metric,
//! close code and reason that the code has stands in `README.md` or `docs/`.
//!
//! In go the documents, the samples of messages, and the text of the code, searched by patterns, so that
//! files may move. What the documents say about each thing is not checked.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use steadycast::nouns::event::Event;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text file of the repository.
struct Document {
    path: PathBuf,
    text: String,
}

/// Every file below `folder` with that extension. What is installed or built is left out.
fn files_in(folder: &str, extension: &str) -> Vec<Document> {
    let (mut folders, mut found) = (vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_ours = !["node_modules", "target", "dist", "data"].iter().any(|other| name == *other);
            if path.is_dir() && is_ours && !name.to_string_lossy().starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|other| other == extension) {
                let text = fs::read_to_string(&path).expect("the file is text");
                found.push(Document { path, text });
            }
        }
    }
    found
}

/// Everything that users read.
fn manual() -> String {
    let pages = files_in("docs", "md").into_iter().map(|page| page.text);
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    pages.chain([readme]).collect::<Vec<_>>().join("\n")
}

/// The product's code in files whose path is `wanted`, without comments and without the modules of tests.
fn code_of(wanted: impl Fn(&str) -> bool) -> String {
    let product = |file: Document| -> String {
        let text = file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    let is_product = |file: &Document| {
        let path = file.path.to_string_lossy();
        wanted(&path) && !path.ends_with("tests.rs")
    };
    files_in("src", "rs").into_iter().filter(is_product).map(product).collect()
}

/// All of the product's code.
fn code() -> String {
    code_of(|_| true)
}

/// What stands between `before` and the next `after`, for each place of `before`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let behind = text.split(before).skip(1);
    behind.filter_map(|rest| rest.split_once(after)).map(|(inside, _)| inside).collect()
}

/// The body of the enum of that name, wherever in `code` it is.
fn body_of<'a>(code: &'a str, name: &str) -> &'a str {
    let bodies = between(code, &format!("enum {name} {{\n"), "\n}");
    bodies.first().copied().unwrap_or_else(|| panic!("there is no enum {name} any more"))
}

/// The names of an enum's variants, as serde writes them.
fn variants(body: &str) -> Vec<String> {
    let declared = body.lines().filter_map(|line| line.strip_prefix("    "));
    let named = declared.filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    named
        .map(|line| snake(line.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or("")))
        .collect()
}

/// `NoKeyFrame` as `no_key_frame`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Fails where one of `names` does not stand in the manual as `written`; there must be `least` of them.
fn assert_documented(what: &str, least: usize, names: &[String], written: impl Fn(&str) -> String) {
    assert!(names.len() >= least, "only {names:?} were found of every {what}");
    let manual = manual();
    let stands = |name: &String| manual.contains(&written(name));
    let missing: BTreeSet<&String> = names.iter().filter(|name| !stands(name)).collect();
    assert!(missing.is_empty(), "neither README.md nor docs/ tells of every {what}: {missing:?}");
}

/// A heading's anchor as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

/// A document without its blocks of code, whose `#` and `](` mean something else.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    headings
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

#[test]
fn links_and_their_anchors_lead_somewhere() {
    let documents = files_in(".", "md");
    assert!(documents.len() > 8, "{} documents", documents.len());
    let mut dead = Vec::new();
    for Document { path, text } in &documents {
        for link in between(&prose(text), "](", ")") {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let folder = path.parent().expect("a file is in a folder");
            let target = if file.is_empty() { path.clone() } else { folder.join(file) };
            let leads = || match fs::read_to_string(&target) {
                Ok(text) => heading.is_empty() || anchors(&text).contains(heading),
                // A folder or a picture.
                Err(_) => heading.is_empty() && target.exists(),
            };
            if !leads() {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn paths_named_in_documents_exist() {
    let folders =
        ["src/", "tests/", "benches/", "frontend/", "docs/", "scripts/", "models/", "deploy/", "fuzz/"];
    // What is built is not there on a fresh copy.
    let made = ["frontend/dist", "frontend/node_modules"];
    let is_path = |word: &&str| {
        let begins = |folder: &&str| word.starts_with(*folder);
        let is_exact = !word.contains([' ', '*', '{', '<', '…', '\n']);
        folders.iter().any(&begins) && !made.iter().any(begins) && is_exact
    };
    for Document { path, text } in files_in(".", "md") {
        let prose = prose(&text);
        let named = prose.split('`').skip(1).step_by(2).filter(is_path);
        let missing: Vec<&str> = named.filter(|path| !root().join(path).exists()).collect();
        assert!(missing.is_empty(), "{} names {missing:?}", path.display());
    }
}

#[test]
fn anchors_are_those_of_github() {
    let text = "# To change X, go to Y\n```\n# no heading\n```\n### /api/status\n## A `level`\n";
    let expected = ["a-level", "apistatus", "to-change-x-go-to-y"].map(str::to_owned);
    assert_eq!(anchors(text), BTreeSet::from(expected));
}

#[test]
fn every_setting_is_documented() {
    let sample = fs::read_to_string(root().join(".env.example")).expect("there is a sample");
    let lines = sample.lines().filter_map(|line| line.strip_prefix("# STEADYCAST_"));
    let names: Vec<String> = lines.filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    let flag = |name: &str| format!("`--{}`", name.to_lowercase().replace('_', "-"));
    assert_documented("setting", 55, &names, flag);
}

#[test]
fn every_route_is_documented() {
    // However routes are registered, their paths are texts that begin with a slash, in this room alone.
    let code = code_of(|path| path.contains("src/transport"));
    let is_path =
        |path: &&str| path.chars().all(|letter| letter.is_ascii_lowercase() || "/_{}*".contains(letter));
    let paths = between(&code, "\"/", "\"").into_iter().filter(is_path);
    let names: Vec<String> = paths.map(|path| format!("/{path}")).collect();
    // What ends with a slash is the beginning of others.
    let written = |path: &str| match path.strip_suffix('/') {
        Some(group) if !group.is_empty() => format!("| `{path}"),
        _ => format!("| `{path}` |"),
    };
    assert_documented("route", 40, &names, written);
}

/// The values of `field` in the samples of that name.
fn sampled(samples: &str, field: &str) -> Vec<String> {
    let path = root().join("tests/golden").join(samples);
    let text = fs::read_to_string(path).expect("the samples can be read");
    between(&text, &format!("\"{field}\": \""), "\"").into_iter().map(str::to_owned).collect()
}

#[test]
fn every_message_is_documented() {
    let mut names = sampled("server_messages.json", "type");
    names.extend(sampled("server_messages.json", "kind"));
    assert_documented("message of the server", 10, &names, |name| format!("`{name}`"));
    let names = sampled("client_messages.json", "type");
    assert_documented("message of a client", 4, &names, |name| format!("{{\"type\":\"{name}\""));
}

#[test]
fn every_state_and_reason_is_documented() {
    let code = code();
    let words = |name: &str| format!("`{name}`");
    assert_documented("state of a camera", 5, &variants(body_of(&code, "CameraState")), words);
    assert_documented("reason for a level", 3, &variants(body_of(&code, "LevelReason")), words);
    assert_documented("reason why there is no picture", 20, &variants(body_of(&code, "ReasonCode")), words);
}

#[test]
fn every_kind_of_event_is_in_the_list_and_documented() {
    let declared = variants(body_of(&code(), "Event"));
    assert_eq!(declared, Event::KINDS, "the list of kinds is that of the enum");
    assert_documented("kind of event", 13, &declared, |kind| format!("`{kind}`"));
}

#[test]
fn every_close_code_is_documented() {
    let code = code();
    let codes = body_of(&code, "CloseCode").lines().filter_map(|line| line.split_once(" = "));
    let names: Vec<String> = codes.map(|(_, code)| code.trim_end_matches(',').to_owned()).collect();
    assert_documented("close code", 7, &names, |code| format!("| {code} |"));
}

#[test]
fn every_http_error_is_documented() {
    let code = code();
    let names: Vec<String> = between(&code, "(StatusCode::", ")")
        .into_iter()
        .filter_map(|parts| parts.split_once(", \"")?.1.strip_suffix('"').map(str::to_owned))
        .collect();
    assert_documented("HTTP error", 45, &names, |code| format!("`{code}`"));
}

/// The name of every metric, without its prefix.
fn metrics() -> Vec<String> {
    let files = files_in("src", "rs").into_iter().map(|file| file.text);
    let registry =
        files.filter(|text| text.contains("Registry::new_custom(Some(\"steadycast\"")).collect::<String>();
    // A name is the first argument of what makes a metric, on the same line or on the next.
    let line = registry.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
    let makers = ["counter", "count", "seconds", "rate", "share", "flag"];
    let made = makers.iter().flat_map(|maker| between(&line, &format!("{maker}(\""), "\""));
    made.map(str::to_owned).collect()
}

#[test]
fn every_metric_is_documented() {
    let names: Vec<String> = metrics().into_iter().map(|name| format!("steadycast_{name}")).collect();
    assert_documented("metric", 25, &names, |name| format!("| `{name}` |"));
}

#[test]
fn alerts_and_dashboard_name_metrics_that_there_are() {
    let known: BTreeSet<String> = metrics().into_iter().collect();
    for file in ["prometheus-alerts.yml", "grafana-dashboard.json"] {
        let text = fs::read_to_string(root().join("deploy").join(file)).expect("the file is text");
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let names = text.split("steadycast_").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !is_name(letter)).unwrap_or(rest.len());
            &rest[..end]
        });
        // A histogram has three.
        let base = |name: &str| {
            let parts = ["_bucket", "_sum", "_count"];
            parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name).to_owned()
        };
        let named: BTreeSet<&str> = names.collect();
        assert!(named.len() >= 8, "{file} names {named:?}");
        let unknown: Vec<&&str> =
            named.iter().filter(|name| !known.contains(**name) && !known.contains(&base(name))).collect();
        assert!(unknown.is_empty(), "deploy/{file} names {unknown:?}");
    }
}

#[test]
fn every_alert_is_documented() {
    let text = fs::read_to_string(root().join("deploy/prometheus-alerts.yml")).expect("the file is text");
    let names: Vec<String> = between(&text, "- alert: ", "\n").into_iter().map(str::to_owned).collect();
    assert_documented("alert", 12, &names, |name| format!("`{name}`"));
}
