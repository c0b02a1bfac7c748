//! Passwords: hashes of them, and whether one is it; the only user of its library.
//!
//! Argon2id with 19 MiB, two passes and one lane, which are the library's defaults and what OWASP's "Password
//! Storage Cheat Sheet" names as the least. Blocking: some 30 ms of one processor each.

use std::{ops::RangeInclusive, sync::OnceLock};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, Version, password_hash::phc::Output,
};
use parking_lot::Mutex;

use super::error::AccountsError;
use crate::access::key::{random, url64};

/// How many characters a password has.
const LENGTH: RangeInclusive<usize> = 8..=256;

/// Lets a password pass that a user may have.
///
/// # Errors
/// [`AccountsError::Password`].
pub fn check(password: &str) -> Result<(), AccountsError> {
    if LENGTH.contains(&password.chars().count()) { Ok(()) } else { Err(AccountsError::Password) }
}

/// Returns the hash of a password with all that it takes to compare another one: algorithm, cost and salt.
///
/// # Panics
/// Where the system has no randomness.
pub fn hash(password: &str) -> String {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.expect("the system has randomness, and a password less than 4 GiB").to_string()
}

/// Memory in which passwords are looked at, kept from one to the next: the allocator would keep 19 MiB for
/// each thread that has looked at one.
#[derive(Default)]
pub struct Workspace {
    /// Guards what is not in use, to take a piece or put it back; there are as many as were ever in use at
    /// once, which is one where each has a turn.
    spare: Mutex<Vec<Vec<Block>>>,
}

impl Workspace {
    /// Whether a password is the one of a hash; takes as long where it is not.
    pub fn verify(&self, hash: &str, password: &str) -> bool {
        // What is longer is nobody's, and costs no more to look at.
        if password.chars().count() > *LENGTH.end() {
            return false;
        }
        let mut blocks = self.spare.lock().pop().unwrap_or_default();
        let is_it = is_of(hash, password, &mut blocks) == Some(true);
        self.spare.lock().push(blocks);
        is_it
    }
}

/// Whether a password is the one of a hash; `None` where that is none, or costs more memory than there is.
fn is_of(hash: &str, password: &str, blocks: &mut Vec<Block>) -> Option<bool> {
    let known = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (known.salt?, known.hash?);
    let params = Params::try_from(&known).ok()?;
    let algorithm = Algorithm::new(known.algorithm.as_str()).ok()?;
    let version =
        known.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
    let needed = params.block_count();
    if blocks.len() < needed {
        blocks.try_reserve_exact(needed - blocks.len()).ok()?;
        blocks.resize(needed, Block::new());
    }
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..expected.len())?;
    let argon2 = Argon2::new(algorithm, version, params);
    argon2.hash_password_into_with_memory(password.as_bytes(), &salt, out, blocks.as_mut_slice()).ok()?;
    // The library compares outputs in constant time.
    Output::new(out).ok().map(|found| found == expected)
}

/// Returns a hash of a password that nobody knows, to be compared where there is no such user: who tries
/// names learns nothing from how long an answer takes.
pub fn fake() -> &'static str {
    static FAKE: OnceLock<String> = OnceLock::new();
    FAKE.get_or_init(|| hash(&url64(&random::<32>())))
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn only_the_password_is_it_and_no_hash_is_like_another() {
        let hashed = hash("correct horse");
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        let workspace = Workspace::default();
        assert!(workspace.verify(&hashed, "correct horse"));
        for wrong in ["correct hors", "Correct horse", "", "correct horse ", &"x".repeat(100_000)] {
            assert!(!workspace.verify(&hashed, wrong), "{wrong:.20}");
        }
        assert!(workspace.verify(&hashed, "correct horse"), "whatever was looked at before");
        assert_eq!(workspace.spare.lock().len(), 1, "one after the other needs no more");
        assert_ne!(hash("correct horse"), hashed);
    }

    #[test]
    fn what_the_library_says_of_a_hash_is_said_here() {
        for cost in ["m=64,t=1,p=1", "m=64,t=3,p=2", "m=19456,t=2,p=1"] {
            let params: Params = cost.parse().expect("costs");
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hashed = argon2.hash_password(b"correct horse").expect("is hashed").to_string();
            for password in ["correct horse", "wrong horse"] {
                let said = Argon2::default().verify_password(password.as_bytes(), hashed.as_str()).is_ok();
                assert_eq!(Workspace::default().verify(&hashed, password), said, "{cost} {password}");
            }
        }
    }

    #[test]
    fn what_is_no_hash_is_nobodys() {
        let workspace = Workspace::default();
        for odd in ["", "correct horse", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ"] {
            assert!(!workspace.verify(odd, "correct horse"), "{odd:?}");
        }
        assert!(!workspace.verify(fake(), "correct horse"));
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        for (length, fits) in [(0, false), (7, false), (8, true), (256, true), (257, false)] {
            assert_eq!(check(&"ü".repeat(length)).is_ok(), fits, "{length}");
        }
    }
}
