//! Writes a viewer's link to its socket, without a copy and without a buffer in between.
//!
//! actix copies each chunk of a response body into a write buffer, one a connection: with many viewers that
//! copy costs about as much as the kernel's own. So the response of a WebSocket stays open and empty, and
//! what the link chooses is written straight from the shared bytes of the frame to a second handle of the
//! same socket. The kernel takes bytes only while few are unsent (see [`super::socket`]), so a frame is
//! chosen when it can leave.

use std::{
    cell::RefCell,
    convert::Infallible,
    future::poll_fn,
    io,
    net::Shutdown,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Instant,
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    rt::{net::TcpStream, spawn},
};
use bytes::Bytes;
use socket2::SockRef;

use super::{lines::Lent, link::Link};
use crate::tools::fence::{Fences, Place};

/// The body of a viewer's response: yields nothing, ends when the link does.
pub(super) struct Hold {
    link: Rc<RefCell<Link>>,
    /// The socket, until writing begins.
    socket: Option<Lent>,
    /// Where a panic of the writing side is counted.
    fences: Fences,
    /// The body that `actix_ws` made: never asked for anything, but the reading side ends when it goes.
    _original: BoxBody,
}

impl Hold {
    pub fn new(link: Rc<RefCell<Link>>, socket: Lent, fences: Fences, original: BoxBody) -> Self {
        Hold { link, socket: Some(socket), fences, _original: original }
    }
}

impl MessageBody for Hold {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        // actix asks for the first piece of a body when its write buffer is empty (see [`super::serve`]), so
        // the response's head has left, and from here on nobody else writes.
        if let Some(socket) = self.socket.take() {
            let (link, fences) = (Rc::clone(&self.link), self.fences.clone());
            spawn(async move {
                // Counted and said; the link ends, and the viewer comes again.
                let _ = fences.poll(Place::Viewer, push(link, socket, &fences)).await;
            });
        }
        self.link.borrow_mut().poll_finished(context).map(|()| None)
    }
}

impl Drop for Hold {
    /// The connection is gone, so the other sides have nothing left to do.
    fn drop(&mut self) {
        self.link.borrow_mut().finish();
    }
}

/// Ends the link with the task that writes, also where that panics: a viewer to whom nobody writes must not
/// keep its place.
struct Ends(Rc<RefCell<Link>>);

impl Drop for Ends {
    fn drop(&mut self) {
        // While it is borrowed by what panicked, the socket's end is what the other sides see.
        if let Ok(mut link) = self.0.try_borrow_mut() {
            link.finish();
        }
    }
}

/// Writes until the link or the socket ends.
async fn push(link: Rc<RefCell<Link>>, socket: Lent, fences: &Fences) {
    let _ends = Ends(Rc::clone(&link));
    while let Some(bytes) = poll_fn(|context| link.borrow_mut().poll_next(context, &socket)).await {
        fences.trip(Place::Viewer);
        match write(&link, &socket, &bytes).await {
            Ok(full) => link.borrow_mut().flow.written(&socket, full, Instant::now()),
            Err(error) => {
                log::debug!("a viewer is gone: {error}");
                break;
            }
        }
    }
    // The peer sees the end at once, instead of when actix has waited for what the peer might still send.
    if let Err(error) = SockRef::from(&*socket).shutdown(Shutdown::Write) {
        log::debug!("a viewer was gone before its end: {error}");
    }
}

/// Writes all of it; says whether the socket was full in between.
async fn write(link: &RefCell<Link>, socket: &TcpStream, mut bytes: &[u8]) -> io::Result<bool> {
    let mut full = false;
    while !bytes.is_empty() {
        match socket.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                full = true;
                drained(link, socket).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(full)
}

/// Waits until the socket takes bytes again, or the link has ended meanwhile.
async fn drained(link: &RefCell<Link>, socket: &TcpStream) -> io::Result<()> {
    poll_fn(|context| {
        if link.borrow().poll_given_up(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        socket.poll_write_ready(context)
    })
    .await
}
