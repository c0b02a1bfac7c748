//! How much of an address others may see: pure.
//!
//! What is shown goes to slates, logs and `/api/status`, so in doubt it is left out.

use std::path::Path;

use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    authority::{Likeness, likeness},
    parse::is_plainly_a_path,
};

/// Text that stands for what is left out.
const LEFT_OUT: &str = "…";

/// What cameras call the field of an address that holds a password.
const SECRETS: [&str; 10] =
    ["pass", "password", "passwd", "passphrase", "pwd", "psw", "token", "access_token", "key", "auth"];

/// Most times that an address may have been percent-encoded over again.
const MOST_ENCODINGS: usize = 8;

/// Scheme, host and port, for those who only watch: some servers take the key of a stream as a part of its
/// path that looks like any other.
pub(super) fn public(url: &Url) -> String {
    let Some(host) = host(url) else { return format!("{}://{LEFT_OUT}", url.scheme()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let rest = match behind_host(url) {
        bare @ ("" | "/") => bare.to_owned(),
        _ => format!("/{LEFT_OUT}"),
    };
    format!("{}://{host}{port}{rest}", url.scheme())
}

/// Scheme, host, port and the harmless beginning of the path; where an `@` comes later, nothing of what may
/// stand around it.
pub(super) fn url(url: &Url) -> String {
    let Some(host) = host(url) else { return format!("{}://{LEFT_OUT}", url.scheme()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if holds_at(behind_host(url)) { "/" } else { path(url.path()) };
    let more = path.len() < url.path().len() || url.query().is_some() || url.fragment().is_some();
    format!("{}://{host}{port}{path}{}", url.scheme(), if more { LEFT_OUT } else { "" })
}

/// The host, unless it may be part of a password: where an `@` comes later, what was taken for the host may
/// be a user's name and its port the beginning of a password, unless it is an IP address.
pub(super) fn host(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    (likeness(host) == Likeness::Certain || !holds_at(behind_host(url))).then_some(host)
}

/// Whether an address holds what nobody may see: a user, a password, or a field that is called like one, in
/// the query or, as some cameras take it, in the path.
pub(super) fn holds_secret(url: &Url) -> bool {
    let is_secret = |field: &str| {
        field.split_once('=').is_some_and(|(name, value)| {
            !value.is_empty() && SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
        })
    };
    let has_login = !url.username().is_empty() || url.password().is_some();
    has_login || behind_host(url).split(['/', '?', '&', ';', '#']).any(is_secret)
}

fn behind_host(url: &Url) -> &str {
    &url[url::Position::BeforePath..]
}

/// The path up to the first name in it that others may not see. Some cameras take user and password there, as
/// `user=admin&password=…`.
fn path(path: &str) -> &str {
    let is_harmless =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~' | '+' | ',');
    match path.find(|c| !is_harmless(c)) {
        None => path,
        Some(odd) => &path[..path[..odd].rfind('/').map_or(0, |slash| slash + 1)],
    }
}

/// Whether a text holds an `@`, however often it was percent-encoded.
fn holds_at(text: &str) -> bool {
    let mut text = text.to_owned();
    for _ in 0..MOST_ENCODINGS {
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            break;
        }
        text = decoded;
    }
    text.contains('@')
}

/// A file's name. A stream's address without its scheme looks like one, with the password before its `@` or
/// behind its `?`.
pub(super) fn file(path: &Path) -> String {
    let text = path.to_string_lossy();
    let (before, rest) = match text.rsplit_once('@') {
        Some((_, rest)) => (LEFT_OUT.to_owned() + "@", rest),
        None => (String::new(), &*text),
    };
    let suspicious: &[char] = match before.is_empty() {
        true if is_plainly_a_path(&text) => &[],
        true => &['?', '&', '='],
        false => &['?', '&', '=', ':', ';', '#', '%'],
    };
    match rest.find(suspicious) {
        None => before + rest,
        Some(odd) => before + &rest[..rest[..odd].rfind('/').map_or(0, |slash| slash + 1)] + LEFT_OUT,
    }
}
