//! What is wrong with a request of an Engine.IO client, as such clients read it.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header::RETRY_AFTER},
};
use serde_json::json;

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
            Refused::Version => (5, StatusCode::BAD_REQUEST, "Unsupported protocol version"),
        }
    }

    /// Returns the answer.
    pub fn answer(self) -> HttpResponse {
        let (code, status, message) = self.parts();
        let mut answer = HttpResponse::build(status);
        if self == Refused::Full {
            answer.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        answer.json(json!({ "code": code, "message": message }))
    }
}
