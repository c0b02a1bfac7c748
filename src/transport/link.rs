//! One viewer's link: what it is sent next, chosen when the socket has drained.
//!
//! Newest-only slots and the window in, WebSocket frames out, one at a time; nothing is queued for a viewer.
//! Writing them is [`super::push`]'s, under TLS [`super::weave`]'s; reading the viewer's messages is
//! [`super::ws`]'s.

mod again;
mod keys;
mod replies;
mod told;

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Instant,
};

use actix_web::rt::net::TcpStream;
use again::Again;
use bytes::Bytes;
use keys::Keys;
use replies::Replies;
use told::Told;

use super::{flow::Flow, offer::Offer};
use crate::{
    delta::Room,
    frame::EncodedFrame,
    hub::{Condition, Over, Taken, Viewer},
    nouns::{form::Form, quality::Rung},
    protocol::{CloseCode, Hello, LevelReason, ServerMessage},
};

/// Of the bytes of frames, the camera's condition, events and results of analytics may add one in this many:
/// on a thin link frames come first. The first two are few and go in any case, so it is results that wait.
const TEXT_SHARE: usize = 10;

/// The most bytes of text that a viewer may have saved up: more than the largest result.
const MOST_ALLOWANCE: usize = 64 * 1024;

/// What it begins with: about one result, a tenth of a second of a thin link.
const FIRST_ALLOWANCE: usize = 6 * 1024;

/// What the reading side, the writing side and the response of one viewer share; all live on one worker
/// thread.
pub(super) struct Link {
    /// The viewer's side of the hub.
    pub viewer: Viewer,
    /// What its link takes.
    pub flow: Flow,
    /// Answers that go ahead of frames.
    pub replies: Replies,
    /// Whether text messages are wanted at all.
    pub text: bool,
    /// Whether results of analytics are wanted.
    pub analytics: bool,
    /// What `hello` says besides the viewer's own rung and what may change.
    hello: Hello,
    /// What `hello` said last.
    told: Option<Told>,
    /// Version of the result that was sent last.
    result: u64,
    /// Bytes of text that may go out; see [`TEXT_SHARE`].
    allowance: usize,
    /// Version of the camera's condition that was sent last.
    condition: u64,
    /// Version of the event that was sent last.
    event: u64,
    /// True if the last thing sent was a frame: then a text message may go before the next one.
    frame_last: bool,
    /// True behind a frame, until refinements of it have had their turn.
    refines: bool,
    /// The viewer's wish for a key frame.
    keys: Keys,
    /// Asks for the newest frame again where somebody else was at its stream, or a key frame is to wait.
    again: Again,
    closing: Closing,
    /// Wakes the response, which ends when the link does.
    response: Option<Waker>,
}

/// How far the end has come.
enum Closing {
    /// Open.
    No,
    /// To be closed with this frame.
    Wanted(Bytes),
    /// The close frame is being written; nothing follows it.
    Sending,
    /// The end.
    Done,
}

impl Link {
    pub fn new(viewer: Viewer, hello: Hello, [text, analytics]: [bool; 2]) -> Self {
        // What happened before this viewer came is no news.
        let event = viewer.channel().condition().events.version();
        let result = viewer.channel().results().version();
        Link {
            viewer,
            flow: Flow::new(),
            replies: Replies::default(),
            text,
            analytics,
            hello,
            told: None,
            result,
            allowance: FIRST_ALLOWANCE,
            condition: 0,
            event,
            frame_last: false,
            refines: false,
            keys: Keys::default(),
            again: Again::default(),
            closing: Closing::No,
            response: None,
        }
    }

    /// Closes with a code and a reason, as soon as what is being written has left.
    pub fn close(&mut self, code: CloseCode, reason: &str) {
        if matches!(self.closing, Closing::No) {
            self.closing = Closing::Wanted(code.framed(reason));
        }
        self.wake();
    }

