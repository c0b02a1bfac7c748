//! The JSON routes by which cameras are listed, described, tried and changed.
//!
//! What may be said of a camera is `roster`'s matter; who may say it, the table of routes'. Whatever a change
//! waits for, it waits for on a thread of its own, not on one that serves viewers.

use std::{future::Future, sync::Arc, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{ContentType, LOCATION},
    web,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{
    about::{self, About},
    access::{Deed, Grant, audited},
    apart::apart,
    api::camera_status,
    error::Problem,
    shared::Shared,
    uploads::next,
};
use crate::{
    probe::{FirstPicture, Probe},
    registry::CameraSettings,
    roster::{Roster, RosterError},
    tools::{threads::Role, turns::turn},
    uploads::UploadError,
};

/// Longest time without a byte of a change.
const PIECE_WITHIN: Duration = Duration::from_secs(10);

/// Longest time for a body to come that describes a camera.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// Most bytes of a body that names little. Such ones are read of those who have shown no credential yet.
const SMALL_BYTES: u64 = 8 * 1024;

/// Longest time for a body to come that names little.
const SMALL_WITHIN: Duration = Duration::from_secs(5);

/// Time for which a source that is tried is looked at once it is open.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// Time that a source has to give its first picture and its rate.
const TRY_WITHIN: Duration = Duration::from_secs(10);

/// Time for which a try waits for its turn: the one before has its answer a moment before its reader ends.
pub(super) const TURN_WITHIN: Duration = Duration::from_secs(2);

/// What is given of a camera.
type Fields = Map<String, Value>;

/// `GET /api/cameras`: every camera, how it fares and how it is described.
pub async fn list(shared: web::Data<Shared>, grant: Grant) -> Result<HttpResponse, Problem> {
    let cameras: Vec<Value> = grant
        .cameras(&shared)?
        .iter()
        .filter_map(|camera| told(&shared, &grant, camera.name()).ok())
        .collect();
    let roster = &shared.roster;
    // Of the whole file those are told who may see all that is in it.
    let file = roster.file().filter(|_| grant.may_change() && grant.is_whole());
    Ok(HttpResponse::Ok().json(json!({
        "cameras": cameras,
        "file": file.map(|path| path.display().to_string()),
        "file_refused": roster.refused().filter(|_| grant.is_whole()),
    })))
}

/// `GET /api/cameras/{camera}`: one camera.
pub async fn read(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(told(&shared, &grant, &camera)?))
}

/// `POST /api/cameras`: adds the camera that the body names and describes.
pub async fn add(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let mut fields = fields_of(body, &about::CAMERA_ADD).await?;
    let Some(Value::String(name)) = fields.remove("name") else {
        return Err(Problem::Body("name is missing: 1 to 32 of a-z, 0-9, - and _".to_owned()));
    };
    // Who is for some cameras makes no others.
    if !grant.sees(&name) {
        return Err(Problem::Scope);
    }
    let (added, deed) = (name.clone(), Deed::to("added", &name).of(names(&fields)));
    let adding = changed(&shared, move |roster| roster.add(&added, &fields));
    audited(&shared, &grant, deed, adding).await?;
    let at = ["/api/cameras/", &name].concat();
    Ok(HttpResponse::Created().insert_header((LOCATION, at)).json(told(&shared, &grant, &name)?))
}

/// `PATCH /api/cameras/{camera}`: changes what the body names; null goes back to the setting.
pub async fn change(
    body: web::Payload,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let fields = fields_of(body, &about::CAMERA_CHANGE).await?;
    describe(&shared, &grant, camera.into_inner(), fields).await
}

