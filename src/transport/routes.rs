//! Every route on one screen: path, methods, what one must be allowed to, and who answers.
//!
//! The table registers and guards; a handler is in the file of what it serves.

use actix_web::{
    Error, FromRequest, Handler, Resource, Responder, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};

pub use super::access::Role;
use super::{access::Grant, api, error::Problem, mjpeg, ui, ws};

/// A route.
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
}

/// What goes on sending.
const STREAM: &[&str] = &["GET"];

/// What ends: HEAD gets its head.
const DOCUMENT: &[&str] = &["GET", "HEAD"];

/// Every route.
pub const ROUTES: &[Route] = &[
    socket("/websocket/{level}", |resource| resource.get(ws::watch_default)),
    socket("/websocket/{camera}/{level}", |resource| resource.get(ws::watch)),
    stream("/video_feed", |resource| resource.get(mjpeg::stream_default)),
    stream("/api/stream/video", |resource| resource.get(mjpeg::stream_default)),
    stream("/api/video/stream/{camera}", |resource| resource.get(mjpeg::stream)),
    document("/api/snapshot/{camera}", Role::Viewer, |resource| both(resource, mjpeg::snapshot)),
    document("/api/status", Role::Viewer, |resource| both(resource, api::status)),
    document("/api/stats", Role::Viewer, |resource| both(resource, api::stats)),
    document("/api/heatmap", Role::Viewer, |resource| both(resource, api::heatmap)),
    document("/api/health", Role::Open, |resource| both(resource, api::health)),
    document("/api/ready", Role::Viewer, |resource| both(resource, api::ready)),
    document("/metrics", Role::Viewer, |resource| both(resource, api::metrics)),
    document("/", Role::Viewer, |resource| both(resource, ui::page)),
];

const fn socket(path: &'static str, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: STREAM, role: Role::Viewer, refusal: Refusal::CloseFrame, add }
}

const fn stream(path: &'static str, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: STREAM, role: Role::Viewer, refusal: Refusal::Answer, add }
}

const fn document(path: &'static str, role: Role, add: fn(Resource) -> Resource) -> Route {
    Route { path, methods: DOCUMENT, role, refusal: Refusal::Answer, add }
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
    for route in ROUTES {
        let resource = web::resource(route.path).default_service(web::to(wrong_method));
        // Who is told by a close frame passes here; the handler asks the grant.
        let role = if route.refusal == Refusal::CloseFrame { Role::Open } else { route.role };
        let guard = from_fn(move |request, next| guard(role, request, next));
        config.service((route.add)(resource).wrap(guard));
    }
    config.default_service(web::to(ui::asset));
}

/// Lets a request through to a resource that wants `role`, or answers it.
///
/// # Errors
/// What the handler's own errors are.
async fn guard(
    role: Role,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match Grant::of(request.request()).require(role) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => {
            let answer = match ui::is_page(request.path()) {
                true => ui::token_page(request.request()),
                false => problem.error_response(),
            };
            Ok(request.into_response(answer))
        }
    }
}

/// Methods that a path does not know are answered as errors are.
async fn wrong_method() -> impl Responder {
    Problem::Method.error_response()
}
