//! The routes by which videos are sent, listed and deleted.
//!
//! A body goes to the disk piece by piece, and the next piece comes while the last one is written: memory
//! does not grow with the file. What may be kept, and where, is `uploads`' matter.

use std::{fmt::Display, future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_LENGTH, LOCATION},
    web,
};
use bytes::Bytes;
use futures_core::Stream;
use serde_json::{Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::timeout,
};

use super::{
    access::{Deed, Grant, audited, audited_with},
    apart::{apart, fault},
    error::Problem,
    headers::announced,
    request::value,
    shared::Shared,
};
use crate::{
    tools::{
        fence::Place,
        threads::{Role, spawn},
    },
    uploads::{Part, Upload, UploadError},
};

/// Bytes that are written at once: fewer hops to the thread that writes than the pieces of a socket are.
const PIECE: usize = 1 << 20;

/// Bytes that a socket gives at once, at most.
const SOCKET: usize = 64 * 1024;

/// Longest time for a piece: 140 kbit/s, less than the slowest links by which videos are sent have, also with
/// a gap of half a minute in it. Whoever sends less keeps others out.
const PIECE_WITHIN: Duration = Duration::from_secs(60);

/// Bytes that a form may have besides its file.
const FORM_BYTES: usize = 64 * 1024;

/// Bytes that the head of a field counts for.
const FIELD_HEAD: usize = 256;

/// Field of a form that holds the file, as the crowd servers' front ends send it.
const FIELD: &str = "file";

/// Name of a file whose sender calls it nothing.
const NAMELESS: &str = "video";

/// How long a body may keep somebody waiting.
#[derive(Clone, Copy)]
struct Patience {
    /// Longest time without a byte.
    silence: Duration,
    /// Longest time for [`PIECE`] bytes.
    piece: Duration,
}

impl Patience {
    /// What the server has with each client.
    fn of(shared: &Shared) -> Self {
        Patience { silence: shared.viewer_timeout, piece: PIECE_WITHIN }
    }
}

/// `GET /api/uploads`: every upload, the newest first, and how large one may be.
pub async fn list(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let uploads = Arc::clone(&shared.uploads);
    let (found, most_bytes) =
        apart(&shared.metrics.fences, move || Ok((uploads.list()?, uploads.most_bytes()?))).await?;
    let told: Vec<Value> = found.iter().map(Upload::told).collect();
    Ok(HttpResponse::Ok().json(json!({ "uploads": told, "most_bytes": most_bytes })))
}

/// `PUT /api/uploads/{name}`: the video that the body is; the name is what its sender calls it.
pub async fn put(
    request: HttpRequest,
    mut body: web::Payload,
    name: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let original = name.into_inner();
    let sent = original.clone();
    let arriving = async {
        let permit = admitted(&shared)?;
        let part = arrive(&shared, &mut body, announced(request.headers())).await?;
        Ok::<Arrived, Problem>(Arrived { permit, part, original })
    };
    let arrived = arriving.await;
    created(&kept(&shared, &grant, sent, arrived).await?)
}

/// `POST /upload_video`: the video in the field `file` of a form.
pub async fn form(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let form = Multipart::new(request.headers(), body);
    let announced = announced(request.headers()).map(|bytes| bytes.saturating_sub(FORM_BYTES as u64));
    let arrived = sent(&shared, form, announced).await;
    created(&kept(&shared, &grant, String::new(), arrived).await?)
}

/// The video of a form.
async fn sent(shared: &Shared, mut form: Multipart, announced: Option<u64>) -> Result<Arrived, Problem> {
    let permit = admitted(shared)?;
    let found = timeout(PIECE_WITHIN, file_in(&mut form, shared.viewer_timeout)).await;
    let mut field = found.unwrap_or(Err(UploadError::Stalled(PIECE_WITHIN)))?;
    let original = field.content_disposition().and_then(|said| said.get_filename());
    let original = original.filter(|name| !name.is_empty()).unwrap_or(NAMELESS).to_owned();
    let part = arrive(shared, &mut field, announced).await?;
    Ok(Arrived { permit, part, original })
}

/// The field of a form that holds the file.
async fn file_in(form: &mut Multipart, patience: Duration) -> Result<Field, UploadError> {
    let mut besides = 0;
    while let Some(mut field) = next(form, patience).await? {
        if field.name() == Some(FIELD) {
            // Believed, it would end the file where it says.
            let says_length = field.headers().contains_key(CONTENT_LENGTH);
            let odd = || UploadError::BrokenOff("a field of a form has no Content-Length".to_owned());
            return if says_length { Err(odd()) } else { Ok(field) };
        }
        // Its head counts as well: there may be any number of empty ones.
        besides += FIELD_HEAD;
        while let Some(piece) = next(&mut field, patience).await? {
            besides += piece.len();
        }
        if besides > FORM_BYTES {
            return Err(UploadError::NoFile);
        }
    }
    Err(UploadError::NoFile)
}

/// `DELETE /api/uploads/{name}`: deletes a video; `force` deletes one that a camera has as its source,
/// which ends at once.
pub async fn delete(
    request: HttpRequest,
    name: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let deed = Deed { action: "deleted an upload", ..Deed::default() }.of(&**name);
    let forced = value(request.query_string(), "force").is_some_and(|given| ["1", "true"].contains(&&*given));
    let (uploads, roster) = (Arc::clone(&shared.uploads), Arc::clone(&shared.roster));
    let deleting = apart(&shared.metrics.fences, move || {
        let file = uploads.file(&name)?;
        let withdraw = || uploads.withdraw(&name);
        let withdrawn = match forced {
            true => roster.by_force(&file, withdraw),
            false => roster.unless_used(&file, withdraw).map_err(UploadError::InUse)?,
        };
        // Nobody but the client waits for the disk.
        Ok(withdrawn?.delete()?)
    });
    audited(&shared, &grant, deed, deleting).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn created(upload: &Upload) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Created().insert_header((LOCATION, "/api/uploads")).json(upload.told()))
}

