//! The JSON routes and the metrics: what is, never what should be.
//!
//! Nothing here changes anything.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::{Shared, error::Problem, request};
use crate::{
    capture::{Feed, Report},
    hub::{Channel, DEFAULT_CAMERA, JoinError},
    protocol::CameraState,
};

/// `GET /api/status`: every camera.
pub async fn status(shared: web::Data<Shared>) -> HttpResponse {
    let channels = shared.hub.channels();
    let cameras: Vec<Value> = channels.iter().filter_map(|channel| camera_status(&shared, channel)).collect();
    HttpResponse::Ok().json(json!({
        "server": env!("CARGO_PKG_VERSION"),
        "run": shared.run,
        "uptime_seconds": shared.started.elapsed().as_secs(),
        "cameras": cameras,
    }))
}

fn camera_status(shared: &Shared, channel: &Channel) -> Option<Value> {
    let report = shared.feeds.get(&**channel.camera())?.report();
    let (width, height) = channel.condition().size;
    let levels: Vec<u8> = shared.hub.watched(channel.camera()).iter().map(|rung| rung.level.quality()).collect();
    Some(json!({
        "camera": &**channel.camera(),
        "state": report.state,
        "reason": report.reason,
        "source": report.source,
        "width": width,
        "height": height,
        "fps": tenth(report.fps),
        "frame_count": report.frame_count,
        "last_update": last_update(&report),
        "levels": levels,
        "viewers": channel.viewers(),
    }))
}

/// `GET /api/stats`: what is counted. Fields that analytics fill are null while there are none.
pub async fn stats(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let report = feed(&request, &shared)?.report();
    Ok(HttpResponse::Ok().json(json!({
        "detection_count": null,
        "people": null,
        "fps": tenth(report.fps),
        "inbound": null,
        "outbound": null,
        "risk": null,
    })))
}

/// `GET /api/heatmap`: where people are; needs analytics.
pub async fn heatmap(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    feed(&request, &shared)?;
    Err(Problem::AnalyticsOff)
}

/// `GET /api/health`: the process answers.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /api/ready`: every camera shows pictures.
pub async fn ready(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    for (camera, feed) in &shared.feeds {
        let report = feed.report();
        if report.state != CameraState::Streaming {
            return Err(Problem::NoPicture(format!("camera {camera}: {}", report.reason)));
        }
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "ready" })))
}

/// `GET /metrics`: for Prometheus.
pub async fn metrics(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let text = shared.metrics.render().map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}

/// The feed of `?camera=`, or of the default camera.
fn feed<'a>(request: &HttpRequest, shared: &'a Shared) -> Result<&'a Feed, Problem> {
    let camera = request::value(request.query_string(), "camera").unwrap_or_else(|| DEFAULT_CAMERA.to_owned());
    shared.feeds.get(&camera).map(|feed| &**feed).ok_or(Problem::Join(JoinError::NoCamera))
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Time of the last picture as RFC 3339, UTC.
fn last_update(report: &Report) -> Option<String> {
    let us = i64::try_from(report.last_update_us?).ok()?;
    jiff::Timestamp::from_microsecond(us).ok().map(|time| time.to_string())
}
