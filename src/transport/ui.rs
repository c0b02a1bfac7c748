//! The viewer's page and its assets, built from `frontend/` into the program; and the page that asks for a
//! credential.
//!
//! Files out, nothing else; what the page does is the front end's. A token in a page's address is taken out
//! of it before anything is shown, a right one or not: addresses stand in histories, bookmarks and over
//! shoulders. One that is not looked at, since too many wrong ones came from there, stays, unless whoever
//! shows it is logged in: it may be right, and its address be opened again.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    cookie::Cookie,
    http::{
        Method,
        header::{
            ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, LOCATION,
            REFERRER_POLICY, RETRY_AFTER, VARY, WWW_AUTHENTICATE, X_FRAME_OPTIONS,
        },
    },
    web,
};
use rust_embed::RustEmbed;
use url::form_urlencoded;

use super::{
    access::{Grant, Role},
    error::{Problem, Refused},
    login::begun,
    request,
    shared::Shared,
};
use crate::{accounts::Authority, frame::now_s};

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Files;

/// Scripts and pictures from here only; decoded frames are blobs, the decoder is a worker.
const POLICY: &str = "default-src 'self'; script-src 'self'; img-src 'self' blob: data:; \
                      worker-src 'self' blob:; connect-src 'self' ws: wss:; \
                      style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'self'";

/// Ending of a built file's compressed copy.
const COMPRESSED: &str = ".gz";

/// Shown where the program was built without the front end.
pub(super) const NOT_BUILT: &str = include_str!("ui/not_built.html");

/// Asks for a credential in the plainest way. `PLEA` stands for the words, `KINDS` for what may be shown, the
/// most usual one first, and `SHOWN` for whether its fields are seen, and at once.
const TOKEN_PAGE: &str = include_str!("ui/token.html");

/// Words for who comes for the first time.
const WELCOME: &str = "This server shows its cameras to those who log in.";

/// Words where nothing can be shown: a proxy asks for everybody, and no credential is set.
const NONE_SET: &str = "No credential is set here: whoever runs this server has to set one.";

/// Name of a token in the address of a page.
const TOKEN: &str = "token";

/// Name, in the address of a page, of what has ended: set where a token was taken out.
const ENDED: &str = "ended";

/// Value of [`ENDED`] where the token was no link's.
const ENDED_TOKEN: &str = "token";

/// Value of [`ENDED`] where the token was a share link's.
const ENDED_LINK: &str = "link";

/// `GET /`: the page, as each of its paths. A `?token=` is taken out of the address by asking for it again
/// without; a right one becomes a session.
pub async fn page(request: HttpRequest, shared: web::Data<Shared>, grant: Grant) -> HttpResponse {
    if request::value(request.query_string(), TOKEN).is_some() {
        // Who is let in by something else stays who that is, who has a session of this token keeps it, and
        // who only looks for the head begins nothing.
        let is_asked = *request.method() == Method::GET && grant.is_by_address();
        let begins = is_asked && !has_session(&request, &shared, &grant);
        let cookie = begins.then(|| begun(&request, &shared, &grant, grant.right()).0);
        return without_token(&request, None, cookie);
    }
    let mut response = html(HttpResponse::Ok());
    match file("index.html") {
        Some(file) => response.body(file),
        None => response.body(NOT_BUILT),
    }
}

/// Returns a built file by its name; `None` where there is none of that name, or none was built.
pub(super) fn file(name: &str) -> Option<Vec<u8>> {
    Files::get(name).map(|file| file.data.into_owned())
}

/// Whether a cookie's session was begun by the credential that the request was let in by.
fn has_session(request: &HttpRequest, shared: &Shared, grant: &Grant) -> bool {
    let cookies = shared.cookies.both().into_iter().filter_map(|name| request.cookie(name));
    let mut rights = cookies.filter_map(|cookie| shared.authority.cookie(cookie.value(), now_s()));
    rights.any(|right| right.who == *grant.who())
}

/// Sends a browser to the address that it asked for, without the token, and with what has ended.
fn without_token(request: &HttpRequest, ended: Option<&str>, cookie: Option<Cookie<'_>>) -> HttpResponse {
    let mut response = html(HttpResponse::SeeOther());
    response.insert_header((LOCATION, stripped(request.path(), request.query_string(), ended)));
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    response.finish()
}