/// Lets another video come.
fn admitted(shared: &Shared) -> Result<OwnedSemaphorePermit, UploadError> {
    Arc::clone(&shared.arriving).try_acquire_owned().map_err(|_| UploadError::Busy)
}

/// What comes in `pieces`, as a whole.
async fn arrive<E: Display>(
    shared: &Shared,
    pieces: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    announced: Option<u64>,
) -> Result<Part, Problem> {
    let uploads = Arc::clone(&shared.uploads);
    let mut part = apart(&shared.metrics.fences, move || Ok(uploads.begin(announced)?)).await?;
    let patience = Patience::of(shared);
    let mut piece = gather(pieces, patience).await?;
    // A smaller one is the last: a stream that has ended must not be asked again.
    while piece.len() >= PIECE {
        let writing = apart(&shared.metrics.fences, move || written(part, &piece));
        let (done, gathered) = tokio::join!(writing, gather(pieces, patience));
        (part, piece) = (done?, gathered?);
    }
    apart(&shared.metrics.fences, move || written(part, &piece)).await
}

fn written(mut part: Part, piece: &[u8]) -> Result<Part, Problem> {
    part.write(piece)?;
    Ok(part)
}

/// What comes next of a body: [`PIECE`] bytes and a little more, or less at its end.
async fn gather<E: Display>(
    pieces: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    patience: Patience,
) -> Result<Vec<u8>, UploadError> {
    let gathering = async {
        let mut gathered = Vec::with_capacity(PIECE + SOCKET);
        while gathered.len() < PIECE {
            match next(pieces, patience.silence).await? {
                Some(piece) => gathered.extend_from_slice(&piece),
                None => break,
            }
        }
        Ok(gathered)
    };
    timeout(patience.piece, gathering).await.unwrap_or(Err(UploadError::Stalled(patience.piece)))
}

/// The next piece of what comes over the network; `None` at its end, behind which nothing may be asked.
pub(super) async fn next<T, E: Display>(
    pieces: &mut (impl Stream<Item = Result<T, E>> + Unpin),
    patience: Duration,
) -> Result<Option<T>, UploadError> {
    let piece = poll_fn(|context| Pin::new(&mut *pieces).poll_next(context));
    let piece = timeout(patience, piece).await.map_err(|_| UploadError::Stalled(patience))?;
    piece.transpose().map_err(|error| UploadError::BrokenOff(error.to_string()))
}

/// A video that has come as a whole.
struct Arrived {
    /// Place of the video among those that come, free when it is kept.
    permit: OwnedSemaphorePermit,
    part: Part,
    /// What its sender calls it.
    original: String,
}

/// Keeps what has come, and writes that down, or why it did not come, by what its sender calls it, or else by
/// the name that it is kept by.
async fn kept(
    shared: &web::Data<Shared>,
    grant: &Grant,
    sent: String,
    arrived: Result<Arrived, Problem>,
) -> Result<Upload, Problem> {
    let (keeps, granted) = (shared.clone(), grant.clone());
    audited_with(shared, grant, async move {
        let done = match arrived {
            Ok(arrived) => keep(&keeps, &granted, arrived).await,
            Err(problem) => Err(problem),
        };
        let name = match &done {
            Ok(upload) if sent.is_empty() => upload.name.clone(),
            _ => sent,
        };
        (Deed { action: "uploaded", ..Deed::default() }.of(name), done)
    })
    .await
}

/// Keeps what has come, if it is a video and who sends it still may. On a thread of its own, which a server
/// that stops does not wait for: a file may take seconds to be looked at. Its place is free when that is
/// over, also where the client has gone.
async fn keep(shared: &Shared, grant: &Grant, arrived: Arrived) -> Result<Upload, Problem> {
    // A video takes a while to come.
    if !grant.holds(shared) {
        return Err(grant.ended());
    }
    let Arrived { permit, part, original } = arrived;
    let (done, kept) = oneshot::channel();
    let uploads = Arc::clone(&shared.uploads);
    let fences = shared.metrics.fences.clone();
    let work = move || {
        let _permit = permit;
        if let Ok(kept) = fences.run(Place::Request, || uploads.keep(part, &original)) {
            // A client that has gone leaves a video that was sent as a whole.
            let _ = done.send(kept);
        }
    };
    // The child that looks at it is as urgent as this thread.
    spawn(Role::History, "upload", work).map_err(UploadError::Look)?;
    Ok(kept.await.map_err(|_| fault())??)
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::stream::{pending, unfold};

    use super::*;

    /// Longest that anything takes here which comes at once.
    const LONG: Duration = Duration::from_secs(3600);

    /// Longest that is waited for what does not come.
    const SHORT: Duration = Duration::from_millis(100);

    #[actix_web::test]
    async fn a_body_that_trickles_or_falls_silent_is_given_up() {
        // A kilobyte a second: never silent, and never done.
        let mut trickles = Box::pin(unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Some((Ok::<_, io::Error>(Bytes::from_static(b"x")), ()))
        }));
        let given_up = gather(&mut trickles, Patience { silence: LONG, piece: SHORT }).await;
        assert!(matches!(given_up, Err(UploadError::Stalled(limit)) if limit == SHORT), "{given_up:?}");
        let mut silent = Box::pin(pending::<Result<Bytes, io::Error>>());
        let given_up = gather(&mut silent, Patience { silence: SHORT, piece: LONG }).await;
        assert!(matches!(given_up, Err(UploadError::Stalled(limit)) if limit == SHORT), "{given_up:?}");
    }
}
