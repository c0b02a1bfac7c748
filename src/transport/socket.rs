//! A connection's socket: the options that bound what the kernel holds, and a second handle for those who write past actix.
//!
//! Set once, when a connection is accepted.

use std::{any::Any, io, time::Duration};

use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};
use socket2::{SockRef, Socket, TcpKeepalive};

/// Bytes the kernel takes without having sent them: about the smallest frame. More would be decided before it can leave.
const UNSENT: u32 = 16 * 1024;

/// A peer that is silent for this long is asked whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// A connection's second handle, kept with the connection.
struct Handle(Socket);

/// Tunes an accepted connection. A peer that acknowledges no byte for `timeout` while some wait is cut off by the kernel: that
/// holds for one that vanished as for one that does not read.
pub(super) fn tune(connection: &dyn Any, extensions: &mut Extensions, timeout: Duration) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let tuned = try_tune(stream, timeout).and_then(|()| SockRef::from(stream).try_clone());
    match tuned {
        Ok(socket) => {
            extensions.insert(Handle(socket));
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

/// A handle of the request's socket to write to, registered with this worker's reactor.
///
/// # Errors
/// Where the system has no file handle left.
pub(super) fn writer(request: &HttpRequest) -> io::Result<TcpStream> {
    let handle: &Handle = request.conn_data().ok_or_else(|| io::Error::other("the connection has no second handle"))?;
    TcpStream::from_std(handle.0.try_clone()?.into())
}
