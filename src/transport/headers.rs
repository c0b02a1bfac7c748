//! Heads of requests, read: a header's text, the host that is asked, whose page asks, what a body is. Pure.

use actix_web::http::{
    Uri,
    header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, IF_NONE_MATCH, TRANSFER_ENCODING},
    uri::Authority,
};
use url::{ParseError, Url};

/// A header's value; `None` where there is none, or none that is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The host that is asked for: what a trusted proxy tells, else what the request says, in its target where
/// that names one and in its headers otherwise (RFC 9112, section 3.2.2).
pub(super) fn asked_host<'a>(uri: &'a Uri, headers: &'a HeaderMap, told: Option<&'a str>) -> Option<&'a str> {
    told.or_else(|| uri.authority().map(Authority::as_str))
        // What is no text is no host, rather than none.
        .or_else(|| headers.get(&HOST).map(|host| host.to_str().unwrap_or("?")))
}

/// The host of a `Host` header, read as browsers read addresses.
///
/// # Errors
/// What names no host.
pub(super) fn host_of(authority: &str) -> Result<Url, ParseError> {
    Url::parse(&format!("http://{authority}/"))
}

/// Whether an origin is this server's own, by the name that the request has for it. To who came by HTTPS no
/// page is that came without: anybody on its way may have written it. The other way round a proxy that nobody
/// has named may have encrypted it.
pub(super) fn is_own(origin: &str, host: Option<&str>, is_https: bool) -> bool {
    let parts = origin.split_once("://").zip(host);
    parts.is_some_and(|((scheme, of), own)| {
        of.eq_ignore_ascii_case(own) && (!is_https || scheme.eq_ignore_ascii_case("https"))
    })
}

/// Whether a client has what is tagged like that, by its `If-None-Match` (RFC 9110, section 13.1.2).
pub(super) fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let is_it = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
    text(headers, &IF_NONE_MATCH).is_some_and(|known| known.split(',').map(str::trim).any(is_it))
}

/// Whether a media type is that of JSON, whatever its parameters.
pub(super) fn is_json(kind: &str) -> bool {
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Bytes that a body has by its head; `None` where it says nothing of that, or no number.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    text(headers, &CONTENT_LENGTH)?.parse().ok()
}

/// Whether a body follows a head.
pub(super) fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(&TRANSFER_ENCODING) || announced(headers).is_some_and(|bytes| bytes > 0)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_target_says_which_host_is_asked_before_the_header_does() {
        let of = |target: &str, header: Option<&'static str>, told| {
            let uri: Uri = target.parse().expect("a target");
            let headers: HeaderMap =
                header.map(|host| (HOST, HeaderValue::from_static(host))).into_iter().collect();
            asked_host(&uri, &headers, told).map(str::to_owned)
        };
        let own = Some("127.0.0.1:6732");
        for (target, header, told, expected) in [
            ("/api/status", own, None, own),
            ("//evil.example/api/status", own, None, own),
            ("http://evil.example/api/status", own, None, Some("evil.example")),
            ("http://cam@evil.example:80/", own, None, Some("cam@evil.example:80")),
            ("evil.example:443", own, None, Some("evil.example:443")),
            ("http://evil.example/", own, Some("cams.example"), Some("cams.example")),
            ("/", None, None, None),
        ] {
            assert_eq!(of(target, header, told).as_deref(), expected, "{target}");
        }
    }

    #[test]
    fn to_who_came_by_https_a_page_that_did_not_is_another_sites() {
        let host = Some("cam.local:6732");
        for (origin, by_http, by_https) in [
            ("http://cam.local:6732", true, false),
            ("https://cam.local:6732", true, true),
            ("HTTPS://CAM.local:6732", true, true),
            ("https://cam.local", false, false),
            ("null", false, false),
        ] {
            assert_eq!(
                (is_own(origin, host, false), is_own(origin, host, true)),
                (by_http, by_https),
                "{origin}"
            );
        }
        assert!(!is_own("https://cam.local", None, true));
    }

    #[test]
    fn what_a_client_has_is_known_by_its_tag() {
        let has = |known: &'static str| {
            let headers: HeaderMap = [(IF_NONE_MATCH, HeaderValue::from_static(known))].into_iter().collect();
            has_already(&headers, "\"7-1a\"")
        };
        assert!(["\"7-1a\"", "W/\"7-1a\"", "\"8-0\", \"7-1a\"", "*"].into_iter().all(has));
        assert!(!["\"7-1b\"", "7-1a", "", "\"\""].into_iter().any(has));
        assert!(!has_already(&HeaderMap::new(), "\"7-1a\""));
    }
}
