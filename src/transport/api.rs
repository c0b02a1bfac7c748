//! The JSON routes and the metrics: what is, never what should be.
//!
//! Nothing here changes anything.

use std::{collections::BTreeSet, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, ResponseError, body::BoxBody, web};
use serde_json::{Value, json};

use super::{access::Grant, error::Problem, figures, history, request, shared::Shared};
use crate::{
    analytics::{Health, Report as ModelsReport},
    capture::Report,
    frame::now_us,
    history::Calendar,
    notify::ServiceState,
    nouns::state::CameraState,
    registry::Camera,
    sheets::Sheets,
};

/// What those who change nothing are told of files of a certificate that are no good.
const FILES_REFUSED: &str = "TLS: the files of the certificate are refused; the log says why";

/// `GET /api/status`: every camera.
pub async fn status(shared: web::Data<Shared>, grant: Grant) -> Result<HttpResponse, Problem> {
    let (cameras, may_change) = (grant.cameras(&shared)?, grant.may_change());
    let cameras: Vec<Value> =
        cameras.iter().map(|camera| camera_status(&shared, camera, may_change)).collect();
    Ok(HttpResponse::Ok().json(json!({
        "server": env!("CARGO_PKG_VERSION"),
        "run": shared.run,
        "uptime_seconds": shared.started.elapsed().as_secs(),
        "cameras": cameras,
        "cameras_file_refused": shared.roster.refused().filter(|_| grant.is_whole()),
        "services": services_status(&shared).filter(|_| grant.is_whole()),
        "sheet_totals": shared.sheets.as_ref().and_then(Sheets::totals).filter(|_| grant.is_whole()),
    })))
}

/// How all services fare, the sheet among them.
fn states(shared: &Shared) -> Vec<ServiceState> {
    shared.notify.states().into_iter().chain(shared.sheets.as_ref().map(Sheets::state)).collect()
}

/// How the services fare that tell people and programs what cameras saw; `None` where there are none.
fn services_status(shared: &Shared) -> Option<Vec<Value>> {
    let states = states(shared);
    let told = |state: &ServiceState| {
        let trouble = state.trouble.as_ref();
        json!({
            "service": state.name.name(),
            "told": state.told,
            "failed": state.failed,
            "dropped": state.dropped,
            "waiting": state.waiting,
            "muted_seconds": state.muted.map(|muted| muted.as_secs()),
            "reason": trouble.map(|trouble| &trouble.why),
            "next_try_seconds": trouble.and_then(|trouble| trouble.next_try).map(|next| next.as_secs()),
        })
    };
    (!states.is_empty()).then(|| states.iter().map(told).collect())
}

/// How a camera fares, for somebody who may change things or not.
pub(super) fn camera_status(shared: &Shared, camera: &Camera, may_change: bool) -> Value {
    let (report, channel) = (camera.feed().report(), camera.channel());
    let (width, height) = report.size;
    let rungs = shared.door.watched(camera.name());
    let levels: BTreeSet<u8> = rungs.iter().map(|rung| rung.level.quality()).collect();
    let scales: BTreeSet<u32> = rungs.iter().map(|rung| rung.tier.scale()).collect();
    json!({
        "camera": &**camera.name(),
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
        "analytics": models_status(&camera.models(), may_change),
    })
}

/// How the models of a camera fare; which one is needed, to those who may change things.
fn models_status(report: &ModelsReport, may_change: bool) -> Value {
    json!({
        "crowd": model_health(&report.crowd, may_change),
        "detect": model_health(&report.detect, may_change),
    })
}

fn model_health(health: &Health, may_change: bool) -> Value {
    match health {
        Health::Needed(sentence) if may_change => json!({ "state": "off", "reason": sentence }),
        Health::Off | Health::Needed(_) => json!({ "state": "off" }),
        Health::Loading => json!({ "state": "loading" }),
        Health::Running { warning: None } => json!({ "state": "running" }),
        Health::Running { warning: Some(warning) } => json!({ "state": "running", "warning": warning }),
        Health::Failed(reason) => json!({ "state": "failed", "reason": reason }),
    }
}

/// `GET /api/stats`: what is counted, by which model, and how long ago.
pub async fn stats(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = camera(&request, &shared, &grant)?;
    history::renew(&shared, camera.name()).await;
    Ok(HttpResponse::Ok().json(camera_stats(&shared, &camera)))
}

/// What `/api/stats` and `/api/status` tell of a camera, to those who may change it; `None` where there is no
/// such camera.
pub async fn told_of(shared: &Shared, camera: &Arc<str>) -> Option<(Value, Value)> {
    history::renew(shared, camera).await;
    let camera = shared.registry.camera(camera)?;
    Some((camera_stats(shared, &camera), camera_status(shared, &camera, true)))
}

/// What is counted in a camera's pictures since the start, as `/api/stats` tells it.
pub fn counted_of(camera: &Camera) -> Value {
    figures::stats(&camera.channel().results(), &camera.models(), now_us())
}

/// What is counted in a camera's pictures, and has crossed its lines today where history says so.
pub(super) fn camera_stats(shared: &Shared, camera: &Camera) -> Value {
    let mut figures = counted_of(camera);
    figures["fps"] = json!(tenth(camera.feed().report().fps));
    if let Some(counts) = shared.today.counts(camera.name()) {
        let since = Calendar::system().rfc3339((counts.since_us / 1_000_000) as i64);
        figures::count_since(&mut figures, &counts, since, &camera.channel().condition().survey);
    }
    figures
}

