//! What the kernel knows of a connection: round trip, what the peer has acknowledged, and how much more it
//! takes.
//!
//! Linux's `TCP_INFO` (`struct tcp_info` of `linux/tcp.h`), read once a second, and once a frame for clients
//! that acknowledge none. What follows from the figures is `adapt`'s.

use std::time::Duration;

use actix_web::rt::net::TcpStream;

/// Offsets in `struct tcp_info`, bytes; fields are only ever added at its end.
const LAST_ACK_RECV: usize = 56;
const RTT: usize = 68;
const BYTES_ACKED: usize = 120;
const NOTSENT_BYTES: usize = 144;
const MIN_RTT: usize = 148;
const BYTES_SENT: usize = 200;
const BYTES_RETRANS: usize = 208;
const SND_WND: usize = 228;

/// Up to the last field that is read.
const SIZE: usize = SND_WND + 4;

/// A connection at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TcpInfo {
    /// The least round trip of a segment.
    pub round_trip: Duration,
    /// How much more it takes now, smoothed: time in queues.
    pub queue: Duration,
    /// Bytes that were handed to the kernel since the connection began.
    pub handed: u64,
    /// Bytes that had to be sent again since it began.
    pub resent: u64,
    /// Bytes that the peer's kernel has acknowledged.
    pub acked: u64,
    /// How long ago it last acknowledged anything.
    pub since_ack: Duration,
    /// Bytes that the peer's kernel would still take: it falls while nobody reads them there.
    pub room: u32,
}

impl TcpInfo {
    /// The connection of `socket` now; `None` where the kernel does not tell all of it (before Linux 5.4).
    pub fn of(socket: &TcpStream) -> Option<TcpInfo> {
        TcpInfo::read(&sys::tcp_info(socket)?)
    }

    fn read(raw: &[u8; SIZE]) -> Option<TcpInfo> {
        let u32_at =
            |at: usize| raw.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_ne_bytes);
        let u64_at =
            |at: usize| raw.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_ne_bytes);
        let resent = u64_at(BYTES_RETRANS)?;
        let sent = u64_at(BYTES_SENT)?.saturating_sub(resent);
        // Where no segment has been measured yet the kernel says the largest number there is.
        let round_trip = u32_at(MIN_RTT).filter(|us| *us != u32::MAX)?;
        Some(TcpInfo {
            round_trip: Duration::from_micros(u64::from(round_trip)),
            queue: Duration::from_micros(u64::from(u32_at(RTT)?.saturating_sub(round_trip))),
            handed: sent + u64::from(u32_at(NOTSENT_BYTES)?),
            resent,
            acked: u64_at(BYTES_ACKED)?,
            since_ack: Duration::from_millis(u64::from(u32_at(LAST_ACK_RECV)?)),
            room: u32_at(SND_WND)?,
        })
    }
}

#[cfg(target_os = "linux")]
mod sys {
    //! One `getsockopt`.
    #![allow(unsafe_code)]

    use std::{mem::MaybeUninit, os::fd::AsRawFd};

    use super::SIZE;

    /// The beginning of the kernel's `struct tcp_info`; `None` where the kernel has less of it.
    pub(super) fn tcp_info(socket: &impl AsRawFd) -> Option<[u8; SIZE]> {
        let mut raw = MaybeUninit::<[u8; SIZE]>::zeroed();
        let mut length = SIZE as libc::socklen_t;
        // SAFETY: the descriptor is open while `socket` is borrowed, and the kernel writes at most `length`
        // bytes, which `raw` has.
        let failed = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                raw.as_mut_ptr().cast(),
                &raw mut length,
            )
        } != 0;
        // SAFETY: every byte was zeroed above, and bytes of any value are valid.
        let raw = unsafe { raw.assume_init() };
        (!failed && length as usize == SIZE).then_some(raw)
    }
}

#[cfg(not(target_os = "linux"))]
mod sys {
    use super::SIZE;

    /// Other systems tell it in other ways.
    pub(super) fn tcp_info<S>(_socket: &S) -> Option<[u8; SIZE]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net,
    };

    use super::*;

    #[cfg(target_os = "linux")]
    #[actix_web::test]
    async fn what_was_handed_over_is_acked_when_the_peer_has_it() {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let mut near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        let (mut far, _) = listener.accept().expect("accepts");
        let info = |stream: &net::TcpStream| {
            let stream = stream.try_clone().expect("a handle");
            stream.set_nonblocking(true).expect("can be set");
            TcpInfo::of(&TcpStream::from_std(stream).expect("registers")).expect("this kernel tells")
        };
        let before = info(&near);
        near.set_nonblocking(false).expect("can be set");
        near.write_all(&[7; 10_000]).expect("is taken");
        let handed = info(&near).handed;
        assert_eq!(handed - before.handed, 10_000);
        far.read_exact(&mut [0; 10_000]).expect("arrives");
        let after = (0..1000).map(|_| info(&near)).find(|after| after.acked >= handed);
        let after = after.expect("loopback acks at once");
        assert!(after.round_trip < Duration::from_secs(1) && after.room > 0, "{after:?}");
    }
}
