//! Which of a model's classes count, and what is said of one that it does not know. Pure.

use std::{collections::HashSet, sync::Arc};

/// Words for one thing, of which models have one each: those of COCO, of Cityscapes and BDD100K, and others.
const ALIKE: [&[&str]; 6] = [
    &["person", "people", "pedestrian", "human"],
    &["bicycle", "bike", "cyclist", "rider"],
    &["motorcycle", "motorbike", "motor", "motorcyclist"],
    &["car", "vehicle"],
    &["truck", "lorry"],
    &["traffic light", "trafficlight"],
];

/// A model's classes.
pub struct Classes {
    names: Vec<Arc<str>>,
    /// Which of them count; empty: all.
    wanted: Vec<bool>,
}

impl Classes {
    /// The classes of these names of which those `asked` for count, in letters of any case; none asked for:
    /// all.
    ///
    /// # Errors
    /// What is said of one that has no such name.
    pub fn new(names: Vec<Arc<str>>, asked: &HashSet<String>) -> Result<Classes, String> {
        let asked: HashSet<String> = asked.iter().map(|name| plain(name)).collect();
        let known: Vec<String> = names.iter().map(|name| plain(name)).collect();
        if let Some(name) = asked.iter().find(|name| !known.contains(name)) {
            return Err(unknown(name, &names, &known));
        }
        Ok(Classes::likely(names, &asked))
    }

    /// The classes of these names, of which those count that are `asked` for and there; none asked for: all.
    pub fn likely(names: Vec<Arc<str>>, asked: &HashSet<String>) -> Classes {
        let asked: HashSet<String> = asked.iter().map(|name| plain(name)).collect();
        let wanted = names.iter().filter(|_| !asked.is_empty()).map(|name| asked.contains(&plain(name)));
        let wanted: Vec<bool> = wanted.collect();
        // An empty list is one of which all count.
        let wanted = if asked.is_empty() || !wanted.is_empty() { wanted } else { vec![false] };
        Classes { names, wanted }
    }

    /// Names of the classes, in the model's order.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Name of a class by its number.
    pub fn name(&self, class: usize) -> Arc<str> {
        self.names.get(class).cloned().unwrap_or_else(|| Arc::from(format!("class {class}")))
    }

    /// Whether a class counts.
    pub fn is_wanted(&self, class: usize) -> bool {
        self.wanted.is_empty() || self.wanted.get(class).is_some_and(|wanted| *wanted)
    }
}

/// A name as names are compared.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What is said of a class that is not known.
fn unknown(asked: &str, names: &[Arc<str>], known: &[String]) -> String {
    let near = nearest(asked, known).and_then(|n| names.get(n));
    let hint = near.map(|name| format!(" (did you mean {name}?)")).unwrap_or_default();
    format!("knows no class {asked:?}{hint}; it knows {}", names.join(", "))
}

/// Number of the name that is meant, if one is near enough.
fn nearest(asked: &str, known: &[String]) -> Option<usize> {
    let also = ALIKE.iter().filter(|words| words.contains(&asked)).flat_map(|words| words.iter());
    if let Some(n) = also.filter_map(|word| known.iter().position(|name| name == word)).next() {
        return Some(n);
    }
    let far = |name: &String| edits(asked, name);
    let (n, name) = known.iter().enumerate().min_by_key(|(_, name)| far(name))?;
    // A letter in three may be wrong.
    (far(name) <= (asked.chars().count() / 3).max(1)).then_some(n)
}

/// Letters that must be changed, added or left out to get from one word to another (Levenshtein's distance).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (n, letter) in from.chars().enumerate() {
        let mut before = row[0];
        row[0] = n + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = before + usize::from(*other != letter);
            before = row[column + 1];
            row[column + 1] = changed.min(before + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(asked: &[&str]) -> Result<Classes, String> {
        let names = ["Person", "bicycle", "traffic light"].map(Arc::from).to_vec();
        Classes::new(names, &asked.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn case_and_blanks_make_no_difference() {
        let some = classes(&[" person", "TRAFFIC LIGHT"]).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!([0, 1, 2, 3].map(|class| some.is_wanted(class)), [true, false, true, false]);
        let all = classes(&[]).unwrap_or_else(|why| panic!("{why}"));
        assert!(all.is_wanted(1) && all.is_wanted(93));
        assert_eq!((&*all.name(0), &*all.name(93)), ("Person", "class 93"));
    }

    #[test]
    fn an_unknown_class_is_named_with_what_may_be_meant() {
        for (asked, meant) in [
            ("persn", "Person"),
            ("people", "Person"),
            ("bicycles", "bicycle"),
            ("trafic ligt", "traffic light"),
        ] {
            let why = classes(&[asked]).err().expect("unknown");
            assert!(why.contains(&format!("did you mean {meant}?")) && why.contains("bicycle, "), "{why}");
        }
        let why = classes(&["zebra"]).err().expect("unknown");
        assert!(why.starts_with("knows no class \"zebra\"; it knows Person"), "{why}");
    }
}
