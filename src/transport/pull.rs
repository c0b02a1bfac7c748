//! A viewer's WebSocket body: what goes out is chosen when the socket has drained.
//!
//! actix polls a response body only while its write buffer is nearly empty, and the kernel takes bytes only while few are unsent
//! (see [`super::socket`]); so a frame is chosen when it can leave, and nothing is queued for a viewer. Reading the viewer's
//! messages is [`super::ws`]'s.

use std::{
    cell::RefCell,
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Instant,
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use crate::{
    adapt::Window,
    hub::Viewer,
    protocol::{CloseCode, Hello, ServerMessage, Status},
};

/// What the reading side and the body of one viewer share; both live on one worker thread.
pub(super) struct Link {
    /// The viewer's side of the hub.
    pub viewer: Viewer,
    /// Frames that may be under way.
    pub window: Window,
    /// The one answer that goes ahead of frames: the newest pong or level reply of each kind.
    pub replies: Replies,
    /// Whether text messages are wanted at all.
    pub text: bool,
    /// What `hello` says besides the viewer's own rung and the picture's size.
    pub hello: Hello,
    /// The `hello` that was sent last.
    told: Option<Hello>,
    /// Version of the camera's condition that was sent last.
    condition: u64,
    /// Version of the event that was sent last.
    event: u64,
    /// True if the last thing sent was a frame: then a text message may go before the next one.
    frame_last: bool,
    closing: Closing,
}

/// Answers that wait for the socket: at most one of each kind.
#[derive(Default)]
pub(super) struct Replies {
    /// Answer to a `ping` message, or to a ping frame, already framed.
    pub pong: Option<Bytes>,
    /// A change of level, already framed.
    pub level: Option<Bytes>,
    /// A ping frame of our own.
    pub ping: Option<Bytes>,
}

/// How far the end has come.
enum Closing {
    /// Open.
    No,
    /// To be closed with this frame.
    Wanted(Bytes),
    /// Nothing more is sent.
    Done,
}

impl Link {
    pub fn new(viewer: Viewer, hello: Hello, text: bool) -> Self {
        Link {
            viewer,
            window: Window::default(),
            replies: Replies::default(),
            text,
            hello,
            told: None,
            condition: 0,
            event: 0,
            frame_last: false,
            closing: Closing::No,
        }
    }

    /// Closes with a code and a reason, as soon as what is being written has left.
    pub fn close(&mut self, code: CloseCode, reason: &str) {
        if matches!(self.closing, Closing::No) {
            self.closing = Closing::Wanted(code.framed(reason));
        }
        self.wake();
    }

    /// The peer is gone: nothing more is sent.
    pub fn abandon(&mut self) {
        self.closing = Closing::Done;
        self.wake();
    }

    /// True once nothing more will be sent.
    pub fn closed(&self) -> bool {
        !matches!(self.closing, Closing::No)
    }

    /// Has the body asked again.
    pub fn wake(&self) {
        self.viewer.bell().wake();
    }

    /// The next thing to send, most urgent first; `None` while there is nothing.
    fn next(&mut self, now: Instant) -> Option<Bytes> {
        let reply = self.replies.level.take().or_else(|| self.replies.pong.take()).or_else(|| self.replies.ping.take());
        if reply.is_some() {
            return reply;
        }
        // A socket that drains slowly has a new frame waiting each time; between two frames one message may pass.
        if self.frame_last || self.told.is_none() {
            self.frame_last = false;
            if let Some(text) = self.next_text() {
                return Some(text);
            }
        }
        if self.window.allows(now)
            && let Some(frame) = self.viewer.take_frame()
        {
            self.window.sent(frame.number, now);
            self.frame_last = true;
            return Some(frame.message.clone());
        }
        self.next_text()
    }

    fn next_text(&mut self) -> Option<Bytes> {
        if !self.text {
            return None;
        }
        let condition = self.viewer.channel().condition();
        let rung = self.viewer.rung();
        let (width, height) = condition.size;
        let hello = Hello { level: rung.level.quality(), scale: rung.tier.scale(), width, height, ..self.hello.clone() };
        // The level has a message of its own.
        let known = self.told.as_ref().is_some_and(|told| (told.width, told.height) == (width, height));
        if !known {
            self.told = Some(hello.clone());
            return Some(ServerMessage::Hello(hello).framed());
        }
        if let Some((version, event)) = condition.event.as_ref().filter(|(version, _)| *version > self.event) {
            self.event = *version;
            return Some(ServerMessage::Event(event.clone()).framed());
        }
        if condition.version > self.condition {
            self.condition = condition.version;
            let status: Status = self.viewer.status();
            return Some(ServerMessage::Status(status).framed());
        }
        None
    }
}

/// The body of a viewer's response.
pub(super) struct Pull {
    link: Rc<RefCell<Link>>,
    /// The body that `actix_ws` made: never asked for anything, but the reading side ends when it goes.
    _original: BoxBody,
}

impl Pull {
    pub fn new(link: Rc<RefCell<Link>>, original: BoxBody) -> Self {
        Pull { link, _original: original }
    }
}

impl MessageBody for Pull {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let mut link = self.link.borrow_mut();
        link.viewer.wake(context.waker());
        if link.viewer.stopping() && matches!(link.closing, Closing::No) {
            link.closing = Closing::Wanted(CloseCode::GoingAway.framed("server stopping"));
        }
        match std::mem::replace(&mut link.closing, Closing::Done) {
            Closing::Done => return Poll::Ready(None),
            Closing::Wanted(frame) => return Poll::Ready(Some(Ok(frame))),
            Closing::No => link.closing = Closing::No,
        }
        match link.next(Instant::now()) {
            Some(bytes) => Poll::Ready(Some(Ok(bytes))),
            None => Poll::Pending,
        }
    }
}

impl Drop for Pull {
    /// The connection is gone, so the reading side has nothing left to do.
    fn drop(&mut self) {
        self.link.borrow_mut().closing = Closing::Done;
    }
}
