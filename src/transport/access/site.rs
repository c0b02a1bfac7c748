//! Sites: by which name a request asks, and whether a page of another one does. Pure.
//!
//! A page of any site can make a browser on this network send requests here, by a name of its own too (DNS
//! rebinding). Browsers say so in `Host`, `Origin` and `Sec-Fetch-Site`; programs that are no browsers send
//! none of that and are not held up.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_TYPE, HeaderMap, HeaderName, ORIGIN, REFERER},
};
use url::Url;

use super::peer::Peer;
use crate::transport::{
    error::Problem,
    headers::{asked_host, host_of, is_json, is_own, text},
};

/// Header that a program sends with a change: a page of another site cannot add one unasked.
const INTENT: HeaderName = HeaderName::from_static("x-steadycast");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// How a request calls this server, and comes to it.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The host that is asked for; `None` of what is no browser and names none.
    pub host: Option<&'a str>,
    /// Whether the way is encrypted as far as its last trusted stretch.
    pub is_https: bool,
}

impl<'a> Own<'a> {
    /// Returns how a request of that peer calls this server.
    pub fn of(request: &'a HttpRequest, peer: &'a Peer) -> Own<'a> {
        let host = asked_host(request.uri(), request.headers(), peer.host.as_deref());
        Own { host, is_https: peer.is_https }
    }

    fn is_origin(self, origin: &str) -> bool {
        is_own(origin, self.host, self.is_https)
    }
}

/// Lets names pass by which nobody else can lead a browser here: addresses, this machine's own names, and
/// those that were allowed. `host` is what was asked for; none is sent by what is no browser.
///
/// # Errors
/// [`Problem::Host`]; [`Problem::NoHost`] where what was asked for is none.
pub fn known_host(host: Option<&str>, allowed: &[String]) -> Result<(), Problem> {
    let Some(authority) = host else { return Ok(()) };
    let url = host_of(authority).map_err(|_| Problem::NoHost)?;
    let host = url.host_str().unwrap_or_default();
    let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_local = host == "localhost" || host.ends_with(".localhost") || is_this_machine(host);
    let is_allowed = allowed
        .iter()
        .filter_map(|origin| Url::parse(origin).ok())
        .any(|origin| origin.host_str() == Some(host));
    if is_address || is_local || is_allowed { Ok(()) } else { Err(Problem::Host(shorten(host))) }
}

fn is_this_machine(host: &str) -> bool {
    let system = rustix::system::uname();
    let name = system.nodename().to_string_lossy().to_ascii_lowercase();
    !name.is_empty() && host.strip_suffix(".local").unwrap_or(host) == name
}

/// Lets a page of this server or of an allowed site pass; or what is no page at all.
///
/// # Errors
/// [`Problem::Origin`].
pub fn known_origin(headers: &HeaderMap, own: Own, allowed: &[String]) -> Result<(), Problem> {
    let is_known = |origin: &str| own.is_origin(origin) || allowed.iter().any(|known| known == origin);
    if let Some(origin) = headers.get(&ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        return if is_known(origin) { Ok(()) } else { Err(Problem::Origin(shorten(origin))) };
    }
    // Pictures and frames are requested without an Origin header, but newer browsers say that another site
    // does.
    let opened = text(headers, &SEC_FETCH_MODE) == Some("navigate")
        && text(headers, &SEC_FETCH_DEST) == Some("document");
    if !is_cross_site(headers) || opened {
        return Ok(());
    }
    let referer = text(headers, &REFERER)
        .and_then(|referer| Url::parse(referer).ok())
        .map(|url| url.origin().ascii_serialization());
    match referer {
        Some(origin) if is_known(&origin) => Ok(()),
        Some(origin) => Err(Problem::Origin(shorten(&origin))),
        None => Err(Problem::Origin("another site".to_owned())),
    }
}

/// Whether a browser says that a page of another site had it send this.
pub fn is_cross_site(headers: &HeaderMap) -> bool {
    text(headers, &SEC_FETCH_SITE).is_some_and(|site| matches!(site, "cross-site" | "same-site"))
}

