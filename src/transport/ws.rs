//! The WebSocket routes: lets a viewer in, reads its messages, sees to it that it answers.
//!
//! What goes out, and when, is [`super::link`]'s; what the words mean is `protocol`'s.

use std::{
    cell::RefCell,
    io,
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest, HttpResponse,
    rt::{spawn, time::interval},
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use tokio::time::MissedTickBehavior;

use super::{
    access::{Grant, Role},
    error::Problem,
    intake,
    link::Link,
    offer::Offer,
    push::Hold,
    request::Wanted,
    shared::Shared,
    socket,
};
use crate::{
    frame::now_us,
    hub::{JoinError, Viewer},
    nouns::{
        layers::View,
        quality::{Asked, AskedLevel, Ladder, Tier},
    },
    protocol::{
        ClientMessage, CloseCode, Hello, LevelReason, MAX_CLIENT_MESSAGE, Opcode, Refusal, ServerMessage,
        VERSION, framed,
    },
    tools::fence::Place,
};

/// How often a viewer's silence is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
    let (wanted, viewer) = match admit(request.query_string(), shared, asked) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            spawn(refuse(session, refusal));
            return Ok(response);
        }
    };
    // The session's own queue is not used: it would hold messages that are out of date when the socket
    // drains.
    drop(session);
    let hello = hello(shared, &viewer);
    let mut link = Link::new(viewer, hello, [wanted.text, wanted.analytics]);
    let offer = Offer::of(shared.ladder, wanted.asked);
    if offer.is(wanted.asked) {
        link.flow.follow(offer, Instant::now());
    } else {
        link.offer(offer, LevelReason::Limit);
    }
    let link = Rc::new(RefCell::new(link));
    let messages = messages
        .max_frame_size(MAX_CLIENT_MESSAGE)
        .aggregate_continuations()
        .max_continuation_size(MAX_CLIENT_MESSAGE);
    spawn(listen_fenced(Rc::clone(&link), messages, shared.clone()));
    let fences = shared.metrics.fences.clone();
    Ok(response.map_body(|_, original| Hold::new(link, writer, fences, original)).map_into_boxed_body())
}

/// Checks credential, level and scale, and the camera, in the order in which a stranger should learn of them.
fn admit(query: &str, shared: &Shared, asked: WantedStream) -> Result<(Wanted, Viewer), Refusal> {
    let refused = |problem: Problem, code| Refusal { code, reason: problem.to_string() };
    if let Err(problem) = asked.grant.require(Role::Viewer) {
        return Err(refused(problem, CloseCode::Credential));
    }
    let wanted = Wanted::parse(query, asked.level)?;
    let camera = asked.grant.camera(shared, asked.camera);
    let camera = camera.map_err(|problem| refused(problem, CloseCode::NoCamera))?;
    // The page paints for itself what others have painted by the server.
    let view = View::plain(Offer::of(shared.ladder, wanted.asked).rung);
    let joined = shared.door.join(camera.channel(), view);
    let refused = |error: JoinError| Refusal { code: error.close_code(), reason: error.to_string() };
    Ok((wanted, joined.map_err(refused)?))
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

/// Reads as [`listen`] does; a viewer to whom nobody listens must not keep its place, so a panic there ends
/// the link.
async fn listen_fenced(
    link: Rc<RefCell<Link>>,
    messages: AggregatedMessageStream,
    shared: web::Data<Shared>,
) {
    let fences = shared.metrics.fences.clone();
    let listened = fences.poll(Place::Viewer, listen(Rc::clone(&link), messages, shared)).await;
    if listened.is_err()
        && let Ok(mut link) = link.try_borrow_mut()
    {
        link.finish();
    }
}

/// Reads until the viewer goes, breaks the protocol or falls silent.
async fn listen(link: Rc<RefCell<Link>>, mut messages: AggregatedMessageStream, shared: web::Data<Shared>) {
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

fn obey(link: &mut Link, text: &str, ladder: Ladder) -> Result<(), Refusal> {
    match ClientMessage::parse(text)? {
        Some(ClientMessage::Ack { frame, .. }) => {
            link.flow.acked(frame, Instant::now());
        }
        Some(ClientMessage::Level { level, tier }) => {
            let tier = tier.unwrap_or(match level {
                AskedLevel::Auto => Tier::Full,
                AskedLevel::Level(_) => link.viewer.rung().tier,
            });
            let asked = Asked { level, tier };
            let offer = Offer::of(ladder, asked);
            let reason = match level {
                AskedLevel::Auto => LevelReason::Auto,
                AskedLevel::Level(_) if offer.is(asked) => LevelReason::Requested,
                AskedLevel::Level(_) => LevelReason::Limit,
            };
            link.offer(offer, reason);
        }
        Some(ClientMessage::Ping { t }) => {
            link.replies.echo =
                Some(ServerMessage::Pong { t, server_us: now_us() }.framed()).filter(|_| link.text);
        }
        Some(ClientMessage::Analytics { enabled }) => link.analytics = enabled,
        None => return Ok(()),
    }
    link.wake();
    Ok(())
}

/// Whether a viewer still answers: pure, with time passed in.
struct Silence {
    heard: Instant,
    asked: Option<Instant>,
    limit: Duration,
}

/// What a viewer's silence calls for.
#[derive(Debug, PartialEq)]
enum Silent {
    /// Send a ping.
    Ask,
    /// Give the viewer up: no ping was answered.
    Gone,
}

impl Silence {
    fn new(now: Instant, limit: Duration) -> Self {
        Silence { heard: now, asked: None, limit }
    }

    fn broken(&mut self, now: Instant) {
        self.heard = now;
        self.asked = None;
    }

    fn step(&mut self, now: Instant) -> Option<Silent> {
        match self.asked {
            Some(asked) => (now.saturating_duration_since(asked) >= self.limit).then_some(Silent::Gone),
            None if now.saturating_duration_since(self.heard) >= self.limit / 2 => {
                self.asked = Some(now);
                Some(Silent::Ask)
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_silent_viewer_is_asked_and_then_given_up() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::new(start, LIMIT);
        assert_eq!(silence.step(at(14)), None);
        assert_eq!(silence.step(at(15)), Some(Silent::Ask));
        assert_eq!(silence.step(at(16)), None, "asked once");
        assert_eq!(silence.step(at(45)), Some(Silent::Gone));
    }

    #[test]
    fn any_word_from_the_viewer_proves_life() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::new(start, LIMIT);
        assert_eq!(silence.step(at(15)), Some(Silent::Ask));
        silence.broken(at(44));
        assert_eq!(silence.step(at(46)), None);
    }
}
