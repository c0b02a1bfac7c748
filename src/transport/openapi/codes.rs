//! Codes of errors that many routes may answer: by role, cost, method and body. Pure.

use crate::access::Role;

/// What decides which codes an operation shares with others.
pub struct Kind {
    /// What one must be allowed to.
    pub role: Role,
    /// Whether one must be allowed to see every camera.
    pub whole: bool,
    /// Whether it changes something by its method.
    pub changes: bool,
    /// Whether it reads a body.
    pub has_body: bool,
    /// Whether it may be asked for only so often.
    pub is_bounded: bool,
}

/// Codes that any request may be answered with: it names another host, comes from a page of another site, is
/// too long, has a body that nobody reads, or meets a fault.
const ANY: [&str; 5] = ["unknown_host", "foreign_origin", "address_too_long", "body_too_large", "internal"];

/// Codes of who shows no credential where one is needed, or a wrong one, or too many of those.
const VIEWERS: [&str; 4] = ["token_needed", "wrong_credential", "session_over", "too_many"];

/// Codes of who may watch, and wants more.
const ADMINS: [&str; 1] = ["admin_token_needed"];

/// Codes of who may see some cameras where all are concerned.
const WHOLE: [&str; 1] = ["whole_house_only"];

/// Codes of changes that are not meant.
const CHANGES: [&str; 2] = ["unclear_intent", "cross_site"];

/// Codes of bodies that cannot be read.
const BODIES: [&str; 3] = ["bad_body", "wrong_media_type", "stalled"];

/// Codes of bounds on how often somebody may ask.
const OFTEN: [&str; 1] = ["too_many"];

/// Returns the codes that operations of that kind share.
pub fn shared(kind: &Kind) -> impl Iterator<Item = &'static str> + use<> {
    let given = |codes: &'static [&'static str], when: bool| if when { codes } else { &[] };
    [
        given(&ANY, true),
        given(&VIEWERS, kind.role >= Role::Viewer),
        given(&ADMINS, kind.role == Role::Admin),
        given(&WHOLE, kind.whole),
        given(&CHANGES, kind.changes),
        given(&BODIES, kind.has_body),
        given(&OFTEN, kind.is_bounded),
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_looks_is_not_told_of_changes() {
        let looks =
            Kind { role: Role::Viewer, whole: false, changes: false, has_body: false, is_bounded: false };
        let codes: Vec<&str> = shared(&looks).collect();
        assert!(codes.contains(&"token_needed") && codes.contains(&"unknown_host"));
        for odd in ["admin_token_needed", "unclear_intent", "bad_body", "whole_house_only"] {
            assert!(!codes.contains(&odd), "{odd}");
        }
        let all = Kind { role: Role::Admin, whole: true, changes: true, has_body: true, is_bounded: true };
        let few = ADMINS.len() + WHOLE.len() + OFTEN.len();
        let every = ANY.len() + VIEWERS.len() + CHANGES.len() + BODIES.len() + few;
        assert_eq!(shared(&all).count(), every);
    }
}
