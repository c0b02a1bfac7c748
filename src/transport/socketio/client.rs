//! One client: its session, shared by the requests and the WebSocket that carry it, and what it may watch.
//!
//! Texts in, texts out. A session's next step is [`super::session`]'s; sockets are [`super::polling`]'s and
//! [`super::websocket`]'s.

use std::{
    net::IpAddr,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use atomic_waker::AtomicWaker;
use parking_lot::Mutex;

use super::{
    carrier::Over,
    news::News,
    packet::{Incoming, MAIN, Malformed, Outgoing, SEPARATOR},
    session::{Asks, Names, Session},
};
use crate::{
    protocol::CloseCode,
    registry::Camera,
    transport::{
        access::{Grant, Role, find_key_for},
        error::Problem,
        limits::ViewerPlace,
        shared::Shared,
    },
};

/// A client.
pub struct Client {
    /// Name of its session, a secret.
    pub name: String,
    /// The camera that it asked for; `None` for the default one.
    camera: Option<String>,
    /// Guards session, grant and place; held for one step, never while waiting.
    state: Mutex<State>,
    /// Wakes the request that waits.
    polling: AtomicWaker,
    /// Wakes the WebSocket.
    socket: AtomicWaker,
}

struct State {
    session: Session,
    /// What the client may do, by its first request or by the token of its packet.
    grant: Grant,
    /// The place among those of an address and a credential; `None` where nobody counts.
    place: Option<ViewerPlace>,
    /// Whether the session was ended because that no longer holds.
    is_revoked: bool,
}

/// Who begins a session, and for what.
pub struct Beginner {
    /// The camera that is asked for; `None` for the default one.
    pub camera: Option<String>,
    /// What the first request was granted.
    pub grant: Grant,
    /// The place among those of an address and a credential; `None` where nobody counts.
    pub place: Option<ViewerPlace>,
}

impl Client {
    /// A client that begins over some way.
    pub fn new(names: Names, beginner: Beginner, over: Over) -> Self {
        let Beginner { camera, grant, place } = beginner;
        let name = names.secret.clone();
        let session = Session::new(names, over, Instant::now());
        let state = Mutex::new(State { session, grant, place, is_revoked: false });
        let [polling, socket] = [(); 2].map(|()| AtomicWaker::new());
        Client { name, camera, state, polling, socket }
    }

    /// Does something with the session, and wakes whoever may have something to send now.
    pub fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        let changed = change(&mut self.state.lock().session);
        self.wake();
        changed
    }

    /// The camera of which the client is told; `None` where there is none, or it may not watch.
    pub fn camera(&self, shared: &Shared) -> Option<Arc<Camera>> {
        let grant = self.state.lock().grant.clone();
        grant.camera(shared, self.camera.as_deref()).ok()
    }

    /// How a client that is not let in yet stands among others: whether it has shown that it may watch, and
    /// the moment by which it is to ask. `None` where it is in, or over.
    pub fn standing(&self) -> Option<(bool, Instant)> {
        let state = self.state.lock();
        let may_watch = state.grant.require(Role::Viewer).is_ok();
        state.session.awaited_until().map(|until| (may_watch, until))
    }

    /// Ends the session of a client that was let in, where what it was granted no longer holds.
    pub fn end_unless(&self, holds: impl FnOnce(&Grant) -> bool) {
        let mut state = self.state.lock();
        if state.grant.require(Role::Viewer).is_ok() && !holds(&state.grant) {
            state.is_revoked = true;
            state.session.close();
            drop(state);
            self.wake();
        }
    }

    /// Returns the code with which a WebSocket of this client is closed.
    pub fn close_code(&self) -> CloseCode {
        if self.state.lock().is_revoked { CloseCode::Credential } else { CloseCode::Normal }
    }

    /// Whether the session is over for what comes and goes that way.
    pub fn over(&self, over: Over) -> bool {
        self.state.lock().session.over(over)
    }

    /// Has whoever carries the session look for something to send.
    pub fn wake(&self) {
        self.polling.wake();
        self.socket.wake();
    }

    /// Takes what the client says; what is no packet ends the session.
    ///
    /// # Errors
    /// [`Malformed`].
    pub async fn hear(&self, over: Over, text: &str, shared: &Shared) -> Result<(), Malformed> {
        let said = Incoming::read(text);
        if let Ok(said) = &said
            && let Some((from, token)) = self.asked(over, said)
        {
            find_key_for(shared, from, token).await;
        }
        let mut state = self.state.lock();
        let heard = match said {
            Ok(said) => {
                if let Some(asks) = state.session.take(over, said, Instant::now()) {
                    self.answer(&mut state, &asks, shared);
                }
                Ok(())
            }
            Err(malformed) => {
                state.session.end(over);
                Err(malformed)
            }
        };
        drop(state);
        self.wake();
        heard
    }

    /// The address of a client that asks to be let in, and the token by which it does.
    fn asked<'a>(&self, over: Over, said: &'a Incoming) -> Option<(IpAddr, &'a str)> {
        let state = self.state.lock();
        Some((state.grant.address(), state.session.asked_token(over, said)?))
    }

    /// Lets the client in, or says why not.
    fn answer(&self, state: &mut State, asks: &Asks, shared: &Shared) {
        let shown = asks.token.as_ref().map(|token| state.grant.with_token(shared, token));
        let grant = shown.as_ref().unwrap_or(&state.grant);
        let granted = match grant.camera(shared, self.camera.as_deref()) {
            // Without any camera there is nothing to tell yet.
            Err(Problem::NoCamera) if self.camera.is_none() => Ok(()),
            granted => granted.map(|_| ()),
        };
        // Until now the client was counted for what its first request showed.
        let counted = granted.and_then(|()| match &mut state.place {
            Some(place) => shared.limits.shown(place, grant.who()),
            None => Ok(()),
        });
        match counted {
            Ok(()) => {
                // What was refused gives nothing to whoever asks again without it.
                state.grant = shown.unwrap_or_else(|| state.grant.clone());
                state.session.join();
            }
            Err(problem) => {
                shared.metrics.refused.with_label_values(&[problem.code()]).inc();
                state.session.refuse(MAIN.to_owned(), problem.to_string());
            }
        }
    }

    /// What goes out next that way; `None` while there is nothing.
    fn next(&self, over: Over, shared: &Shared) -> Option<String> {
        let (packet, news) = {
            let mut state = self.state.lock();
            let now = Instant::now();
            let news = if state.session.joined() { self.news(&mut state, shared, now) } else { None };
            let versions = news.as_ref().map(News::versions).unwrap_or_default();
            (state.session.next(over, &versions, now)?, news)
        };
        // Written without the lock: a crowd's grid takes a while.
        Some(packet.text(|kind| news.as_ref()?.newest(kind)).unwrap_or_default())
    }

    /// News of the client's camera. Of one that was removed there will be none: then the client is sent out.
    fn news<'a>(&self, state: &mut State, shared: &'a Shared, now: Instant) -> Option<News<'a>> {
        match state.grant.camera(shared, self.camera.as_deref()) {
            Ok(camera) => Some(News::of(shared, camera, state.grant.may_change())),
            Err(_) if self.camera.is_some() => {
                state.session.send_out(now);
                None
            }
            Err(_) => None,
        }
    }

    /// For the WebSocket: waits for the next text; `None` at the end.
    pub fn poll_text(&self, context: &Context<'_>, over: Over, shared: &Shared) -> Poll<Option<String>> {
        self.socket.register(context.waker());
        loop {
            match self.next(over, shared) {
                Some(text) if text.is_empty() => {}
                Some(text) => return Poll::Ready(Some(text)),
                None if self.over(over) => return Poll::Ready(None),
                None => return Poll::Pending,
            }
        }
    }

    /// For the request that waits: waits for something to say, all that there is.
    pub fn poll_texts(&self, context: &Context<'_>, shared: &Shared) -> Poll<String> {
        self.polling.register(context.waker());
        let mut texts = String::new();
        while let Some(text) = self.next(Over::Polling, shared) {
            if !texts.is_empty() && !text.is_empty() {
                texts.push(SEPARATOR);
            }
            texts.push_str(&text);
        }
        match texts.is_empty() {
            false => Poll::Ready(texts),
            true if self.over(Over::Polling) => {
                Poll::Ready(Outgoing::Noop.text(|_| None).unwrap_or_default())
            }
            true => Poll::Pending,
        }
    }
}

/// Takes the place of the one request that may wait; free again when dropped.
pub struct Waiting(Arc<Client>);

impl Waiting {
    /// Takes it; `None` where the session does not allow that, which then may be over.
    pub fn take(client: &Arc<Client>) -> Option<Self> {
        client.change(Session::wait).then(|| Waiting(Arc::clone(client)))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.change(Session::waited);
    }
}
