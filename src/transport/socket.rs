//! A connection's socket: the options that bound what the kernel holds, its second handle for those who write
//! past actix or look at what arrives, and an end for a client that takes an answer too slowly.
//!
//! The options are set once, when a connection is accepted; under TLS that is when both sides have agreed on
//! keys. Connections of an address that has too many end here.

use std::{
    any::Any,
    io,
    mem::MaybeUninit,
    net::Shutdown,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{
    HttpRequest,
    dev::Extensions,
    rt::{net::TcpStream, spawn},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Resource, getrlimit},
};
use socket2::{SockRef, TcpKeepalive};
use tokio::{task::JoinHandle, time::sleep};

use super::{
    lines::{Lent, Line, Lines},
    shared::Shared,
};
use crate::access::is_in;

/// Bytes the kernel takes without having sent them: about the smallest frame. More would be decided before it
/// can leave.
const UNSENT: u32 = 16 * 1024;

/// A peer that is silent for this long is asked whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Open files that are kept for everything but connections: cameras, databases, threads, files that are sent,
/// and the 64 connections of the port that leads to HTTPS, two each.
const OTHER_FILES: u64 = 384;

/// Label of a connection that is closed unasked, as `/metrics` counts it: there is no answer with a code.
const TOO_MANY: &str = "too_many_connections";

/// A second handle of a connection, registered with this worker's reactor.
pub(super) enum Wire {
    /// Bytes written to it are what the peer reads.
    Plain(Lent),
    /// Only TLS writes to it: the handle serves to look at the connection and to end it.
    Tls(Lent),
}

impl Wire {
    /// Returns the socket, for those who only look at it.
    pub fn into_socket(self) -> Lent {
        match self {
            Wire::Plain(socket) | Wire::Tls(socket) => socket,
        }
    }
}

/// Returns how many connections there is room for: each is two open files, its own and its second handle.
pub(super) fn room() -> u64 {
    getrlimit(Resource::Nofile).current.map_or(u64::MAX, |files| files.saturating_sub(OTHER_FILES) / 2)
}

/// Tunes an accepted connection, or ends it where its address has too many. A peer that acknowledges no byte
/// for the time-out of viewers while some wait is cut off by the kernel: that holds for one that vanished as
/// for one that does not read.
pub(super) fn tune(connection: &dyn Any, extensions: &mut Extensions, shared: &Shared, lines: &Lines) {
    let Some((stream, _)) = stream_of(connection) else { return };
    if !is_counted(stream, extensions, shared) {
        shared.metrics.refused.with_label_values(&[TOO_MANY]).inc();
        // One that is closed by now has ended by itself.
        let _ = SockRef::from(stream).shutdown(Shutdown::Both);
        return;
    }
    if let Err(error) = try_tune(stream, shared.viewer_timeout) {
        log::warn!("a connection was not set up: {error}");
    }
    enter(connection, extensions, lines);
}

/// Adds an accepted connection to those that are looked at, or ends it where the system has no file handle
/// left for that.
pub(super) fn enter(connection: &dyn Any, extensions: &mut Extensions, lines: &Lines) {
    let Some((stream, is_tls)) = stream_of(connection) else { return };
    let socket = SockRef::from(stream);
    match socket.try_clone() {
        Ok(second) => {
            extensions.insert(lines.open(second, is_tls, Instant::now()));
        }
        Err(error) => {
            log::warn!("a connection is ended: {error}");
            // One that is closed by now has ended by itself.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// The TCP connection of what was accepted, and whether TLS is between.
fn stream_of(connection: &dyn Any) -> Option<(&TcpStream, bool)> {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        return Some((stream, false));
    }
    connection.downcast_ref::<TlsStream<TcpStream>>().map(|tls| (tls.get_ref().0, true))
}

/// Counts a connection for its address, as long as it lasts; false where that has too many.
fn is_counted(stream: &TcpStream, extensions: &mut Extensions, shared: &Shared) -> bool {
    // A peer that is gone already is told by the first read.
    let Ok(peer) = stream.peer_addr() else { return true };
    // All whom a proxy asks for come from its address.
    if is_in(&shared.trusted, peer.ip()) {
        return true;
    }
    match shared.limits.connection(peer.ip()) {
        Some(place) => {
            extensions.insert(place);
            true
        }
        None => false,
    }
}

fn try_tune(stream: &TcpStream, timeout: Duration) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_notsent_lowat(UNSENT)?;
    socket.set_tcp_user_timeout(Some(timeout))?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE))
}

/// The second handle of the request's socket; to be had by one at a time.
///
/// # Errors
/// Where somebody has it, or the system had no file handle left for it.
pub(super) fn writer(request: &HttpRequest) -> io::Result<Wire> {
    let none = || io::Error::other("the connection has no second handle");
    let line = request.conn_data::<Arc<Line>>().ok_or_else(none)?;
    let socket = Line::lend(line)?.ok_or_else(none)?;
    Ok(if line.is_tls() { Wire::Tls(socket) } else { Wire::Plain(socket) })
}

/// The end of a connection in a while; dropped before, it does not come.
pub(super) struct Deadline(JoinHandle<()>);

impl Deadline {
    /// The end of the request's connection, `within` from now, whatever the client takes until then; `None`
    /// where the connection is none that was accepted.
    pub(super) fn begin(request: &HttpRequest, within: Duration) -> Option<Self> {
        let line = Arc::downgrade(request.conn_data::<Arc<Line>>()?);
        Some(Deadline(spawn(async move {
            sleep(within).await;
            if let Some(line) = line.upgrade() {
                log::info!("a client is cut off that has not taken an answer within {within:?}");
                line.end();
            }
        })))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Whether the peer has closed its side of a connection; nothing is taken out of it. What TLS says at the end
/// is bytes, so there too only the connection's own end counts.
pub(super) fn is_closed(socket: &TcpStream) -> bool {
    match SockRef::from(socket).peek(&mut [MaybeUninit::uninit()]) {
        Ok(bytes) => bytes == 0,
        Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
    }
}

/// Whether a socket would take bytes now, or has ended, which whoever writes then learns. The kernel is
/// asked: the reactor knows it only of handles that are written to.
pub(super) fn is_writable(socket: &TcpStream) -> bool {
    let mut asked = [PollFd::new(socket, PollFlags::OUT)];
    // Where the kernel does not tell, writing does.
    poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).map_or(true, |ready| ready > 0)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, net};

    use super::*;

    #[actix_web::test]
    async fn a_full_socket_is_not_writable_until_its_peer_has_read() {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        near.set_nonblocking(true).expect("can be set");
        let (mut far, _) = listener.accept().expect("accepts");
        let near = TcpStream::from_std(near).expect("registers");
        try_tune(&near, Duration::from_secs(30)).expect("the options are set");
        assert!(is_writable(&near) && !is_closed(&near));
        near.writable().await.expect("it is open");
        let mut written = 0;
        while let Ok(bytes) = near.try_write(&[0; 64 * 1024]) {
            written += bytes;
        }
        assert!(!is_writable(&near), "{written} bytes are waiting");
        far.read_exact(&mut vec![0; written]).expect("they arrive");
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !is_writable(&near) {
            assert!(std::time::Instant::now() < deadline, "it stays full");
            tokio::task::yield_now().await;
        }
        drop(far);
        while !is_closed(&near) {
            assert!(std::time::Instant::now() < deadline, "the end is not seen");
            tokio::task::yield_now().await;
        }
    }
}
