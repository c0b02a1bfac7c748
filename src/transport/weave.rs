//! Writes a viewer's link to its connection under TLS, past actix's buffer.
//!
//! Nobody but the one who encrypts may write to such a connection, so there is no second handle to write to
//! as in [`super::push`]. actix and this body share the connection instead: the response of a WebSocket stays
//! open and empty, and whenever actix asks it for bytes it writes what the link chooses to TLS itself, from
//! the shared bytes of the frame. The next message is chosen when the kernel has been given the last one
//! whole.

use std::{
    cell::RefCell,
    convert::Infallible,
    io,
    net::Shutdown,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Instant,
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::{io::AsyncWrite, task::coop::has_budget_remaining};

use super::{lines::Lent, link::Link, tls::Connection};
use crate::tools::fence::{Fences, Panicked, Place};

/// The body of a viewer's response under TLS: yields nothing, ends when the link does.
pub(super) struct Weave {
    link: Rc<RefCell<Link>>,
    connection: Connection,
    /// The TCP connection, to look at and to end.
    socket: Lent,
    /// Where a panic is counted, which ends the link.
    fences: Fences,
    /// What TLS has not taken yet of the message that is being written.
    rest: Bytes,
    /// True until the kernel has been given that message whole.
    is_sending: bool,
    /// Whether that message met a full socket.
    was_full: bool,
    /// The body that `actix_ws` made: never asked for anything, but the reading side ends when it goes.
    _original: BoxBody,
}

impl Weave {
    pub fn new(
        link: Rc<RefCell<Link>>,
        connection: Connection,
        socket: Lent,
        fences: Fences,
        original: BoxBody,
    ) -> Self {
        Weave {
            link,
            connection,
            socket,
            fences,
            rest: Bytes::new(),
            is_sending: false,
            was_full: false,
            _original: original,
        }
    }

    /// Writes until there is nothing to send, or the socket is full; ready at the end.
    fn go_on(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.is_sending {
                match self.write(context) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(error)) => {
                        log::debug!("a viewer is gone: {error}");
                        return Poll::Ready(());
                    }
                    Poll::Pending => return self.wait(context),
                }
                self.is_sending = false;
                let was_full = std::mem::take(&mut self.was_full);
                self.link.borrow_mut().flow.written(&self.socket, was_full, Instant::now());
            }
            let next = ready!(self.link.borrow_mut().poll_next(context, &self.socket));
            let Some(message) = next else {
                self.end(context);
                return Poll::Ready(());
            };
            self.fences.trip(Place::Viewer);
            (self.rest, self.is_sending) = (message, true);
        }
    }

    /// Ends the writing side: the peer sees the end at once, instead of when actix has waited for what the
    /// peer might still send. What a full socket does not take of it, actix writes.
    fn end(&mut self, context: &mut Context<'_>) {
        if let Poll::Ready(Err(error)) = Pin::new(&mut self.connection).poll_shutdown(context) {
            log::debug!("a viewer was gone before its end: {error}");
        }
    }

    /// Writes the rest of the message; ready when the kernel has been given all of it.
    fn write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let taken = ready!(Pin::new(&mut self.connection).poll_write(context, &self.rest))?;
            if taken == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.advance(taken);
        }
        Pin::new(&mut self.connection).poll_flush(context)
    }

    /// Waits for the socket, unless the link has ended meanwhile: then nobody waits for what it would take.
    fn wait(&mut self, context: &Context<'_>) -> Poll<()> {
        if !has_budget_remaining() {
            // Not for the socket: this task has done enough for one turn, and is asked again at once.
            return Poll::Pending;
        }
        self.was_full = true;
        if !self.link.borrow().poll_given_up(context) {
            return Poll::Pending;
        }
        // actix would go on waiting until the last bytes have left.
        if let Err(error) = SockRef::from(&*self.socket).shutdown(Shutdown::Both) {
            log::debug!("a viewer was gone before its end: {error}");
        }
        Poll::Ready(())
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
        match fences.run(Place::Viewer, || self.go_on(context)) {
            Ok(polled) => polled.map(|()| None),
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
