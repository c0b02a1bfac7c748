//! The viewer's page and its assets, built from `frontend/` into the program; and the page that asks for a
//! credential.
//!
//! Files out, nothing else; what the page does is the front end's. A token in a page's address is taken out
//! of it before anything is shown: addresses stand in histories, bookmarks and over shoulders.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::Cookie,
    http::{
        Method,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_FRAME_OPTIONS,
        },
    },
    web,
};
use rust_embed::RustEmbed;
use url::form_urlencoded;

use super::{
    access::{COOKIE, GUEST, Grant, Role},
    error::Problem,
    login::begun,
    request,
    shared::Shared,
};
use crate::frame::now_s;

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Files;

/// Scripts and pictures from here only; decoded frames are blobs, the decoder is a worker.
const POLICY: &str = "default-src 'self'; script-src 'self'; img-src 'self' blob: data:; \
                      worker-src 'self' blob:; connect-src 'self' ws: wss:; \
                      style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'self'";

/// Shown where the program was built without the front end.
const NOT_BUILT: &str = include_str!("ui/not_built.html");

/// Asks for a credential in the plainest way. `PLEA` stands for the words.
const TOKEN_PAGE: &str = include_str!("ui/token.html");

/// Name of a token in the address of a page.
const TOKEN: &str = "token";

/// `GET /`: the page, as each of its paths. A `?token=` is taken out of the address by asking for it again
/// without; a right one becomes a session.
pub async fn page(request: HttpRequest, shared: web::Data<Shared>, grant: Grant) -> HttpResponse {
    if request::value(request.query_string(), TOKEN).is_some() {
        // Who is let in by something else stays who that is, who has a session of this token keeps it, and
        // who only looks for the head begins nothing.
        let is_asked = *request.method() == Method::GET && grant.is_by_address();
        let begins = is_asked && !has_session(&request, &shared, &grant);
        let cookie = begins.then(|| begun(&request, &shared, &grant, grant.right()).0);
        return without_token(&request, cookie);
    }
    let mut response = html(HttpResponse::Ok());
    match Files::get("index.html") {
        Some(file) => response.body(file.data.into_owned()),
        None => response.body(NOT_BUILT),
    }
}

/// Whether a cookie's session was begun by the credential that the request was let in by.
fn has_session(request: &HttpRequest, shared: &Shared, grant: &Grant) -> bool {
    let cookies = [COOKIE, GUEST].into_iter().filter_map(|name| request.cookie(name));
    let mut rights = cookies.filter_map(|cookie| shared.authority.cookie(cookie.value(), now_s()));
    rights.any(|right| right.who == *grant.who())
}

/// Sends a browser to the address that it asked for, without the token.
fn without_token(request: &HttpRequest, cookie: Option<Cookie<'_>>) -> HttpResponse {
    let mut response = html(HttpResponse::SeeOther());
    response.insert_header((LOCATION, stripped(request.path(), request.query_string())));
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    response.finish()
}

/// Path and query without the token.
fn stripped(path: &str, query: &str) -> String {
    // Two slashes at the beginning would name another server.
    let path = path.trim_start_matches(['/', '\\']);
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != TOKEN);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    ["/", path, mark, &query].concat()
}

/// The page for those who have shown no credential, or a wrong one.
pub fn token_page(request: &HttpRequest) -> HttpResponse {
    let plea = match request::value(request.query_string(), TOKEN) {
        None => "This camera is shown to those who have a token, or a name and a password.",
        Some(_) => "That token is not right, or has ended. Please try again.",
    };
    html(HttpResponse::Unauthorized()).body(TOKEN_PAGE.replace("PLEA", plea))
}

/// `GET /login.js`: the script of the page that asks for a credential.
pub async fn login_script() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(include_str!("ui/login.js"))
}

fn html(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
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
pub async fn asset(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && wants_page(&request) {
        return Ok(match grant.require(Role::Viewer) {
            Ok(()) => page(request, shared, grant).await,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_token_and_nothing_else() {
        for (path, query, left) in [
            ("/", "token=s3cret", "/"),
            ("/", "camera=gate&token=s3cret&level=70", "/?camera=gate&level=70"),
            ("/", "tok%65n=s3cret&camera=gate", "/?camera=gate"),
            ("/live", "token=a&token=b", "/live"),
        ] {
            assert_eq!(stripped(path, query), left, "{path}?{query}");
        }
    }

    #[test]
    fn an_address_without_its_token_leads_to_this_server_and_holds_no_second_line() {
        for path in ["//evil.example/", "/\\evil.example", "///evil.example", "\\\\evil.example"] {
            assert!(stripped(path, "token=x").starts_with("/evil.example"), "{path}");
        }
        assert!(!stripped("/", "token=x&a=%0d%0aSet-Cookie:%20b").contains(['\r', '\n', ' ']));
    }

    #[test]
    fn the_page_that_asks_has_no_script_but_its_own_file() {
        assert!(TOKEN_PAGE.contains("<script src=\"/login.js\" defer></script>"));
        assert_eq!(TOKEN_PAGE.matches("<script").count(), 1);
        assert!(TOKEN_PAGE.contains("method=\"post\""), "a token never stands in the address");
        assert!(!include_str!("ui/login.js").contains("innerHTML"));
    }

    #[test]
    fn scripts_of_pages_are_this_servers_alone() {
        assert!(POLICY.contains("script-src 'self';") && POLICY.contains("base-uri 'none'"));
    }
}