/// `DELETE /api/cameras/{camera}`: removes a camera.
pub async fn remove(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    grant.reaches(&camera)?;
    let deed = Deed::to("removed", &camera);
    let removing = changed(&shared, move |roster| roster.remove(&camera));
    audited(&shared, &grant, deed, removing).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/cameras/{camera}/start`: switches a camera on.
pub async fn start(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, &grant, camera.into_inner(), switched(true)).await
}

/// `POST /api/cameras/{camera}/stop`: switches a camera off; its viewers stay, and see why.
pub async fn stop(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, &grant, camera.into_inner(), switched(false)).await
}

/// `POST /api/cameras/test`: what a source is, with a picture, or why it gives none; nothing is changed.
pub async fn test(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let fields = fields_of(body, &about::CAMERA_TEST).await?;
    let roster = Arc::clone(&shared.roster);
    let (address, wish) = apart(&shared.metrics.fences, move || {
        let CameraSettings { source, .. } = roster.settings_to_try(&fields)?;
        Ok((source.address, source.wish))
    })
    .await?;
    // What is no source needs no turn.
    let permit = turn(&shared.tries, TURN_WITHIN).await.ok_or(Problem::Busy)?;
    let deed = Deed { action: "tried a source", ..Deed::default() }.of(address.public());
    let trying = apart(&shared.metrics.fences, move || {
        let picture = FirstPicture::Reported;
        let probe = Probe { address, wish, look_for: LOOK_FOR, within: TRY_WITHIN, picture };
        let report = probe.run(Role::Analytics, permit).map_err(Problem::Source)?;
        let mut told = report.json();
        told["picture"] = report.jpeg().map(|jpeg| STANDARD.encode(jpeg)).into();
        Ok(told.to_string())
    });
    let told = audited(&shared, &grant, deed, trying).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(told))
}

/// What describes a camera that is on or off; on is what it is unless it is said otherwise.
pub(super) fn switched(on: bool) -> Fields {
    Map::from_iter([("enabled".to_owned(), if on { Value::Null } else { Value::Bool(false) })])
}

/// Changes a camera, and tells how it is from now on.
pub(super) async fn describe(
    shared: &web::Data<Shared>,
    grant: &Grant,
    camera: String,
    fields: Fields,
) -> Result<HttpResponse, Problem> {
    grant.reaches(&camera)?;
    let (name, deed) = (camera.clone(), Deed::to("changed", &camera).of(names(&fields)));
    let changing = changed(shared, move |roster| roster.change(&camera, &fields));
    audited(shared, grant, deed, changing).await?;
    Ok(HttpResponse::Ok().json(told(shared, grant, &name)?))
}

/// What is described, without how: values may hold passwords.
fn names(fields: &Fields) -> String {
    fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Does a change on a thread that may wait.
fn changed<C>(shared: &Shared, change: C) -> impl Future<Output = Result<(), Problem>> + use<C>
where
    C: FnOnce(&Roster) -> Result<(), RosterError> + Send + 'static,
{
    let roster = Arc::clone(&shared.roster);
    apart(&shared.metrics.fences, move || change(&roster).map_err(Problem::from))
}

/// What is told of a camera: how it fares, and how it is described; where files are, to those who may change
/// it.
fn told(shared: &Shared, grant: &Grant, name: &str) -> Result<Value, Problem> {
    let camera = grant.camera(shared, Some(name))?;
    let mut told = camera_status(shared, &camera, grant.may_change());
    let settings = match grant.may_change() {
        true => shared.roster.described(name),
        false => shared.roster.described_to_viewers(name),
    };
    told["settings"] = settings.map(Value::Object).into();
    Ok(told)
}

/// The JSON object of a request, as long as its route takes it.
pub(super) async fn fields_of(body: web::Payload, about: &About) -> Result<Fields, Problem> {
    let bytes = bytes_of(body, about).await?;
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

/// The body of a request, as long as its route takes it, that comes within a bounded time. What was announced
/// of it binds nobody: chunks announce nothing.
pub(super) async fn bytes_of(mut body: web::Payload, about: &About) -> Result<web::Bytes, Problem> {
    let most = about.body.as_ref().map_or(0, |body| body.most);
    let within = if most <= SMALL_BYTES { SMALL_WITHIN } else { BODY_WITHIN };
    let whole = async {
        let mut bytes = Vec::<u8>::new();
        while let Some(piece) = next(&mut body, PIECE_WITHIN).await.map_err(unread)? {
            if (bytes.len() + piece.len()) as u64 > most {
                return Err(Problem::LongBody(most / 1024));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok::<web::Bytes, Problem>(bytes.into())
    };
    timeout(within, whole).await.unwrap_or_else(|_| Err(UploadError::Stalled(within).into()))
}

/// Why a body was not read.
fn unread(error: UploadError) -> Problem {
    match error {
        UploadError::BrokenOff(why) => Problem::Body(format!("the body was not read: {why}")),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{FromRequest, test::TestRequest};

    use super::*;

    /// What is read of a body of so many bytes whose length nobody has announced.
    async fn read(bytes: usize, about: &About) -> Result<usize, Problem> {
        let (request, mut payload) = TestRequest::default().set_payload(vec![b'x'; bytes]).to_http_parts();
        let body = web::Payload::from_request(&request, &mut payload).await.expect("there is a body");
        bytes_of(body, about).await.map(|read| read.len())
    }

    #[actix_web::test]
    async fn a_body_is_read_as_far_as_its_route_takes_it() {
        assert_eq!(read(8 * 1024, &about::LOGIN).await.ok(), Some(8 * 1024));
        assert!(matches!(read(8 * 1024 + 1, &about::LOGIN).await, Err(Problem::LongBody(8))));
        assert_eq!(read(256 * 1024, &about::CAMERA_ADD).await.ok(), Some(256 * 1024));
        assert!(matches!(read(256 * 1024 + 1, &about::CAMERA_ADD).await, Err(Problem::LongBody(256))));
    }
}
