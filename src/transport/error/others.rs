//! Status and code of errors that other rooms give: of the hub, of history, of uploads and of the roster.

use actix_web::http::StatusCode;

use crate::{
    history::HistoryError, hub::JoinError, registry::RegistryError, roster::RosterError, uploads::UploadError,
};

/// Status and code of a viewer whom the hub does not let in.
pub fn join(error: &JoinError) -> (StatusCode, &'static str) {
    match error {
        JoinError::Gone => (StatusCode::NOT_FOUND, "no_camera"),
        JoinError::Full => (StatusCode::SERVICE_UNAVAILABLE, "viewer_limit"),
        JoinError::Sets => (StatusCode::SERVICE_UNAVAILABLE, "overlay_limit"),
        JoinError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    }
}

/// Status and code of why history does not answer.
pub fn history(error: &HistoryError) -> (StatusCode, &'static str) {
    match error {
        HistoryError::TooMany { .. } => (StatusCode::BAD_REQUEST, "bad_query"),
        HistoryError::Off => (StatusCode::SERVICE_UNAVAILABLE, "history_off"),
        HistoryError::Trouble(_) | HistoryError::Busy | HistoryError::NotWritten(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "history_failed")
        }
    }
}

/// Status and code of what is no upload.
pub fn upload(error: &UploadError) -> (StatusCode, &'static str) {
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
pub fn roster(error: &RosterError) -> (StatusCode, &'static str) {
    match error {
        RosterError::Rules(_) => (StatusCode::BAD_REQUEST, "bad_rules"),
        RosterError::Wrong { .. }
        | RosterError::Tried(_)
        | RosterError::Registry(RegistryError::Settings(_)) => (StatusCode::BAD_REQUEST, "bad_camera"),
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
