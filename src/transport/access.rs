//! Who may ask: hosts and origins on every request, and what the one who asks may do.
//!
//! Every request gets a [`Grant`] here, by what it shows; what each route wants is in `routes`. A handler
//! gets a camera only through its grant.
//!
//! A page of any site can make a browser on this network send requests here, by a name of its own too (DNS
//! rebinding). Browsers say so in `Host`, `Origin` and `Sec-Fetch-Site`; programs that are no browsers send
//! none of that and are not held up.

use std::{future::Ready, future::ready, net::IpAddr, sync::Arc};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
            REFERER, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web,
};
use url::Url;

use super::{
    admin,
    error::Problem,
    headers::{host_of, is_own, text},
    request,
    shared::Shared,
};
use crate::{registry::Camera, tools::fence::Place};

/// Cookie that the page gets for a right `?token=`.
pub const COOKIE: &str = "steadycast_token";

/// What somebody may do; each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Ask whether the process lives: a watchdog has no token.
    Open,
    /// Watch.
    Viewer,
    /// Change cameras.
    Admin,
}

/// What the one who asks may do. Made by [`check`] alone.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    role: Role,
}

impl Grant {
    /// What a request was granted; nothing where nobody has looked at it.
    pub fn of(request: &HttpRequest) -> Grant {
        request.extensions().get().copied().unwrap_or(Grant { role: Role::Open })
    }

    /// What whoever shows `token` is granted, at most watching; what was granted before is kept.
    pub fn with_token(self, shared: &Shared, token: &str) -> Grant {
        let token = token.trim();
        let watches = shared.viewer_token.as_ref().is_some_and(|right| right.is(token));
        let may_watch = watches || shared.admin.is_token(token);
        Grant { role: if may_watch { self.role.max(Role::Viewer) } else { self.role } }
    }

    /// What somebody of that role is granted, for tests.
    #[cfg(test)]
    pub fn to(role: Role) -> Grant {
        Grant { role }
    }

    /// Whether it is enough for `role`.
    ///
    /// # Errors
    /// [`Problem::Credential`].
    pub fn require(self, role: Role) -> Result<(), Problem> {
        if self.role >= role { Ok(()) } else { Err(Problem::Credential) }
    }

    /// Whether it is enough to change cameras, and so to see which files of this machine they are made of.
    pub fn may_change(self) -> bool {
        self.role >= Role::Admin
    }

    /// The camera of that name, or the one that is meant where none is named.
    ///
    /// # Errors
    /// No credential, or no such camera.
    pub fn camera(self, shared: &Shared, name: Option<&str>) -> Result<Arc<Camera>, Problem> {
        self.require(Role::Viewer)?;
        let found = match name {
            Some(name) => shared.registry.camera(name),
            None => shared.registry.default_camera(),
        };
        found.ok_or(Problem::NoCamera)
    }

    /// Every camera, by name.
    ///
    /// # Errors
    /// No credential.
    pub fn cameras(self, shared: &Shared) -> Result<Vec<Arc<Camera>>, Problem> {
        self.require(Role::Viewer)?;
        Ok(shared.registry.cameras())
    }
}

/// Whether a request may have what wants `role`.
///
/// # Errors
/// What is missing: a token, or for changes that it is meant.
pub fn require(request: &HttpRequest, role: Role) -> Result<(), Problem> {
    let grant = Grant::of(request);
    if role < Role::Admin {
        return grant.require(role);
    }
    grant.require(Role::Viewer)?;
    if grant.role < Role::Admin {
        // Whatever else it shows: what such a page may do without the admin's token is to watch.
        if admin::is_foreign(request.headers()) {
            return Err(Problem::ForeignChange);
        }
        let shared = request.app_data::<web::Data<Shared>>();
        shared.map_or(Err(Problem::AdminToken), |shared| shared.admin.allows(request))?;
    }
    // Reading changes nothing, so it need not be shown to be meant.
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return admin::not_foreign(request.headers());
    }
    admin::meant(request.headers())
}

