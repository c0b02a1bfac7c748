//! Which sheet is kept.

use std::time::Duration;

use crate::nouns::secret::Secret;

/// Which sheet there is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of the web app: whoever knows it may write.
    pub address: Secret,
    /// Time between two rows of a camera.
    pub every: Duration,
}
