//! Who may change things: those who show the admin's token; without one, this machine alone.
//!
//! What a page of another site can have a browser send is refused here even where it reaches this machine: a
//! form, or a text that claims to be none.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN},
};

use super::{
    error::Problem,
    headers::{host_of, is_own, text},
};
use crate::nouns::secret::Secret;

/// Header that a program sends with a form or a file: a page of another site cannot add one unasked.
const INTENT: HeaderName = HeaderName::from_static("x-steadycast");

/// Headers by which a proxy says that it is one, or for whom it asks; and what such headers begin with.
const PROXIED: [&str; 3] = ["forwarded", "via", "x-real-ip"];
const FORWARDED: &str = "x-forwarded-";

/// Who may change things.
#[derive(Clone, Debug)]
pub struct Admin {
    token: Option<Secret>,
    /// Whether nobody but this machine reaches the port.
    on_loopback: bool,
}

impl Admin {
    /// Lets those change things who show `token`; without one, this machine where the server listens on
    /// loopback.
    pub fn new(token: Option<Secret>, on_loopback: bool) -> Self {
        Admin { token, on_loopback }
    }

    /// Whether there is a token, and this is it.
    pub(super) fn is_token(&self, given: &str) -> bool {
        self.token.as_ref().is_some_and(|token| token.is(given))
    }

    /// Whether a token is wanted.
    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a request without the admin's token may change things.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn allows(&self, request: &HttpRequest) -> Result<(), Problem> {
        if self.has_token() {
            return Err(Problem::AdminToken);
        }
        let peer = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
        let names =
            |name: &HeaderName| name.as_str().starts_with(FORWARDED) || PROXIED.contains(&name.as_str());
        let proxied = request.headers().keys().any(names);
        let here = self.on_loopback && peer && !proxied && is_for_this_machine(request.headers());
        if here { Ok(()) } else { Err(Problem::NotHere) }
    }
}

/// Whether a request names this machine by what means nothing else anywhere.
fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, &HOST).and_then(|host| host_of(host).ok()) else { return false };
    match host.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a page of another site asks.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    text(headers, &ORIGIN).is_some_and(|origin| !is_own(origin, headers))
}

/// Refuses what a page of another site may have had a browser send, also of one that may watch: no such page
/// can show a bearer token, or add a header, without being allowed to.
///
/// # Errors
/// [`Problem::ForeignChange`], [`Problem::Intent`].
pub(super) fn meant(headers: &HeaderMap) -> Result<(), Problem> {
    not_foreign(headers)?;
    if text(headers, &ORIGIN).is_some() {
        return Ok(());
    }
    let kind = text(headers, &CONTENT_TYPE).unwrap_or_default();
    let is_json =
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let says_so = headers.get(INTENT).is_some_and(|value| value == "1");
    if is_json || says_so { Ok(()) } else { Err(Problem::Intent) }
}

/// Refuses pages of other sites that show no bearer token, also of those that may watch.
///
/// # Errors
/// [`Problem::ForeignChange`].
pub(super) fn not_foreign(headers: &HeaderMap) -> Result<(), Problem> {
    if is_foreign(headers) && !headers.contains_key(AUTHORIZATION) {
        return Err(Problem::ForeignChange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(peer: &str) -> TestRequest {
        let host = ("Host", "127.0.0.1:6732");
        TestRequest::default().insert_header(host).peer_addr(peer.parse().expect("an address"))
    }

    #[test]
    fn without_a_token_only_this_machine_may_and_only_on_loopback() {
        let open = Admin::new(None, true);
        for here in ["127.0.0.1:5", "[::1]:5", "[::ffff:127.0.0.1]:5"] {
            assert!(open.allows(&from(here).to_http_request()).is_ok(), "{here}");
            assert!(Admin::new(None, false).allows(&from(here).to_http_request()).is_err(), "{here}");
        }
        assert!(open.allows(&from("10.0.0.9:5").to_http_request()).is_err());
        for odd in [("X-Forwarded-Proto", "https"), ("Via", "1.1 proxy"), ("Host", "camera.local")] {
            let odd = from("127.0.0.1:5").insert_header(odd);
            assert!(open.allows(&odd.to_http_request()).is_err());
        }
        let named = from("127.0.0.1:5").insert_header(("Host", "localhost:80"));
        assert!(open.allows(&named.to_http_request()).is_ok());
        let token = Admin::new(Some(Secret::from("hunter2")), true);
        assert!(token.allows(&from("127.0.0.1:5").to_http_request()).is_err());
        assert!(token.is_token("hunter2") && !token.is_token("") && !open.is_token(""));
    }

    #[test]
    fn what_a_foreign_page_can_send_unasked_is_not_meant() {
        let meant = |headers: &[(&'static str, &'static str)]| {
            let request =
                headers.iter().fold(TestRequest::default(), |request, header| request.insert_header(*header));
            meant(request.to_http_request().headers()).is_ok()
        };
        assert!(meant(&[("content-type", "application/json; charset=utf-8")]));
        assert!(meant(&[("content-type", "multipart/form-data; boundary=x"), ("x-steadycast", "1")]));
        let host = ("host", "127.0.0.1:6732");
        assert!(meant(&[host, ("origin", "http://127.0.0.1:6732")]));
        for origin in ["https://wall.example", "http://127.0.0.1:3000", "null"] {
            assert!(!meant(&[host, ("origin", origin), ("content-type", "application/json")]), "{origin}");
        }
        assert!(meant(&[host, ("origin", "https://wall.example"), ("authorization", "Bearer x")]));
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"] {
            assert!(!meant(&[("content-type", kind)]), "{kind}");
        }
        assert!(!meant(&[]) && !meant(&[("x-steadycast", "0")]));
        let looks = |headers: &[(&'static str, &'static str)]| {
            let request =
                headers.iter().fold(TestRequest::default(), |request, header| request.insert_header(*header));
            not_foreign(request.to_http_request().headers()).is_ok()
        };
        assert!(looks(&[]) && looks(&[host, ("origin", "http://127.0.0.1:6732")]));
        assert!(!looks(&[host, ("origin", "https://wall.example")]));
    }
}
