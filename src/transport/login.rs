//! The routes by which a session begins, ends and is looked at.
//!
//! A token, or a name and a password, in; a cookie out that is random and stands for nothing but the session.
//! What a credential gives is `accounts`', and how often one may guess is `access`'.

use std::{sync::Arc, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    web,
};
use serde_json::{Map, Value, json};

use super::{
    about,
    access::{Deed, Grant, audited_as, find_key, refused},
    apart::{aside, to_its_end},
    cameras::fields_of,
    error::Problem,
    shared::Shared,
};
use crate::{
    access::{Right, Role},
    accounts::{Entry, LOGGED_IN, LOGGED_OUT, Open, Outcome},
    frame::now_s,
    history::Calendar,
};

/// Seconds for which a browser keeps a cookie beyond its session, so that who comes back within a day is told
/// that the session has ended.
const KEPT_SECONDS: u64 = 86_400;

/// What somebody shows to log in.
enum Shown {
    /// A token.
    Token(String),
    /// A user's name and password.
    Password {
        /// The name.
        name: String,
        /// The password.
        password: String,
    },
}

impl Shown {
    /// Reads a body's fields; others than those that are known are passed over.
    fn of(mut fields: Map<String, Value>) -> Result<Shown, Problem> {
        let mut text = |name: &str| match fields.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::Body(format!("{name} is no text"))),
        };
        match (text("token")?, text("name")?, text("password")?) {
            (Some(token), ..) => Ok(Shown::Token(token)),
            (None, Some(name), Some(password)) => Ok(Shown::Password { name, password }),
            _ => Err(Problem::Body("give a token, or name and password".to_owned())),
        }
    }

    /// Returns the name that is tried; empty where there is none.
    fn name(&self) -> &str {
        match self {
            Shown::Token(_) => "",
            Shown::Password { name, .. } => name,
        }
    }
}

/// `POST /api/login`: begins a session; the cookie that it comes with is the only thing that knows it.
pub async fn begin(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let shown = Shown::of(fields_of(body, &about::LOGIN).await?)?;
    if let Err(wait) = shared.authority.may_guess(grant.address(), shown.name(), Instant::now()) {
        let problem = Problem::TooManyLogins(wait);
        refused(&shared, &grant, "a login".to_owned(), problem.code());
        return Err(problem);
    }
    // A name that nobody has may be a password in the wrong field.
    let known = Some(shown.name()).filter(|name| shared.authority.has_user(name)).map(str::to_owned);
    let whose = known.map_or("a credential that nobody has".to_owned(), |name| format!("user {name}"));
    let (looks, from) = (shared.clone(), grant.clone());
    // Whoever hangs up before the answer has guessed all the same.
    let right = to_its_end(async move {
        let right = right_of(shown, &looks, &from).await;
        if let Err(problem) = &right {
            let tried = Deed { action: "tried to log in", camera: None, detail: whose };
            audited_as(&looks, &from, tried, Outcome::Refused(problem.code()));
        }
        right
    })
    .await?;
    let (cookie, until_s) = begun(&request, &shared, &grant, &right);
    let right = Right { until_s: Some(until_s), ..right };
    Ok(HttpResponse::Ok().cookie(cookie).json(told(&shared, &right)))
}

/// Begins a session with a right, in the place of the one that the request shows, and writes that down;
/// returns its cookie, and the second since 1970 at which it ends. A session that a link begins takes the
/// place of a link's alone.
pub(super) fn begun(
    request: &HttpRequest,
    shared: &Shared,
    grant: &Grant,
    right: &Right,
) -> (Cookie<'static>, u64) {
    shared.authority.audit(Entry {
        who: right.who.to_string(),
        address: grant.address().to_string(),
        action: LOGGED_IN,
        camera: None,
        detail: String::new(),
        outcome: Outcome::Done,
    });
    let names = &shared.cookies;
    let name = if grant.is_by_address() { &names.guest } else { &names.session };
    if let Some(before) = request.cookie(name) {
        shared.authority.end(before.value());
    }
    let now_s = now_s();
    let (value, until_s) = shared.authority.begin(right.clone(), now_s);
    (cookie(name, value, until_s.saturating_sub(now_s) + KEPT_SECONDS, grant), until_s)
}