    /// The end: nothing more is sent, and the response ends.
    pub fn finish(&mut self) {
        self.closing = Closing::Done;
        self.wake();
        if let Some(response) = self.response.take() {
            response.wake();
        }
    }

    /// True from the moment at which closing was decided.
    pub fn closing(&self) -> bool {
        !matches!(self.closing, Closing::No)
    }

    /// Has the writing side asked again.
    pub fn wake(&self) {
        self.viewer.bell().wake();
    }

    /// For the response: waits for the end.
    pub fn poll_finished(&mut self, context: &Context<'_>) -> Poll<()> {
        if matches!(self.closing, Closing::Done) {
            return Poll::Ready(());
        }
        self.response = Some(context.waker().clone());
        Poll::Pending
    }

    /// The viewer cannot apply deltas to what it has. A key frame comes next, also where the camera gives no
    /// other frame for a while.
    pub fn ask_key(&mut self) {
        if self.viewer.form() == Form::Delta {
            self.keys.ask();
        }
    }

    /// Gives the viewer what it asked for, from the next frame on, and says so.
    pub fn offer(&mut self, offer: Offer, reason: LevelReason) {
        let rung = offer.rung;
        let now = Instant::now();
        self.flow.follow(offer, now);
        self.ask(rung, reason, now);
    }

    /// What is asked for may be closed; then another rung is given, and the viewer told.
    fn ask(&mut self, rung: Rung, reason: LevelReason, now: Instant) {
        let given = self.viewer.ask(rung);
        if given == rung { self.tell(rung, reason) } else { self.give(given, now) }
    }

    /// The server gives another rung than was asked for, or again the one that was. Both are its limit, by
    /// which a client that steps by itself knows where it stands now.
    fn give(&mut self, rung: Rung, now: Instant) {
        if self.flow.given(rung, now) {
            self.viewer.accept();
        }
        self.tell(rung, LevelReason::Limit);
    }

    fn tell(&mut self, rung: Rung, reason: LevelReason) {
        let message = ServerMessage::Level { level: rung.level.quality(), scale: rung.tier.scale(), reason };
        self.replies.level = Some(message.framed()).filter(|_| self.text);
    }

    /// For the writing side: waits for the next thing to send; `None` at the end.
    pub fn poll_next(&mut self, context: &Context<'_>, socket: &TcpStream) -> Poll<Option<Bytes>> {
        self.viewer.wake(context.waker());
        if let Some(over) = self.viewer.over().filter(|_| !self.closing()) {
            self.closing = Closing::Wanted(match over {
                Over::Stopping => CloseCode::GoingAway.framed("server stopping"),
                Over::Removed => CloseCode::NoCamera.framed("the camera was removed"),
            });
        }
        match &self.closing {
            Closing::Sending | Closing::Done => Poll::Ready(None),
            Closing::Wanted(frame) => {
                let frame = frame.clone();
                self.closing = Closing::Sending;
                Poll::Ready(Some(frame))
            }
            Closing::No => match self.next(socket, Instant::now()) {
                Some(bytes) => Poll::Ready(Some(bytes)),
                None => {
                    self.again.poll(context);
                    Poll::Pending
                }
            },
        }
    }

    /// For the writing side while the socket is full: true once there is no point in waiting for it.
    pub fn poll_given_up(&self, context: &Context<'_>) -> bool {
        self.viewer.wake(context.waker());
        // Of a camera that is gone nothing is worth waiting for.
        matches!(self.closing, Closing::Done) || self.viewer.over() == Some(Over::Removed)
    }

