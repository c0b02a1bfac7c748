//! A connection's socket: the options that bound what the kernel holds, its second handle for those who write
//! past actix or look at what arrives, and an end for a client that takes an answer too slowly.
//!
//! The options are set once, when a connection is accepted; under TLS that is when both sides have agreed on
//! keys. Connections of an address that has too many end here.

use std::{
    io,
    mem::MaybeUninit,
    net::Shutdown,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest,
    dev::Extensions,
    rt::{net::TcpStream, spawn},
};
use rustix::process::{Resource, getrlimit};
use socket2::{SockRef, TcpKeepalive};
use tokio::{task::JoinHandle, time::sleep};

use super::{
    lines::{Lent, Line, Lines},
    shared::Shared,
    tls,
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
    /// Only TLS writes to it, by the connection beside it; the handle serves to look at it and to end it.
    Tls(Lent, tls::Connection),
}

impl Wire {
    /// Returns the socket, for those who only look at it.
    pub fn into_socket(self) -> Lent {
        match self {
            Wire::Plain(socket) | Wire::Tls(socket, _) => socket,
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
pub(super) fn tune(stream: &TcpStream, extensions: &mut Extensions, shared: &Shared, lines: &Lines) {
    if !is_counted(stream, extensions, shared) {
        shared.metrics.refused.with_label_values(&[TOO_MANY]).inc();
        // One that is closed by now has ended by itself.
        let _ = SockRef::from(stream).shutdown(Shutdown::Both);
        return;
    }
    if let Err(error) = try_tune(stream, shared.viewer_timeout) {
        log::warn!("a connection was not set up: {error}");
    }
    enter(stream, extensions, lines);
}

/// Adds an accepted connection to those that are looked at, or ends it where the system has no file handle
/// left for that.
pub(super) fn enter(stream: &TcpStream, extensions: &mut Extensions, lines: &Lines) {
    let socket = SockRef::from(stream);
    match socket.try_clone() {
        Ok(second) => {
            extensions.insert(lines.open(second, Instant::now()));
        }
        Err(error) => {
            log::warn!("a connection is ended: {error}");
            // One that is closed by now has ended by itself.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
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
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE))?;
    stream.set_nodelay(true)
}

/// The second handle of the request's socket; to be had by one at a time.
///
/// # Errors
/// Where somebody has it, or the system had no file handle left for it.
pub(super) fn writer(request: &HttpRequest) -> io::Result<Wire> {
    let none = || io::Error::other("the connection has no second handle");
    let line = request.conn_data::<Arc<Line>>().ok_or_else(none)?;
    let socket = Line::lend(line)?.ok_or_else(none)?;
    match request.conn_data::<tls::WeakConnection>() {
        Some(weak) => Ok(Wire::Tls(socket, weak.connection().ok_or_else(none)?)),
        None => Ok(Wire::Plain(socket)),
    }
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

#[cfg(test)]
mod tests {
    use std::net;

    use super::*;

    #[actix_web::test]
    async fn a_socket_is_closed_once_its_peer_has_ended_it() {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        near.set_nonblocking(true).expect("can be set");
        let (far, _) = listener.accept().expect("accepts");
        let near = TcpStream::from_std(near).expect("registers");
        try_tune(&near, Duration::from_secs(30)).expect("the options are set");
        assert!(near.nodelay().expect("it tells") && !is_closed(&near));
        drop(far);
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !is_closed(&near) {
            assert!(std::time::Instant::now() < deadline, "the end is not seen");
            tokio::task::yield_now().await;
        }
    }
}
