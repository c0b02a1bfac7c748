//! What can be wrong with a request, and how it is answered: one map from errors to HTTP status.
//!
//! The close codes of WebSockets are in `protocol`; both tell the same words.

mod codes;
mod others;

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
pub use codes::CODES;
use others::{history, join, roster, upload};
use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    accounts::{AccountsError, LoginError},
    history::HistoryError,
    hub::JoinError,
    nouns::reason::Reason,
    protocol::Refusal,
    roster::RosterError,
    uploads::UploadError,
};

/// Why a request is not answered as asked. Says what is wrong and what to do.
#[derive(Debug, Error)]
pub enum Problem {
    /// No such path.
    #[error("there is nothing at this path; docs/protocol.md lists every route")]
    NoRoute,
    /// The path knows other methods.
    #[error("this path answers {0} only")]
    Method(String),
    /// A level or a scale that is not offered.
    #[error("{0}")]
    Quality(String),
    /// A layer that there is not.
    #[error("{0}")]
    Overlay(String),
    /// No camera of that name.
    #[error("no such camera; /api/status lists them")]
    NoCamera,
    /// The hub lets no viewer in.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// No credential was shown.
    #[error("log in, or show a token")]
    Credential,
    /// A token was shown that gives nothing.
    #[error("that token is not right, or has ended")]
    Token,
    /// A cookie was shown whose session is over.
    #[error("your session has ended: log in again")]
    Session,
    /// A cookie was shown whose session a link had begun, and is over. The link may be good, which the server
    /// cannot tell: with the session it has forgotten by which link that began.
    #[error("your visit by a link has ended: open the link again, and ask for a new one if it fails")]
    Visit,
    /// A link's token was shown that gives nothing.
    #[error("this link has ended: ask whoever sent it for a new one")]
    Link,
    /// A wrong name or password was given to log in. Which of both it is stays untold.
    #[error("the name or the password is wrong")]
    Wrong,
    /// A wrong token was given to log in.
    #[error("that token is not right, or has ended")]
    WrongToken,
    /// Too much of something that is bounded in time; may be tried again after this long.
    #[error("too many requests; try again in {} s", seconds(.0))]
    TooMany(Duration),
    /// Too many logins have failed; may be tried again after this long.
    #[error("too many logins have failed; try again in {} s", seconds(.0))]
    TooManyLogins(Duration),
    /// Too many wrong tokens came with requests; may be tried again after this long.
    #[error("too many wrong tokens were sent; try again in {} s", seconds(.0))]
    TooManyTokens(Duration),
    /// As many viewers of one address as there may be.
    #[error("as many of this address watch as may; try later")]
    AddressLimit,
    /// As many viewers with one credential as there may be.
    #[error("as many watch with this credential as may; try later")]
    TokenLimit,
    /// A path or a query that is too long.
    #[error("the address is too long: a path may have 1024 bytes, a query 2048")]
    LongAddress,
    /// What concerns the whole server was asked for with a credential for some cameras.
    #[error("this is for those who may see every camera")]
    Scope,
    /// What needs the database of users was asked for, and there is none.
    #[error("there are no users and nothing is revoked: the setting STEADYCAST_ACCESS_DATABASE is none")]
    AccountsOff,
    /// The database of users does not answer.
    #[error(transparent)]
    Accounts(AccountsError),
    /// A signed token was asked for, and there is no key.
    #[error(
        "there is no key to sign with; set STEADYCAST_JWT_SECRET or STEADYCAST_JWT_KEY_FILE, and \
             STEADYCAST_ADMIN_TOKEN or a user for yourself: with a key, everybody has to log in"
    )]
    NoKey,
    /// A body of a type that is not read.
    #[error("send the body as application/json")]
    Media,
    /// A change with a cookie that our own page has not said it sends, or that another site's has.
    #[error("send changes with a cookie from a page of this server, with the header X-Steadycast: 1")]
    CrossSite,
    /// What is for admins was asked for with a credential that is none of an admin's.
    #[error("this is for admins: send an admin's token (Authorization: Bearer …), or log in as one")]
    AdminToken,
    /// There is no admin's token, and the request comes from elsewhere or the port is open to others.
    #[error(
        "without STEADYCAST_ADMIN_TOKEN this is for who sits at this machine, and only while \
             STEADYCAST_HOST is a loopback address and no proxy is in between; set the token"
    )]
    NotHere,
    /// A change by a page of another site, which may watch at best.
    #[error("pages of other sites change nothing here")]
    ForeignChange,
    /// A change that a page of another site may have had a browser send.
    #[error("send changes as application/json, or with the header X-Steadycast: 1")]
    Intent,
    /// A query that cannot be read.
    #[error("{0}")]
    Query(String),
    /// No such event, or no picture of it.
    #[error("there is no picture of such an event")]
    NoEvent,
    /// History does not answer.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A body that cannot be read.
    #[error("{0}")]
    Body(String),
    /// An upload is refused.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// A body of more than so many KiB.
    #[error("the body has more than {0} KiB")]
    LongBody(u64),
    /// The roster refuses.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A source that was tried gives no picture.
    #[error("{}", .0.text)]
    Source(Reason),
    /// As many streams of events are open as may be.
    #[error("as many streams of events are open as may be; try later")]
    Streams,
    /// Enough sources are being tried, or passwords looked at.
    #[error("enough of this is being done; try again in some seconds")]
    Busy,
    /// The Host header names a host that this server is not known by.
    #[error("this server does not know itself as {0:?}; add http://{0} to STEADYCAST_ALLOWED_ORIGINS")]
    Host(String),
    /// The Host header is missing where it is needed, empty, or names what is no host.
    #[error("the Host header is missing, empty or no host; send the name or address that is asked")]
    NoHost,
    /// A page of another site asks.
    #[error(
        "pages of {0} may not ask here; STEADYCAST_ALLOWED_ORIGINS names sites that may show these cameras"
    )]
    Origin(String),
    /// There is no picture to show.
    #[error("no picture yet: {0}")]
    NoPicture(String),
    /// A WebSocket's path was asked for like a page.
    #[error("this path is a WebSocket: {0}; docs/protocol.md has a client in ten lines")]
    Upgrade(String),
    /// What was asked for needs a model that is switched off.
    #[error("nobody is counted: {0}")]
    AnalyticsOff(&'static str),
    /// What was asked for needs a model that has failed.
    #[error("nobody is counted: {0}")]
    AnalyticsFailed(String),
    /// The model has said nothing lately.
    #[error("nobody has been counted lately; try again in a second")]
    NoResult,
    /// Something of our own is broken.
    #[error("{0}")]
    Internal(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Quality(refusal.reason)
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Off => Problem::AccountsOff,
            AccountsError::NoKey => Problem::NoKey,
            other => Problem::Accounts(other),
        }
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Wrong => Problem::Wrong,
            LoginError::Busy => Problem::Busy,
            LoginError::Accounts(error) => error.into(),
        }
    }
}

