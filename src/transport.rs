//! Stage 5, out: the web server, and what its handlers share. The routes are a table in `routes`.
//!
//! In goes the hub, out go bytes on sockets. What a viewer gets is decided by the hub and by the window in
//! `adapt`; here it is only when, and in which wrapping.

pub mod about;
mod access;
mod apart;
mod api;
mod audit;
mod cameras;
mod congestion;
mod docs_page;
mod drained;
mod embed;
mod endless;
mod error;
mod figures;
mod flow;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzz;
mod headers;
mod history;
mod hubs;
mod intake;
mod limits;
mod lines;
mod link;
mod login;
mod mjpeg;
mod notify;
mod offer;
mod openapi;
mod push;
mod redirect;
mod request;
mod routes;
mod seeds;
mod serve;
mod shared;
mod socket;
mod socketio;
mod sse;
mod stream_info;
mod tcp_info;
mod tls;
mod today;
mod tokens;
mod ui;
mod uploads;
mod weave;
mod ws;

pub use api::{counted_of, told_of};
pub use error::CODES;
pub use hubs::Hubs;
pub use limits::{LimitSettings, Limits};
pub use openapi::document_of;
pub use redirect::redirect;
pub use routes::{Cost, ROUTES, Role, Route, openapi_text};
pub use serve::server;
pub use shared::Shared;
pub use tls::{Resolver, TlsConfig, TlsError, TlsSettings, TlsSource, keep, server_config};
pub use today::Today;
