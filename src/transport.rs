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
mod endless;
mod error;
mod figures;
mod flow;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzz;
mod headers;
mod history;
mod intake;
mod limits;
mod lines;
mod link;
mod login;
mod mjpeg;
mod offer;
mod openapi;
mod push;
mod redirect;
mod request;
mod routes;
mod seeds;
mod shared;
mod socket;
mod socketio;
mod sse;
mod tcp_info;
mod tls;
mod today;
mod tokens;
mod ui;
mod uploads;
mod weave;
mod ws;

use std::{io, net::TcpListener, sync::Arc, thread::available_parallelism, time::Duration};

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
pub use error::CODES;
use error::Problem;
pub use limits::{LimitSettings, Limits};
use lines::Lines;
pub use openapi::document_of;
pub use redirect::redirect;
pub use routes::{Cost, ROUTES, Role, Route, openapi_text};
pub use rustls::ServerConfig as TlsConfig;
pub use shared::Shared;
use socketio::Sessions;
use sse::Streams;
pub use tls::{Resolver, TlsError, TlsSettings, TlsSource, keep, server_config};
pub use today::Today;

use crate::tools::fence::{Panicked, Place};

/// Write buffer of a connection in bytes: actix asks a response for more only while less than this waits in
/// it. One means that the next piece is chosen when the last one has left, and that a WebSocket's response is
/// asked only when its head has.
const WRITE_BUFFER: usize = 1;

/// How long sockets get to take their last bytes when the server stops.
const SHUTDOWN_SECONDS: u64 = 1;

/// Longest time that a client may take for the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Longest time that a client may take to agree on keys. Until then its connection counts among all, and not
/// yet among those of its address: actix tells of a connection only then.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(2);

/// Longest time that a connection is kept for its next request.
const IDLE_WITHIN: Duration = Duration::from_secs(15);

/// Longest time that a connection is kept on which nothing is being answered, whatever it sends.
const QUIET_WITHIN: Duration = IDLE_WITHIN.saturating_add(HEAD_WITHIN);

/// The web server on `listener`, not yet running; under TLS where that is given.
///
/// # Errors
/// Where the listener cannot be used.
pub fn server(listener: TcpListener, shared: Arc<Shared>, tls: Option<TlsConfig>) -> io::Result<Server> {
    let shared = web::Data::from(shared);
    let (sessions, streams) = (web::Data::new(Sessions::default()), web::Data::new(Streams::default()));
    let workers = available_parallelism().map_or(1, usize::from);
    let (most, tuned) = (shared.limits.connections_each(workers, socket::room()), shared.clone());
    let lines = Arc::new(Lines::default());
    lines::watch(&lines, QUIET_WITHIN);
    let app = move || {
        shared.metrics.fences.trip(Place::Serve);
        let app = App::new().app_data(shared.clone()).app_data(sessions.clone()).app_data(streams.clone());
        // The last one is the outermost.
        let app = app.wrap(from_fn(access::check)).wrap(from_fn(fenced)).wrap(from_fn(lines::noted));
        app.configure(routes::register)
    };
    let server = HttpServer::new(app)
        .on_connect(move |connection, extensions| socket::tune(connection, extensions, &tuned, &lines))
        .workers(workers)
        .max_connections(most)
        // Usually 256, which as many clients that do not go on with their handshakes would take for all.
        .max_connection_rate(most)
        .client_request_timeout(HEAD_WITHIN)
        .tls_handshake_timeout(HANDSHAKE_WITHIN)
        .keep_alive(IDLE_WITHIN)
        .tcp_nodelay(true)
        .h1_write_buffer_size(WRITE_BUFFER)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    let server = match tls {
        Some(config) => server.listen_rustls_0_23(listener, config)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

/// Answers 500 where a handler, or what is before it, panics, and the connection goes on.
async fn fenced(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(shared) = request.app_data::<web::Data<Shared>>().cloned() else {
        return next.call(request).await;
    };
    let answered = shared.metrics.fences.poll(Place::Request, next.call(request)).await;
    answered.unwrap_or_else(|Panicked| {
        Err(Problem::Internal("a fault of this program; its log says more".to_owned()).into())
    })
}
