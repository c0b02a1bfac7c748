//! A connection's socket options: what bounds the bytes between the choice of a frame and the link.
//!
//! Set once, when a connection is accepted.

use std::{any::Any, io, time::Duration};

use actix_web::rt::net::TcpStream;
use socket2::{SockRef, TcpKeepalive};

/// Bytes the kernel takes without having sent them: about the smallest frame. More would be decided before it can leave.
const UNSENT: u32 = 16 * 1024;

/// A peer that is silent for this long is asked whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Tunes an accepted connection. A peer that acknowledges no byte for `timeout` while some wait is cut off by the kernel: that
/// holds for one that vanished as for one that does not read.
pub fn tune(connection: &dyn Any, timeout: Duration) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = try_tune(stream, timeout)
    {
        log::warn!("a connection keeps the system's buffers: {error}");
    }
}

fn try_tune(stream: &TcpStream, timeout: Duration) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_notsent_lowat(UNSENT)?;
    socket.set_tcp_user_timeout(Some(timeout))?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE))
}