/// `GET /api/heatmap`: where people are, 40 rows of 60 cells over the whole frame, people in each.
pub async fn heatmap(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = camera(&request, &shared, &grant)?;
    Ok(HttpResponse::Ok().json(camera_heatmap(&camera, grant.may_change())?))
}

/// Where people are in a camera's pictures.
///
/// # Errors
/// Why nobody is counted, for somebody who may change things or not.
pub(super) fn camera_heatmap(camera: &Camera, may_change: bool) -> Result<Value, Problem> {
    let results = camera.channel().results();
    let crowd = figures::fresh(results.crowd.as_ref(), now_us()).and_then(|result| result.crowd.as_ref());
    let crowd = crowd.ok_or_else(|| why_nobody_is_counted(&camera.models(), may_change))?;
    let stats = json!({ "totalPeople": crowd.total.round() as u64, "riskLevel": crowd.risk });
    let grid: Vec<&[f32]> = crowd.grid.people.chunks(crowd.grid.cols).collect();
    Ok(json!({ "grid": grid, "stats": stats }))
}

fn why_nobody_is_counted(models: &ModelsReport, may_change: bool) -> Problem {
    match models.crowd.clone() {
        Health::Off | Health::Needed(_) if !may_change => Problem::AnalyticsOff("no crowd model runs"),
        Health::Off => Problem::AnalyticsOff(
            "the crowd model is switched off (STEADYCAST_ANALYTICS, STEADYCAST_CROWD_MODEL)",
        ),
        Health::Needed(sentence) => Problem::AnalyticsOff(sentence),
        Health::Failed(reason) => Problem::AnalyticsFailed(reason),
        Health::Loading | Health::Running { .. } => Problem::NoResult,
    }
}

/// `GET /api/health`: the process answers.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /api/ready`: every camera shows pictures, a frozen one included; and what does not work as it should,
/// one sentence each.
pub async fn ready(shared: web::Data<Shared>, grant: Grant) -> Result<HttpResponse, Problem> {
    let cameras = grant.cameras(&shared)?;
    let (mut away, mut degraded) = (Vec::new(), Vec::new());
    for camera in cameras {
        let report = camera.feed().report();
        // One that is switched off is as it should be.
        if !report.state.delivers() && report.state != CameraState::Stopped {
            let why = report.reason.map(|reason| reason.text).unwrap_or_default();
            away.push(format!("camera {}: {why}", camera.name()));
        }
        let unheard = shared.notify.unheard(&camera.rules()).filter(|_| grant.may_change());
        degraded.extend(unheard.map(|what| format!("camera {}: {what}", camera.name())));
        let now = Arc::clone(&camera.channel().condition().camera);
        degraded.extend(now.degraded.iter().map(|what| format!("camera {}: {what}", camera.name())));
    }
    degraded.extend(shared.notice());
    // What concerns all cameras may name those that must not be seen, or files of this machine.
    if grant.is_whole() {
        degraded.extend(shared.history.state().trouble().map(|why| format!("history: {why}")));
        degraded.extend(shared.roster.refused());
        degraded.extend(of_common_rules(&shared).filter(|_| grant.may_change()));
        degraded.extend(states(&shared).iter().filter_map(ServiceState::sentence));
        let of_files = shared.refused_certificate();
        // Where they are on this machine is for who sees to it.
        let told = |said| if grant.may_change() { said } else { FILES_REFUSED.to_owned() };
        degraded.extend(of_files.map(told));
    }
    if away.is_empty() {
        return Ok(HttpResponse::Ok().json(json!({ "status": "ready", "degraded": degraded })));
    }
    let problem = Problem::NoPicture(away.join("; "));
    let mut told = problem.told();
    told["degraded"] = json!(degraded);
    Ok(problem.error_response().set_body(BoxBody::new(told.to_string())))
}

/// What keeps the rules of all cameras from being told, or from happening.
fn of_common_rules(shared: &Shared) -> impl Iterator<Item = String> + use<> {
    let unheard = shared.notify.unheard(&shared.registry.common_rules());
    unheard.into_iter().chain(shared.registry.unmet_rule()).map(|what| format!("all cameras: {what}"))
}

/// `GET /metrics`: for Prometheus.
pub async fn metrics(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let ends_s = shared.certificate.as_ref().and_then(|certificate| certificate.expires_s());
    let left = ends_s.map_or(f64::INFINITY, |ends_s| ends_s as f64 - now_us() as f64 / 1e6);
    shared.metrics.certificate_expiry.set(left);
    let text = shared.metrics.render().map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}

/// The camera of `?camera=`, or the default one.
pub(super) fn camera(request: &HttpRequest, shared: &Shared, grant: &Grant) -> Result<Arc<Camera>, Problem> {
    grant.camera(shared, request::camera_of(request.query_string()).as_deref())
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Time of the last picture as RFC 3339, UTC.
fn last_update(report: &Report) -> Option<String> {
    let us = i64::try_from(report.last_update_us?).ok()?;
    jiff::Timestamp::from_microsecond(us).ok().map(|time| time.to_string())
}
