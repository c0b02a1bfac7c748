//! The WebSocket routes: lets a viewer in, reads its messages, sees to it that it answers.
//!
//! What goes out, and when, is [`super::link`]'s; what the words mean is `protocol`'s, and what each message
//! does `obey`'s.

mod obey;
mod silence;

use std::{
    cell::RefCell,
    convert::Infallible,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    rt::{
        spawn,
        time::{interval, sleep},
    },
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use bytes::Bytes;
use obey::obey;
use silence::{Silence, Silent};
use tokio::time::MissedTickBehavior;

use super::{
    access::{Grant, Role},
    error::Problem,
    intake,
    limits::ViewerPlace,
    link::Link,
    offer::Offer,
    push::Hold,
    request::Wanted,
    shared::Shared,
    socket::{self, Wire},
    weave::Weave,
};
use crate::{
    hub::{JoinError, Viewer},
    nouns::{
        form::Form,
        layers::View,
        quality::{Ladder, Tier},
    },
    protocol::{CloseCode, Hello, LevelReason, MAX_CLIENT_MESSAGE, Opcode, Refusal, VERSION, framed},
    tools::fence::Place,
};

/// How often a viewer's silence is looked at, and whether it may still watch.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Time that a viewer has to take what it is told last.
const CLOSED_WITHIN: Duration = Duration::from_secs(3);

/// `GET /websocket/{level}`: the default camera.
pub async fn watch_default(
    request: HttpRequest,
    level: web::Path<String>,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, actix_web::Error> {
    let body = intake::bounded(&request, body).await?;
    let asked = WantedStream { grant, camera: None, level: &level };
    open(&request, body, &shared, asked)
}

/// `GET /websocket/{camera}/{level}`.
pub async fn watch(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, actix_web::Error> {
    let body = intake::bounded(&request, body).await?;
    let (camera, level) = &*path;
    open(&request, body, &shared, WantedStream { grant, camera: Some(camera), level })
}

/// What a path names, and what the one who asks may do.
struct WantedStream<'a> {
    grant: Grant,
    /// `None` for the default one.
    camera: Option<&'a str>,
    level: &'a str,
}

/// Upgrades in any case: a browser reads why it was refused only from a close frame.
fn open(
    request: &HttpRequest,
    body: web::Payload,
    shared: &web::Data<Shared>,
    asked: WantedStream,
) -> Result<HttpResponse, actix_web::Error> {
    let writer = socket::writer(request).map_err(|error| Problem::Internal(format!("no socket: {error}")))?;
    let (response, session, messages) =
        actix_ws::handle(request, body).map_err(|error| Problem::Upgrade(error.to_string()))?;
    let Admitted { wanted, viewer, place } = match admit(request.query_string(), shared, &asked) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            spawn(refuse(session, refusal));
            return Ok(response);
        }
    };
    // The session's own queue is not used: it would hold messages that are out of date when the socket
    // drains.
    drop(session);
    let link = Rc::new(RefCell::new(linked(shared, viewer, &wanted)));
    let messages = messages
        .max_frame_size(MAX_CLIENT_MESSAGE)
        .aggregate_continuations()
        .max_continuation_size(MAX_CLIENT_MESSAGE);
    let allowed = Allowed { shared: shared.clone(), grant: asked.grant };
    spawn(listen_fenced(Rc::clone(&link), messages, allowed));
    let fences = shared.metrics.fences.clone();
    let response = response.map_body(|_, original| {
        let original = BoxBody::new(Kept { _original: original, _place: place });
        match writer {
            Wire::Plain(socket) => BoxBody::new(Hold::new(link, socket, fences, original)),
            Wire::Tls(socket, tls) => BoxBody::new(Weave::new(link, tls, socket, fences, original)),
        }
    });
    Ok(response)
}

/// The link of a viewer, with what it asked for or what comes nearest.
fn linked(shared: &Shared, viewer: Viewer, wanted: &Wanted) -> Link {
    let hello = hello(shared, &viewer);
    let mut link = Link::new(viewer, hello, [wanted.text, wanted.analytics]);
    let offer = Offer::of(shared.ladder, wanted.asked);
    if offer.is(wanted.asked) {
        link.flow.follow(offer, Instant::now());
    } else {
        link.offer(offer, LevelReason::Limit);
    }
    link
}

/// A viewer that is let in.
struct Admitted {
    wanted: Wanted,
    viewer: Viewer,
    place: ViewerPlace,
}

/// The body that `actix_ws` made, which is never asked for anything, and a viewer's place: both go with the
/// response.
struct Kept {
    _original: BoxBody,
    _place: ViewerPlace,
}

impl MessageBody for Kept {
    type Error = Infallible;

