//! The look at every request, before anything of it is read but its head, and what every answer carries.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, ORIGIN,
            REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web,
};

use super::{
    first_key::find_key_for,
    grant::{Grant, Way},
    peer::Peer,
    require::{granted, shown_token},
    site::{self, Own},
};
use crate::{
    access::Right,
    tools::fence::Place,
    transport::{
        error::{Problem, Refused},
        headers::has_body,
        shared::Shared,
        tls,
    },
};

/// Most bytes of a query.
const LONGEST_QUERY: usize = 2048;

/// Most bytes of a path.
const LONGEST_PATH: usize = 1024;

/// Seconds for which a browser may remember what pages of an allowed site may send.
const PREFLIGHT_SECONDS: u32 = 600;

/// Headers that pages of allowed sites may send.
const ALLOWED_HEADERS: &str = "authorization, content-type, x-steadycast, last-event-id";

/// Label of what is refused by words of another protocol.
const OTHER: &str = "other";

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Lets a request through to its handler, or answers it; each refusal is counted.
///
/// # Errors
/// What the handler's own errors are.
pub async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(shared) = request.app_data::<web::Data<Shared>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    shared.metrics.fences.trip(Place::Request);
    let direct = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let secure = request.conn_data::<tls::WeakConnection>().is_some();
    let peer = Peer::of(direct, secure, request.headers(), &shared.trusted);
    let refused = refusal(request.request(), &peer, &shared.allowed_origins).err();
    let given = Given::to(request.request(), &shared, peer.is_https);
    // What a request shows that is refused anyhow is not looked at: a page of another site would use up the
    // guesses of whoever opens it.
    let grant = match refused {
        None => {
            let token = shown_token(request.request());
            if let Some((token, _)) = &token {
                find_key_for(&shared, peer.address, token).await;
            }
            granted(request.request(), &shared, peer, token)
        }
        Some(_) => Grant::new(Right::none(), peer, Way::Nothing),
    };
    request.extensions_mut().insert(grant);
    let mut response = match refused {
        None => next.call(request).await?.map_into_boxed_body(),
        Some(problem) => request.into_response(problem.error_response()),
    };
    count(&response, &shared);
    given.add(&mut response);
    Ok(response)
}

/// Refuses what is too long, what asks by a name that is not ours, and pages of other sites.
fn refusal(request: &HttpRequest, peer: &Peer, allowed: &[String]) -> Result<(), Problem> {
    if request.query_string().len() > LONGEST_QUERY || request.path().len() > LONGEST_PATH {
        return Err(Problem::LongAddress);
    }
    let own = Own::of(request, peer);
    site::known_host(own.host, allowed)?;
    site::known_origin(request.headers(), own, allowed)
}

/// Counts an answer that refuses, by its code.
fn count(response: &ServiceResponse, shared: &Shared) {
    if response.status().as_u16() >= 400 {
        let code = response.response().extensions().get::<Refused>().map_or(OTHER, |refused| refused.0);
        shared.metrics.refused.with_label_values(&[code]).inc();
    }
}

/// What an answer is given by the request that it is to.
struct Given {
    /// Whether it is the API's.
    is_api: bool,
    /// Whether a body follows the request's head.
    has_body: bool,
    /// The origin of a page of another site that may read it.
    reader: Option<HeaderValue>,
    /// Whether nobody but our own pages may show it.
    same_origin_only: bool,
    /// Seconds for which browsers are to come by HTTPS alone.
    https_only: Option<u32>,
}

impl Given {
    fn to(request: &HttpRequest, shared: &Shared, is_https: bool) -> Given {
        Given {
            is_api: request.path().starts_with("/api/"),
            has_body: has_body(request.headers()),
            reader: allowed_reader(request, &shared.allowed_origins).cloned(),
            // Browsers then show no picture of ours in a page of another site, also where they do not say
            // who asks (plain HTTP).
            same_origin_only: shared.allowed_origins.is_empty(),
            https_only: shared.hsts.filter(|_| is_https),
        }
    }

    fn add(self, response: &mut ServiceResponse) {
        let status = response.status();
        let refuses = matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::URI_TOO_LONG
                | StatusCode::TOO_MANY_REQUESTS
        );
        // A body that nobody wants is not read to its end.
        if refuses && self.has_body {
            response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        }
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if self.is_api && !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.same_origin_only {
            headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        }
        if let Some(seconds) = self.https_only
            && let Ok(value) = HeaderValue::from_str(&format!("max-age={seconds}"))
        {
            headers.insert(STRICT_TRANSPORT_SECURITY, value);
        }
        self.let_read(headers);
    }

    fn let_read(self, headers: &mut HeaderMap) {
        if let Some(origin) = self.reader {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        if !self.same_origin_only {
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// The origin of a page of another site that may read the answer.
fn allowed_reader<'a>(request: &'a HttpRequest, allowed: &[String]) -> Option<&'a HeaderValue> {
    let origin = request.headers().get(ORIGIN)?;
    allowed.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then_some(origin)
}

/// Answers a page of an allowed site that asks what it may send to a path of those methods; `None` where
/// somebody else asks.
pub fn preflight(request: &HttpRequest, methods: &[&str]) -> Option<HttpResponse> {
    let shared = request.app_data::<web::Data<Shared>>()?;
    allowed_reader(request, &shared.allowed_origins)?;
    Some(
        HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods.join(", ")))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
            .insert_header((ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS))
            .finish(),
    )
}
