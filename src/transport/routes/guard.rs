//! The guard before each path: role, limits and the body's size, before anything of a body is read.

use std::time::Instant;

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{CONTENT_TYPE, HeaderMap},
    },
    middleware::Next,
    web,
};

use super::route::{Cost, METRICS, PAGE, Refusal, Route};
use crate::transport::{
    access::{self, Grant, Role},
    error::{Problem, Refused},
    headers::{announced, has_body, is_json, text},
    shared::Shared,
    ui,
};

/// Most bytes of a body where none is read: programs send an empty object with whatever they ask for.
const EMPTY_BYTES: u64 = 1024;

/// Lets a request through to the route of its method, if that is allowed, or answers it.
///
/// # Errors
/// What the handler's own errors are.
pub(super) async fn guard(
    routes: &[Route],
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let route = routes.iter().find(|route| route.methods.contains(&request.method().as_str()));
    let answer = match route {
        Some(route) => allowed(route, request.request()).err().map(|problem| {
            note(route, request.request(), problem.code());
            refused(request.request(), &problem)
        }),
        None => without_route(routes, request.request()),
    };
    match answer {
        None => {
            let answer = next.call(request).await?.map_into_boxed_body();
            if let Some(route) = route {
                note_answer(route, &answer);
            }
            Ok(answer)
        }
        Some(answer) => Ok(request.into_response(answer)),
    }
}

/// Answers what has a method that the path does not know; `None` where [`wrong_method`] does.
fn without_route(routes: &[Route], request: &HttpRequest) -> Option<HttpResponse> {
    if *request.method() == Method::OPTIONS
        && let Some(answer) = access::preflight(request, &methods(routes))
    {
        return Some(answer);
    }
    // Which methods there are is none of everybody's business either.
    let needed = Grant::of(request).require(routes[0].role);
    needed.err().map(|problem| refused(request, &problem))
}

/// Checks everything that is known of a request before its body.
fn allowed(route: &Route, request: &HttpRequest) -> Result<(), Problem> {
    // Who is told by a close frame or a packet passes here; the handler asks the grant.
    if route.refusal != Refusal::Answer {
        return Ok(());
    }
    let Some(shared) = request.app_data::<web::Data<Shared>>() else { return Err(Problem::Credential) };
    let is_opened = route.path == METRICS && shared.metrics_open;
    if !is_opened {
        access::require(request, route.role)?;
    }
    let grant = Grant::of(request);
    if route.whole && !is_opened {
        grant.whole()?;
    }
    if route.cost == Cost::Dear {
        shared.limits.dear(grant.address(), Instant::now())?;
    }
    is_taken(route, request.headers())
}

/// Refuses bodies that are too large for a route, or of a type that it does not read.
fn is_taken(route: &Route, headers: &HeaderMap) -> Result<(), Problem> {
    let body = route.about.body.as_ref();
    let most = body.map_or(EMPTY_BYTES, |body| body.most);
    if announced(headers).is_some_and(|bytes| bytes > most) {
        return Err(Problem::LongBody(most / 1024));
    }
    // What front ends of other servers send to their own paths may be a form as well.
    let wants_json = route.path.starts_with("/api/") && body.is_some_and(|body| is_json(body.kind));
    let is_other = || text(headers, &CONTENT_TYPE).is_some_and(|kind| !is_json(kind));
    if wants_json && has_body(headers) && is_other() { Err(Problem::Media) } else { Ok(()) }
}

/// Writes down a change that its handler has refused, where the handler itself has not.
fn note_answer(route: &Route, answer: &ServiceResponse<BoxBody>) {
    let code = answer.response().extensions().get::<Refused>().map(|refused| refused.0);
    if let Some(code) = code.filter(|_| !Grant::of(answer.request()).is_noted()) {
        note(route, answer.request(), code);
    }
}

/// Writes down a change that was refused, by the code of an error.
fn note(route: &Route, request: &HttpRequest, code: &'static str) {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if route.role == Role::Admin
        && changes
        && let Some(shared) = request.app_data::<web::Data<Shared>>()
    {
        let what = format!("{} {}", request.method(), request.path());
        access::refused(shared, &Grant::of(request), what, code);
    }
}

/// The answer to what is refused: an error, or where the viewer's page is asked for, the one that asks for a
/// credential.
fn refused(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let shared = request.app_data::<web::Data<Shared>>().filter(|_| looks && request.path() == PAGE);
    match (problem, shared) {
        (
            Problem::Credential
            | Problem::Token
            | Problem::Session
            | Problem::Visit
            | Problem::TooManyTokens(_),
            Some(shared),
        ) => ui::token_page(request, shared, problem),
        _ => problem.error_response(),
    }
}

/// Methods that a path does not know are answered as errors are.
pub(super) async fn wrong_method(routes: &[Route]) -> HttpResponse {
    Problem::Method(methods(routes).join(", ")).error_response()
}

fn methods(routes: &[Route]) -> Vec<&'static str> {
    routes.iter().flat_map(|route| route.methods).copied().collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::transport::routes::ROUTES;

    fn is_refused(path: &str, method: &str, pairs: &[(&'static str, &'static str)]) -> Option<&'static str> {
        let route = ROUTES.iter().find(|route| route.path == path && route.methods.contains(&method));
        let request = pairs.iter().fold(TestRequest::default(), |request, pair| request.insert_header(*pair));
        is_taken(route.expect("a route"), request.to_http_request().headers())
            .err()
            .map(|problem| problem.code())
    }

    #[test]
    fn a_body_is_as_large_as_its_route_takes_and_of_its_type() {
        let json = ("content-type", "application/json");
        let add = |pairs: &[(&'static str, &'static str)]| is_refused("/api/cameras", "POST", pairs);
        assert_eq!(add(&[json, ("content-length", "100")]), None);
        assert_eq!(add(&[json, ("content-length", "99999999")]), Some("body_too_large"));
        assert_eq!(add(&[("content-length", "100")]), None, "what says nothing of its type is read");
        let text = ("content-type", "text/plain");
        assert_eq!(add(&[text, ("content-length", "100")]), Some("wrong_media_type"));
        assert_eq!(add(&[text, ("content-length", "0")]), None, "there is nothing to read");
        let stop = |length| is_refused("/api/cameras/{camera}/stop", "POST", &[("content-length", length)]);
        assert_eq!([stop("2"), stop("1025")], [None, Some("body_too_large")]);
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(is_refused("/set_source", "POST", &[form, ("content-length", "9")]), None);
    }
}
