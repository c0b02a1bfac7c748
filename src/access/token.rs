//! Signed tokens: JSON Web Tokens (RFC 7519) of one algorithm, one audience and a few claims.
//!
//! Claims in and a text out, and the way back. The time is passed in; whether a token was revoked is
//! `accounts`'. The header must be one of two texts to the byte, so there is no algorithm to be chosen by
//! whoever shows a token.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer};
use serde_json::json;
use thiserror::Error;

use super::{
    key::{Key, from_url64, url64},
    right::Right,
    role::Role,
    scope::Scope,
    who::Who,
};

/// Whom tokens are for: those of other programs with the same secret are none of ours.
pub const AUDIENCE: &str = "steadycast";

/// Longest time for which a token is valid.
pub const MOST_TTL: Duration = Duration::from_secs(366 * 86_400);

/// For how many seconds a token may be made valid.
pub const TTL_SECONDS: RangeInclusive<u64> = 60..=MOST_TTL.as_secs();

/// Longest token that is read, bytes: one that names 64 cameras has less than 3,800.
pub const LONGEST_TOKEN: usize = 4096;

/// Longest name of whom a token is for, characters.
pub const LONGEST_NAME: usize = 32;

/// Longest id of a token, bytes.
pub const LONGEST_ID: usize = 64;

/// The header that is written.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The other header that is read, as some libraries write it.
const OTHER_HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// What `use` says of share links.
const SHARE: &str = "share";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Name of the token, by which it is revoked.
    pub id: String,
    /// What it lets do at most.
    pub role: Role,
    /// For which cameras.
    pub scope: Scope,
    /// For whom it was made.
    pub name: Option<String>,
    /// When it was made, seconds since 1970.
    pub issued_s: u64,
    /// When it ends, seconds since 1970.
    pub until_s: u64,
    /// Whether it is a share link's.
    pub share: bool,
}

impl Claims {
    /// Returns what the token gives; it was signed by the key of that number.
    pub fn right(&self, key: u64) -> Right {
        let id: Arc<str> = Arc::from(&*self.id);
        let who = match self.share {
            true => Who::Share { id, key },
            false => Who::Token { id, name: self.name.as_deref().map(Arc::from), key },
        };
        Right { role: self.role, scope: self.scope.clone(), who, until_s: Some(self.until_s), session: None }
    }
}

/// Why a text is no valid token. Nothing of the text is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The text does not look like a token of ours.
    #[error("this is no token")]
    Malformed,
    /// Somebody else has signed it, or it was changed.
    #[error("the token was not signed by this server")]
    Signature,
    /// The token is for another program.
    #[error("the token is for something else")]
    Audience,
    /// The time of the token has passed.
    #[error("the token has expired")]
    Expired,
    /// The token says what cannot be.
    #[error("the token says what this server does not understand")]
    Claims,
}

/// The claims as they are written. One that is there twice is refused, and so is `null`.
#[derive(Deserialize)]
struct Payload {
    aud: String,
    jti: String,
    role: String,
    #[serde(default, deserialize_with = "given")]
    cams: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    sub: Option<String>,
    iat: u64,
    exp: u64,
    #[serde(default, rename = "use", deserialize_with = "given")]
    used: Option<String>,
}

/// Reads what is there; `null` is not: without a list of cameras a token would be for all.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Returns the token that says so.
pub fn sign(key: &Key, claims: &Claims) -> String {
    let mut payload = json!({
        "aud": AUDIENCE,
        "jti": claims.id,
        "role": claims.role.name(),
        "iat": claims.issued_s,
        "exp": claims.until_s,
    });
    if let Some(names) = claims.scope.names() {
        payload["cams"] = json!(names);
    }
    if let Some(name) = &claims.name {
        payload["sub"] = json!(name);
    }
    if claims.share {
        payload["use"] = json!(SHARE);
    }
    let signed = format!("{}.{}", url64(HEADER.as_bytes()), url64(payload.to_string().as_bytes()));
    let tag = url64(&key.sign(signed.as_bytes()));
    format!("{signed}.{tag}")
}