/// What is shown gives that; a failure is noted.
async fn right_of(shown: Shown, shared: &Shared, grant: &Grant) -> Result<Right, Problem> {
    let from = grant.address();
    let (name, password) = match shown {
        Shown::Token(token) => {
            find_key(shared, &token).await;
            let right = shared.authority.shown(&token, now_s());
            shared.authority.guessed(from, "", right.is_some(), Instant::now());
            return right.ok_or(Problem::WrongToken);
        }
        Shown::Password { name, password } => (name, password),
    };
    let turn = shared.authority.turn(from).await?;
    // Others of this address may have failed while this one waited.
    shared.authority.may_guess(from, &name, Instant::now()).map_err(Problem::TooManyLogins)?;
    let authority = Arc::clone(&shared.authority);
    // The pictures of all viewers come before the password of one.
    aside(&shared.metrics.fences, move || {
        // Held until the outcome is noted, so that no more are tried at once than may be.
        let _turn = turn;
        let right = authority.login(&name, &password).map_err(Problem::from);
        if matches!(right, Ok(_) | Err(Problem::Wrong)) {
            authority.guessed(from, &name, right.is_ok(), Instant::now());
        }
        right
    })
    .await
}

/// `POST /api/logout`: ends the sessions of the cookies, if there are any.
pub async fn end(request: HttpRequest, shared: web::Data<Shared>, grant: Grant) -> HttpResponse {
    if grant.right().session.is_some() {
        let out = Deed { action: LOGGED_OUT, ..Deed::default() };
        audited_as(&shared, &grant, out, Outcome::Done);
    }
    let mut response = HttpResponse::NoContent();
    for name in shared.cookies.both() {
        if let Some(cookie) = request.cookie(name) {
            shared.authority.end(cookie.value());
        }
        response.cookie(cookie(name, String::new(), 0, &grant));
    }
    response.finish()
}

/// `GET /api/session`: what the one who asks may do, and whether logging in would help.
pub async fn session(shared: web::Data<Shared>, grant: Grant) -> HttpResponse {
    HttpResponse::Ok().json(told(&shared, grant.right()))
}

/// The cookie of a session; with 0 seconds the one that takes it away.
fn cookie(name: &str, value: String, seconds: u64, grant: &Grant) -> Cookie<'static> {
    Cookie::build(name.to_owned(), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(grant.is_https())
        .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        .finish()
}

/// What is told of a right.
fn told(shared: &Shared, right: &Right) -> Value {
    let authority = &shared.authority;
    let none: &[Box<str>] = &[];
    json!({
        "role": right.role.name(),
        "cameras": if right.role >= Role::Viewer { right.scope.names() } else { Some(none) },
        "who": right.who.to_string(),
        "until": right.until_s.map(time),
        "needs_login": authority.open() == Open::No,
        "can_login_by_name": authority.has_users(),
        // What this server's troubles are is nobody's business who may not watch.
        "notice": shared.notice().filter(|_| right.role >= Role::Viewer),
    })
}

/// A second since 1970 as answers tell it.
pub(super) fn time(at_s: u64) -> String {
    Calendar::system().rfc3339(i64::try_from(at_s).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: Value) -> Result<Shown, Problem> {
        let Value::Object(fields) = body else { panic!("an object") };
        Shown::of(fields)
    }

    #[test]
    fn a_login_is_a_token_or_a_name_with_a_password() {
        assert!(matches!(shown(json!({"token": "x"})), Ok(Shown::Token(token)) if token == "x"));
        let by_name = shown(json!({"name": "anna", "password": "correct horse", "more": 1}));
        assert!(by_name.is_ok_and(|shown| shown.name() == "anna"));
        for odd in [
            json!({}),
            json!({"name": "anna"}),
            json!({"password": "correct horse"}),
            json!({"token": null}),
            json!({"token": ["x"]}),
            json!({"name": {"$ne": ""}, "password": {"$ne": ""}}),
        ] {
            assert!(matches!(shown(odd.clone()), Err(Problem::Body(_))), "{odd}");
        }
    }

    #[test]
    fn a_cookie_is_read_by_no_script_and_sent_by_no_other_site() {
        let grant = Grant::to(Role::Viewer);
        let text = cookie("a_session", "abc".to_owned(), 60, &grant).to_string();
        for part in ["a_session=abc", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=60"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("Secure"), "by plain HTTP a browser would not keep it: {text}");
        assert!(cookie("a_session", String::new(), 0, &grant).to_string().contains("Max-Age=0"));
    }
}
