//! The way to a host: the addresses of its name that sources may be at, and a TCP connection to the first of
//! them that answers.
//!
//! All waits end by a deadline that is passed in. What a failure means is said by whoever asked. Which
//! addresses are refused is [`super::guard`]'s: judged behind the name, so that no name hides one.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::{OnceLock, mpsc::channel},
    time::{Duration, Instant},
};

use url::Url;

use super::{
    address::Address,
    guard::{Allowed, REFUSED},
};
use crate::{
    access::Network,
    tools::threads::{Role, spawn},
};

/// Networks whose addresses are open although they are forbidden: a setting of the process, since a camera's
/// description must not bring exceptions of its own.
static ALLOWED: OnceLock<Allowed> = OnceLock::new();

/// Opens networks to sources although their addresses are link-local or a metadata service's. To be called
/// before any source is opened; what is said first holds for the life of the process, and the log tells where
/// something else is said later.
pub fn set_allowed(networks: Vec<Network>) {
    let wanted = Allowed(networks);
    let held = ALLOWED.get_or_init(|| wanted.clone());
    if *held != wanted {
        log::warn!("where sources may be was set when this process began, and is not changed");
    }
}

/// Whether a source of that scheme may not be at an address.
fn refuses(scheme: &str, address: IpAddr) -> bool {
    ALLOWED.get().map_or_else(
        || Allowed::default().refuses(scheme, address),
        |allowed| allowed.refuses(scheme, address),
    )
}

/// Returns whether an address names, as a number and not by a name, a host at which no source may be.
pub fn is_refused(address: &Address) -> bool {
    let (Address::Stream(url) | Address::Snapshot(url)) = address else { return false };
    !listens(url) && number_of(url).is_some_and(|number| refuses(url.scheme(), number))
}

/// Whether an error of [`resolve`] says that no source may be at any of the addresses.
pub(super) fn is_refusal(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

/// Whether nobody is connected to: the address waits for somebody who connects or sends, and its host is this
/// machine.
pub(super) fn listens(url: &Url) -> bool {
    match url.scheme() {
        "srt" => url.query_pairs().any(|(name, value)| name == "mode" && value == "listener"),
        "tcp" => url.query_pairs().any(|(name, value)| name == "listen" && value != "0"),
        "udp" => number_of(url).is_some_and(|number| number.is_unspecified()),
        _ => false,
    }
}

/// A URL's host, without the brackets of an IPv6 address.
fn name_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

/// The IP address that a URL has as its host; `None` where it has a name.
pub(super) fn number_of(url: &Url) -> Option<IpAddr> {
    name_of(url).parse().ok()
}

/// The addresses of a URL's host that its source may be at; none where the host is not known.
///
/// # Errors
/// Where the system has no thread left; one of which [`is_refusal`] is true where there are addresses, and a
/// source may be at none of them.
pub(super) fn resolve(url: &Url, port: u16, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    let found = match number_of(url) {
        Some(number) => vec![(number, port).into()],
        None => look_up(name_of(url).to_owned(), port, deadline)?,
    };
    open_ones(&found, |address| refuses(url.scheme(), address))
}

/// The addresses that are not refused.
fn open_ones(found: &[SocketAddr], refused: impl Fn(IpAddr) -> bool) -> io::Result<Vec<SocketAddr>> {
    let open: Vec<SocketAddr> = found.iter().copied().filter(|address| !refused(address.ip())).collect();
    if open.is_empty() && !found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, REFUSED));
    }
    Ok(open)
}

/// The addresses of a name. The system's resolver knows no limit of time, so it has a thread.
fn look_up(name: String, port: u16, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
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

    #[test]
    fn a_forbidden_address_is_left_out_and_refused_where_it_is_the_only_one() {
        let [forbidden, open] = ["169.254.169.254:80", "10.0.0.7:80"].map(|text| text.parse().expect(text));
        let kept = |found: &[SocketAddr]| open_ones(found, |address| refuses("http", address));
        assert_eq!(kept(&[forbidden, open]).expect("one is open"), [open]);
        assert!(is_refusal(&kept(&[forbidden, forbidden]).expect_err("none is open")));
        assert_eq!(kept(&[]).expect("an unknown host is not refused"), []);
        for text in ["http://169.254.169.254/", "rtsp://[::ffff:169.254.169.254]/", "rtsp://[fe80::1]/"] {
            let url = Url::parse(text).expect("an address");
            assert!(is_refusal(&resolve(&url, 80, soon()).expect_err(text)), "{text}");
        }
    }

    #[test]
    fn what_waits_for_somebody_may_name_any_address_of_this_machine() {
        for (text, refused) in [
            ("udp://:5000", false),
            ("udp://239.0.0.1:5000", false),
            ("srt://:9000?mode=listener", false),
            ("tcp://:9001?listen=1", false),
            ("tcp://0.0.0.0:22", true),
            ("srt://169.254.169.254:9000", true),
            ("http://2852039166/latest", true),
            ("snapshot:http://169.254.169.254/a.jpg", true),
            ("rtsp://metadata.google.internal/", false),
            ("rtsp://10.0.0.7/live", false),
        ] {
            assert_eq!(is_refused(&text.parse().expect(text)), refused, "{text}");
        }
    }
}