/// Whether a page of another site asks, an allowed one or not.
pub fn is_foreign(headers: &HeaderMap, own: Own) -> bool {
    headers.get(&ORIGIN).is_some_and(|origin| !origin.to_str().is_ok_and(|origin| own.is_origin(origin)))
}

/// Whether a host means this machine, by a name that means nothing else anywhere.
pub fn is_here(host: Option<&str>) -> bool {
    let Some(host) = host.and_then(|host| host_of(host).ok()) else { return false };
    match host.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Refuses what a page of another site may have had a browser send without a credential, such as a form: no
/// such page can add a header, or claim that a text is JSON, without being allowed to.
///
/// # Errors
/// [`Problem::ForeignChange`], [`Problem::CrossSite`], [`Problem::Intent`].
pub fn meant(headers: &HeaderMap, own: Own) -> Result<(), Problem> {
    not_foreign(headers, own)?;
    if headers.contains_key(&ORIGIN) {
        return Ok(());
    }
    if is_cross_site(headers) {
        return Err(Problem::CrossSite);
    }
    let is_json = text(headers, &CONTENT_TYPE).is_some_and(is_json);
    if is_json || says_so(headers) { Ok(()) } else { Err(Problem::Intent) }
}

/// Refuses a change that comes with a cookie, which a browser adds to what any page has it send, unless a
/// page of this server says by itself that it sends it.
///
/// # Errors
/// [`Problem::ForeignChange`], [`Problem::CrossSite`].
pub fn by_own_page(headers: &HeaderMap, own: Own) -> Result<(), Problem> {
    not_foreign(headers, own)?;
    let is_same = text(headers, &SEC_FETCH_SITE) == Some("same-origin");
    let says_so = is_same || (says_so(headers) && !is_cross_site(headers));
    if headers.contains_key(&ORIGIN) && says_so { Ok(()) } else { Err(Problem::CrossSite) }
}

/// Refuses pages of other sites.
///
/// # Errors
/// [`Problem::ForeignChange`].
pub fn not_foreign(headers: &HeaderMap, own: Own) -> Result<(), Problem> {
    if is_foreign(headers, own) { Err(Problem::ForeignChange) } else { Ok(()) }
}

fn says_so(headers: &HeaderMap) -> bool {
    headers.get(&INTENT).is_some_and(|value| value == "1")
}

/// Errors repeat what was sent, as far as that is reasonable.
fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HOST, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            let name: HeaderName = name.parse().expect("a header name");
            (name, HeaderValue::from_str(value).expect("a header value"))
        };
        pairs.iter().map(pair).collect()
    }

    fn passes(pairs: &[(&str, &str)], allowed: &[&str]) -> bool {
        let (headers, allowed) =
            (headers(pairs), allowed.iter().map(|origin| (*origin).to_owned()).collect::<Vec<_>>());
        let own = Own { host: text(&headers, &HOST), is_https: false };
        known_host(own.host, &allowed).and_then(|()| known_origin(&headers, own, &allowed)).is_ok()
    }

    #[test]
    fn programs_that_are_no_browsers_pass() {
        for host in ["127.0.0.1:6732", "[::1]:6732", "192.168.1.20", "localhost:6732", "cam.localhost"] {
            assert!(passes(&[("host", host)], &[]), "{host}");
        }
        assert!(passes(&[], &[]));
    }

    #[test]
    fn a_name_that_is_not_ours_is_refused() {
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b"] {
            assert!(!passes(&[("host", host)], &[]), "{host}");
        }
        assert!(passes(&[("host", "cams.example")], &["https://cams.example"]));
        for none in ["", "a b", ":80", "?"] {
            assert!(matches!(known_host(Some(none), &[]), Err(Problem::NoHost)), "{none:?}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let host = ("host", "127.0.0.1:6732");
        assert!(passes(&[host, ("origin", "http://127.0.0.1:6732")], &[]));
        for origin in
            ["http://evil.example", "http://127.0.0.1:3000", "null", "http://127.0.0.1:6732.evil.example"]
        {
            assert!(!passes(&[host, ("origin", origin)], &[]), "{origin}");
        }
        assert!(passes(&[host, ("origin", "http://127.0.0.1:3000")], &["http://127.0.0.1:3000"]));
    }

    #[test]
    fn a_picture_put_into_a_foreign_page_is_refused() {
        let embedded =
            [("host", "localhost:6732"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
        assert!(!passes(&embedded, &[]));
        assert!(!passes(&[&embedded[..], &[("referer", "http://evil.example/page")]].concat(), &[]));
        assert!(passes(
            &[&embedded[..], &[("referer", "http://wall.example/page")]].concat(),
            &["http://wall.example"]
        ));
    }

    #[test]
    fn following_a_link_from_another_site_is_allowed_and_framing_is_not() {
        let navigation =
            [("host", "localhost:6732"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert!(passes(&[&navigation[..], &[("sec-fetch-dest", "document")]].concat(), &[]));
        assert!(!passes(&[&navigation[..], &[("sec-fetch-dest", "iframe")]].concat(), &[]));
    }

    const OWN: (&str, &str) = ("origin", "http://127.0.0.1:6732");
    const HERE: Own = Own { host: Some("127.0.0.1:6732"), is_https: false };

    #[test]
    fn what_a_foreign_page_can_send_unasked_is_not_meant() {
        let is_meant = |pairs: &[(&str, &str)]| meant(&headers(pairs), HERE).is_ok();
        assert!(is_meant(&[("content-type", "application/json; charset=utf-8")]));
        assert!(is_meant(&[("content-type", "multipart/form-data; boundary=x"), ("x-steadycast", "1")]));
        assert!(is_meant(&[OWN]));
        for origin in ["https://wall.example", "http://127.0.0.1:3000", "null"] {
            assert!(!is_meant(&[("origin", origin), ("content-type", "application/json")]), "{origin}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"] {
            assert!(!is_meant(&[("content-type", kind)]), "{kind}");
        }
        assert!(!is_meant(&[]) && !is_meant(&[("x-steadycast", "0")]));
        assert!(!is_meant(&[("x-steadycast", "1"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn a_change_with_a_cookie_is_taken_from_a_page_of_ours_that_says_so() {
        let is_ours = |pairs: &[(&str, &str)]| by_own_page(&headers(pairs), HERE).is_ok();
        assert!(is_ours(&[OWN, ("sec-fetch-site", "same-origin")]));
        assert!(is_ours(&[OWN, ("x-steadycast", "1")]));
        for odd in [
            &[][..],
            &[OWN],
            &[("x-steadycast", "1")],
            &[("sec-fetch-site", "same-origin")],
            &[OWN, ("x-steadycast", "1"), ("sec-fetch-site", "same-site")],
            &[("origin", "https://wall.example"), ("x-steadycast", "1")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        ] {
            assert!(!is_ours(odd), "{odd:?}");
        }
    }

    #[test]
    fn under_https_the_page_of_before_it_is_another_sites() {
        let own = Own { is_https: true, ..HERE };
        let heads = |origin| headers(&[("origin", origin), ("x-steadycast", "1")]);
        let (plain, encrypted) = (heads("http://127.0.0.1:6732"), heads("https://127.0.0.1:6732"));
        assert!(known_origin(&encrypted, own, &[]).is_ok() && by_own_page(&encrypted, own).is_ok());
        assert!(known_origin(&plain, own, &[]).is_err() && by_own_page(&plain, own).is_err());
        let allowed = ["http://127.0.0.1:6732".to_owned()];
        assert!(known_origin(&plain, own, &allowed).is_ok(), "it may watch");
        assert!(by_own_page(&plain, own).is_err() && meant(&plain, own).is_err(), "and changes nothing");
    }

    #[test]
    fn only_names_that_mean_this_machine_everywhere_are_here() {
        for host in ["localhost", "localhost:80", "127.0.0.1:6732", "127.9.9.9", "[::1]:6732"] {
            assert!(is_here(Some(host)), "{host}");
        }
        for host in ["camera.local", "192.168.1.2", "localhost.evil.example", "a b"] {
            assert!(!is_here(Some(host)), "{host}");
        }
        assert!(!is_here(None));
    }
}
