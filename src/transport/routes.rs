//! Every route on one screen: path, methods, what one must be allowed to, what it takes and gives, what it
//! costs, and who answers.
//!
//! The table registers, guards ([`mod@guard`]) and describes; a handler is in the file of what it serves.

mod guard;
pub(super) mod route;

use std::sync::LazyLock;

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use guard::{guard, wrong_method};
pub use route::{Cost, Route};
use route::{METRICS, PAGE, POST, STREAM, change, document, packets, socket, stream};

pub use super::access::Role;
use super::{
    about, api, audit, cameras, docs_page, embed, history, login, mjpeg, notify, openapi, seeds, socketio,
    sse, stream_info, tokens, ui, uploads, ws,
};

/// Every route.
pub const ROUTES: &[Route] = &[
    socket("/websocket/{level}", &about::WEBSOCKET_DEFAULT, |resource| resource.get(ws::watch_default)),
    socket("/websocket/{camera}/{level}", &about::WEBSOCKET, |resource| resource.get(ws::watch)),
    packets("/socket.io/", STREAM, &about::SOCKETIO_GET, |resource| resource.get(socketio::get)),
    packets("/socket.io/", POST, &about::SOCKETIO_POST, |resource| resource.post(socketio::post)),
    packets("/socket.io/", &["OPTIONS"], &about::SOCKETIO_OPTIONS, |resource| {
        resource.route(web::method(Method::OPTIONS).to(socketio::preflight))
    }),
    stream("/video_feed", &about::MJPEG_DEFAULT, |resource| resource.get(mjpeg::stream_default)),
    stream("/api/stream/video", &about::MJPEG_SEED, |resource| resource.get(mjpeg::stream_default)),
    stream("/api/video/stream/{camera}", &about::MJPEG, |resource| resource.get(mjpeg::stream)),
    document("/api/snapshot/{camera}", &about::SNAPSHOT, |resource| both(resource, mjpeg::snapshot)).dear(),
    document("/api/stream/info", &about::STREAM_INFO, |resource| both(resource, stream_info::info)),
    document("/api/status", &about::STATUS, |resource| both(resource, api::status)),
    document("/api/stats", &about::STATS, |resource| both(resource, api::stats)),
    document("/api/heatmap", &about::HEATMAP, |resource| both(resource, api::heatmap)),
    document("/api/cameras", &about::CAMERAS, |resource| both(resource, cameras::list)),
    change("/api/cameras", POST, &about::CAMERA_ADD, |resource| resource.post(cameras::add)),
    change("/api/cameras/test", POST, &about::CAMERA_TEST, |resource| resource.post(cameras::test)).dear(),
    document("/api/cameras/{camera}", &about::CAMERA, |resource| both(resource, cameras::read)),
    change("/api/cameras/{camera}", &["PATCH"], &about::CAMERA_CHANGE, |resource| {
        resource.patch(cameras::change)
    }),
    change("/api/cameras/{camera}", &["DELETE"], &about::CAMERA_REMOVE, |resource| {
        resource.delete(cameras::remove)
    }),
    change("/api/cameras/{camera}/start", POST, &about::CAMERA_START, |resource| {
        resource.post(cameras::start)
    }),
    change("/api/cameras/{camera}/stop", POST, &about::CAMERA_STOP, |resource| resource.post(cameras::stop)),
    change("/api/cameras/{camera}/share", POST, &about::CAMERA_SHARE, |resource| {
        resource.post(tokens::share)
    }),
    change("/api/cameras/{camera}/counts/reset", POST, &about::COUNTS_RESET, |resource| {
        resource.post(history::reset)
    }),
    document("/api/history", &about::HISTORY, |resource| both(resource, history::series)).dear(),
    document("/api/history.csv", &about::HISTORY_CSV, |resource| both(resource, history::series_csv)).dear(),
    document("/api/events", &about::EVENTS, |resource| both(resource, history::events)).dear(),
    stream("/api/events/stream", &about::EVENTS_STREAM, |resource| resource.get(sse::stream)),
    document("/api/events/{id}/snapshot", &about::EVENT_SNAPSHOT, |resource| {
        both(resource, history::snapshot)
    }),
    document("/api/rules", &about::RULES, |resource| both(resource, notify::rules)).admin().whole(),
    change("/api/rules", &["PUT"], &about::RULES_SET, |resource| resource.put(notify::set_rules)).whole(),
    change("/api/services/test", POST, &about::SERVICE_TEST, |resource| resource.post(notify::test))
        .whole()
        .dear(),
    document("/api/uploads", &about::UPLOADS, |resource| both(resource, uploads::list)).admin().whole(),
    change("/api/uploads/{name}", &["PUT"], &about::UPLOAD_PUT, |resource| resource.put(uploads::put))
        .whole(),
    change("/api/uploads/{name}", &["DELETE"], &about::UPLOAD_DELETE, |resource| {
        resource.delete(uploads::delete)
    })
    .whole(),
    change("/upload_video", POST, &about::UPLOAD_FORM, |resource| resource.post(uploads::form)).whole(),
    change("/set_source", POST, &about::SET_SOURCE, |resource| resource.post(seeds::set_source)),
    change("/start_stream", POST, &about::START_STREAM, |resource| resource.post(seeds::start)),
    change("/stop_stream", POST, &about::STOP_STREAM, |resource| resource.post(seeds::stop)),
    change("/api/login", POST, &about::LOGIN, |resource| resource.post(login::begin)).open().login(),
    change("/api/logout", POST, &about::LOGOUT, |resource| resource.post(login::end)).open(),
    document("/api/session", &about::SESSION, |resource| both(resource, login::session)).open(),
    change("/api/tokens", POST, &about::TOKEN_MAKE, |resource| resource.post(tokens::make)).whole(),
    change("/api/tokens/revoke", POST, &about::TOKEN_REVOKE, |resource| resource.post(tokens::revoke))
        .whole(),
    document("/api/audit", &about::AUDIT, |resource| both(resource, audit::list)).admin().whole(),
    document("/api/health", &about::HEALTH, |resource| both(resource, api::health)).open(),
    document("/api/ready", &about::READY, |resource| both(resource, api::ready)),
    document("/api/openapi.json", &about::OPENAPI, |resource| both(resource, described)).open(),
    document("/docs", &about::DOCS, |resource| both(resource, docs_page::page)).open(),
    document("/docs/page.js", &about::DOCS_SCRIPT, |resource| both(resource, docs_page::script)).open(),
    document("/docs/page.css", &about::DOCS_STYLE, |resource| both(resource, docs_page::style)).open(),
    document("/login.js", &about::LOGIN_SCRIPT, |resource| both(resource, ui::login_script)).open(),
    document("/embed/{camera}", &about::EMBED, |resource| both(resource, embed::page)).open(),
    document("/steadycast-camera.js", &about::CAMERA_SCRIPT, |resource| both(resource, embed::script)).open(),
    document("/icon.svg", &about::ICON, |resource| both(resource, ui::icon)).open(),
    document(METRICS, &about::METRICS, |resource| both(resource, api::metrics)).whole(),
    document(PAGE, &about::PAGE, |resource| both(resource, ui::page)),
];

