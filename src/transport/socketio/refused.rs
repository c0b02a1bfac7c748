//! What is wrong with a request of an Engine.IO client, as such clients read it.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header::RETRY_AFTER},
};
use serde_json::json;

use crate::transport::error;

/// A client that there is no room for is asked to come back after this many seconds.
const RETRY_SECONDS: u32 = 5;

/// Why a request is not answered as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Neither polling nor a WebSocket is asked for.
    Transport,
    /// There is no such session, or no longer.
    Session,
    /// A session begins by `GET`.
    Method,
    /// Something that the session does not allow now: a second waiting request, a second WebSocket.
    Request,
    /// More bytes than a session takes at once.
    TooBig,
    /// Another version of Engine.IO.
    Version,
    /// There are as many sessions as there may be.
    Full,
    /// As many of one address or with one credential are here as may be; the code says which.
    Limit(&'static str),
}

impl Refused {
    /// Returns number, status and words of each; numbers 0 to 5 are those of Engine.IO.
    fn parts(self) -> (u8, StatusCode, &'static str) {
        match self {
            Refused::Transport => (0, StatusCode::BAD_REQUEST, "Transport unknown"),
            Refused::Session => (1, StatusCode::BAD_REQUEST, "Session ID unknown"),
            Refused::Method => (2, StatusCode::BAD_REQUEST, "Bad handshake method"),
            Refused::Request => (3, StatusCode::BAD_REQUEST, "Bad request"),
            Refused::TooBig => (3, StatusCode::PAYLOAD_TOO_LARGE, "Bad request: too many bytes"),
            Refused::Full => (4, StatusCode::SERVICE_UNAVAILABLE, "Forbidden: too many sessions, try later"),
            Refused::Limit(_) => (4, StatusCode::TOO_MANY_REQUESTS, "Forbidden: too many, try later"),
            Refused::Version => (5, StatusCode::BAD_REQUEST, "Unsupported protocol version"),
        }
    }

    /// Returns the code by which each is counted, of those that other clients are told.
    fn counted(self) -> &'static str {
        match self {
            Refused::Transport | Refused::Request | Refused::Version => "bad_query",
            Refused::Session => "session_over",
            Refused::Method => "wrong_method",
            Refused::TooBig => "body_too_large",
            Refused::Full => "viewer_limit",
            Refused::Limit(code) => code,
        }
    }

    /// Returns the answer.
    pub fn answer(self) -> HttpResponse {
        let (code, status, message) = self.parts();
        let mut answer = HttpResponse::build(status);
        if matches!(self, Refused::Full | Refused::Limit(_)) {
            answer.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        let mut answer = answer.json(json!({ "code": code, "message": message }));
        answer.extensions_mut().insert(error::Refused(self.counted()));
        answer
    }
}
