//! Heads of requests, read: a header's text, the host that is asked, whose page asks. Pure.

use actix_web::http::header::{HOST, HeaderMap, HeaderName};
use url::{ParseError, Url};

/// A header's value; `None` where there is none, or none that is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The host of a `Host` header, read as browsers read addresses.
///
/// # Errors
/// What names no host.
pub(super) fn host_of(authority: &str) -> Result<Url, ParseError> {
    Url::parse(&format!("http://{authority}/"))
}

/// Whether an origin is this server's own, by the name that the request has for it.
pub(super) fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.zip(text(headers, &HOST)).is_some_and(|(of, own)| of.eq_ignore_ascii_case(own))
}
