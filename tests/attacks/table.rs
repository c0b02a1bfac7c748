//! Tables of rows, each held against a house of its own.
//!
//! Of each answer: one of the statuses that the row allows, never 500, soon, without a secret. Of each table:
//! every refusal is counted, nothing has changed, the log is clean.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    house::House,
    row::Row,
    wire::{self, Request, Said},
};

/// Time within which an attack is answered.
const ANSWERS_WITHIN: Duration = Duration::from_millis(250);

/// How often a request is sent at most whose answer takes longer.
const TRIES: usize = 5;

#[test]
fn paths_lead_nowhere_but_where_they_should() {
    hold("paths.toml", include_str!("paths.toml"), 300);
}

#[test]
fn bodies_that_are_too_long_too_deep_or_no_json_are_refused() {
    hold("bodies.toml", include_str!("bodies.toml"), 80);
}

#[test]
fn hosts_origins_and_forwarded_headers_open_nothing() {
    hold("heads.toml", include_str!("heads.toml"), 80);
}

#[test]
fn tokens_that_are_wrong_in_one_thing_open_nothing() {
    hold("tokens.toml", include_str!("tokens.toml"), 150);
}

#[test]
fn sources_and_files_lead_to_no_command_no_file_and_no_metadata_service() {
    hold("sources.toml", include_str!("sources.toml"), 80);
}

#[test]
fn names_and_parameters_are_neither_headers_nor_sql_nor_html() {
    hold("names.toml", include_str!("names.toml"), 150);
}

/// Sends every request of a table, of which there are at least so many, and fails with all that went wrong.
fn hold(file: &str, text: &str, least: usize) {
    let house = House::open(&[]);
    let (kept, counted) = (house.kept(), house.refused());
    let (mut faults, mut told, mut sent) = (Vec::new(), Told::default(), 0);
    for row in Row::read(file, text) {
        for by in shown(&house, &row) {
            let request = request(&house, &row, by);
            let tries = if row.slow { 1 } else { TRIES };
            let said = soon(&house, &request, tries, |said| told.note(said));
            for fault in faults_of(&house, &row, by, &said) {
                faults.push(format!(
                    "{} as {by}: {} {}: {fault}",
                    row.name,
                    request.method,
                    short(&row.path[0])
                ));
            }
            sent += 1;
        }
    }
    faults.extend(told.faults(&counted, &house.refused()));
    assert!(faults.is_empty(), "{} of {sent} requests of {file}:\n{}", faults.len(), faults.join("\n"));
    assert!(sent >= least, "{file} has {sent} requests only");
    assert_eq!(house.kept(), kept, "{file} has changed something");
    house.assert_log_is_clean();
}

/// What answers have told of refusals.
#[derive(Default)]
struct Told {
    /// How many gave each code.
    codes: BTreeMap<String, f64>,
    /// How many refused without a code: those to HEAD, and to what is no request.
    unnamed: f64,
}

impl Told {
    fn note(&mut self, said: &Said) {
        if said.status != 0 && said.status < 400 {
            return;
        }
        match said.code() {
            code if code.is_empty() => self.unnamed += 1.0,
            code => *self.codes.entry(code).or_default() += 1.0,
        }
    }

    /// Codes that were counted otherwise than they were answered; of those without one any may be meant.
    fn faults(&self, before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>) -> Vec<String> {
        let mut faults = Vec::new();
        for (code, times) in &self.codes {
            let counts = |all: &BTreeMap<String, f64>| all.get(code).copied().unwrap_or(0.0);
            let grown = counts(after) - counts(before);
            if !(*times..=times + self.unnamed).contains(&grown) {
                faults.push(format!("{code} was answered {times} times and counted {grown} times"));
            }
        }
        faults
    }
}

/// The credentials with which a row is tried.
fn shown<'a>(house: &House, row: &'a Row) -> Vec<&'a str> {
    let names = row.by.iter().map(String::as_str);
    names.flat_map(|name| if name == "wrong" { house.wrong() } else { vec![name] }).collect()
}

fn request(house: &House, row: &Row, by: &str) -> Request {
    let mut request = Request::of(&row.method[0], &row.path[0]);
    let own = format!("http://{}", house.address());
    let cookie = house.cookie_name();
    let meant = |value: &str| value.replace("{own}", &own).replace("{cookie}", &cookie);
    request.headers = row.headers.iter().map(|(name, value)| (name.clone(), meant(value))).collect();
    request.headers.extend(house.credential(by));
    if !row.kind.is_empty() {
        request = request.with("Content-Type", &row.kind);
    }
    request.body = row.body.clone().into_bytes();
    request
}

/// Sends a request, and again where its answer took long: what is slow by itself is so each time. Returns the
/// quickest answer; `heard` gets each.
fn soon(house: &House, request: &Request, tries: usize, mut heard: impl FnMut(&Said)) -> Said {
    let mut ask = || {
        let said = wire::ask(house.address(), request);
        heard(&said);
        said
    };
    let mut best = ask();
    for _ in 1..tries {
        if best.took <= ANSWERS_WITHIN {
            break;
        }
        let again = ask();
        best = if again.took < best.took { again } else { best };
    }
    best
}

fn faults_of(house: &House, row: &Row, by: &str, said: &Said) -> Vec<String> {
    let mut faults = Vec::new();
    let text = format!("{}\n{}", said.head, said.text());
    if said.status == 500 || !row.expect.contains(&said.status) {
        faults.push(format!("{} instead of {:?}: {}", said.status, row.expect, short(&said.text())));
    }
    if row.code.as_ref().is_some_and(|code| *code != said.code()) {
        faults.push(format!("{:?} instead of {:?}", said.code(), row.code));
    }
    if !row.slow && said.took > ANSWERS_WITHIN {
        faults.push(format!("took {:?}", said.took));
    }
    let shows_folders = matches!(by, "admin" | "chief" | "chief_session");
    let folder = Some(house.folder()).filter(|_| !shows_folders);
    let never = house.secrets().into_iter().chain(folder).chain(row.never.iter().cloned());
    faults.extend(never.filter(|never| text.contains(&**never)).map(|never| format!("tells {never:?}")));
    // Headers that an attacker has made up, and files that every machine has.
    let made_up = said.head.to_ascii_lowercase().contains("\nx-evil") || text.contains("root:x:");
    faults.extend(made_up.then(|| format!("gives what it should not: {}", short(&text))));
    // Errors, and what was sent and is given back, are data and no page.
    if !said.code().is_empty() || text.contains("<script>alert") {
        let is_data =
            matches!(said.header("content-type"), Some("application/json" | "text/csv; charset=utf-8"))
                && said.header("x-content-type-options") == Some("nosniff");
        faults.extend((!is_data).then(|| format!("what a browser may take for a page: {}", said.head)));
    }
    faults
}

/// The first part of a text, for a message.
fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
