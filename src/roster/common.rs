//! What all cameras have: rules, which stand in the cameras file as the table `all`.

use serde_json::{Map, Value};

use super::{
    Roster,
    entry::Entry,
    error::RosterError,
    rules::{self, ALL},
    wrong::Wrong,
};
use crate::nouns::rule::Rule;

impl Roster {
    /// The rules of all cameras.
    pub fn rules(&self) -> Vec<Rule> {
        self.told.read().entries.get(ALL).and_then(|all| all.rules.clone()).unwrap_or_default()
    }

    /// Replaces the rules of all cameras by those in `rules` of the fields.
    ///
    /// # Errors
    /// No such field, another one, rules that make no sense, or a file that cannot be written.
    pub fn set_rules(&self, fields: &Map<String, Value>) -> Result<(), RosterError> {
        if fields.get("rules").is_none_or(Value::is_null) {
            let why = "rules is missing: a list, empty where there are to be none";
            return Err(RosterError::Rules(Wrong::whole(why.to_owned())));
        }
        let entry = Entry::of(fields).map_err(RosterError::Rules)?;
        let rules = rules::of_all(&entry).map_err(RosterError::Rules)?;
        self.exchange(&mut self.begin()?, ALL, (!rules.is_empty()).then_some(entry))
    }

    /// Has the registry have the rules of all cameras as they are described.
    pub(super) fn bring_common(&self, entry: Option<&Entry>) -> Result<(), RosterError> {
        let rules = entry.map(rules::of_all).transpose().map_err(RosterError::Rules)?;
        self.running.set_common_rules(rules.unwrap_or_default());
        Ok(())
    }
}
