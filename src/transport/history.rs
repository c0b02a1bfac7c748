//! The routes of history: series as JSON and CSV, events page by page with their pictures, and counts that
//! begin anew.
//!
//! What is kept is `history`'s. Whatever reads the disk does so on a thread that may wait.

mod ask;
mod asked;
mod numbers;
mod object;
mod pieces;
mod renew;
mod told;
mod written;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType, ETAG},
    web,
};
use ask::{ask, turn};
use asked::{Asked, given, number};
use pieces::{Pieces, WAITING};
pub(super) use renew::renew;
use serde_json::{Value, json};
use tokio::sync::mpsc::channel;
pub(super) use told::told;
use written::{Form, Title, Written};

use super::{
    access::{Deed, Grant, audited},
    error::Problem,
    headers::has_already,
    shared::Shared,
};
use crate::{
    frame::now_us,
    history::{Calendar, EventQuery, SeriesQuery, StoredEvent},
    nouns::event::Event,
};

/// Longest time in which an answer of rows is taken, as many times the longest in which a client may take
/// nothing. Until then it keeps one of few places, a thread, and a state of the database.
const TAKEN_WITHIN: u32 = 2;

/// Events of a page where nobody says how many.
const USUAL_LIMIT: usize = 100;

/// `GET /api/history`: what a camera saw, row by row; a gap is a row that is not there.
pub async fn series(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let mut head = HttpResponse::Ok();
    head.content_type(ContentType::json());
    let within = shared.viewer_timeout * TAKEN_WITHIN;
    Ok(rows(&request, &shared, &grant, Form::Json).await?.answer(&request, head, within))
}

/// `GET /api/history.csv`: the rows for a spreadsheet.
pub async fn series_csv(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let mut head = HttpResponse::Ok();
    head.content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"history.csv\""));
    let within = shared.viewer_timeout * TAKEN_WITHIN;
    Ok(rows(&request, &shared, &grant, Form::Csv).await?.answer(&request, head, within))
}

/// The rows that a request asks for, as text that comes while they are read.
async fn rows(request: &HttpRequest, shared: &Shared, grant: &Grant, form: Form) -> Result<Pieces, Problem> {
    let query = request.query_string();
    let asked = Asked::of(query)?;
    let step = asked.step(query)?;
    let camera = match &asked.camera {
        Some(name) => {
            known(shared, grant, name).await?;
            name.clone()
        }
        None => grant.camera(shared, None)?.name().to_string(),
    };
    // Its own turns first, so that whoever asks for much waits for itself.
    let mut places = Vec::new();
    for turns in
        shared.limits.series(grant.address(), grant.who()).into_iter().chain([Arc::clone(&shared.series)])
    {
        places.push(turn(&turns).await?);
    }
    let (pieces, taken) = channel(WAITING);
    let writing = ask(shared, move |history| {
        // Held while the client takes what is read, so that slow ones do not keep others from asking.
        let _places = places;
        let Asked { from_s, to_s, calendar, .. } = &asked;
        let (from_s, to_s) = (*from_s, *to_s);
        let mut written = Written::begin(form, &Title { camera: &camera, from_s, to_s }, calendar);
        let query = SeriesQuery { camera: &camera, from_s, to_s, step, calendar };
        let mut is_taken = true;
        history.each_row(&query, |row| {
            // A client that is gone, or was cut off, costs no more than the rest of the reading.
            if is_taken {
                written.row(row);
                is_taken = written.take().is_none_or(|piece| pieces.blocking_send(piece).is_ok());
            }
        })?;
        Ok(written.end())
    });
    Pieces::begin(taken, writing).await
}

/// Checks that there is a camera of that name, or was: one that is gone has a history all the same.
///
/// # Errors
/// [`Problem::NoCamera`], which is also said of one that must not be seen; what history says.
async fn known(shared: &Shared, grant: &Grant, camera: &str) -> Result<(), Problem> {
    grant.reaches(camera)?;
    if shared.registry.camera(camera).is_some() {
        return Ok(());
    }
    let name = camera.to_owned();
    match ask(shared, move |history| history.knows(&name)).await? {
        true => Ok(()),
        false => Err(Problem::NoCamera),
    }
}