fn both<F, Args>(resource: Resource, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource.get(handler.clone()).head(handler)
}

/// The description of the table as text; it does not change while the program runs.
static DESCRIPTION: LazyLock<String> = LazyLock::new(|| openapi::text_of(ROUTES));

/// Returns the description of the table as it is served: JSON, indented, with a line break at its end.
pub fn openapi_text() -> &'static str {
    &DESCRIPTION
}

/// `GET /api/openapi.json`: the description.
async fn described() -> HttpResponse {
    openapi::answer(openapi_text())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_path_stands_in_one_place_and_a_method_once() {
        let mut seen = BTreeSet::new();
        for route in ROUTES {
            for method in route.methods {
                assert!(seen.insert((route.path, *method)), "{method} {} is twice there", route.path);
            }
        }
        let places = ROUTES.chunk_by(|one, next| one.path == next.path).count();
        let paths: BTreeSet<&str> = ROUTES.iter().map(|route| route.path).collect();
        assert_eq!(places, paths.len(), "routes of a path stand beside each other");
    }

    #[test]
    fn table_and_description_know_the_same_routes() {
        let document = openapi::document_of(ROUTES);
        let paths = document["paths"].as_object().expect("there are paths");
        let told: BTreeSet<(&str, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("a path has methods");
                methods.keys().map(|method| (path.as_str(), method.to_ascii_uppercase()))
            })
            .collect();
        let table: BTreeSet<(&str, String)> = ROUTES
            .iter()
            .flat_map(|route| route.methods.iter().map(|method| (route.path, (*method).to_owned())))
            .collect();
        assert_eq!(told, table);
    }

    #[test]
    fn what_is_open_is_known_by_hand() {
        let open: Vec<&str> =
            ROUTES.iter().filter(|route| route.role == Role::Open).map(|route| route.path).collect();
        let known = [
            "/api/login",
            "/api/logout",
            "/api/session",
            "/api/health",
            "/api/openapi.json",
            "/docs",
            "/docs/page.js",
            "/docs/page.css",
            "/login.js",
            "/embed/{camera}",
            "/steadycast-camera.js",
            "/icon.svg",
        ];
        assert_eq!(open, known, "everything else wants a credential");
    }

    #[test]
    fn what_takes_a_body_says_how_much_of_it() {
        for route in ROUTES {
            let most = route.about.body.as_ref().map(|body| body.most);
            assert!(most != Some(0), "{} takes a body of no bytes", route.path);
            let reads = route.methods.contains(&"GET");
            assert!(!reads || most.is_none(), "{} is read, and takes a body", route.path);
        }
    }
}
