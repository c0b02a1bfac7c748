//! MJPEG streams and single pictures over plain HTTP.
//!
//! Which frame goes out is chosen when the last one has left: the newest, as for WebSockets.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, MessageBody},
    http::header::CACHE_CONTROL,
    web,
};
use bytes::Bytes;

use super::{
    access::{Grant, Watch},
    endless::endless,
    error::Problem,
    flow::Flow,
    limits::ViewerPlace,
    lines::Lent,
    offer::Offer,
    request::{asked_of, camera_of, layers_of},
    shared::Shared,
    socket::{self, Wire},
};
use crate::{
    frame::EncodedFrame,
    hub::{JoinError, Over, Viewer},
    nouns::{
        form::Form,
        layers::{Layers, View},
        quality::AskedLevel,
    },
    tools::fence::{Fences, Panicked, Place},
};

/// How long a single picture is waited for: the encoder has the newest frame at hand, and a lost source shows
/// a slate.
const SNAPSHOT_WITHIN: Duration = Duration::from_secs(3);

/// What precedes the first part, and follows each: a browser shows a part only when it has seen the next
/// boundary.
const BOUNDARY: &[u8] = b"\r\n--frame\r\n";

/// `GET /video_feed` and `GET /api/stream/video`: the camera of `?camera=`, or the default one.
pub async fn stream_default(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    open(&request, &shared, grant, camera_of(request.query_string()).as_deref())
}

/// `GET /api/video/stream/{camera}`.
pub async fn stream(
    request: HttpRequest,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    open(&request, &shared, grant, Some(&camera))
}

/// `GET /api/snapshot/{camera}`: one JPEG now.
pub async fn snapshot(
    request: HttpRequest,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let asked = asked_of(request.query_string())?;
    if asked.level == AskedLevel::Auto {
        return Err(Problem::Quality(
            "a single picture has no rate to hold: level must be 30 to 95".to_owned(),
        ));
    }
    let layers = layers_asked(&request)?;
    let camera = grant.camera(&shared, Some(&camera))?;
    let view = View { rung: Offer::of(shared.ladder, asked).rung, layers };
    let mut viewer = shared.door.join(camera.channel(), view, Form::Whole)?;
    let taken = poll_fn(|context| {
        viewer.wake(context.waker());
        match viewer.take_frame() {
            Some(frame) => Poll::Ready(Some(frame)),
            None if viewer.over().is_some() => Poll::Ready(None),
            None => Poll::Pending,
        }
    });
    let frame = tokio::time::timeout(SNAPSHOT_WITHIN, taken).await.ok().flatten();
    let reason = || camera.feed().report().reason.map(|reason| reason.text).unwrap_or_default();
    let why = || match viewer.over() {
        Some(Over::Removed) => Problem::NoCamera,
        Some(Over::Stopping) => Problem::Join(JoinError::Stopping),
        None => Problem::NoPicture(reason()),
    };
    let frame = frame.ok_or_else(why)?;
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(frame.jpeg.clone()))
}

fn open(
    request: &HttpRequest,
    shared: &web::Data<Shared>,
    grant: Grant,
    camera: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let offer = Offer::of(shared.ladder, asked_of(request.query_string())?);
    let view = View { rung: offer.rung, layers: layers_asked(request)? };
    let camera = grant.camera(shared, camera)?;
    let place = shared.limits.viewer(grant.address(), grant.who())?;
    let viewer = shared.door.join(camera.channel(), view, Form::Whole)?;
    let mut flow = Flow::new();
    flow.follow(offer, Instant::now());
    // A connection has one handle to look at; a second stream on it is sent what its socket takes.
    let socket = socket::writer(request).ok().map(Wire::into_socket);
    let fences = shared.metrics.fences.clone();
    let watch = Watch::new(grant, shared.clone());
    let parts = Parts { viewer, flow, socket, fences, watch, handed: None, begun: false, _place: place };
    Ok(endless(request, "multipart/x-mixed-replace; boundary=frame", parts))
}

/// The layers that a request asks for.
fn layers_asked(request: &HttpRequest) -> Result<Layers, Problem> {
    layers_of(request.query_string()).map_err(|refusal| Problem::Overlay(refusal.reason))
}

/// The body of a stream: the first boundary, then for each frame its head, the JPEG and the next boundary as
/// one piece.
struct Parts {
    viewer: Viewer,
    flow: Flow,
    /// The connection, to see what arrives of it.
    socket: Option<Lent>,
    /// Where a panic is counted, which ends the stream.
    fences: Fences,
    /// Whether the client may still watch.
    watch: Watch,
    /// When the part that is being written was handed over.
    handed: Option<Instant>,
    begun: bool,
    _place: ViewerPlace,
}

/// A part that took longer to write than this met a full socket.
const FULL_AFTER: Duration = Duration::from_millis(10);

impl Parts {
    /// Called when everything handed over so far has been written: the next frame, if the link takes it.
    fn next(&mut self, now: Instant) -> Option<Arc<EncodedFrame>> {
        let condition = self.viewer.channel().condition();
        let Some(socket) = &self.socket else {
            self.viewer.settle(&condition);
            return self.viewer.take_frame();
        };
        if let Some(handed) = self.handed.take() {
            self.flow.written(socket, now.saturating_duration_since(handed) > FULL_AFTER, now);
        }
        self.flow.look(socket, now);
        let chosen = self.flow.step(&condition, now);
        let given = match chosen {
            Some(rung) => Some(self.viewer.ask(rung)).filter(|given| *given != rung),
            None => self.viewer.settle(&condition),
        };
        if let Some(rung) = given
            && self.flow.given(rung, now)
        {
            self.viewer.accept();
        }
        let frame = self.flow.allows(now).then(|| self.viewer.take_frame())??;
        self.flow.sends(&frame, now);
        self.handed = Some(now);
        Some(frame)
    }
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

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.viewer.wake(context.waker());
        if self.viewer.over().is_some() || self.watch.is_over(context) {
            return Poll::Ready(None);
        }
        if !self.begun {
            self.begun = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(BOUNDARY.trim_ascii_start()))));
        }
        let fences = self.fences.clone();
        match fences.run(Place::Viewer, || self.next(Instant::now())) {
            Ok(Some(frame)) => Poll::Ready(Some(Ok(part(&frame)))),
            Ok(None) => Poll::Pending,
            Err(Panicked) => Poll::Ready(None),
        }
    }
}