/// Reads a token at a second since 1970. The signature is looked at before anything that it signs.
///
/// # Errors
/// Why it is none, or no valid one.
pub fn read(key: &Key, text: &str, now_s: u64) -> Result<Claims, TokenError> {
    let claims = read_at_any_time(key, text)?;
    if now_s >= claims.until_s {
        return Err(TokenError::Expired);
    }
    // Ids of revoked tokens are forgotten once no token made until then can be valid.
    if claims.until_s - now_s > MOST_TTL.as_secs() { Err(TokenError::Claims) } else { Ok(claims) }
}

/// Whether a text may be a signed token, by whatever key.
pub fn looks_signed(text: &str) -> bool {
    text.len() <= LONGEST_TOKEN && text.matches('.').count() == 2
}

/// Reads a token that may have ended, to revoke it.
///
/// # Errors
/// Why it is none of ours.
pub fn read_at_any_time(key: &Key, text: &str) -> Result<Claims, TokenError> {
    if text.len() > LONGEST_TOKEN {
        return Err(TokenError::Malformed);
    }
    let (signed, tag) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let tag = from_url64(tag).ok_or(TokenError::Malformed)?;
    if !key.is(signed.as_bytes(), &tag) {
        return Err(TokenError::Signature);
    }
    let header = from_url64(header).ok_or(TokenError::Malformed)?;
    if header != HEADER.as_bytes() && header != OTHER_HEADER.as_bytes() {
        return Err(TokenError::Malformed);
    }
    let payload = from_url64(payload).ok_or(TokenError::Malformed)?;
    let payload: Payload = serde_json::from_slice(&payload).map_err(|_| TokenError::Claims)?;
    if payload.aud != AUDIENCE {
        return Err(TokenError::Audience);
    }
    claims_of(payload).ok_or(TokenError::Claims)
}

/// Returns what a payload says, where that can be.
fn claims_of(payload: Payload) -> Option<Claims> {
    let Payload { jti, role, cams, sub, iat, exp, used, .. } = payload;
    let role: Role = role.parse().ok()?;
    let scope = match &cams {
        Some(names) => Scope::of(names.iter().map(String::as_str)).ok()?,
        None => Scope::All,
    };
    let share = used.is_some();
    let is_limited = scope != Scope::All;
    let fits = exp > iat
        && is_id(&jti)
        && sub.as_deref().is_none_or(is_name)
        && used.is_none_or(|used| used == SHARE)
        // Whoever may change cameras may change all of them, and a link shows what it names.
        && !(is_limited && role == Role::Admin)
        && (!share || is_limited);
    fits.then_some(Claims { id: jti, role, scope, name: sub, issued_s: iat, until_s: exp, share })
}

/// Whether a text may be the id of a token: 1 to 64 letters, digits, `.`, `-` and `_`.
pub fn is_id(text: &str) -> bool {
    let known = |letter: u8| letter.is_ascii_alphanumeric() || b".-_".contains(&letter);
    !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(known)
}

