//! The routes by which existing front ends of crowd servers switch a camera: its source, on and off.
//!
//! What is meant is the default camera, or the one of `camera`, in a JSON or a form body; all of it is done
//! as `/api/cameras` does it.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, web};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    about,
    access::Grant,
    cameras::{bytes_of, describe, object_of, switched},
    error::Problem,
    shared::Shared,
};

/// `POST /set_source`: `source`, and `camera` where it is not the default one. A camera that was off is on
/// again.
pub async fn set_source(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let (camera, mut given) = asked(&request, body, &shared, &grant).await?;
    let Some(source) = given.remove("source") else {
        return Err(Problem::Body("source is missing: it says where pictures come from".to_owned()));
    };
    // A webcam's number is often sent as one.
    let source = if source.is_number() { source.to_string().into() } else { source };
    let mut fields = switched(true);
    fields.insert("source".to_owned(), source);
    describe(&shared, &grant, camera, fields).await
}

/// `POST /start_stream`: switches the camera on.
pub async fn start(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, &grant, asked(&request, body, &shared, &grant).await?.0, switched(true)).await
}

/// `POST /stop_stream`: switches the camera off.
pub async fn stop(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    describe(&shared, &grant, asked(&request, body, &shared, &grant).await?.0, switched(false)).await
}

/// The camera that a request means, and what else it says.
async fn asked(
    request: &HttpRequest,
    body: web::Payload,
    shared: &Shared,
    grant: &Grant,
) -> Result<(String, Map<String, Value>), Problem> {
    // All three routes take as much.
    let bytes = bytes_of(body, &about::SET_SOURCE).await?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let mut fields = match bytes.is_empty() {
        true => Map::new(),
        false if is_form => form_urlencoded::parse(&bytes)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
        false => object_of(&bytes)?,
    };
    let camera = match fields.remove("camera") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(Problem::Body("camera is no text; give the camera's name".to_owned())),
        None => grant.camera(shared, None)?.name().to_string(),
    };
    Ok((camera, fields))
}