    /// A stream's: a body that has none is dropped where it is boxed.
    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// Checks credential, level, camera and place, in the order in which a stranger should learn of them.
fn admit(query: &str, shared: &Shared, asked: &WantedStream) -> Result<Admitted, Refusal> {
    let refused = |problem: Problem, code| {
        shared.metrics.refused.with_label_values(&[problem.code()]).inc();
        Refusal { code, reason: problem.to_string() }
    };
    asked.grant.require(Role::Viewer).map_err(|problem| {
        let is_wait = matches!(problem, Problem::TooManyTokens(_));
        refused(problem, if is_wait { CloseCode::TryLater } else { CloseCode::Credential })
    })?;
    let wanted = Wanted::parse(query, asked.level);
    let wanted = wanted.map_err(|Refusal { code, reason }| refused(Problem::Quality(reason), code))?;
    let camera = asked.grant.camera(shared, asked.camera);
    let camera = camera.map_err(|problem| refused(problem, CloseCode::NoCamera))?;
    let place = shared.limits.viewer(asked.grant.address(), asked.grant.who());
    let place = place.map_err(|problem| refused(problem, CloseCode::TryLater))?;
    // The page paints for itself what others have painted by the server.
    let view = View::plain(Offer::of(shared.ladder, wanted.asked).rung);
    let form = shared.door.offered(wanted.form);
    let joined = shared.door.join(camera.channel(), view, form);
    let viewer = joined.map_err(|error: JoinError| {
        let code = error.close_code();
        refused(error.into(), code)
    })?;
    Ok(Admitted { wanted, viewer, place })
}

/// What `hello` says of this server; the link says what may change.
fn hello(shared: &Shared, viewer: &Viewer) -> Hello {
    Hello {
        protocol: VERSION,
        run: shared.run.clone(),
        camera: viewer.channel().camera().to_string(),
        levels: shared.ladder.levels().map(|level| level.quality()).collect(),
        scales: Tier::OFFERED.iter().map(|tier| tier.scale()).collect(),
        server: env!("CARGO_PKG_VERSION").to_owned(),
        delta: viewer.form() == Form::Delta,
        ..Hello::default()
    }
}

/// Says why. The connection then stays open for a moment, so that the peer can read it.
async fn refuse(session: actix_ws::Session, refusal: Refusal) {
    let close =
        actix_ws::CloseReason { code: (refusal.code as u16).into(), description: Some(refusal.reason) };
    // A peer that is gone already needs no reason.
    let _ = session.close(Some(close)).await;
}

/// What a viewer may do, and where that is known.
struct Allowed {
    shared: web::Data<Shared>,
    grant: Grant,
}

/// Reads as [`listen`] does; a viewer to whom nobody listens must not keep its place, so a panic there ends
/// the link, and so does the end where it is not taken in time.
async fn listen_fenced(link: Rc<RefCell<Link>>, messages: AggregatedMessageStream, allowed: Allowed) {
    let fences = allowed.shared.metrics.fences.clone();
    // Those who write hold it until it is over.
    let open = Rc::downgrade(&link);
    let listened = fences.poll(Place::Viewer, listen(link, messages, allowed)).await;
    if listened.is_ok() {
        sleep(CLOSED_WITHIN).await;
    }
    if let Some(link) = open.upgrade()
        && let Ok(mut open) = link.try_borrow_mut()
    {
        open.finish();
    }
}

/// Reads until the viewer goes, breaks the protocol, falls silent, or may no longer watch.
async fn listen(link: Rc<RefCell<Link>>, mut messages: AggregatedMessageStream, allowed: Allowed) {
    let Allowed { shared, grant } = allowed;
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut silence = Silence::new(Instant::now(), shared.viewer_timeout);
    while !link.borrow().closing() {
        tokio::select! {
            message = messages.recv() => {
                silence.broken(Instant::now());
                if !handle(&link, message, shared.ladder) {
                    break;
                }
            }
            _ = look.tick() => match silence.step(Instant::now()) {
                _ if !grant.holds(&shared) => {
                    link.borrow_mut().close(CloseCode::Credential, &grant.ended().to_string());
                }
                Some(Silent::Ask) => {
                    link.borrow_mut().replies.ping = Some(framed(Opcode::Ping, b"there?"));
                    link.borrow().wake();
                }
                Some(Silent::Gone) => {
                    log::debug!("a viewer answered no ping for {:?}", shared.viewer_timeout);
                    link.borrow_mut().finish();
                }
                None => {}
            }
        }
    }
}

/// What one message does; false if it was the last.
fn handle(
    link: &RefCell<Link>,
    message: Option<Result<AggregatedMessage, ProtocolError>>,
    ladder: Ladder,
) -> bool {
    let mut link = link.borrow_mut();
    match message {
        Some(Ok(AggregatedMessage::Text(text))) => {
            if let Err(refusal) = obey(&mut link, &text, ladder) {
                link.close(refusal.code, &refusal.reason);
            }
        }
        Some(Ok(AggregatedMessage::Ping(payload))) => {
            link.replies.pong = Some(framed(Opcode::Pong, &payload));
            link.wake();
        }
        // Nothing binary is defined yet; a later client may send it.
        Some(Ok(AggregatedMessage::Binary(_) | AggregatedMessage::Pong(_))) => {}
        Some(Ok(AggregatedMessage::Close(_))) => {
            link.close(CloseCode::Normal, "");
            return false;
        }
        // What `intake` refuses, and a message whose pieces add up to too much, come as errors of this kind.
        Some(Err(ProtocolError::Io(error))) if error.kind() != io::ErrorKind::Other => {
            link.close(CloseCode::BadMessage, "text must be UTF-8");
            return false;
        }
        Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => {
            link.close(CloseCode::TooBig, &format!("a message may have at most {MAX_CLIENT_MESSAGE} bytes"));
            return false;
        }
        Some(Err(_)) => {
            link.close(CloseCode::BadMessage, "not a WebSocket message");
            return false;
        }
        None => {
            link.finish();
            return false;
        }
    }
    true
}
