//! Who asks, as the log and the audit tell it: a name, never a credential.

use std::{fmt, sync::Arc};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody who has shown nothing.
    Nobody,
    /// Somebody on this machine, while no credential is set at all.
    Here,
    /// Somebody with the viewers' token of the settings.
    ViewerToken,
    /// Somebody with the admin's token of the settings.
    AdminToken,
    /// Somebody with a signed token.
    Token {
        /// The token's id, by which it is revoked.
        id: Arc<str>,
        /// For whom it was made.
        name: Option<Arc<str>>,
        /// Number of the key that has signed it, of those that there were since the start; what others have
        /// signed is over.
        key: u64,
    },
    /// Somebody with a share link.
    Share {
        /// The id of the link's token, by which it is revoked.
        id: Arc<str>,
        /// Number of the key that has signed it, as of a token.
        key: u64,
    },
    /// A user with a password.
    User {
        /// The user's name.
        name: Arc<str>,
        /// Second since 1970 in which password, role or cameras were set last; sessions of before are over.
        changed_s: u64,
    },
}

impl Who {
    /// Returns the id by which the credential is revoked; `None` where it has none.
    pub fn id(&self) -> Option<&str> {
        match self {
            Who::Token { id, .. } | Who::Share { id, .. } => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Nobody => f.write_str("nobody"),
            Who::Here => f.write_str("this machine"),
            Who::ViewerToken => f.write_str("the viewers' token"),
            Who::AdminToken => f.write_str("the admin's token"),
            Who::Token { id, name: Some(name), .. } => write!(f, "token {id} ({name})"),
            Who::Token { id, name: None, .. } => write!(f, "token {id}"),
            Who::Share { id, .. } => write!(f, "share link {id}"),
            Who::User { name, .. } => write!(f, "user {name}"),
        }
    }
}
