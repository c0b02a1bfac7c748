//! Where a camera's pictures are to be had, and where a drone publishes: addresses as the client reaches this
//! server.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::{
    access::{Grant, Own},
    api::camera,
    error::Problem,
    headers::host_of,
    hubs::Hubs,
    shared::Shared,
};

/// `GET /api/stream/info`: every way to a camera's pictures.
pub async fn info(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = camera(&request, &shared, &grant)?;
    let own = Own::of(&request, grant.peer());
    let place = Place { authority: own.host.ok_or(Problem::NoHost)?, is_https: own.is_https };
    let told = place.told(camera.name(), &told_to(&shared.hubs, &grant))?;
    Ok(HttpResponse::Ok().json(told))
}

/// Returns what somebody may know of servers beside this one: where to publish whoever may change cameras,
/// where to watch whoever may see all of them.
fn told_to(hubs: &Hubs, grant: &Grant) -> Hubs {
    Hubs {
        rtmp: hubs.rtmp.clone().filter(|_| grant.may_change()),
        webrtc: hubs.webrtc.clone().filter(|_| grant.is_whole()),
    }
}

/// How a client reaches this server.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    /// Name and port.
    authority: &'a str,
    is_https: bool,
}

impl Place<'_> {
    /// All addresses of a camera.
    fn told(self, camera: &str, hubs: &Hubs) -> Result<Value, Problem> {
        let Place { authority, is_https } = self;
        let url = host_of(authority).map_err(|_| Problem::NoHost)?;
        let host = url.host_str().unwrap_or_default();
        let at = |address: &Option<String>| address.as_ref().map(|address| address.replace("{host}", host));
        let secure = if is_https { "s" } else { "" };
        let web = |path: String| format!("http{secure}://{authority}{path}");
        // Names of cameras need no escapes.
        Ok(json!({
            "camera": camera,
            "page": web(format!("/?camera={camera}")),
            "websocket": format!("ws{secure}://{authority}/websocket/{camera}/auto"),
            "mjpeg": web(format!("/api/video/stream/{camera}")),
            "snapshot": web(format!("/api/snapshot/{camera}")),
            "rtmp_ingest": at(&hubs.rtmp),
            "webrtc": at(&hubs.webrtc),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(authority: &str, is_https: bool) -> Value {
        let hubs = Hubs {
            rtmp: Some("rtmp://{host}:1935/dji".to_owned()),
            webrtc: Some("http://{host}:8889/dji".to_owned()),
        };
        Place { authority, is_https }.told("yard", &hubs).expect("is a host")
    }

    #[test]
    fn addresses_are_those_that_the_client_reaches() {
        let plain = told("192.168.1.10:6732", false);
        for (name, address) in [
            ("page", "http://192.168.1.10:6732/?camera=yard"),
            ("websocket", "ws://192.168.1.10:6732/websocket/yard/auto"),
            ("mjpeg", "http://192.168.1.10:6732/api/video/stream/yard"),
            ("snapshot", "http://192.168.1.10:6732/api/snapshot/yard"),
            ("rtmp_ingest", "rtmp://192.168.1.10:1935/dji"),
            ("webrtc", "http://192.168.1.10:8889/dji"),
        ] {
            assert_eq!(plain[name], address);
        }
        let secure = told("cams.example", true);
        assert_eq!(secure["websocket"], "wss://cams.example/websocket/yard/auto");
        assert_eq!(secure["webrtc"], "http://cams.example:8889/dji");
        assert_eq!(told("[::1]:6732", false)["rtmp_ingest"], "rtmp://[::1]:1935/dji");
    }
}
