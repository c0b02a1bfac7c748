//! What those read who tell others what cameras see.

use std::sync::Arc;

use super::illustrate::portray;
use crate::{encode::Encoder, hub::Audiences, news::Desk, registry::Registry, tools::metrics::Metrics};

/// What cameras see, and what is known of them. Cloning shares it.
#[derive(Clone)]
pub(super) struct Seen {
    /// Which cameras there are.
    pub registry: Arc<Registry>,
    /// What is known of their pictures.
    pub audiences: Arc<Audiences>,
    /// Has their newest frames.
    pub encoder: Encoder,
    /// Has what is new of them.
    pub desk: Desk,
    /// What is counted.
    pub metrics: Metrics,
    /// Address at which people open the page, without a slash at its end.
    pub public_url: Option<String>,
}

impl Seen {
    /// Returns the names of all cameras.
    pub fn names(&self) -> Vec<Arc<str>> {
        self.registry.cameras().iter().map(|camera| Arc::clone(camera.name())).collect()
    }

    /// Returns a small JPEG of what a camera sees, with what was found painted into it; `None` where there is
    /// no picture.
    pub fn picture(&self, camera: &str) -> Option<Vec<u8>> {
        portray(&self.encoder, &self.audiences, camera)
    }

    /// Returns the address at which a camera can be watched; `None` where nobody has said where that is.
    pub fn link(&self, camera: &str) -> Option<String> {
        // Names of cameras need no escapes.
        Some(format!("{}/?camera={camera}", self.public_url.as_ref()?))
    }
}
