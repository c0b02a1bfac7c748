//! Which server is asked.

use crate::nouns::secret::Secret;

/// Which server is asked.
#[derive(Clone, Debug)]
pub struct Target {
    /// Address of the server; may hold a password.
    pub url: Secret,
    /// Credential that is shown; `None` where none is needed.
    pub token: Option<Secret>,
    /// Whether a proxy of the environment leads there.
    pub by_proxy: bool,
}
