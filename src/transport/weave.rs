//! Hands a viewer's link to actix piece by piece, for connections under TLS, which actix alone may write to.
//!
//! What goes out next is chosen when the last message has left for the kernel, as [`super::push`] does it.
//! actix asks a body for more on any occasion, also while TLS still holds bytes that the socket did not take.
//! So the kernel is asked how many it was given. Pieces are small enough that TLS takes each as a whole: then
//! actix itself never holds any and goes on asking, and a viewer that reads nothing can be given up.

mod drain;

use std::{
    cell::RefCell,
    convert::Infallible,
    net::Shutdown,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Instant,
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;
use drain::{Drain, Drained};
use socket2::SockRef;

use super::{lines::Lent, link::Link, socket::is_writable, tcp_info::TcpInfo};
use crate::tools::fence::{Fences, Panicked, Place};

/// Most bytes that are handed over at once, in four records of TLS. With the few of a piece before that may
/// not have left, no more than the 64 KiB that rustls takes for a socket that is full.
const PIECE: usize = 60 * 1024;

/// The body of a viewer's response under TLS.
pub(super) struct Weave {
    link: Rc<RefCell<Link>>,
    /// The connection, to look at and to end.
    socket: Lent,
    /// Where a panic is counted, which ends the link.
    fences: Fences,
    /// What is left of the message that is being handed over.
    rest: Bytes,
    /// True from a message's first piece until its last one has left.
    is_sending: bool,
    /// Whether that message met a full socket.
    was_full: bool,
    drain: Drain,
    /// The body that `actix_ws` made: never asked for anything, but the reading side ends when it goes.
    _original: BoxBody,
}

impl Weave {
    pub fn new(link: Rc<RefCell<Link>>, socket: Lent, fences: Fences, original: BoxBody) -> Self {
        Weave {
            link,
            socket,
            fences,
            rest: Bytes::new(),
            is_sending: false,
            was_full: false,
            drain: Drain::default(),
            _original: original,
        }
    }

    /// The next piece, once the one before has left; `None` at the end.
    fn next(&mut self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        let given = TcpInfo::of(&self.socket).map(|info| info.handed);
        match self.drain.look(given, || is_writable(&self.socket)) {
            Drained::Yes => {}
            Drained::Soon => {
                // actix writes behind this call, and has no reason to ask again by itself.
                context.waker().wake_by_ref();
                return self.wait(context);
            }
            Drained::No => return self.wait(context),
        }
        if self.rest.is_empty() {
            let now = Instant::now();
            if std::mem::take(&mut self.is_sending) {
                let was_full = std::mem::take(&mut self.was_full);
                self.link.borrow_mut().flow.written(&self.socket, was_full, now);
            }
            let next = ready!(self.link.borrow_mut().poll_next(context, &self.socket));
            let Some(message) = next else { return Poll::Ready(None) };
            self.fences.trip(Place::Viewer);
            (self.rest, self.is_sending) = (message, true);
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        self.drain.hand(given, piece.len());
        Poll::Ready(Some(piece))
    }

    /// Waits for the socket, unless the link has ended meanwhile: then nobody waits for what it would take.
    fn wait(&mut self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        self.was_full = true;
        if !self.link.borrow().poll_given_up(context) {
            return Poll::Pending;
        }
        // actix would go on waiting until the last bytes have left.
        if let Err(error) = SockRef::from(&*self.socket).shutdown(Shutdown::Both) {
            log::debug!("a viewer was gone before its end: {error}");
        }
        Poll::Ready(None)
    }
}

impl MessageBody for Weave {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let fences = self.fences.clone();
        match fences.run(Place::Viewer, || self.next(context)) {
            Ok(polled) => polled.map(|piece| piece.map(Ok)),
            Err(Panicked) => Poll::Ready(None),
        }
    }
}

impl Drop for Weave {
    /// The connection is gone or ends, so the other sides have nothing left to do.
    fn drop(&mut self) {
        // While it is borrowed by what panicked, the connection's end is what the other sides see.
        if let Ok(mut link) = self.link.try_borrow_mut() {
            link.finish();
        }
    }
}
