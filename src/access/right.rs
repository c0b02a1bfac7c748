//! Rights: what a credential gives, to whom, for which cameras, and until when.

use std::fmt;

use super::{role::Role, scope::Scope, who::Who};

/// The hash of a session's cookie, by which the session is known; the cookie itself is kept nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub [u8; 32]);

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// What a credential gives. Whether it still does is asked again while a stream goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// What the credential lets do at most.
    pub role: Role,
    /// Cameras that the credential is for.
    pub scope: Scope,
    /// Who has shown the credential.
    pub who: Who,
    /// Second since 1970 at which the right ends; `None` where it does not by itself.
    pub until_s: Option<u64>,
    /// Session that the right comes by; `None` where the credential itself was shown.
    pub session: Option<SessionKey>,
}

impl Right {
    /// Returns the right of somebody who has shown nothing.
    pub fn none() -> Right {
        Right { role: Role::Open, scope: Scope::All, who: Who::Nobody, until_s: None, session: None }
    }

    /// Whether the right's time has passed.
    pub fn is_over(&self, now_s: u64) -> bool {
        self.until_s.is_some_and(|until_s| now_s >= until_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_ends_at_its_second_and_one_without_an_end_does_not() {
        let right = Right { until_s: Some(100), ..Right::none() };
        assert!(!right.is_over(99) && right.is_over(100));
        assert!(!Right::none().is_over(u64::MAX));
    }
}