/// Path and query without the token, and with what has ended.
fn stripped(path: &str, query: &str, ended: Option<&str>) -> String {
    // Two slashes at the beginning would name another server.
    let path = path.trim_start_matches(['/', '\\']);
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != TOKEN && name != ENDED);
    let ended = ended.map(|what| (ENDED, what));
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(ended).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    ["/", path, mark, &query].concat()
}

/// Answers those who have shown no credential, or one that gives nothing, by the page that asks for one; or
/// where a token stands in the address, by that address without. Who has to wait is told so by that page, and
/// keeps the token.
pub fn token_page(request: &HttpRequest, shared: &Shared, problem: &Problem) -> HttpResponse {
    let (query, kinds) = (request.query_string(), kinds(&shared.authority));
    if let Some(seconds) = problem.retry_after() {
        let mut response = html(HttpResponse::build(problem.status_code()))
            .insert_header((RETRY_AFTER, seconds))
            .body(asking(problem, &kinds));
        response.extensions_mut().insert(Refused(problem.code()));
        return response;
    }
    if let Some(token) = request::value(query, TOKEN) {
        let is_link = shared.authority.claims(&token).is_ok_and(|claims| claims.share);
        return without_token(request, Some(if is_link { ENDED_LINK } else { ENDED_TOKEN }), None);
    }
    let (link, token) = (Problem::Link, Problem::Token);
    let said = match request::value(query, ENDED).as_deref() {
        Some(ENDED_LINK) => &link,
        Some(ENDED_TOKEN) => &token,
        _ => problem,
    };
    html(HttpResponse::Unauthorized())
        .insert_header((WWW_AUTHENTICATE, problem.challenge()))
        .body(asking(said, &kinds))
}

/// What may be shown to log in here, the most usual one first; empty where no credential is set.
fn kinds(authority: &Authority) -> String {
    let kinds = [("password", authority.has_users()), ("token", authority.has_tokens())];
    let there: Vec<&str> = kinds.into_iter().filter(|(_, there)| *there).map(|(kind, _)| kind).collect();
    there.join(" ")
}

/// The page that asks for a credential of those kinds, with words about why.
fn asking(problem: &Problem, kinds: &str) -> String {
    let plea = match problem {
        _ if kinds.is_empty() => NONE_SET.to_owned(),
        Problem::Credential => WELCOME.to_owned(),
        _ => sentence(&problem.to_string()),
    };
    let shown = match problem {
        _ if kinds.is_empty() => "hidden",
        // Whoever was sent a link has nothing else to show.
        Problem::Link => "",
        _ => "open",
    };
    TOKEN_PAGE.replace("PLEA", &plea).replace("KINDS", kinds).replace("SHOWN", shown)
}

/// An error's words as a sentence by itself.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

/// `GET /icon.svg`: the icon of every page.
pub async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(include_str!("../../frontend/src/icon.svg"))
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
fn is_page(path: &str) -> bool {
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
            Err(problem) => token_page(&request, &shared, &problem),
        });
    }
    grant.require(Role::Viewer)?;
    let path = request.path().trim_start_matches('/');
    let file = Files::get(path).filter(|_| reads).ok_or(Problem::NoRoute)?;
    let kind = file.metadata.mimetype().to_owned();
    // Names of built assets carry a hash of their content.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = HttpResponse::Ok();
    response.content_type(kind).insert_header((CACHE_CONTROL, caching));
    Ok(send(&request, response, path, file.data.into_owned()))
}

/// Sends a built file: compressed, as it was built, to who takes that.
pub(super) fn send(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    name: &str,
    whole: Vec<u8>,
) -> HttpResponse {
    response.insert_header((VARY, "accept-encoding"));
    match file(&format!("{name}{COMPRESSED}")).filter(|_| takes_gzip(request)) {
        Some(compressed) => response.insert_header((CONTENT_ENCODING, "gzip")).body(compressed),
        None => response.body(whole),
    }
}

