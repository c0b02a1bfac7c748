//! Users: a name, a password's hash, and what somebody with both may do.

use std::sync::Arc;

use crate::access::{Right, Role, Scope, Who};

/// Somebody with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Name of the user.
    pub name: Arc<str>,
    /// What the user may do at most.
    pub role: Role,
    /// For which cameras.
    pub scope: Scope,
    /// Hash of the password.
    pub hash: String,
    /// When the user was added, seconds since 1970.
    pub made_s: u64,
    /// When password, role or cameras were set last, seconds since 1970; rises with each time.
    pub changed_s: u64,
}

impl User {
    /// Returns what the user's password gives.
    pub fn right(&self) -> Right {
        let who = Who::User { name: Arc::clone(&self.name), changed_s: self.changed_s };
        Right { role: self.role, scope: self.scope.clone(), who, until_s: None, session: None }
    }
}