/// Whether a text may say for whom a token is: 1 to 32 characters, none of which controls anything.
pub fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(&[7; 32]).expect("long enough")
    }

    fn claims() -> Claims {
        Claims {
            id: "0a1b2c".to_owned(),
            role: Role::Viewer,
            scope: Scope::parse("yard,gate").expect("names"),
            name: Some("guard".to_owned()),
            issued_s: 1_000,
            until_s: 2_000,
            share: false,
        }
    }

    /// A token of that header and payload, rightly signed.
    fn signed(header: &str, payload: &str) -> String {
        let signed = [url64(header.as_bytes()), url64(payload.as_bytes())].join(".");
        let tag = url64(&key().sign(signed.as_bytes()));
        [signed, tag].join(".")
    }

    #[test]
    fn what_is_signed_is_read_until_it_ends() {
        for claims in [
            claims(),
            Claims { scope: Scope::All, name: None, role: Role::Admin, ..claims() },
            Claims { share: true, name: None, ..claims() },
        ] {
            let token = sign(&key(), &claims);
            assert_eq!(read(&key(), &token, 1_999), Ok(claims.clone()));
            assert_eq!(read(&key(), &token, 2_000), Err(TokenError::Expired), "there is no leeway");
            assert_eq!(read_at_any_time(&key(), &token), Ok(claims));
            assert!(looks_signed(&token) && !looks_signed("open sesame") && !looks_signed("a.b.c.d"));
            assert_eq!(read(&Key::new(&[8; 32]).expect("long"), &token, 1_500), Err(TokenError::Signature));
        }
    }

    #[test]
    fn a_token_gives_what_it_says_to_whom_it_names() {
        let right = claims().right(1);
        assert!(right.scope.allows("yard") && !right.scope.allows("hall") && right.is_over(2_000));
        assert_eq!((right.role, right.who.to_string()), (Role::Viewer, "token 0a1b2c (guard)".to_owned()));
        let shared = Claims { share: true, ..claims() }.right(1);
        assert_eq!(
            (shared.who.to_string(), shared.who.id()),
            ("share link 0a1b2c".to_owned(), Some("0a1b2c"))
        );
    }

    #[test]
    fn the_algorithm_is_not_chosen_by_whoever_shows_a_token() {
        let token = sign(&key(), &claims());
        let payload = token.split('.').nth(1).and_then(from_url64).expect("a payload");
        let payload = String::from_utf8(payload).expect("JSON");
        assert!(read(&key(), &signed(OTHER_HEADER, &payload), 1_500).is_ok());
        for header in [
            r#"{"alg":"none","typ":"JWT"}"#,
            r#"{"alg":"HS512","typ":"JWT"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"HS256","typ":"JWT","crit":["x"]}"#,
            r#"{"alg": "HS256","typ":"JWT"}"#,
            "",
        ] {
            assert_eq!(
                read(&key(), &signed(header, &payload), 1_500),
                Err(TokenError::Malformed),
                "{header}"
            );
        }
        // What says that it is signed by nothing is not.
        let none = url64(br#"{"alg":"none","typ":"JWT"}"#);
        let unsigned = format!("{none}.{}.", url64(payload.as_bytes()));
        assert_eq!(read(&key(), &unsigned, 1_500), Err(TokenError::Signature));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let token = sign(&key(), &claims());
        let long = "a".repeat(LONGEST_TOKEN + 1);
        for odd in ["", ".", "..", "a", "a.b", "a.b.c.", &token[..token.len() - 1], &long] {
            assert!(read(&key(), odd, 1_500).is_err(), "{odd:?}");
        }
        for (n, letter) in token.char_indices() {
            let other = if letter == 'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(n..=n, other);
            assert!(read(&key(), &changed, 1_500).is_err(), "letter {n}");
        }
    }

    #[test]
    fn claims_that_cannot_be_are_refused() {
        let rest = r#""aud":"steadycast","jti":"a","iat":1000,"exp":2000"#;
        let of = |claims: &str| read(&key(), &signed(HEADER, &format!("{{{claims}}}")), 1_500);
        assert!(of(&format!(r#"{rest},"role":"viewer","later":{{"a":[1]}}"#)).is_ok());
        for odd in [
            r#""role":"open""#,
            r#""role":"viewer","role":"admin""#,
            r#""role":7"#,
            r#""role":"viewer","cams":null"#,
            r#""role":"viewer","cams":[]"#,
            r#""role":"viewer","cams":"yard""#,
            r#""role":"viewer","cams":["../yard"]"#,
            r#""role":"admin","cams":["yard"]"#,
            r#""role":"viewer","sub":"\u0007""#,
            r#""role":"viewer","use":"share""#,
            r#""role":"viewer","use":"else""#,
            r#""role":"viewer","exp":3000"#,
        ] {
            assert_eq!(of(&format!("{rest},{odd}")), Err(TokenError::Claims), "{odd}");
        }
        for odd in [
            r#""aud":"steadycast","jti":"a","iat":1000,"exp":-1,"role":"viewer""#,
            r#""aud":"steadycast","jti":"a","iat":1000,"exp":2e3,"role":"viewer""#,
            r#""aud":"steadycast","jti":"a b","iat":1000,"exp":2000,"role":"viewer""#,
            r#""aud":"steadycast","jti":"a","iat":1000,"exp":99999999999,"role":"viewer""#,
            r#""aud":["steadycast"],"jti":"a","iat":1000,"exp":2000,"role":"viewer""#,
            r#""aud":"steadycast","iat":1000,"exp":2000,"role":"viewer""#,
        ] {
            assert_eq!(of(odd), Err(TokenError::Claims), "{odd}");
        }
        let else_where = rest.replace("steadycast", "elsewhere");
        assert_eq!(of(&format!(r#"{else_where},"role":"viewer""#)), Err(TokenError::Audience));
    }
}
