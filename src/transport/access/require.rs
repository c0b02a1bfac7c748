//! What a request shows, what that gives, and whether what it wants to change is meant.

use std::{borrow::Cow, net::IpAddr, time::Instant};

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{AUTHORIZATION, HeaderMap},
    },
};

use super::{
    grant::{Grant, Way},
    peer::Peer,
    site::{self, Own},
};
use crate::{
    access::{Right, Role, Who, token::LONGEST_TOKEN},
    accounts::Open,
    frame::now_s,
    transport::{error::Problem, headers::text, request::value, shared::Shared},
};

/// What the value of an `Authorization` header begins with where it holds a token.
const SCHEME: &str = "bearer ";

/// A token that a request shows, and where.
type ShownToken<'a> = (Cow<'a, str>, Way);

/// Returns what a request may do, by what it shows: that token, or a cookie.
pub(super) fn granted(
    request: &HttpRequest,
    shared: &Shared,
    peer: Peer,
    token: Option<ShownToken<'_>>,
) -> Grant {
    let (right, way) = match shared.authority.open() {
        Open::No => shown(request, shared, peer.address, token),
        // Whoever reaches the proxy would be let in: nobody has said that this is meant.
        Open::Here if peer.proxied => (Right::none(), Way::Nothing),
        Open::Here if is_here(request, &peer) => (open(Role::Admin, Who::Here), Way::Open),
        Open::Here | Open::Insecure => (open(Role::Viewer, Who::Nobody), Way::Open),
    };
    Grant::new(right, peer, way)
}

/// What a credential gives. A wrong bearer token gives nothing, whatever else is shown: who sends one means
/// it. A wrong token of the address may be an old bookmark's, of somebody who is logged in.
fn shown(
    request: &HttpRequest,
    shared: &Shared,
    from: IpAddr,
    token: Option<ShownToken<'_>>,
) -> (Right, Way) {
    let (authority, now_s) = (&shared.authority, now_s());
    let presented = |token: &str, way| match authority.presented(from, token, now_s, Instant::now()) {
        Ok(Some(right)) => (right, way),
        Ok(None) => (Right::none(), Way::Wrong),
        Err(wait) => (Right::none(), Way::Guessing(wait)),
    };
    let by_address = match token {
        Some((token, Way::Bearer)) => return presented(&token, Way::Bearer),
        Some((token, way)) => presented(&token, way),
        None => (Right::none(), Way::Nothing),
    };
    if by_address.1 == Way::Query {
        return by_address;
    }
    let by_cookie = |name: &str, way, stale| {
        let cookie = request.cookie(name)?;
        let right = authority.cookie(cookie.value(), now_s);
        Some(right.map_or((Right::none(), stale), |right| (right, way)))
    };
    let own = by_cookie(&shared.cookies.session, Way::Session, Way::Stale);
    let guest = by_cookie(&shared.cookies.guest, Way::Guest, Way::StaleGuest);
    match (own, guest) {
        (Some(own), _) if own.1 == Way::Session => own,
        (_, Some(guest)) if guest.1 == Way::Guest => guest,
        // Nobody has looked at that token, which may be a right one.
        _ if matches!(by_address.1, Way::Guessing(_)) => by_address,
        (own, guest) => own.or(guest).unwrap_or(by_address),
    }
}

/// Returns the token that a request shows in its header, or else in its address.
pub(super) fn shown_token(request: &HttpRequest) -> Option<ShownToken<'_>> {
    if let Some(token) = bearer(request.headers()) {
        return Some((token.into(), Way::Bearer));
    }
    // An address is written down in many places, so it changes nothing.
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let token = value(request.query_string(), "token").filter(|token| looks && token.len() <= LONGEST_TOKEN);
    Some((token?.into(), Way::Query))
}

/// The token of an `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = text(headers, &AUTHORIZATION)?;
    let (scheme, token) = value.split_at_checked(SCHEME.len())?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case(SCHEME) && token.len() <= LONGEST_TOKEN).then_some(token)
}

/// Whether a request comes from this machine itself, by no proxy and by no page of another site.
fn is_here(request: &HttpRequest, peer: &Peer) -> bool {
    let own = Own::of(request, peer);
    let foreign = || site::is_foreign(request.headers(), own);
    peer.address.is_loopback() && !peer.proxied && site::is_here(own.host) && !foreign()
}

fn open(role: Role, who: Who) -> Right {
    Right { role, who, ..Right::none() }
}

