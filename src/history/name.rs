//! Names of lines, zones and classes: kept once, however many rows tell of them.

use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A name, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes this the other name, which it mostly is already.
    pub fn renew(&mut self, other: &Name) {
        if !Arc::ptr_eq(&self.0, &other.0) {
            *self = other.clone();
        }
    }
}

impl Default for Name {
    /// No name: of what there is but one.
    fn default() -> Self {
        Name::from("")
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Name(Arc::from(text))
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
