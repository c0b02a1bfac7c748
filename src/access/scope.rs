//! Scopes: which cameras a credential is for.

use std::sync::Arc;

use crate::nouns::name::{LONGEST_NAME, is_name};

/// Most cameras that a scope names.
const MOST_NAMES: usize = 64;

/// Which cameras a credential is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them, also those that are added later.
    All,
    /// The named ones, whether there are such cameras or not; in order, each once.
    Named(Arc<[Box<str>]>),
}

impl Scope {
    /// Returns the scope of those names.
    ///
    /// # Errors
    /// What is no name of a camera, none at all, or more than 64 of them.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Scope, String> {
        let mut found: Vec<Box<str>> = Vec::new();
        for name in names {
            if !is_name(name) {
                return Err(format!("has no name of a camera: 1 to {LONGEST_NAME} of a-z, 0-9, - and _"));
            }
            found.push(name.into());
        }
        found.sort();
        found.dedup();
        match found.len() {
            0 => Err("names no camera".to_owned()),
            1..=MOST_NAMES => Ok(Scope::Named(found.into())),
            _ => Err(format!("names more than {MOST_NAMES} cameras")),
        }
    }

    /// Returns the scope of a list of names with commas between them.
    ///
    /// # Errors
    /// Errors of [`Scope::of`].
    pub fn parse(list: &str) -> Result<Scope, String> {
        Scope::of(list.split(',').map(str::trim))
    }

    /// Whether a camera of that name is within it.
    pub fn allows(&self, camera: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Named(names) => names.iter().any(|name| **name == *camera),
        }
    }

    /// Returns the names; `None` where all cameras are meant.
    pub fn names(&self) -> Option<&[Box<str>]> {
        match self {
            Scope::All => None,
            Scope::Named(names) => Some(names),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_allows_the_cameras_that_it_names_and_no_others() {
        let scope = Scope::parse("yard, gate,yard").expect("two cameras");
        assert!(scope.allows("yard") && scope.allows("gate"));
        assert!(!scope.allows("yar") && !scope.allows("Yard") && !scope.allows(""));
        assert_eq!(scope.names().map(<[_]>::len), Some(2));
        assert!(Scope::All.allows("any") && Scope::All.names().is_none());
    }

    #[test]
    fn what_names_no_camera_is_no_scope() {
        let many: Vec<String> = (0..65).map(|n| format!("c{n}")).collect();
        for odd in ["", ",", "yard,", "a/b", "Yard", "a b", "\u{e9}", &"x".repeat(33), &many.join(",")] {
            assert!(Scope::parse(odd).is_err(), "{odd:?}");
        }
    }
}