/// `GET /api/events`: what happened, newest first; `before` is the number of the last event of the page
/// before.
pub async fn events(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let query = request.query_string();
    let asked = Asked::of(query)?;
    let camera = events_of(&shared, &grant, asked.camera.as_deref()).await?;
    let has_from = given(query, "from").is_some();
    let limit = number(query, "limit")?.map_or(USUAL_LIMIT, |limit| limit as usize);
    let before = number(query, "before")?;
    let kind = given(query, "kind");
    if let Some(odd) = kind.as_deref().filter(|kind| !Event::KINDS.contains(kind)) {
        return Err(Problem::Query(format!("kind is {odd:?}, must be one of {}", Event::KINDS.join(", "))));
    }
    let calendar = asked.calendar.clone();
    let events = ask(&shared, move |history| {
        // Without a beginning all there are.
        let from_us = if has_from { (asked.from_s.max(0) as u64).saturating_mul(1_000_000) } else { 0 };
        history.events(&EventQuery {
            camera: camera.as_deref(),
            kind: kind.as_deref(),
            from_us,
            to_us: (asked.to_s.max(0) as u64).saturating_mul(1_000_000),
            limit,
            before,
        })
    })
    .await?;
    let with_picture = |event: StoredEvent| {
        let (id, has_snapshot) = (event.id, event.has_snapshot);
        let mut told = told(event, &calendar);
        let path = || "/api/events/{id}/snapshot".replace("{id}", &id.to_string());
        told["snapshot"] = has_snapshot.then(path).into();
        told
    };
    let events: Vec<Value> = events.into_iter().map(with_picture).collect();
    Ok(HttpResponse::Ok().json(json!({ "events": events })))
}

/// The camera whose events are told; `None` for all, which only those get who may see all.
async fn events_of(shared: &Shared, grant: &Grant, asked: Option<&str>) -> Result<Option<String>, Problem> {
    match asked {
        Some(name) => {
            known(shared, grant, name).await?;
            Ok(Some(name.to_owned()))
        }
        None if grant.is_whole() => Ok(None),
        None => Ok(Some(grant.camera(shared, None)?.name().to_string())),
    }
}

/// `GET /api/events/{id}/snapshot`: the picture of an event. What happened does not change, but who may see
/// it does: a browser asks each time, and is told that it has it.
pub async fn snapshot(
    request: HttpRequest,
    id: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::NoEvent)?;
    let asked = ask(&shared, move |history| {
        // Nothing is said of an event of a camera that must not be seen.
        let camera = history.event_camera(id)?;
        if camera.is_some_and(|camera| grant.sees(&camera)) { history.snapshot(id) } else { Ok(None) }
    });
    let jpeg = asked.await?.ok_or(Problem::NoEvent)?;
    // A number is never given twice, but a database may be exchanged.
    let tag = format!("\"{id}-{:x}\"", jpeg.len());
    let is_known = has_already(request.headers(), &tag);
    let mut head = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    head.insert_header((CACHE_CONTROL, "private, no-cache")).insert_header((ETAG, tag));
    Ok(if is_known { head.finish() } else { head.content_type("image/jpeg").body(jpeg) })
}

/// `POST /api/cameras/{camera}/counts/reset`: a camera's counts begin anew.
pub async fn reset(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = Arc::clone(grant.camera(&shared, Some(&camera))?.name());
    let at_us = now_us();
    let name = Arc::clone(&camera);
    let asked = ask(&shared, move |history| history.reset_counts(&name, at_us));
    let (resets, forgets) = (shared.clone(), Arc::clone(&camera));
    let resetting = async move {
        asked.await?;
        resets.today.forget(&forgets);
        Ok::<(), Problem>(())
    };
    audited(&shared, &grant, Deed::to("reset the counts of", &camera), resetting).await?;
    let since = Calendar::system().rfc3339((at_us / 1_000_000) as i64);
    Ok(HttpResponse::Ok().json(json!({ "camera": &*camera, "since": since })))
}
