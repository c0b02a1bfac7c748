//! What is done on the command line, as the audit has it.

use crate::{
    accounts::{AccountsError, Entry, Outcome, Store},
    frame::now_us,
};

/// Writes down what was done, by a verb such as `added` and to what.
///
/// # Errors
/// What the disk says.
pub(super) fn note(store: &mut Store, action: &'static str, detail: String) -> Result<(), AccountsError> {
    let entry = Entry {
        who: "the command line".to_owned(),
        address: "this machine".to_owned(),
        action,
        camera: None,
        detail,
        outcome: Outcome::Done,
    };
    store.add_audit(&entry, now_us())
}
