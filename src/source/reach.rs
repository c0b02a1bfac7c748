//! The way to a host: the addresses of its name, and a TCP connection to the first of them that answers.
//!
//! All waits end by a deadline that is passed in. What a failure means is said by whoever asked.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use url::Url;

use crate::tools::threads::{Role, spawn};

/// The addresses of a URL's host; none where it is not known. The system's resolver knows no limit of time,
/// so it has a thread.
///
/// # Errors
/// Where the system has no thread left.
pub(super) fn resolve(url: &Url, port: u16, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    // An IPv6 address comes in brackets.
    let name = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    let (done, is_done) = channel();
    let ask = move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Whoever asked may have given up.
        let _ = done.send(found.unwrap_or_default());
    };
    spawn(Role::Capture, "resolve", ask)?;
    // A resolver that is silent knows no host either.
    Ok(is_done.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap_or_default())
}

/// A connection to the first address that answers: a name may stand for several of which only some are
/// served. Each may take its share of the time that is left.
///
/// # Errors
/// Why the last one did not answer; [`io::ErrorKind::NotFound`] where there is none.
pub(super) fn connect(addresses: &[SocketAddr], deadline: Instant) -> io::Result<TcpStream> {
    let mut last = Err(io::ErrorKind::NotFound.into());
    for (n, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - n).unwrap_or(u32::MAX);
        let share = deadline.saturating_duration_since(Instant::now()) / others;
        last = TcpStream::connect_timeout(address, share.max(Duration::from_millis(1)));
        if last.is_ok() {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    #[test]
    fn an_address_of_a_name_that_is_not_served_does_not_hide_the_others() {
        let [gone, served] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port is free"));
        let [closed, open] = [&gone, &served].map(|listener| listener.local_addr().expect("it is bound"));
        drop(gone);
        let stream = connect(&[closed, closed, open], soon()).expect("the last one answers");
        assert_eq!(stream.peer_addr().expect("is connected"), open);
        assert_eq!(
            connect(&[closed], soon()).expect_err("is closed").kind(),
            io::ErrorKind::ConnectionRefused
        );
        assert_eq!(connect(&[], soon()).expect_err("is none").kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn hosts_are_found_by_number_and_by_name() {
        let found =
            |text: &str| resolve(&Url::parse(text).expect("an address"), 554, soon()).expect("a thread");
        assert_eq!(found("rtsp://127.0.0.1/x"), ["127.0.0.1:554".parse().expect("an address")]);
        assert_eq!(found("rtsp://[::1]/x"), ["[::1]:554".parse().expect("an address")]);
        assert!(found("rtsp://localhost/x").iter().all(|address| address.ip().is_loopback()));
        assert_eq!(found("rtsp://nobody.invalid/x"), []);
    }
}
