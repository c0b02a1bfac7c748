//! Roles: what somebody may do at most.

use std::str::FromStr;

/// What somebody may do; each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whoever asks: may learn whether the process lives, and log in.
    Open,
    /// Somebody who may watch.
    Viewer,
    /// Somebody who may change cameras, and see who changed what.
    Admin,
}

impl Role {
    /// Returns the role's name, as it stands in tokens, answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Open => "open",
            Role::Viewer => "viewer",
            Role::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = &'static str;

    /// Reads a role that a credential may have.
    ///
    /// # Errors
    /// Where it is neither viewer nor admin.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "viewer" => Ok(Role::Viewer),
            "admin" => Ok(Role::Admin),
            _ => Err("is neither viewer nor admin"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_those_before_it_may() {
        assert!(Role::Open < Role::Viewer && Role::Viewer < Role::Admin);
    }

    #[test]
    fn a_credential_is_a_viewers_or_an_admins() {
        for role in [Role::Viewer, Role::Admin] {
            assert_eq!(role.name().parse(), Ok(role));
        }
        for odd in ["open", "Admin", "admin ", ""] {
            assert!(odd.parse::<Role>().is_err(), "{odd:?}");
        }
    }
}