/// Whether a browser takes gzip, by the names alone (RFC 9110, 12.5.3): none says that it takes it at a
/// quality of zero.
fn takes_gzip(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(ACCEPT_ENCODING).and_then(|accepts| accepts.to_str().ok());
    let mut names =
        accepts.unwrap_or_default().split(',').map(|one| one.split(';').next().unwrap_or(one).trim());
    names.any(|name| name.eq_ignore_ascii_case("gzip"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_address_loses_its_token_and_nothing_else() {
        for (path, query, left) in [
            ("/", "token=s3cret", "/"),
            ("/", "camera=gate&token=s3cret&level=70", "/?camera=gate&level=70"),
            ("/", "tok%65n=s3cret&camera=gate", "/?camera=gate"),
            ("/live", "token=a&token=b", "/live"),
        ] {
            assert_eq!(stripped(path, query, None), left, "{path}?{query}");
        }
    }

    #[test]
    fn an_address_is_given_what_has_ended_in_the_place_of_what_was_said_before() {
        assert_eq!(stripped("/", "token=x", Some(ENDED_LINK)), "/?ended=link");
        let again = stripped("/", "ended=link&camera=gate&token=x", Some(ENDED_TOKEN));
        assert_eq!(again, "/?camera=gate&ended=token");
        assert_eq!(stripped("/", "ended=link&token=x", None), "/");
    }

    #[test]
    fn what_has_ended_is_said_and_whoever_had_a_link_is_asked_for_nothing_else_first() {
        let link = asking(&Problem::Link, "password token");
        assert!(link.contains("This link has ended: ask whoever sent it for a new one."), "{link}");
        assert!(link.contains("<details >") && link.contains("data-kinds=\"password token\""), "{link}");
        let session = asking(&Problem::Session, "token");
        assert!(session.contains("Your session has ended: log in again."), "{session}");
        assert!(session.contains("<details open>") && session.contains("data-kinds=\"token\""), "{session}");
        let visit = asking(&Problem::Visit, "password");
        let again = "Your visit by a link has ended: open the link again, and ask for a new one if it fails.";
        assert!(visit.contains(again) && visit.contains("<details open>"), "{visit}");
        assert!(asking(&Problem::Token, "token").contains("That token is not right, or has ended."));
        assert!(asking(&Problem::Credential, "token").contains(WELCOME));
    }

    #[test]
    fn where_no_credential_is_set_nobody_is_asked_for_one() {
        let page = asking(&Problem::Credential, "");
        assert!(page.contains(NONE_SET) && page.contains("<details hidden>"), "{page}");
    }

    #[test]
    fn each_mark_of_the_page_is_replaced_once_and_by_words_alone() {
        let marks = ["PLEA", "KINDS", "SHOWN"];
        for mark in marks {
            assert_eq!(TOKEN_PAGE.matches(mark).count(), 1, "{mark}");
        }
        let wait = Problem::TooManyTokens(Duration::from_secs(2));
        let told = [Problem::Token, Problem::Session, Problem::Visit, Problem::Link, wait];
        let told = told.iter().map(|problem| sentence(&problem.to_string()));
        for words in told.chain([WELCOME.to_owned(), NONE_SET.to_owned()]) {
            assert!(!words.contains(['<', '>', '&', '"']), "{words}");
            assert!(!marks.iter().any(|mark| words.contains(mark)), "{words}");
        }
    }

    #[test]
    fn an_address_without_its_token_leads_to_this_server_and_holds_no_second_line() {
        for path in ["//evil.example/", "/\\evil.example", "///evil.example", "\\\\evil.example"] {
            assert!(stripped(path, "token=x", None).starts_with("/evil.example"), "{path}");
        }
        assert!(!stripped("/", "token=x&a=%0d%0aSet-Cookie:%20b", None).contains(['\r', '\n', ' ']));
    }

    #[test]
    fn the_page_that_asks_has_no_script_but_its_own_file() {
        assert!(TOKEN_PAGE.contains("<script src=\"/login.js\" defer></script>"));
        assert_eq!(TOKEN_PAGE.matches("<script").count(), 1);
        assert!(TOKEN_PAGE.contains("method=\"post\""), "a token never stands in the address");
        assert!(!include_str!("ui/login.js").contains("innerHTML"));
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        let takes = |accepts: &str| {
            let request = actix_web::test::TestRequest::default();
            takes_gzip(&request.insert_header((ACCEPT_ENCODING, accepts)).to_http_request())
        };
        let taken = ["gzip", "br, GZIP;q=0.5", "deflate,gzip"].map(takes);
        assert_eq!((taken, ["br", "", "x-gzip-like"].map(takes)), ([true; 3], [false; 3]));
    }

    #[test]
    fn scripts_of_pages_are_this_servers_alone() {
        assert!(POLICY.contains("script-src 'self';") && POLICY.contains("base-uri 'none'"));
    }
}
