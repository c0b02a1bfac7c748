//! Tokens that are made: what is wished for, checked, and the claims that come of it.

use std::time::Duration;

use crate::access::{
    Role, Scope,
    key::{hex, random},
    token::{Claims, MOST_TTL},
};

/// What a token is to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What the token lets do at most.
    pub role: Role,
    /// Cameras that the token is for.
    pub scope: Scope,
    /// Name of whom the token is for.
    pub name: Option<String>,
    /// Time for which the token is valid, up to 366 days.
    pub ttl: Duration,
    /// Whether the token is a share link's.
    pub share: bool,
}

/// Returns the claims of a token that is made at a second since 1970, with an id that no other has.
pub fn minted(wish: Wish, now_s: u64) -> Claims {
    let Wish { role, scope, name, ttl, share } = wish;
    let id = hex(&random::<8>());
    let until_s = now_s.saturating_add(ttl.min(MOST_TTL).as_secs().max(1));
    Claims { id, role, scope, name, issued_s: now_s, until_s, share }
}
