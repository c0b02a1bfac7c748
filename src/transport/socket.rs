//! A connection's socket: the options that bound what the kernel holds, a second handle for those who write
//! past actix, and an end for a client that takes an answer too slowly.
//!
//! The options are set once, when a connection is accepted.

use std::{any::Any, cell::Cell, io, mem::MaybeUninit, net::Shutdown, time::Duration};

use actix_web::{
    HttpRequest,
    dev::Extensions,
    rt::{net::TcpStream, spawn},
};
use socket2::{SockRef, Socket, TcpKeepalive};
use tokio::{task::JoinHandle, time::sleep};

/// Bytes the kernel takes without having sent them: about the smallest frame. More would be decided before it
/// can leave.
const UNSENT: u32 = 16 * 1024;

/// A peer that is silent for this long is asked whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// A connection's second handle, kept with the connection until somebody writes to it.
struct Handle(Cell<Option<Socket>>);

/// Tunes an accepted connection. A peer that acknowledges no byte for `timeout` while some wait is cut off by
/// the kernel: that holds for one that vanished as for one that does not read.
pub(super) fn tune(connection: &dyn Any, extensions: &mut Extensions, timeout: Duration) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let tuned = try_tune(stream, timeout).and_then(|()| SockRef::from(stream).try_clone());
    match tuned {
        Ok(socket) => {
            extensions.insert(Handle(Cell::new(Some(socket))));
        }
        // Without its handle the connection cannot become a WebSocket, which the handler says.
        Err(error) => log::warn!("a connection was not set up: {error}"),
    }
}

fn try_tune(stream: &TcpStream, timeout: Duration) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_notsent_lowat(UNSENT)?;
    socket.set_tcp_user_timeout(Some(timeout))?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE))
}

/// The second handle of the request's socket, registered with this worker's reactor; to be had once.
///
/// # Errors
/// Where the system had no file handle left for it.
pub(super) fn writer(request: &HttpRequest) -> io::Result<TcpStream> {
    let socket = request.conn_data().and_then(|handle: &Handle| handle.0.take());
    TcpStream::from_std(socket.ok_or_else(|| io::Error::other("the connection has no second handle"))?.into())
}

/// The end of a connection in a while; dropped before, it does not come.
pub(super) struct Deadline(JoinHandle<()>);

impl Deadline {
    /// The end of the request's connection, `within` from now, whatever the client takes until then; `None`
    /// where the system had no file handle left for it.
    pub(super) fn begin(request: &HttpRequest, within: Duration) -> Option<Self> {
        let handle = request.conn_data::<Handle>()?;
        let socket = handle.0.take()?;
        let other = socket.try_clone();
        handle.0.set(Some(socket));
        let other = other.ok()?;
        Some(Deadline(spawn(async move {
            sleep(within).await;
            log::info!("a client is cut off that has not taken an answer within {within:?}");
            // One that is closed by now has ended by itself.
            let _ = other.shutdown(Shutdown::Both);
        })))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Whether the peer has closed its side of a connection; nothing is taken out of it.
pub(super) fn is_closed(socket: &TcpStream) -> bool {
    match SockRef::from(socket).peek(&mut [MaybeUninit::uninit()]) {
        Ok(bytes) => bytes == 0,
        Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
    }
}
