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
    /// Returns status, number and words of each; numbers 0 to 5 are those of Engine.IO.
    fn parts(self) -> (StatusCode, u8, &'static str) {
        match self {
            Refused::Transport => (StatusCode::BAD_REQUEST, 0, "Transport unknown"),
            Refused::Session => (StatusCode::BAD_REQUEST, 1, "Session ID unknown"),
            Refused::Method => (StatusCode::BAD_REQUEST, 2, "Bad handshake method"),
            Refused::Request => (StatusCode::BAD_REQUEST, 3, "Bad request"),
            Refused::TooBig => (StatusCode::PAYLOAD_TOO_LARGE, 3, "Bad request: too many bytes"),
            Refused::Full => (StatusCode::SERVICE_UNAVAILABLE, 4, "Forbidden: too many sessions, try later"),
            Refused::Version => (StatusCode::BAD_REQUEST, 5, "Unsupported protocol version"),
        }
    }

    /// Returns the answer.
    pub fn answer(self) -> HttpResponse {
        let (status, code, message) = self.parts();
        let mut answer = HttpResponse::build(status);
        if self == Refused::Full {
            answer.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        answer.json(json!({ "code": code, "message": message }))
    }
}
