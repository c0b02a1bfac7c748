//! What can be wrong with a request, and how it is answered: one map from errors to HTTP status.
//!
//! The close codes of WebSockets are in `protocol`; both tell the same words.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    history::HistoryError, hub::JoinError, nouns::reason::Reason, protocol::Refusal, registry::RegistryError,
    roster::RosterError, uploads::UploadError,
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
    /// Missing or wrong token.
    #[error("a token is needed: Authorization: Bearer …, ?token=…, or open the page with ?token=… once")]
    Credential,
    /// The admin's token is missing or wrong.
    #[error("the admin's token is needed to change anything: Authorization: Bearer …")]
    AdminToken,
    /// There is no admin's token, and the request comes from elsewhere or the port is open to others.
    #[error(
        "without STEADYCAST_ADMIN_TOKEN things are changed from this machine alone, and only while \
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
    LongBody(usize),
    /// The roster refuses.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A source that was tried gives no picture.
    #[error("{}", .0.text)]
    Source(Reason),
    /// As many streams of events are open as may be.
    #[error("as many streams of events are open as may be; try later")]
    Streams,
    /// Enough sources are being tried.
    #[error("enough sources are being tried; try again in some seconds")]
    Busy,
    /// The Host header names a host that this server is not known by.
    #[error("this server does not know itself as {0:?}; add http://{0} to STEADYCAST_ALLOWED_ORIGINS")]
    Host(String),
    /// A page of another site asks.
    #[error("pages of {0} may not watch; add it to STEADYCAST_ALLOWED_ORIGINS")]
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

/// A viewer refused for now is asked to come back after this many seconds.
const RETRY_SECONDS: u32 = 5;

impl Problem {
    /// What the answer says.
    pub(super) fn told(&self) -> Value {
        json!({ "error": { "code": self.parts().1, "message": self.to_string() } })
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
            Problem::Credential => (StatusCode::UNAUTHORIZED, "token_needed"),
            Problem::AdminToken => (StatusCode::UNAUTHORIZED, "admin_token_needed"),
            Problem::NotHere => (StatusCode::FORBIDDEN, "admin_token_needed"),
            Problem::ForeignChange => (StatusCode::FORBIDDEN, "foreign_origin"),
            Problem::Intent => (StatusCode::FORBIDDEN, "unclear_intent"),
            Problem::Query(_) => (StatusCode::BAD_REQUEST, "bad_query"),
            Problem::NoEvent => (StatusCode::NOT_FOUND, "no_event"),
            Problem::History(error) => history(error),
            Problem::Body(_) => (StatusCode::BAD_REQUEST, "bad_body"),
            Problem::Upload(error) => upload(error),
            Problem::LongBody(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Problem::Roster(error) => roster(error),
            Problem::Source(_) => (StatusCode::UNPROCESSABLE_ENTITY, "no_picture"),
            Problem::Streams => (StatusCode::SERVICE_UNAVAILABLE, "stream_limit"),
            Problem::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Problem::Host(_) => (StatusCode::FORBIDDEN, "unknown_host"),
            Problem::Origin(_) => (StatusCode::FORBIDDEN, "foreign_origin"),
            Problem::NoPicture(_) => (StatusCode::SERVICE_UNAVAILABLE, "no_picture"),
            Problem::AnalyticsOff(_) => (StatusCode::SERVICE_UNAVAILABLE, "analytics_off"),
            Problem::AnalyticsFailed(_) => (StatusCode::SERVICE_UNAVAILABLE, "analytics_failed"),
            Problem::NoResult => (StatusCode::SERVICE_UNAVAILABLE, "no_result"),
            Problem::Upgrade(_) => (StatusCode::BAD_REQUEST, "websocket_only"),
            Problem::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// Status and code of a viewer whom the hub does not let in.
fn join(error: &JoinError) -> (StatusCode, &'static str) {
    match error {
        JoinError::Gone => (StatusCode::NOT_FOUND, "no_camera"),
        JoinError::Full => (StatusCode::SERVICE_UNAVAILABLE, "viewer_limit"),
        JoinError::Sets => (StatusCode::SERVICE_UNAVAILABLE, "overlay_limit"),
        JoinError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    }
}

/// Status and code of why history does not answer.
fn history(error: &HistoryError) -> (StatusCode, &'static str) {
    match error {
        HistoryError::TooMany { .. } => (StatusCode::BAD_REQUEST, "bad_query"),
        HistoryError::Off => (StatusCode::SERVICE_UNAVAILABLE, "history_off"),
        HistoryError::Trouble(_) | HistoryError::Busy | HistoryError::NotWritten(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "history_failed")
        }
    }
}

/// Status and code of what is no upload.
fn upload(error: &UploadError) -> (StatusCode, &'static str) {
    match error {
        UploadError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        UploadError::Off => (StatusCode::FORBIDDEN, "uploads_off"),
        UploadError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        UploadError::NoRoom => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
        UploadError::Empty | UploadError::NoVideo(_) => (StatusCode::UNPROCESSABLE_ENTITY, "no_video"),
        UploadError::NoFile | UploadError::BrokenOff(_) => (StatusCode::BAD_REQUEST, "bad_body"),
        UploadError::Stalled(_) => (StatusCode::REQUEST_TIMEOUT, "stalled"),
        UploadError::Unknown(_) => (StatusCode::NOT_FOUND, "no_upload"),
        UploadError::InUse(_) => (StatusCode::CONFLICT, "upload_in_use"),
        UploadError::Folder(_) | UploadError::Look(_) => (StatusCode::INTERNAL_SERVER_ERROR, "upload_failed"),
    }
}

/// Status and code of what the roster refuses.
fn roster(error: &RosterError) -> (StatusCode, &'static str) {
    match error {
        RosterError::Wrong { .. } | RosterError::Registry(RegistryError::Settings(_)) => {
            (StatusCode::BAD_REQUEST, "bad_camera")
        }
        RosterError::Mistake { .. }
        | RosterError::Read { .. }
        | RosterError::Empty { .. }
        | RosterError::Changed { .. } => (StatusCode::CONFLICT, "cameras_file"),
        RosterError::Write { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "cameras_file_unwritable"),
        RosterError::Registry(RegistryError::Known(_)) => (StatusCode::CONFLICT, "camera_exists"),
        RosterError::Registry(RegistryError::Unknown(_)) => (StatusCode::NOT_FOUND, "no_camera"),
        RosterError::Registry(RegistryError::Stopping) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        RosterError::Stays { .. }
        | RosterError::Fault(_)
        | RosterError::Registry(RegistryError::Io { .. }) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.parts().0
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            let methods = if let Problem::Method(methods) = self { methods } else { "GET" };
            response.insert_header((ALLOW, methods));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        response.json(self.told())
    }
}
