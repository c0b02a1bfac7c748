//! A credential that is never shown and is compared in constant time.

use std::fmt;

use subtle::ConstantTimeEq;

/// A credential: never shown, compared in constant time.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Tells whether `given` is this credential, in a time that does not depend on where they differ; their
    /// lengths may show.
    pub fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl Secret {
    /// Returns the credential itself, to show it to whom it is for; it must go nowhere else.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns the credential itself, to make a key of it; it must go nowhere else.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_credential_is_it() {
        let secret = Secret::from("hunter2");
        assert!(secret.is("hunter2"));
        assert!(!secret.is("hunter") && !secret.is("hunter22") && !secret.is(""));
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
