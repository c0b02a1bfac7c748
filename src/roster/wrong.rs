//! What is wrong with how a camera is described: which field, and what would be right. Pure.

use std::fmt;

use thiserror::Error;

/// What is wrong with how a camera is described.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Wrong {
    /// The field it is about; `None` where it is the camera as a whole.
    pub field: Option<&'static str>,
    /// Place in the field's list, from 0; `None` where it is no single one of it, or no list.
    pub at: Option<usize>,
    /// What is wrong and what is allowed, with the field's name, without anything that may be a password.
    pub why: String,
}

impl Wrong {
    /// What is wrong with one field; `why` goes on behind its name.
    pub fn of(field: &'static str, why: impl fmt::Display) -> Self {
        Wrong { field: Some(field), at: None, why: format!("{field} {why}") }
    }

    /// What is wrong with the camera as a whole.
    pub fn whole(why: impl Into<String>) -> Self {
        Wrong { field: None, at: None, why: why.into() }
    }
}
