//! Stage 5, out: the web server, and what its handlers share. The routes are a table in `routes`.
//!
//! In goes the hub, out go bytes on sockets. What a viewer gets is decided by the hub and by the window in
//! `adapt`; here it is only when, and in which wrapping.

mod access;
mod admin;
mod apart;
mod api;
mod cameras;
mod congestion;
mod endless;
mod error;
mod figures;
mod flow;
mod headers;
mod history;
mod intake;
mod link;
mod mjpeg;
mod offer;
mod push;
mod request;
mod routes;
mod seeds;
mod shared;
mod socket;
mod socketio;
mod sse;
mod tcp_info;
mod today;
mod ui;
mod uploads;
mod ws;

use std::{io, net::TcpListener, sync::Arc};

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
pub use admin::Admin;
use error::Problem;
pub use routes::{ROUTES, Role, Route};
pub use shared::Shared;
use socketio::Sessions;
use sse::Streams;
pub use today::Today;

use crate::tools::fence::{Panicked, Place};

/// Write buffer of a connection in bytes: actix asks a response for more only while less than this waits in
/// it. One means that the next piece is chosen when the last one has left, and that a WebSocket's response is
/// asked only when its head has.
const WRITE_BUFFER: usize = 1;

/// How long sockets get to take their last bytes when the server stops.
const SHUTDOWN_SECONDS: u64 = 1;

/// The web server on `listener`, not yet running.
///
/// # Errors
/// Where the listener cannot be used.
pub fn server(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Server> {
    let timeout = shared.viewer_timeout;
    let shared = web::Data::from(shared);
    let (sessions, streams) = (web::Data::new(Sessions::default()), web::Data::new(Streams::default()));
    let app = move || {
        shared.metrics.fences.trip(Place::Serve);
        let app = App::new().app_data(shared.clone()).app_data(sessions.clone()).app_data(streams.clone());
        // The last one is the outermost.
        app.wrap(from_fn(access::check)).wrap(from_fn(fenced)).configure(routes::register)
    };
    let server = HttpServer::new(app)
        .on_connect(move |connection, extensions| socket::tune(connection, extensions, timeout))
        .tcp_nodelay(true)
        .h1_write_buffer_size(WRITE_BUFFER)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
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
