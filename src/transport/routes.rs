//! Every route on one screen: path, methods, what one must be allowed to, and who answers.
//!
//! The table registers and guards; a handler is in the file of what it serves.

use actix_web::{
    Error, FromRequest, Handler, Resource, Responder, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};

pub use super::access::Role;
use super::{access, api, cameras, error::Problem, history, mjpeg, seeds, socketio, sse, ui, uploads, ws};

/// Some methods of a path; the routes of a path stand beside each other.
pub struct Route {
    /// Path, with `{names}` of what stands in it.
    pub path: &'static str,
    /// Methods that are answered.
    pub methods: &'static [&'static str],
    /// What the one who asks must be allowed to.
    pub role: Role,
    /// Who sees to the role.
    refusal: Refusal,
    /// Adds the handler.
    add: fn(Resource) -> Resource,
}

/// How somebody without the role learns of it.
#[derive(Clone, Copy, PartialEq)]
enum Refusal {
    /// By an error instead of an answer.
    Answer,
    /// By a close frame behind the upgrade, which is all that a browser can read: the handler sees to it.
    CloseFrame,
    /// By a packet of Socket.IO, which may itself bring the token: the handler sees to it.
    Packet,
}

/// What goes on sending.
const STREAM: &[&str] = &["GET"];

/// What ends: HEAD gets its head.
const DOCUMENT: &[&str] = &["GET", "HEAD"];

/// Every route.
pub const ROUTES: &[Route] = &[
    socket("/websocket/{level}", |resource| resource.get(ws::watch_default)),
    socket("/websocket/{camera}/{level}", |resource| resource.get(ws::watch)),
    packets("/socket.io/", &["GET"], |resource| resource.get(socketio::get)),
    packets("/socket.io/", &["POST"], |resource| resource.post(socketio::post)),
    packets("/socket.io/", &["OPTIONS"], |resource| {
        resource.route(web::method(Method::OPTIONS).to(socketio::preflight))
    }),
    stream("/video_feed", |resource| resource.get(mjpeg::stream_default)),
    stream("/api/stream/video", |resource| resource.get(mjpeg::stream_default)),
    stream("/api/video/stream/{camera}", |resource| resource.get(mjpeg::stream)),
    document("/api/snapshot/{camera}", Role::Viewer, |resource| both(resource, mjpeg::snapshot)),
    document("/api/status", Role::Viewer, |resource| both(resource, api::status)),
    document("/api/stats", Role::Viewer, |resource| both(resource, api::stats)),
    document("/api/heatmap", Role::Viewer, |resource| both(resource, api::heatmap)),
    document("/api/cameras", Role::Viewer, |resource| both(resource, cameras::list)),
    change("/api/cameras", &["POST"], |resource| resource.post(cameras::add)),
    change("/api/cameras/test", &["POST"], |resource| resource.post(cameras::test)),
    document("/api/cameras/{camera}", Role::Viewer, |resource| both(resource, cameras::read)),
    change("/api/cameras/{camera}", &["PATCH"], |resource| resource.patch(cameras::change)),
    change("/api/cameras/{camera}", &["DELETE"], |resource| resource.delete(cameras::remove)),
    change("/api/cameras/{camera}/start", &["POST"], |resource| resource.post(cameras::start)),
    change("/api/cameras/{camera}/stop", &["POST"], |resource| resource.post(cameras::stop)),
    change("/api/cameras/{camera}/counts/reset", &["POST"], |resource| resource.post(history::reset)),
    document("/api/history", Role::Viewer, |resource| both(resource, history::series)),
    document("/api/history.csv", Role::Viewer, |resource| both(resource, history::series_csv)),
    document("/api/events", Role::Viewer, |resource| both(resource, history::events)),
    stream("/api/events/stream", |resource| resource.get(sse::stream)),
    document("/api/events/{id}/snapshot", Role::Viewer, |resource| both(resource, history::snapshot)),
    document("/api/uploads", Role::Admin, |resource| both(resource, uploads::list)),
    change("/api/uploads/{name}", &["PUT"], |resource| resource.put(uploads::put)),
    change("/api/uploads/{name}", &["DELETE"], |resource| resource.delete(uploads::delete)),
    change("/upload_video", &["POST"], |resource| resource.post(uploads::form)),
    change("/set_source", &["POST"], |resource| resource.post(seeds::set_source)),
    change("/start_stream", &["POST"], |resource| resource.post(seeds::start)),
    change("/stop_stream", &["POST"], |resource| resource.post(seeds::stop)),
    document("/api/health", Role::Open, |resource| both(resource, api::health)),
    document("/api/ready", Role::Viewer, |resource| both(resource, api::ready)),
    document("/metrics", Role::Viewer, |resource| both(resource, api::metrics)),
    document("/", Role::Viewer, |resource| both(resource, ui::page)),
];

const fn socket(path: &'static str, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: STREAM, role: Role::Viewer, refusal: Refusal::CloseFrame, add }
}

/// What Socket.IO's clients send changes nothing, by whatever method.
const fn packets(
    path: &'static str,
    methods: &'static [&'static str],
    add: fn(Resource) -> Resource,
) -> Route {
    Route { path, methods, role: Role::Viewer, refusal: Refusal::Packet, add }
}

const fn stream(path: &'static str, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: STREAM, role: Role::Viewer, refusal: Refusal::Answer, add }
}

const fn document(path: &'static str, role: Role, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: DOCUMENT, role, refusal: Refusal::Answer, add }
}

const fn change(
    path: &'static str,
    methods: &'static [&'static str],
    add: fn(Resource) -> Resource,
) -> Route {
    Route { path, methods, role: Role::Admin, refusal: Refusal::Answer, add }
}

fn both<F, Args>(resource: Resource, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource.get(handler.clone()).head(handler)
}

/// Adds every route, and what answers any other path.
pub(super) fn register(config: &mut ServiceConfig) {
    for routes in ROUTES.chunk_by(|one, next| one.path == next.path) {
        let resource = web::resource(routes[0].path).default_service(web::to(move || wrong_method(routes)));
        let resource = routes.iter().fold(resource, |resource, route| (route.add)(resource));
        config.service(resource.wrap(from_fn(move |request, next| guard(routes, request, next))));
    }
    config.default_service(web::to(ui::asset));
}

/// Lets a request through to the route of its method, if its role is enough, or answers it.
///
/// # Errors
/// What the handler's own errors are.
async fn guard(
    routes: &[Route],
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let route = routes.iter().find(|route| route.methods.contains(&request.method().as_str()));
    let allowed = match route {
        // Who is told by a close frame or a packet passes here; the handler asks the grant.
        Some(route) if route.refusal != Refusal::Answer => Ok(()),
        Some(route) => access::require(request.request(), route.role),
        // Which methods there are is none of everybody's business either.
        None => access::require(request.request(), routes[0].role),
    };
    match allowed {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => {
            let looks = matches!(*request.method(), Method::GET | Method::HEAD);
            let answer = match looks && ui::is_page(request.path()) {
                true => ui::token_page(request.request()),
                false => problem.error_response(),
            };
            Ok(request.into_response(answer))
        }
    }
}

/// Methods that a path does not know are answered as errors are.
async fn wrong_method(routes: &[Route]) -> impl Responder {
    let methods: Vec<&str> = routes.iter().flat_map(|route| route.methods).copied().collect();
    Problem::Method(methods.join(", ")).error_response()
}
