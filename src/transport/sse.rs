//! Server-sent events: what happens, as it happens, and results a few times a second, for programs and pages
//! that want no pictures.
//!
//! A client that comes again says which event it saw last, and gets what it missed from history. Nothing is
//! queued for a client: events wait once for all of them, at the desk, and results are the newest.

mod asked;
mod body;
mod feed;
mod gap;
mod pace;
mod past;
mod places;
mod results;
mod wire;

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderName, web};
use asked::Asked;
use body::Body;
use feed::{Feed, Here, Places};
pub(super) use places::Streams;

use super::{
    access::{Grant, Role},
    endless::endless,
    error::Problem,
    headers::text,
    shared::Shared,
    socket::{self, Wire},
};
use crate::hub::JoinError;

/// The header by which a browser says which event it saw last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET /api/events/stream`: events at once, results as often as there is time for them.
pub async fn stream(
    request: HttpRequest,
    shared: web::Data<Shared>,
    streams: web::Data<Streams>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(request.query_string(), text(request.headers(), &LAST_EVENT_ID));
    match &asked.camera {
        Some(name) => drop(grant.camera(&shared, Some(name))?),
        None => grant.require(Role::Viewer)?,
    }
    if shared.door.stopping() {
        return Err(Problem::Join(JoinError::Stopping));
    }
    let stream = streams.place().ok_or(Problem::Streams)?;
    let share = streams.shares.take(grant.address(), grant.who()).ok_or(Problem::TokenLimit)?;
    let places = Places::new(stream, shared.limits.viewer(grant.address(), grant.who())?.with(share));
    let fences = shared.metrics.fences.clone();
    // Without its handle a client that goes is noticed by what cannot be written.
    let feed = Feed::new(Here { shared, streams, grant }, asked, places);
    let feed = feed.watching(socket::writer(&request).ok().map(Wire::into_socket));
    Ok(endless(&request, "text/event-stream", Body::new(feed, fences)))
}
