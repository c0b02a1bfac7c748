//! The floor to compare servers with: the same bytes to every viewer, with nothing of a product around them.
//!
//! In: a listener and messages that are already framed. Out: one of them to each connection, `fps` times a
//! second, newest only. Not here: encoding, levels (any path is served), ages: the bytes are fixed, so a
//! comment in them tells no time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::handshake;
use super::wire::{Kind, server_frame};

/// Most connections that may wait to be accepted.
const BACKLOG: i32 = 1_024;

/// Frames `jpegs` once, for all connections.
pub fn framed(jpegs: &[Vec<u8>]) -> Vec<Bytes> {
    jpegs.iter().map(|jpeg| server_frame(Kind::Binary, jpeg).into()).collect()
}

/// Returns a stand-in for a JPEG of `bytes` bytes: start and end markers with noise between them.
pub fn stand_in(bytes: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(bytes as u64);
    let mut jpeg: Vec<u8> = std::iter::repeat_with(|| random.u8(..0xff)).take(bytes.max(4)).collect();
    let end = jpeg.len() - 2;
    jpeg[..2].copy_from_slice(&[0xff, 0xd8]);
    jpeg[end..].copy_from_slice(&[0xff, 0xd9]);
    jpeg
}

/// Opens a listener that other threads may open on the same address; the kernel spreads connections over
/// them.
pub fn shared_listener(addr: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Sends `frames` in turn, `fps` a second, to every connection; ends only with the listener's error.
/// `frames`: at least one.
pub async fn serve(listener: TcpListener, frames: Vec<Bytes>, fps: f64) -> io::Result<()> {
    let frames: Arc<[Bytes]> = frames.into();
    let (clock, number) = watch::channel(0_usize);
    let tick = async {
        let mut interval = tokio::time::interval(Duration::from_secs_f64(1.0 / fps));
        loop {
            interval.tick().await;
            clock.send_modify(|number| *number += 1);
        }
    };
    let accept = async {
        loop {
            let (stream, _) = listener.accept().await?;
            // A viewer that leaves is no fault of the sender's.
            tokio::spawn(send_all(stream, Arc::clone(&frames), number.clone()));
        }
    };
    tokio::select! {
        error = accept => error,
        () = tick => Ok(()),
    }
}

/// Sends the newest frame each time the socket has taken the last one.
async fn send_all(
    mut stream: TcpStream,
    frames: Arc<[Bytes]>,
    mut number: watch::Receiver<usize>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    handshake::accept(&mut stream).await.ok()?;
    let mut acks = [0; 512];
    loop {
        number.changed().await.ok()?;
        let newest = *number.borrow_and_update() % frames.len();
        stream.write_all(&frames[newest]).await.ok()?;
        // Acks and pongs are not looked at, but must not fill the buffers of both ends.
        while let Ok(read) = stream.try_read(&mut acks) {
            if read == 0 {
                return None;
            }
        }
    }
}
