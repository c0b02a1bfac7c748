//! What each route takes and gives, as its description tells it; the table of routes refers to it.
//!
//! Data alone, a file for each subject. Names of schemas are those of `openapi/schemas.json`; which codes
//! every route may answer besides its own is told by its role, its cost and its body (`openapi/codes.rs`).

mod accounts;
mod cameras;
mod figures;
mod history;
mod kinds;
mod notify;
mod pages;
mod params;
mod pictures;
mod uploads;

pub use self::{
    accounts::{AUDIT, CAMERA_SHARE, LOGIN, LOGOUT, SESSION, TOKEN_MAKE, TOKEN_REVOKE},
    cameras::{
        CAMERA, CAMERA_ADD, CAMERA_CHANGE, CAMERA_REMOVE, CAMERA_START, CAMERA_STOP, CAMERA_TEST, CAMERAS,
        SET_SOURCE, START_STREAM, STOP_STREAM,
    },
    figures::{HEALTH, HEATMAP, METRICS, READY, STATS, STATUS, STREAM_INFO},
    history::{COUNTS_RESET, EVENT_SNAPSHOT, EVENTS, EVENTS_STREAM, HISTORY, HISTORY_CSV},
    kinds::{About, Answer, Body, Param},
    notify::{RULES, RULES_SET, SERVICE_TEST},
    pages::{CAMERA_SCRIPT, DOCS, DOCS_SCRIPT, DOCS_STYLE, EMBED, ICON, LOGIN_SCRIPT, OPENAPI, PAGE},
    pictures::{
        MJPEG, MJPEG_DEFAULT, MJPEG_SEED, SNAPSHOT, SOCKETIO_GET, SOCKETIO_OPTIONS, SOCKETIO_POST, WEBSOCKET,
        WEBSOCKET_DEFAULT,
    },
    uploads::{UPLOAD_DELETE, UPLOAD_FORM, UPLOAD_PUT, UPLOADS},
};