/// Checks that a request may have what wants `role`, and that a change is meant by who has the credential.
///
/// # Errors
/// What is missing: a credential, a role, or for changes that it is meant.
pub fn require(request: &HttpRequest, role: Role) -> Result<(), Problem> {
    let (grant, headers) = (Grant::of(request), request.headers());
    let own = Own::of(request, grant.peer());
    let by_token = grant.way() == Way::Bearer;
    if role == Role::Admin {
        grant.require(Role::Viewer)?;
        // Whatever else it shows: what such a page may do without the admin's token is to watch.
        if !(by_token && grant.may_change()) {
            site::not_foreign(headers, own)?;
        }
    }
    grant.require(role)?;
    match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS => Ok(()),
        _ if by_token => Ok(()),
        _ if matches!(grant.way(), Way::Session | Way::Guest) => site::by_own_page(headers, own),
        _ => site::meant(headers, own),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{HttpMessage, test::TestRequest};

    use super::*;

    const HOST: (&str, &str) = ("host", "127.0.0.1:6732");
    const OWN: (&str, &str) = ("origin", "http://127.0.0.1:6732");
    const WALL: (&str, &str) = ("origin", "https://wall.example");

    fn request(method: Method, pairs: &[(&'static str, &'static str)]) -> TestRequest {
        let request = TestRequest::default().method(method).insert_header(HOST);
        pairs.iter().fold(request, |request, pair| request.insert_header(*pair))
    }

    /// Whether a change by an admin who came that way is taken.
    fn is_taken(way: Way, pairs: &[(&'static str, &'static str)]) -> bool {
        let request = request(Method::POST, pairs).to_http_request();
        let right = Right { role: Role::Admin, ..Right::none() };
        request.extensions_mut().insert(Grant::new(right, Peer::unknown(), way));
        require(&request, Role::Admin).is_ok()
    }

    #[test]
    fn a_change_is_meant_by_what_its_way_cannot_do_unasked() {
        assert!(is_taken(Way::Bearer, &[]) && is_taken(Way::Bearer, &[WALL]));
        assert!(is_taken(Way::Session, &[OWN, ("x-steadycast", "1")]));
        assert!(is_taken(Way::Guest, &[OWN, ("x-steadycast", "1")]) && !is_taken(Way::Guest, &[OWN]));
        assert!(!is_taken(Way::Session, &[("x-steadycast", "1")]) && !is_taken(Way::Session, &[OWN]));
        assert!(!is_taken(Way::Session, &[WALL, ("x-steadycast", "1")]));
        assert!(is_taken(Way::Open, &[("x-steadycast", "1")]) && !is_taken(Way::Open, &[]));
    }

    #[test]
    fn a_viewer_is_told_which_token_is_missing_and_a_foreign_page_that_it_is_one() {
        let asked = |pairs: &[(&'static str, &'static str)]| {
            let request = request(Method::GET, pairs).to_http_request();
            request.extensions_mut().insert(Grant::to(Role::Viewer));
            require(&request, Role::Admin)
        };
        assert!(matches!(asked(&[]), Err(Problem::AdminToken)));
        assert!(matches!(asked(&[WALL]), Err(Problem::ForeignChange)));
    }

    #[test]
    fn without_a_credential_only_this_machine_may_change_anything() {
        let here = |peer: &str, pairs: &[(&'static str, &'static str)]| {
            let request = request(Method::POST, pairs).to_http_request();
            let peer = Peer::of(peer.parse().expect("an address"), false, request.headers(), &[]);
            is_here(&request, &peer)
        };
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert!(here(peer, &[]), "{peer}");
        }
        assert!(!here("10.0.0.9", &[]));
        assert!(here("127.0.0.1", &[("host", "localhost:80"), ("origin", "http://localhost:80")]));
        for odd in [("x-forwarded-proto", "https"), ("via", "1.1 proxy"), ("host", "camera.local"), WALL] {
            assert!(!here("127.0.0.1", &[odd]), "{odd:?}");
        }
    }

    #[test]
    fn a_bearer_token_stands_behind_its_scheme() {
        let of = |value: &'static str| {
            let request = request(Method::GET, &[("authorization", value)]).to_http_request();
            bearer(request.headers()).map(str::to_owned)
        };
        assert_eq!(of("Bearer open sesame ").as_deref(), Some("open sesame"));
        assert_eq!(of("bearer x").as_deref(), Some("x"));
        for odd in ["Basic x", "Bearer", "x", "Bearerx"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
