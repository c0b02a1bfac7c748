//! Stage 5, out: HTTP and WebSocket routes on one screen, and the web server itself.
//!
//! In goes the hub, out go bytes on sockets. What a viewer gets is decided by the hub and by the window in
//! `adapt`; here it is only when, and in which wrapping.

mod access;
mod api;
mod congestion;
mod error;
mod flow;
mod intake;
mod link;
mod mjpeg;
mod offer;
mod push;
mod request;
mod socket;
mod tcp_info;
mod ui;
mod ws;

use std::{
    collections::HashMap,
    io,
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    App, Error, FromRequest, Handler, HttpServer, Resource, Responder, ResponseError,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use error::Problem;

use crate::{
    analytics::Intake,
    capture::Feed,
    hub::Hub,
    nouns::{quality::Ladder, secret::Secret},
    tools::{
        fence::{Panicked, Place},
        metrics::Metrics,
    },
};

/// What the handlers share.
pub struct Shared {
    /// Cameras and viewers.
    pub hub: Arc<Hub>,
    /// How each camera fares, by name.
    pub feeds: HashMap<String, Arc<Feed>>,
    /// What is counted.
    pub metrics: Metrics,
    /// Each camera's analytics, where there are any.
    pub intakes: HashMap<String, Intake>,
    /// The levels on offer.
    pub ladder: Ladder,
    /// Credential of viewers, if one is wanted.
    pub viewer_token: Option<Secret>,
    /// Other sites whose pages may watch, as browsers write origins.
    pub allowed_origins: Vec<String>,
    /// How long a viewer may take no byte, or answer no ping.
    pub viewer_timeout: Duration,
    /// Changes with each start of the server.
    pub run: String,
    /// When the server started.
    pub started: Instant,
}

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
    let app = move || {
        shared.metrics.fences.trip(Place::Serve);
        let app = App::new().app_data(shared.clone());
        // The last one is the outermost.
        app.wrap(from_fn(access::check)).wrap(from_fn(fenced)).configure(routes)
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

/// Every route.
fn routes(config: &mut web::ServiceConfig) {
    config
        .service(stream("/websocket/{level}").get(ws::watch_default))
        .service(stream("/websocket/{camera}/{level}").get(ws::watch))
        .service(stream("/video_feed").get(mjpeg::stream_default))
        .service(stream("/api/stream/video").get(mjpeg::stream_default))
        .service(stream("/api/video/stream/{camera}").get(mjpeg::stream))
        .service(document("/api/snapshot/{camera}", mjpeg::snapshot))
        .service(document("/api/status", api::status))
        .service(document("/api/stats", api::stats))
        .service(document("/api/heatmap", api::heatmap))
        .service(document("/api/health", api::health))
        .service(document("/api/ready", api::ready))
        .service(document("/metrics", api::metrics))
        .service(document("/", ui::page))
        .default_service(web::to(ui::asset));
}

/// A path that goes on sending; methods it does not know are answered as errors are.
fn stream(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|| async { Problem::Method.error_response() }))
}

/// A path whose answer ends: HEAD gets its head.
fn document<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    stream(path).get(handler.clone()).head(handler)
}
