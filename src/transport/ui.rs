//! The viewer's page and its assets, built from `frontend/` into the program.
//!
//! Files out, nothing else; what the page does is the front end's.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::{
        Method,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, X_FRAME_OPTIONS,
        },
    },
};
use rust_embed::RustEmbed;

use super::{
    access::{self, Grant, Role},
    error::Problem,
    request,
};

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Files;

/// Scripts and pictures from here only; decoded frames are blobs, the decoder is a worker.
const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; worker-src 'self' blob:; \
                      connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

/// Shown where the program was built without the front end.
const NOT_BUILT: &str = include_str!("ui/not_built.html");

/// Asks for the token in the plainest way, since scripts would need one to load. `PLEA` stands for the words.
const TOKEN_PAGE: &str = include_str!("ui/token.html");

/// `GET /`: the page, as each of its paths. A right `?token=` becomes a cookie, so that the page's own
/// requests carry it.
pub async fn page(request: HttpRequest) -> HttpResponse {
    let mut response = html(HttpResponse::Ok());
    // Who is let in by something else keeps that.
    if let Some(token) = access::right_token(&request) {
        let cookie = Cookie::build(access::COOKIE, token)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .finish();
        // Encoded, as cookies are read: a token may hold characters that end a cookie.
        response.insert_header((SET_COOKIE, cookie.encoded().to_string()));
    }
    match Files::get("index.html") {
        Some(file) => response.body(file.data.into_owned()),
        None => response.body(NOT_BUILT),
    }
}

/// The page for those who have shown no token, or a wrong one.
pub fn token_page(request: &HttpRequest) -> HttpResponse {
    let plea = match request::value(request.query_string(), "token") {
        None => "This camera is shown to those who have its token.",
        Some(_) => "That is not the token of this camera. Please try again.",
    };
    html(HttpResponse::Unauthorized()).body(TOKEN_PAGE.replace("PLEA", plea))
}

fn html(mut response: actix_web::HttpResponseBuilder) -> actix_web::HttpResponseBuilder {
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"));
    response
}

/// Whether a path may be one of the page's own, which the page's table of routes knows: no name of a file,
/// and nothing that a program asks for.
pub fn is_page(path: &str) -> bool {
    let of_programs = ["/api/", "/websocket/", "/metrics", "/video_feed"];
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') && !of_programs.iter().any(|of_programs| path.starts_with(of_programs))
}

/// Whether a browser asks for a page to show, rather than for a part of one.
fn wants_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(ACCEPT).and_then(|accepts| accepts.to_str().ok());
    let html = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    html && is_page(request.path())
}

/// Everything that is no route: an asset of the page, a path of the page itself, or nothing.
pub async fn asset(request: HttpRequest, grant: Grant) -> Result<HttpResponse, Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && wants_page(&request) {
        return Ok(match grant.require(Role::Viewer) {
            Ok(()) => page(request).await,
            Err(_) => token_page(&request),
        });
    }
    grant.require(Role::Viewer)?;
    let path = request.path().trim_start_matches('/');
    let file = Files::get(path).filter(|_| reads).ok_or(Problem::NoRoute)?;
    // Names of built assets carry a hash of their content.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = file.metadata.mimetype().to_owned();
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, caching))
        .body(file.data.into_owned()))
}
