//! Sessions over a WebSocket: what goes out is chosen when the socket has taken what went before.
//!
//! Nothing is queued: the body of the response is asked for its next piece when the last one has left.

use std::{
    cell::RefCell,
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    rt::spawn,
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream};
use bytes::Bytes;

use super::{carrier::Over, client::Client, packet::MOST_BYTES};
use crate::{
    protocol::{Opcode, framed},
    tools::fence::Place,
    transport::{drained::Drained, intake, shared::Shared},
};

/// Upgrades, and carries the client's session or tries to.
///
/// # Errors
/// A request that is no WebSocket's.
pub async fn carry(
    request: &HttpRequest,
    body: web::Payload,
    socket: Socket,
) -> Result<HttpResponse, actix_web::Error> {
    let body = intake::bounded(request, body).await?;
    // The queue of the library's own session is not used: what waits in it grows old.
    let (response, _, messages) = actix_ws::handle(request, body)?;
    let messages =
        messages.max_frame_size(MOST_BYTES).aggregate_continuations().max_continuation_size(MOST_BYTES);
    let socket = Rc::new(socket);
    spawn(listen_fenced(Rc::clone(&socket), messages));
    Ok(response
        .map_body(|_, original| Drained::new(request, Pieces { socket, closed: false, _original: original }))
        .map_into_boxed_body())
}

/// A WebSocket and the client at its other end.
pub struct Socket {
    client: Arc<Client>,
    number: u64,
    shared: web::Data<Shared>,
    /// Answer to a ping frame that waits for the socket.
    pong: RefCell<Option<Bytes>>,
}

impl Socket {
    /// The WebSocket of that number.
    pub fn new(client: Arc<Client>, number: u64, shared: web::Data<Shared>) -> Self {
        Socket { client, number, shared, pong: RefCell::default() }
    }

    fn over(&self) -> Over {
        Over::Socket(self.number)
    }

    /// Takes what the client says; false where nothing follows it.
    async fn hear(&self, message: AggregatedMessage) -> bool {
        match message {
            AggregatedMessage::Text(text) => self.client.hear(self.over(), &text, &self.shared).await.is_ok(),
            AggregatedMessage::Ping(payload) => {
                *self.pong.borrow_mut() = Some(framed(Opcode::Pong, &payload));
                self.client.wake();
                true
            }
            AggregatedMessage::Pong(_) => true,
            AggregatedMessage::Binary(_) | AggregatedMessage::Close(_) => false,
        }
    }

    fn leave(&self) {
        self.client.change(|session| session.lost(self.number));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Reads as [`listen`] does; where that panics, the client has to come again.
async fn listen_fenced(socket: Rc<Socket>, messages: AggregatedMessageStream) {
    // Counted and said.
    let _ = socket.shared.metrics.fences.poll(Place::Viewer, listen(&socket, messages)).await;
    socket.leave();
}

/// Reads until the client goes, says what no client says, or has no session any more.
async fn listen(socket: &Socket, mut messages: AggregatedMessageStream) {
    while let Some(Ok(message)) = messages.recv().await {
        if !socket.hear(message).await || socket.client.over(socket.over()) {
            return;
        }
    }
}

/// The body of the response: a frame of a WebSocket each piece.
struct Pieces {
    socket: Rc<Socket>,
    /// Whether the close frame has been sent.
    closed: bool,
    /// The body that `actix_ws` made: never asked for anything, but the reading side ends when it goes.
    _original: BoxBody,
}

impl Pieces {
    fn next(&mut self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        let Socket { client, shared, pong, .. } = &*self.socket;
        if let Some(pong) = pong.borrow_mut().take() {
            return Poll::Ready(Some(pong));
        }
        match client.poll_text(context, self.socket.over(), shared) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(text)) => Poll::Ready(Some(framed(Opcode::Text, text.as_bytes()))),
            Poll::Ready(None) if std::mem::replace(&mut self.closed, true) => Poll::Ready(None),
            Poll::Ready(None) => Poll::Ready(Some(client.close_code().framed(""))),
        }
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let fences = self.socket.shared.metrics.fences.clone();
        match fences.run(Place::Viewer, || self.next(context)) {
            Ok(next) => next.map(|piece| piece.map(Ok)),
            Err(_) => Poll::Ready(None),
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.socket.leave();
    }
}