/// A viewer refused for now is asked to come back after this many seconds.
const RETRY_SECONDS: u64 = 5;

/// The code of an answer that refuses, among the answer's extensions, to be counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused(pub &'static str);

/// A time in seconds as it is told: rounded up, and never 0.
fn seconds(wait: &Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0 || wait.is_zero())
}

impl Problem {
    /// Returns the code, which names the kind of problem for programs.
    pub(super) fn code(&self) -> &'static str {
        self.parts().1
    }

    /// Returns the seconds after which to try again; `None` where nothing changes by waiting.
    pub(super) fn retry_after(&self) -> Option<u64> {
        match self {
            Problem::TooMany(wait) | Problem::TooManyLogins(wait) | Problem::TooManyTokens(wait) => {
                Some(seconds(wait))
            }
            _ => match self.status_code() {
                StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Some(RETRY_SECONDS),
                _ => None,
            },
        }
    }

    /// Returns what a 401 says of how a credential is shown, and of the one that was (RFC 6750, 3).
    pub(super) fn challenge(&self) -> &'static str {
        match self {
            Problem::Token
            | Problem::Session
            | Problem::Visit
            | Problem::Link
            | Problem::Wrong
            | Problem::WrongToken => "Bearer realm=\"steadycast\", error=\"invalid_token\"",
            _ => "Bearer realm=\"steadycast\"",
        }
    }

    /// What the answer says.
    pub(super) fn told(&self) -> Value {
        json!({ "error": { "code": self.code(), "message": self.to_string() } })
    }

    /// Status and code of each.
    fn parts(&self) -> (StatusCode, &'static str) {
        match self {
            Problem::NoRoute => (StatusCode::NOT_FOUND, "not_found"),
            Problem::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
            Problem::Quality(_) => (StatusCode::BAD_REQUEST, "bad_level"),
            Problem::Overlay(_) => (StatusCode::BAD_REQUEST, "bad_overlay"),
            Problem::NoCamera => (StatusCode::NOT_FOUND, "no_camera"),
            Problem::Join(error) => join(error),
            Problem::Query(_) => (StatusCode::BAD_REQUEST, "bad_query"),
            Problem::NoEvent => (StatusCode::NOT_FOUND, "no_event"),
            Problem::History(error) => history(error),
            Problem::Body(_) => (StatusCode::BAD_REQUEST, "bad_body"),
            Problem::Media => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_media_type"),
            Problem::Upload(error) => upload(error),
            Problem::LongBody(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Problem::LongAddress => (StatusCode::URI_TOO_LONG, "address_too_long"),
            Problem::Roster(error) => roster(error),
            Problem::Source(_) => (StatusCode::UNPROCESSABLE_ENTITY, "no_picture"),
            Problem::Streams => (StatusCode::SERVICE_UNAVAILABLE, "stream_limit"),
            Problem::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Problem::NoPicture(_) => (StatusCode::SERVICE_UNAVAILABLE, "no_picture"),
            Problem::AnalyticsOff(_) => (StatusCode::SERVICE_UNAVAILABLE, "analytics_off"),
            Problem::AnalyticsFailed(_) => (StatusCode::SERVICE_UNAVAILABLE, "analytics_failed"),
            Problem::NoResult => (StatusCode::SERVICE_UNAVAILABLE, "no_result"),
            Problem::Upgrade(_) => (StatusCode::BAD_REQUEST, "websocket_only"),
            Problem::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            _ => self.parts_of_access(),
        }
    }

    /// Status and code of what has to do with who asks, and how often.
    fn parts_of_access(&self) -> (StatusCode, &'static str) {
        match self {
            Problem::Credential | Problem::Token | Problem::Link => {
                (StatusCode::UNAUTHORIZED, "token_needed")
            }
            Problem::Session | Problem::Visit => (StatusCode::UNAUTHORIZED, "session_over"),
            Problem::Wrong | Problem::WrongToken => (StatusCode::UNAUTHORIZED, "wrong_credential"),
            Problem::AdminToken => (StatusCode::UNAUTHORIZED, "admin_token_needed"),
            Problem::NotHere => (StatusCode::FORBIDDEN, "admin_token_needed"),
            Problem::ForeignChange | Problem::Origin(_) => (StatusCode::FORBIDDEN, "foreign_origin"),
            Problem::Intent => (StatusCode::FORBIDDEN, "unclear_intent"),
            Problem::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Problem::Host(_) | Problem::NoHost => (StatusCode::FORBIDDEN, "unknown_host"),
            Problem::Scope => (StatusCode::FORBIDDEN, "whole_house_only"),
            Problem::TooMany(_) | Problem::TooManyLogins(_) | Problem::TooManyTokens(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "too_many")
            }
            Problem::AddressLimit => (StatusCode::TOO_MANY_REQUESTS, "too_many_of_address"),
            Problem::TokenLimit => (StatusCode::TOO_MANY_REQUESTS, "too_many_viewers"),
            Problem::AccountsOff => (StatusCode::SERVICE_UNAVAILABLE, "accounts_off"),
            Problem::Accounts(_) => (StatusCode::SERVICE_UNAVAILABLE, "accounts_failed"),
            Problem::NoKey => (StatusCode::SERVICE_UNAVAILABLE, "no_token_key"),
            // All others are above.
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.parts().0
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        if let Some(seconds) = self.retry_after() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            let methods = if let Problem::Method(methods) = self { methods } else { "GET" };
            response.insert_header((ALLOW, methods));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, self.challenge()));
        }
        let mut response = response.json(self.told());
        response.extensions_mut().insert(Refused(self.code()));
        response
    }
}
