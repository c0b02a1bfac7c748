//! Tokens as an attacker would make them, signed and unsigned: written anew here, so that a mistake in the
//! server's own code is not made twice.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

/// The head of every right token.
pub const HEAD: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Signs a head and what a token claims, by HMAC with SHA-256.
pub fn signed(head: &str, claims: &str, secret: &str) -> String {
    let text = unsigned(head, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// The two parts of a token that are signed.
pub fn unsigned(head: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims))
}

/// What a token claims; panics where it is none.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("a token has three parts");
    let json = URL_SAFE_NO_PAD.decode(part).expect("its parts are base64");
    serde_json::from_slice(&json).expect("it claims something in JSON")
}

/// Tokens that are like the right one `token`, signed by `secret`, and each wrong in one thing; by name.
pub fn wrong(token: &str, secret: &str) -> Vec<(&'static str, String)> {
    let right = claims(token);
    let text = right.to_string();
    let but = |field: &str, value: Value| {
        let mut claims = right.clone();
        claims[field] = value;
        signed(HEAD, &claims.to_string(), secret)
    };
    let without = |field: &str| {
        let mut claims = right.clone();
        claims.as_object_mut().expect("claims are an object").remove(field);
        signed(HEAD, &claims.to_string(), secret)
    };
    let (parts, tag) = token.rsplit_once('.').expect("a token has three parts");
    let mut old = right.clone();
    for (field, ago_s) in [("iat", 7200), ("exp", 3600)] {
        old[field] = json!(right["iat"].as_u64().expect("a time") - ago_s);
    }
    let none = unsigned(r#"{"alg":"none","typ":"JWT"}"#, &text);
    vec![
        ("expired", signed(HEAD, &old.to_string(), secret)),
        ("never_ends", without("exp")),
        ("ends_in_text", but("exp", json!("tomorrow"))),
        ("ends_negative", but("exp", json!(-1))),
        ("ends_after_all", but("exp", json!(1e300))),
        ("other_audience", but("aud", json!("another program"))),
        ("two_audiences", but("aud", json!(["another program", "steadycast"]))),
        ("no_audience", without("aud")),
        ("no_id", without("jti")),
        ("no_role", without("role")),
        ("odd_role", but("role", json!("owner"))),
        ("open_role", but("role", json!("open"))),
        ("role_in_list", but("role", json!(["admin"]))),
        ("cameras_in_number", but("cams", json!(7))),
        ("forged", signed(HEAD, &text, "another secret of more than thirty-two bytes")),
        ("alg_none", format!("{none}.")),
        ("alg_none_signed", format!("{none}.{tag}")),
        ("alg_none_bare", none),
        ("alg_none_odd", format!("{}.", unsigned(r#"{"alg":"nOnE"}"#, &text))),
        ("alg_hs384", signed(r#"{"alg":"HS384","typ":"JWT"}"#, &text, secret)),
        ("alg_rs256", signed(r#"{"alg":"RS256","typ":"JWT"}"#, &text, secret)),
        ("alg_twice", signed(r#"{"alg":"HS256","alg":"none","typ":"JWT"}"#, &text, secret)),
        ("key_inside", signed(r#"{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}"#, &text, secret)),
        ("kid_path", signed(r#"{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}"#, &text, secret)),
        ("no_tag", format!("{parts}.")),
        ("short_tag", format!("{parts}.{}", &tag[..tag.len() - 4])),
        ("long_tag", format!("{parts}.{tag}AAAA")),
        ("padded_tag", format!("{parts}.{tag}=")),
        ("four_parts", format!("{token}.{tag}")),
        ("two_parts", parts.to_owned()),
        ("dots", "...".to_owned()),
        ("long", format!("{}.{tag}", "a".repeat(5_000))),
        ("nested", signed(HEAD, &"[".repeat(2_000), secret)),
    ]
}