    /// The next thing to send, most urgent first; `None` while there is nothing.
    fn next(&mut self, socket: &TcpStream, now: Instant) -> Option<Bytes> {
        let condition = self.viewer.channel().condition();
        // The first message of all is `hello`.
        if self.text && self.told.is_none() {
            return self.next_text(&condition, false);
        }
        self.flow.look(socket, now);
        if let Some(rung) = self.flow.step(&condition, now) {
            self.ask(rung, LevelReason::Auto, now);
        }
        if let Some(rung) = self.viewer.settle(&condition) {
            self.give(rung, now);
        }
        let reply = self.replies.next();
        if reply.is_some() {
            return reply;
        }
        // A socket that drains slowly has a new frame waiting each time; between two frames one message may
        // pass.
        if self.frame_last {
            self.frame_last = false;
            if let Some(text) = self.next_text(&condition, true) {
                return Some(text);
            }
        }
        if let Some(frame) = self.next_frame(&condition, now).or_else(|| self.next_refined(now)) {
            self.flow.sends(&frame, now);
            return Some(frame.message.clone());
        }
        self.next_text(&condition, false)
    }

    /// The newest frame, where the link takes it and the viewer has not had it.
    fn next_frame(&mut self, condition: &Condition, now: Instant) -> Option<Arc<EncodedFrame>> {
        if !self.flow.allows(now) {
            if self.viewer.is_behind() {
                self.flow.refused(now);
            }
            self.again.want(false);
            return None;
        }
        if self.keys.are_due(now) {
            self.viewer.need_key();
        }
        let room = match self.viewer.form() {
            Form::Whole => Room::default(),
            Form::Delta => self.flow.room(condition.camera.fps, now),
        };
        let taken = self.viewer.take(room);
        // A wish that came too early is granted in its time, though nobody rings then.
        self.again.want(matches!(taken, Taken::Later) || self.keys.are_wanted());
        let Taken::Frame(frame) = taken else { return None };
        self.allowance = (self.allowance + frame.message.len() / TEXT_SHARE).min(MOST_ALLOWANCE);
        (self.frame_last, self.refines) = (true, self.viewer.form() == Form::Delta);
        Some(frame)
    }

    /// Refinements of the frame that went last: one message behind each frame, where the link has room.
    fn next_refined(&mut self, now: Instant) -> Option<Arc<EncodedFrame>> {
        if !mem::take(&mut self.refines) {
            return None;
        }
        let most = self.flow.spare(now)?;
        self.viewer.take_refined(most)
    }

    fn next_text(&mut self, condition: &Condition, behind_frame: bool) -> Option<Bytes> {
        if !self.text {
            return None;
        }
        if self.told.as_ref().is_none_or(|told| !told.is(condition)) {
            self.told = Some(Told::of(condition));
            return Some(ServerMessage::Hello(self.hello(condition)).framed());
        }
        if let Some((version, event)) = condition.events.after(self.event) {
            self.event = version;
            return Some(self.charged(event.clone()));
        }
        if condition.version > self.condition {
            self.condition = condition.version;
            return Some(self.charged(ServerMessage::Status(self.viewer.status()).framed()));
        }
        // Only behind a frame, never instead of one: while none may go, results grow old like frames do.
        if self.analytics && behind_frame { self.next_result() } else { None }
    }

    fn hello(&self, condition: &Condition) -> Hello {
        let rung = self.viewer.rung();
        let (width, height) = condition.size;
        Hello {
            level: rung.level.quality(),
            scale: rung.tier.scale(),
            width,
            height,
            analytics: condition.analytics,
            lines: condition.survey.lines.clone(),
            zones: condition.survey.zones.clone(),
            ..self.hello.clone()
        }
    }

    /// What goes out even where there is no allowance for it.
    fn charged(&mut self, text: Bytes) -> Bytes {
        self.allowance = self.allowance.saturating_sub(text.len());
        text
    }

    fn next_result(&mut self) -> Option<Bytes> {
        let results = self.viewer.channel().results();
        let next = results.after(self.result)?;
        let rest = self.allowance.checked_sub(next.framed.len())?;
        (self.allowance, self.result) = (rest, next.version);
        Some(next.framed.clone())
    }
}

#[cfg(test)]
mod tests;
