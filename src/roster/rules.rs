//! Rules as they are described: of a camera, and of all. Pure.

use std::collections::HashSet;

use super::{entry::Entry, wrong::Wrong};
use crate::{
    cameras::Survey,
    nouns::rule::{MOST_RULES, Rule},
};

/// Name under which stands what all cameras have, which is no camera's.
pub const ALL: &str = "all";

/// The rules of a camera, each of which makes sense with its lines and zones.
///
/// # Errors
/// What is wrong with them.
pub fn of_camera(entry: &Entry, survey: &Survey) -> Result<Vec<Rule>, Wrong> {
    checked(entry, |rule| rule.check(&survey.lines, &survey.zones))
}

/// The rules of all cameras.
///
/// # Errors
/// What is wrong with them, or that something else is described.
pub fn of_all(entry: &Entry) -> Result<Vec<Rule>, Wrong> {
    if let Some(other) = entry.fields().keys().find(|name| *name != "rules") {
        let why = format!("[{ALL}] is no camera: it holds rules of all cameras alone, and no {other}");
        return Err(Wrong::whole(why));
    }
    checked(entry, Rule::check_for_all)
}

/// Returns what a description of that name is about, as mistakes name it.
pub fn whose(name: &str) -> String {
    if name == ALL { "all cameras".to_owned() } else { format!("camera {name}") }
}

fn checked(entry: &Entry, check: impl Fn(&Rule) -> Result<(), String>) -> Result<Vec<Rule>, Wrong> {
    let rules = entry.rules.clone().unwrap_or_default();
    if rules.len() > MOST_RULES {
        return Err(Wrong::of("rules", format!("are {}, must be {MOST_RULES} at most", rules.len())));
    }
    let mut known = HashSet::new();
    for (at, rule) in rules.iter().enumerate() {
        let id = &rule.id;
        let wrong = |why| Wrong { field: Some("rules"), at: Some(at), why };
        check(rule).map_err(|why| wrong(format!("rule {id}: {why}")))?;
        if !known.insert(id) {
            return Err(wrong(format!("two rules have the id {id}")));
        }
    }
    Ok(rules)
}
