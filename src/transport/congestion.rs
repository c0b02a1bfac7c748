//! Which congestion control the kernel uses for a viewer's connection: what it had to send again in, a name
//! given to it out.
//!
//! How much is under way is bounded by `adapt`'s window, so a control is needed for two things only: to share
//! a link, and to get over losses. Linux's BBR (`tcp_bbr.c`, `bbr_probe_rtt_mode_ms`) gets over any loss, but
//! each ten seconds it sends next to nothing for a fifth of a second and a round trip more, and viewers see
//! that. CUBIC does not, but takes each lost packet for a full queue. So CUBIC it is, and BBR where a link
//! loses packets by itself.

use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use super::tcp_info::TcpInfo;
use crate::adapt::Losses;

const CUBIC: &str = "cubic";
const BBR: &str = "bbr";

/// One connection's.
pub(super) struct Congestion {
    losses: Losses,
    /// What the kernel uses now; `None` where that is another one, or it lets us choose none: then it stays
    /// as the system has it.
    name: Option<&'static str>,
}

impl Congestion {
    /// What the system gave the connection, so far.
    pub fn of(socket: &TcpStream) -> Congestion {
        let name = SockRef::from(socket).tcp_congestion().ok();
        let is = |known: &&&str| {
            name.as_ref().is_some_and(|name| name.split(|byte| *byte == 0).next() == Some(known.as_bytes()))
        };
        Congestion { losses: Losses::default(), name: [CUBIC, BBR].iter().find(is).copied() }
    }

    /// To be told once a second what the connection is like.
    pub fn second(&mut self, socket: &TcpStream, info: &TcpInfo) {
        let wanted =
            if self.losses.second(info.resent, info.queue.as_secs_f64() * 1000.0) { BBR } else { CUBIC };
        let Some(name) = self.name.filter(|name| *name != wanted) else { return };
        self.name = match SockRef::from(socket).set_tcp_congestion(wanted.as_bytes()) {
            Ok(()) => Some(wanted),
            Err(error) => {
                log::debug!("congestion control stays {name}, since {wanted} is not to be had: {error}");
                None
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use std::{net, time::Duration};

    use super::*;

    /// A connection that has sent so many bytes again.
    fn info(resent: u64) -> TcpInfo {
        let nothing = Duration::ZERO;
        TcpInfo {
            round_trip: nothing,
            queue: nothing,
            handed: 0,
            resent,
            acked: 0,
            since_ack: nothing,
            room: 0,
        }
    }

    /// The connection of a viewer, and what its control is called.
    fn connection() -> (TcpStream, net::TcpStream) {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        near.set_nonblocking(true).expect("can be set");
        (TcpStream::from_std(near).expect("registers"), listener.accept().expect("accepts").0)
    }

    fn name(socket: &TcpStream) -> String {
        let name = SockRef::from(socket).tcp_congestion().expect("the kernel tells it");
        String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned()
    }

    #[actix_web::test]
    async fn a_link_that_loses_packets_gets_bbr_and_others_cubic_where_both_are_to_be_had() {
        let (socket, _far) = connection();
        if [CUBIC, BBR].iter().any(|name| SockRef::from(&socket).set_tcp_congestion(name.as_bytes()).is_err())
        {
            return println!("skipped: this kernel does not let us choose both");
        }
        let mut congestion = Congestion::of(&socket);
        congestion.second(&socket, &info(0));
        assert_eq!(name(&socket), CUBIC);
        (1..10).for_each(|resent| congestion.second(&socket, &info(resent * 1448)));
        assert_eq!(name(&socket), BBR);
        (0..64).for_each(|_| congestion.second(&socket, &info(9 * 1448)));
        assert_eq!(name(&socket), CUBIC);
    }

    #[actix_web::test]
    async fn another_control_stays() {
        let (socket, _far) = connection();
        if SockRef::from(&socket).set_tcp_congestion(b"reno").is_err() {
            return println!("skipped: this kernel has no reno");
        }
        Congestion::of(&socket).second(&socket, &info(0));
        assert_eq!(name(&socket), "reno");
    }
}
