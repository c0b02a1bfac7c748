//! The JSON routes and the metrics: what is, never what should be.
//!
//! Nothing here changes anything.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::{Shared, error::Problem, request};
use crate::{
    analytics::{Health, Intake},
    capture::{Feed, Report},
    frame::now_us,
    hub::{Channel, DEFAULT_CAMERA, Finding, Findings, JoinError},
    nouns::result::{AnalyticsResult, FrameRef, LineCount},
};

/// A result says something about now for this long.
const FRESH: Duration = Duration::from_secs(5);

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
    let (width, height) = report.size;
    let rungs = shared.hub.watched(channel.camera());
    let levels: BTreeSet<u8> = rungs.iter().map(|rung| rung.level.quality()).collect();
    let scales: BTreeSet<u32> = rungs.iter().map(|rung| rung.tier.scale()).collect();
    Some(json!({
        "camera": &**channel.camera(),
        "state": report.state,
        "reason": report.reason.as_ref().map_or("", |reason| &reason.text),
        "reason_code": report.reason.as_ref().map(|reason| reason.code),
        "source": report.source,
        "width": width,
        "height": height,
        "fps": tenth(report.fps),
        "frame_count": report.frame_count,
        "last_update": last_update(&report),
        "levels": levels,
        "scales": scales,
        "viewers": channel.viewers(),
        "degraded": channel.condition().camera.degraded,
        "analytics": analytics_status(shared, channel.camera()),
    }))
}

/// How the models of a camera fare.
fn analytics_status(shared: &Shared, camera: &str) -> Value {
    let report = shared.intakes.get(camera).map(Intake::report).unwrap_or_default();
    json!({ "crowd": model_health(&report.crowd), "detect": model_health(&report.detect) })
}

fn model_health(health: &Health) -> Value {
    match health {
        Health::Off => json!({ "state": "off" }),
        Health::Loading => json!({ "state": "loading" }),
        Health::Running => json!({ "state": "running" }),
        Health::Failed(reason) => json!({ "state": "failed", "reason": reason }),
    }
}

/// `GET /api/stats`: what is counted, and in which frame: `counted` goes with the detector's figures,
/// `estimated` with `people` and `risk`. Fields of a model that is off, or has said nothing lately, are null.
pub async fn stats(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let (camera, feed) = feed(&request, &shared)?;
    let findings = findings(&shared, &camera)?;
    let objects = fresh(findings.objects.as_ref());
    let result = fresh(findings.crowd.as_ref());
    let crowd = result.and_then(|result| result.crowd.as_ref());
    let estimated = result.map(|result| FrameRef { frame: result.frame, captured_us: result.captured_us });
    let sum = |side: fn(&LineCount) -> u64| objects.map(|result| result.lines.iter().map(side).sum::<u64>());
    Ok(HttpResponse::Ok().json(json!({
        "detection_count": objects.and_then(|result| result.objects.as_ref()).map(Vec::len),
        "people": crowd.map(|crowd| crowd.total.round() as u64),
        "fps": tenth(feed.report().fps),
        "inbound": sum(|line| line.inbound),
        "outbound": sum(|line| line.outbound),
        "risk": crowd.map(|crowd| crowd.risk),
        "counts": objects.map(|result| &result.counts),
        "lines": objects.map(|result| &result.lines),
        "zones": objects.map(|result| &result.zones),
        "counted": objects.and_then(|result| result.counted),
        "estimated": estimated,
    })))
}

/// `GET /api/heatmap`: where people are, 40 rows of 60 cells over the whole frame, people in each.
pub async fn heatmap(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let (camera, _) = feed(&request, &shared)?;
    let findings = findings(&shared, &camera)?;
    let crowd = fresh(findings.crowd.as_ref()).and_then(|result| result.crowd.as_ref());
    let crowd = crowd.ok_or_else(|| why_nobody_is_counted(&shared, &camera))?;
    let stats = json!({ "totalPeople": crowd.total.round() as u64, "riskLevel": crowd.risk });
    Ok(HttpResponse::Ok().json(
        json!({ "grid": crowd.grid.people.chunks(crowd.grid.cols).collect::<Vec<_>>(), "stats": stats }),
    ))
}

fn findings(shared: &Shared, camera: &str) -> Result<Arc<Findings>, Problem> {
    Ok(shared.hub.channel(camera).ok_or(Problem::Join(JoinError::NoCamera))?.findings())
}

/// The result, while it still says something about now.
fn fresh(finding: Option<&Finding>) -> Option<&AnalyticsResult> {
    let result = &*finding?.result;
    (Duration::from_micros(now_us().saturating_sub(result.finished_us)) <= FRESH).then_some(result)
}

fn why_nobody_is_counted(shared: &Shared, camera: &str) -> Problem {
    match shared.intakes.get(camera).map(Intake::report).unwrap_or_default().crowd {
        Health::Off => Problem::AnalyticsOff(
            "the crowd model is switched off (STEADYCAST_ANALYTICS, STEADYCAST_CROWD_MODEL)",
        ),
        Health::Failed(reason) => Problem::AnalyticsFailed(reason),
        Health::Loading | Health::Running => Problem::NoResult,
    }
}

/// `GET /api/health`: the process answers.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /api/ready`: every camera shows pictures, a frozen one included; and what does not work as it should,
/// one sentence each.
pub async fn ready(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    for (camera, feed) in &shared.feeds {
        let report = feed.report();
        if !report.state.delivers() {
            return Err(Problem::NoPicture(format!(
                "camera {camera}: {}",
                report.reason.map(|reason| reason.text).unwrap_or_default()
            )));
        }
    }
    let mut degraded = Vec::new();
    for channel in shared.hub.channels() {
        let camera = channel.condition().camera.clone();
        degraded.extend(camera.degraded.iter().map(|what| format!("camera {}: {what}", channel.camera())));
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "ready", "degraded": degraded })))
}

/// `GET /metrics`: for Prometheus.
pub async fn metrics(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let text = shared.metrics.render().map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}

/// The camera of `?camera=`, or the default one, and its feed.
fn feed<'a>(request: &HttpRequest, shared: &'a Shared) -> Result<(String, &'a Feed), Problem> {
    let camera =
        request::value(request.query_string(), "camera").unwrap_or_else(|| DEFAULT_CAMERA.to_owned());
    let feed = shared.feeds.get(&camera).ok_or(Problem::Join(JoinError::NoCamera))?;
    Ok((camera, feed))
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Time of the last picture as RFC 3339, UTC.
fn last_update(report: &Report) -> Option<String> {
    let us = i64::try_from(report.last_update_us?).ok()?;
    jiff::Timestamp::from_microsecond(us).ok().map(|time| time.to_string())
}
