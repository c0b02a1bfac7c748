//! The JSON routes by which cameras are listed, described, tried and changed.
//!
//! What may be said of a camera is `roster`'s matter; who may say it, the table of routes'. Whatever a change
//! waits for, it waits for on a thread of its own, not on one that serves viewers.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{ContentType, LOCATION},
    web,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{access::Grant, apart::apart, api::camera_status, error::Problem, shared::Shared};
use crate::{
    probe::{FirstPicture, Probe},
    registry::CameraSettings,
    roster::{Roster, RosterError},
    tools::threads::Role,
};

/// Most bytes of a change: hundreds of lines and zones.
const LONGEST_BODY: usize = 256 * 1024;

/// Time for which a source that is tried is looked at once it is open.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// Time that a source has to give its first picture and its rate.
const TRY_WITHIN: Duration = Duration::from_secs(10);

/// Time for which a try waits for its turn: the one before has its answer a moment before its reader ends.
const TURN_WITHIN: Duration = Duration::from_secs(2);

/// What is given of a camera.
type Fields = Map<String, Value>;

/// `GET /api/cameras`: every camera, how it fares and how it is described.
pub async fn list(shared: web::Data<Shared>, grant: Grant) -> Result<HttpResponse, Problem> {
    let cameras: Vec<Value> = grant
        .cameras(&shared)?
        .iter()
        .filter_map(|camera| told(&shared, grant, camera.name()).ok())
        .collect();
    let roster = &shared.roster;
    let file = roster.file().filter(|_| grant.may_change());
    Ok(HttpResponse::Ok().json(json!({
        "cameras": cameras,
        "file": file.map(|path| path.display().to_string()),
        "file_refused": roster.refused(),
    })))
}

/// `GET /api/cameras/{camera}`: one camera.
pub async fn read(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(told(&shared, grant, &camera)?))
}

/// `POST /api/cameras`: adds the camera that the body names and describes.
pub async fn add(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let mut fields = fields_of(body).await?;
    let Some(Value::String(name)) = fields.remove("name") else {
        return Err(Problem::Body("name is missing: 1 to 32 of a-z, 0-9, - and _".to_owned()));
    };
    let added = name.clone();
    changed(&shared, move |roster| roster.add(&added, &fields)).await?;
    let at = ["/api/cameras/", &name].concat();
    Ok(HttpResponse::Created().insert_header((LOCATION, at)).json(told(&shared, grant, &name)?))
}

/// `PATCH /api/cameras/{camera}`: changes what the body names; null goes back to the setting.
pub async fn change(
    body: web::Payload,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let fields = fields_of(body).await?;
    describe(&shared, grant, camera.into_inner(), fields).await
}

/// `DELETE /api/cameras/{camera}`: removes a camera.
pub async fn remove(camera: web::Path<String>, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    changed(&shared, move |roster| roster.remove(&camera)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/cameras/{camera}/start`: switches a camera on.
pub async fn start(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, grant, camera.into_inner(), switched(true)).await
}

/// `POST /api/cameras/{camera}/stop`: switches a camera off; its viewers stay, and see why.
pub async fn stop(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, grant, camera.into_inner(), switched(false)).await
}

/// `POST /api/cameras/test`: what a source is, with a picture, or why it gives none; nothing is changed.
pub async fn test(body: web::Payload, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let fields = fields_of(body).await?;
    let turn = timeout(TURN_WITHIN, Arc::clone(&shared.tries).acquire_owned()).await;
    let permit = turn.ok().and_then(Result::ok).ok_or(Problem::Busy)?;
    let roster = Arc::clone(&shared.roster);
    let told = apart(&shared.metrics.fences, move || {
        let CameraSettings { source, .. } = roster.settings_to_try(&fields)?;
        let probe = Probe {
            address: source.address,
            wish: source.wish,
            look_for: LOOK_FOR,
            within: TRY_WITHIN,
            picture: FirstPicture::Reported,
        };
        let report = probe.run(Role::Analytics, permit).map_err(Problem::Source)?;
        let mut told = report.json();
        told["picture"] = report.jpeg().map(|jpeg| STANDARD.encode(jpeg)).into();
        Ok(told.to_string())
    })
    .await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(told))
}

/// What describes a camera that is on or off; on is what it is unless it is said otherwise.
pub(super) fn switched(on: bool) -> Fields {
    Map::from_iter([("enabled".to_owned(), if on { Value::Null } else { Value::Bool(false) })])
}

/// Changes a camera, and tells how it is from now on.
pub(super) async fn describe(
    shared: &web::Data<Shared>,
    grant: Grant,
    camera: String,
    fields: Fields,
) -> Result<HttpResponse, Problem> {
    let name = camera.clone();
    changed(shared, move |roster| roster.change(&camera, &fields)).await?;
    Ok(HttpResponse::Ok().json(told(shared, grant, &name)?))
}

/// Does a change on a thread that may wait.
async fn changed(
    shared: &Shared,
    change: impl FnOnce(&Roster) -> Result<(), RosterError> + Send + 'static,
) -> Result<(), Problem> {
    let roster = Arc::clone(&shared.roster);
    apart(&shared.metrics.fences, move || change(&roster).map_err(Problem::from)).await
}

/// What is told of a camera: how it fares, and how it is described; where files are, to those who may change
/// it.
fn told(shared: &Shared, grant: Grant, name: &str) -> Result<Value, Problem> {
    let camera = grant.camera(shared, Some(name))?;
    let mut told = camera_status(shared, &camera);
    let settings = match grant.may_change() {
        true => shared.roster.described(name),
        false => shared.roster.described_to_viewers(name),
    };
    told["settings"] = settings.map(Value::Object).into();
    Ok(told)
}

/// The JSON object of a request.
pub(super) async fn fields_of(body: web::Payload) -> Result<Fields, Problem> {
    let bytes = bytes_of(body).await?;
    object_of(&bytes)
}

/// The JSON object that a body is.
pub(super) fn object_of(body: &[u8]) -> Result<Fields, Problem> {
    // What was sent is not repeated: it may hold a password.
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::Body(format!("the body is no JSON object (line {line}, column {column})"))
    })
}

/// The body of a request, of a bounded length.
pub(super) async fn bytes_of(body: web::Payload) -> Result<web::Bytes, Problem> {
    match body.to_bytes_limited(LONGEST_BODY).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(Problem::Body(format!("the body was not read: {error}"))),
        Err(_) => Err(Problem::LongBody(LONGEST_BODY / 1024)),
    }
}
