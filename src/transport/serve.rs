//! The web server: from a listener and the app to connections that are answered, with TLS and without.
//!
//! `actix_web` has a server, too, and keeps its connections to itself. This one is put together from the same
//! parts, so that frames can be written to connections under TLS (see [`super::weave`]).

use std::{io, net::TcpListener, sync::Arc, thread::available_parallelism, time::Duration};

use actix_http::{
    HttpServiceBuilder, Request,
    h1::{ExpectHandler, UpgradeHandler},
};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, map_config};
use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{AppConfig, Extensions, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    rt::net::TcpStream,
    web,
};

use super::{
    access,
    error::Problem,
    lines::{self, Lines},
    routes,
    shared::Shared,
    socket,
    socketio::Sessions,
    sse::Streams,
    tls::{Connection, TlsConfig, accept},
};
use crate::tools::fence::{Panicked, Place};

/// Name of the server in actix's log.
const NAME: &str = "steadycast";

/// Write buffer of a connection in bytes: actix asks a response for more only while less than this waits in
/// it. One means that the next piece is chosen when the last one has left, and that a WebSocket's response is
/// asked only when its head has.
const WRITE_BUFFER: usize = 1;

/// Most workers that actix takes.
const MOST_WORKERS: usize = 512;

/// How long sockets get to take their last bytes when the server stops.
const SHUTDOWN_SECONDS: u64 = 1;

/// Longest time that a client may take for the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Longest time that a client may take to agree on keys. Until then its connection counts among all, and not
/// yet among those of its address: actix tells of a connection only then.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(2);

/// Longest time that a client may take to end a connection once its last answer has left.
const DISCONNECT_WITHIN: Duration = Duration::from_secs(1);

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
    let workers = available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
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
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(most)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let tune = move |stream: &TcpStream, extensions: &mut Extensions| {
        socket::tune(stream, extensions, &tuned, &lines);
    };
    let server = match tls {
        None => builder.listen(NAME, listener, move || {
            answered(&stopping).on_connect_ext(tune.clone()).finish(handled(app())).tcp()
        })?,
        Some(config) => builder.listen(NAME, listener, move || {
            let tune = tune.clone();
            let answered = answered(&stopping).on_connect_ext(move |connection: &Connection, extensions| {
                extensions.insert(connection.weak());
                connection.look(|stream| tune(stream, extensions));
            });
            accept(config.clone(), HANDSHAKE_WITHIN, most, answered.finish(handled(app())))
        })?,
    };
    Ok(server.run())
}

/// Returns how requests on a connection are answered, with TLS or without; `stopping` tells when the server
/// stops.
fn answered<C, S>(
    stopping: &GracefulShutdownSignal,
) -> HttpServiceBuilder<C, S, ExpectHandler, UpgradeHandler>
where
    S: ServiceFactory<Request, Config = (), Error = HttpResponse, InitError = ()>,
    <S::Service as Service<Request>>::Future: 'static,
{
    let stopping = stopping.clone();
    HttpServiceBuilder::default()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .client_request_timeout(HEAD_WITHIN)
        .client_disconnect_timeout(DISCONNECT_WITHIN)
        .keep_alive(IDLE_WITHIN)
        .h1_write_buffer_size(WRITE_BUFFER)
}

/// Returns the app as what answers requests. It is told nothing true of its server: whether there is TLS, the
/// connection knows, and the host's name the request.
fn handled<A>(
    app: impl IntoServiceFactory<A, Request>,
) -> impl ServiceFactory<Request, Config = (), Response = A::Response, Error = HttpResponse, InitError = ()>
where
    A: ServiceFactory<Request, Config = AppConfig, Error = Error, InitError = ()> + 'static,
{
    map_config(app.into_factory().map_err(|error| error.error_response()), |()| AppConfig::default())
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
