//! A body that is asked for its next piece once TLS, too, has given the last one to the kernel.
//!
//! actix asks for more when TLS has taken what was before, and TLS takes up to 64 KiB for a socket that is
//! full. Without TLS that cannot happen: then the body is asked as actix asks.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    HttpRequest,
    body::{BodySize, MessageBody},
};
use bytes::Bytes;
use tokio::io::AsyncWrite;

use super::tls::{Connection, WeakConnection};

/// A body, with the connection under TLS by which it leaves.
pub(super) struct Drained<B> {
    body: B,
    /// `None` without TLS.
    connection: Option<Connection>,
}

impl<B> Drained<B> {
    /// The body of an answer to that request.
    pub fn new(request: &HttpRequest, body: B) -> Self {
        let connection = request.conn_data::<WeakConnection>().and_then(WeakConnection::connection);
        Drained { body, connection }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Drained<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll_flush(context).is_pending()
        {
            return Poll::Pending;
        }
        // A connection that is gone is actix's to notice: it flushes it next.
        Pin::new(&mut self.body).poll_next(context)
    }
}
