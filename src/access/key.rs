//! Keys that sign tokens, hashes of credentials, and random names; the only user of their library here.
//!
//! Bytes in, bytes out. What is signed is `token`'s, and where a key is kept is `accounts`'.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest as hash},
    hmac::{self, HMAC_SHA256},
    rand::{SecureRandom, SystemRandom},
};
use thiserror::Error;

/// Fewest bytes of a secret that signs: as many as the signature has, by which it cannot be guessed
/// (RFC 7518, section 3.2).
pub const SHORTEST_KEY: usize = 32;

/// A secret of too few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the secret has fewer than 32 bytes, and could be guessed")]
pub struct ShortKey;

/// A key that signs and looks at signatures: HMAC with SHA-256.
#[derive(Clone)]
pub struct Key(hmac::Key);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Makes a key of a secret.
    ///
    /// # Errors
    /// A secret of fewer than 32 bytes.
    pub fn new(secret: &[u8]) -> Result<Key, ShortKey> {
        if secret.len() < SHORTEST_KEY { Err(ShortKey) } else { Ok(Key(hmac::Key::new(HMAC_SHA256, secret))) }
    }

    /// Returns the signature of a text.
    pub fn sign(&self, text: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.0, text);
        tag.as_ref().try_into().expect("HMAC with SHA-256 has 32 bytes")
    }

    /// Whether `tag` is the signature of a text; takes as long wherever they differ.
    pub fn is(&self, text: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, text, tag).is_ok()
    }
}

/// Returns bytes that nobody guesses.
///
/// # Panics
/// Where the system has no randomness, without which nothing here may go on.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    bytes
}

/// Returns the SHA-256 of some bytes.
pub fn digest(text: &[u8]) -> [u8; 32] {
    hash(&SHA256, text).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Returns bytes as letters that mean nothing in addresses, headers and cookies (base64url without padding,
/// RFC 4648, section 5).
pub fn url64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads what [`url64`] wrote; `None` where it did not: each text stands for other bytes.
pub fn from_url64(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Returns bytes as digits and letters, two a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_its_text_and_its_key_alone() {
        // RFC 4231, test case 7, whose key is longer than a block.
        let key = Key::new(&[0xaa; 131]).expect("long enough");
        let text =
            b"This is a test using a larger than block-size key and a larger than block-size data. The \
                     key needs to be hashed before being used by the HMAC algorithm.";
        let tag = key.sign(text);
        assert_eq!(hex(&tag), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
        assert!(key.is(text, &tag));
        let other = Key::new(&[0xab; 131]).expect("long enough");
        assert!(!key.is(b"This", &tag) && !key.is(text, &tag[..31]) && !key.is(text, b""));
        assert!(!other.is(text, &tag));
    }

    #[test]
    fn a_short_secret_makes_no_key_and_none_is_shown() {
        assert_eq!(Key::new(&[7; 31]).err(), Some(ShortKey));
        let key = Key::new(b"an old secret that everybody knows").expect("long enough");
        assert!(!format!("{key:?}").contains("secret"));
    }

    #[test]
    fn a_hash_is_that_of_the_standard() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&digest(b"abc")), known, "FIPS 180-2, appendix B.1");
    }

    #[test]
    fn each_text_stands_for_other_bytes() {
        for bytes in [&b""[..], b"\xfb\xff", b"abc", &random::<32>()] {
            assert_eq!(from_url64(&url64(bytes)).as_deref(), Some(bytes));
        }
        // Padding, letters of the other alphabet, spaces, and bits behind the last byte.
        for odd in ["YQ==", "+/", "YQ ", "YR", "Y", "Y\n"] {
            assert_eq!(from_url64(odd), None, "{odd:?}");
        }
        assert_ne!(random::<16>(), random::<16>());
    }
}
