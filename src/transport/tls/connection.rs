//! A connection under TLS to which two write in turn: actix its answers, and whoever has frames for a viewer.
//!
//! In go bytes, out they come encrypted, in the order in which they were written. The two writers are one
//! task, so neither waits for the other's turn.

use std::{
    cell::RefCell,
    io,
    net::SocketAddr,
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll},
    time::Duration,
};

use actix_http::{Protocol, error::DispatchError};
use actix_service::{ServiceFactory, ServiceFactoryExt};
use actix_tls::accept::{
    TlsError as AcceptError, max_concurrent_tls_connect,
    rustls_0_23::{Acceptor, TlsStream},
};
use actix_web::rt::net::TcpStream;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection on which both sides have agreed on keys; its copies are the same connection.
#[derive(Clone)]
pub struct Connection(Rc<RefCell<TlsStream<TcpStream>>>);

/// What a connection is found by, to be kept beside it: it keeps none open.
#[derive(Clone)]
pub struct WeakConnection(Weak<RefCell<TlsStream<TcpStream>>>);

impl Connection {
    /// Returns what to find this connection by.
    pub fn weak(&self) -> WeakConnection {
        WeakConnection(Rc::downgrade(&self.0))
    }

    /// Looks at the TCP connection below.
    pub fn look(&self, look: impl FnOnce(&TcpStream)) {
        look(self.0.borrow().get_ref().0);
    }

    fn with<T>(&self, act: impl FnOnce(Pin<&mut TlsStream<TcpStream>>) -> T) -> T {
        act(Pin::new(&mut *self.0.borrow_mut()))
    }
}

impl WeakConnection {
    /// Returns the connection, while there is one.
    pub fn connection(&self) -> Option<Connection> {
        self.0.upgrade().map(Connection)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with(|tls| tls.poll_read(context, buffer))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.with(|tls| tls.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|tls| tls.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|tls| tls.poll_shutdown(context))
    }
}

/// Agrees on keys with whoever connects, within `within`, and has `http` answer what comes then. Each worker
/// agrees with up to `at_once` clients at once.
pub fn accept<S>(
    config: ServerConfig,
    within: Duration,
    at_once: usize,
    http: S,
) -> impl ServiceFactory<
    TcpStream,
    Config = (),
    Response = (),
    Error = AcceptError<io::Error, DispatchError>,
    InitError = (),
>
where
    S: ServiceFactory<
            (Connection, Protocol, Option<SocketAddr>),
            Config = (),
            Response = (),
            Error = DispatchError,
            InitError = (),
        >,
{
    // Usually 256, which as many clients that do not go on with their handshakes would take for all.
    max_concurrent_tls_connect(at_once);
    let mut acceptor = Acceptor::new(config);
    acceptor.set_handshake_timeout(within);
    let accepted = acceptor.map_err(AcceptError::into_service_error).map(|tls: TlsStream<TcpStream>| {
        let peer = tls.get_ref().0.peer_addr().ok();
        (Connection(Rc::new(RefCell::new(tls))), Protocol::Http1, peer)
    });
    accepted.and_then(http.map_err(AcceptError::Service))
}
