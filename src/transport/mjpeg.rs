//! MJPEG streams and single pictures over plain HTTP.
//!
//! The same newest-frame rule as for WebSockets: which frame goes out is chosen when the last one has left.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, MessageBody},
    http::{
        ConnectionType, Version,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, PRAGMA},
    },
    web,
};
use bytes::Bytes;

use super::{Shared, error::Problem, request::rung_of};
use crate::{
    frame::EncodedFrame,
    hub::{DEFAULT_CAMERA, Viewer},
    quality::Rung,
};

/// nginx and its kin pass each part on at once instead of collecting them.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How long a single picture is waited for: the encoder has the newest frame at hand, and a lost source shows a slate.
const SNAPSHOT_WITHIN: Duration = Duration::from_secs(3);

/// What precedes the first part, and follows each: a browser shows a part only when it has seen the next boundary.
const BOUNDARY: &[u8] = b"\r\n--frame\r\n";

/// `GET /video_feed` and `GET /api/stream/video`.
pub async fn stream_default(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    open(&request, &shared, DEFAULT_CAMERA)
}

/// `GET /api/video/stream/{camera}`.
pub async fn stream(request: HttpRequest, camera: web::Path<String>, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    open(&request, &shared, &camera)
}

/// `GET /api/snapshot/{camera}`: one JPEG now.
pub async fn snapshot(
    request: HttpRequest,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, Problem> {
    let mut viewer = join(&request, &shared, &camera)?;
    let taken = poll_fn(|context| {
        viewer.wake(context.waker());
        match viewer.take_frame() {
            Some(frame) => Poll::Ready(Some(frame)),
            None if viewer.stopping() => Poll::Ready(None),
            None => Poll::Pending,
        }
    });
    let frame = tokio::time::timeout(SNAPSHOT_WITHIN, taken).await.ok().flatten();
    let reason = || shared.feeds.get(camera.as_str()).map(|feed| feed.report().reason).unwrap_or_default();
    let frame = frame.ok_or_else(|| Problem::NoPicture(reason()))?;
    Ok(HttpResponse::Ok().content_type("image/jpeg").insert_header((CACHE_CONTROL, "no-store")).body(frame.jpeg.clone()))
}

fn open(request: &HttpRequest, shared: &Shared, camera: &str) -> Result<HttpResponse, Problem> {
    let viewer = join(request, shared, camera)?;
    let mut response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "multipart/x-mixed-replace; boundary=frame"))
        .insert_header((CACHE_CONTROL, "no-store, no-transform"))
        .insert_header((PRAGMA, "no-cache"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .body(Parts { viewer, begun: false });
    if request.version() < Version::HTTP_11 {
        // Such a client knows no chunks; for it the stream ends with the connection.
        response.head_mut().no_chunking(true);
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

fn join(request: &HttpRequest, shared: &Shared, camera: &str) -> Result<Viewer, Problem> {
    let asked = rung_of(request.query_string())?;
    let rung = Rung { level: shared.ladder.clamp(asked.level), ..asked };
    Ok(shared.hub.join(camera, rung)?)
}

/// The body of a stream: the first boundary, then for each frame its head, the JPEG and the next boundary as one piece.
struct Parts {
    viewer: Viewer,
    begun: bool,
}

/// One part, in one piece: actix copies pieces in any case, and sends each by itself.
fn part(frame: &EncodedFrame) -> Bytes {
    let head = format!("Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", frame.jpeg.len());
    [head.as_bytes(), &frame.jpeg, BOUNDARY].concat().into()
}

impl MessageBody for Parts {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.viewer.wake(context.waker());
        if self.viewer.stopping() {
            return Poll::Ready(None);
        }
        if !self.begun {
            self.begun = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(BOUNDARY.trim_ascii_start()))));
        }
        match self.viewer.take_frame() {
            Some(frame) => Poll::Ready(Some(Ok(part(&frame)))),
            None => Poll::Pending,
        }
    }
}