impl FromRequest for Grant {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Grant::of(request)))
    }
}

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Lets a request through to its handler, or answers it.
///
/// # Errors
/// What the handler's own errors are.
pub async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(shared) = request.app_data::<web::Data<Shared>>() {
        shared.metrics.fences.trip(Place::Request);
    }
    let refused = refusal(request.request());
    let grant = grant(request.request());
    request.extensions_mut().insert(grant);
    let reader = allowed_reader(request.request());
    // Browsers then show no picture of ours in a page of another site, also where they do not say who asks
    // (plain HTTP).
    let same_origin_only =
        request.app_data::<web::Data<Shared>>().is_some_and(|shared| shared.allowed_origins.is_empty());
    let mut response = match refused {
        None => next.call(request).await?.map_into_boxed_body(),
        Some(problem) => request.into_response(problem.error_response()),
    };
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if same_origin_only {
        response.headers_mut().insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }
    if let Some(origin) = reader {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    }
    Ok(response)
}

/// The origin of a page of another site that may read the answer.
fn allowed_reader(request: &HttpRequest) -> Option<HeaderValue> {
    let shared = request.app_data::<web::Data<Shared>>()?;
    let origin = request.headers().get(ORIGIN)?;
    shared
        .allowed_origins
        .iter()
        .any(|allowed| allowed.as_bytes() == origin.as_bytes())
        .then(|| origin.clone())
}

fn refusal(request: &HttpRequest) -> Option<Problem> {
    let shared = request.app_data::<web::Data<Shared>>()?;
    let known = known_host(request.headers(), &shared.allowed_origins);
    known.and_then(|()| known_origin(request.headers(), &shared.allowed_origins)).err()
}

/// What a request may do, by the token that it shows, where one is wanted: as a bearer token, in the query,
/// or in the page's cookie.
fn grant(request: &HttpRequest) -> Grant {
    let Some(shared) = request.app_data::<web::Data<Shared>>() else { return Grant { role: Role::Open } };
    let given = tokens(request);
    if given.iter().any(|given| shared.admin.is_token(given)) {
        return Grant { role: Role::Admin };
    }
    let may_watch = match &shared.viewer_token {
        Some(token) => given.iter().any(|given| token.is(given)),
        None => true,
    };
    // Pages of other sites may watch at best.
    let is_foreign = admin::is_foreign(request.headers());
    match may_watch {
        true if !is_foreign && shared.admin.allows(request).is_ok() => Grant { role: Role::Admin },
        true => Grant { role: Role::Viewer },
        false => Grant { role: Role::Open },
    }
}

/// The tokens that a request shows.
fn tokens(request: &HttpRequest) -> Vec<String> {
    let bearer = text(request.headers(), &AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let given = [
        bearer,
        request::value(request.query_string(), "token"),
        request.cookie(COOKIE).map(|c| c.value().to_owned()),
    ];
    given.into_iter().flatten().map(|given| given.trim().to_owned()).collect()
}

/// The token of the query, if it is a right one.
pub fn right_token(request: &HttpRequest) -> Option<String> {
    let shared = request.app_data::<web::Data<Shared>>()?;
    let watches = |given: &str| shared.viewer_token.as_ref().is_some_and(|token| token.is(given));
    request::value(request.query_string(), "token")
        .filter(|given| watches(given.trim()) || shared.admin.is_token(given.trim()))
}

/// Names by which nobody else can lead a browser here: addresses, this machine's own names, and those that
/// were allowed.
fn known_host(headers: &HeaderMap, allowed: &[String]) -> Result<(), Problem> {
    // Without a Host header it is no browser.
    let Some(authority) = text(headers, &HOST) else { return Ok(()) };
    let Ok(url) = host_of(authority) else {
        return Err(Problem::Host(shorten(authority)));
    };
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

/// A page of this server or of an allowed site; or no page at all.
fn known_origin(headers: &HeaderMap, allowed: &[String]) -> Result<(), Problem> {
    let is_known = |origin: &str| is_own(origin, headers) || allowed.iter().any(|known| known == origin);
    if let Some(origin) = text(headers, &ORIGIN) {
        return if is_known(origin) { Ok(()) } else { Err(Problem::Origin(shorten(origin))) };
    }
    // Pictures and frames are requested without an Origin header, but newer browsers say that another site
    // does.
    let foreign =
        text(headers, &SEC_FETCH_SITE).is_some_and(|site| matches!(site, "cross-site" | "same-site"));
    let opened = text(headers, &SEC_FETCH_MODE) == Some("navigate")
        && text(headers, &SEC_FETCH_DEST) == Some("document");
    if !foreign || opened {
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

/// Errors repeat what was sent, as far as that is reasonable.
fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
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
        known_host(&headers, &allowed).and_then(|()| known_origin(&headers, &allowed)).is_ok()
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
}
