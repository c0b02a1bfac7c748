//! Where a camera is: a name and a port in, socket addresses out.

use std::{
    io::ErrorKind,
    net::{SocketAddr, ToSocketAddrs},
    sync::mpsc::channel,
    time::Instant,
};

use url::{Host, Url};

use super::{deadline::left, failure::Failure};
use crate::tools::threads::{Role, spawn};

/// Port of `http` where an address names none.
const PORT: u16 = 80;

/// The place of a camera, as it may be told.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The host, unless what stands there may be part of a password.
    pub(super) host: Option<String>,
    pub(super) port: u16,
}

impl Place {
    /// The address's host, as far as it may be shown, and its port.
    pub fn new(shown_host: Option<&str>, url: &Url) -> Place {
        Place { host: shown_host.map(str::to_owned), port: url.port().unwrap_or(PORT) }
    }

    /// Host and port in words.
    fn told(&self) -> String {
        let Place { host, port } = self;
        host.as_ref().map_or_else(|| "the host".to_owned(), |host| format!("{host} port {port}"))
    }

    /// Why no connection to the place can be had.
    pub(super) fn unreached(&self, kind: ErrorKind) -> Failure {
        let place = self.told();
        match kind {
            ErrorKind::ConnectionRefused => Failure::Refused { place },
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::Unreachable { place, why: None },
            kind => Failure::Unreachable { place, why: Some(kind) },
        }
    }
}

/// The addresses of the host, none if it is not known. The system's resolver knows no limit of time, so it
/// has a thread.
pub(super) fn resolve(url: &Url, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, Failure> {
    let name = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Ipv6(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Domain(name)) => name.to_owned(),
        None => String::new(),
    };
    let (done, is_done) = channel();
    let ask = move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Whoever asked may have given up.
        let _ = done.send(found.unwrap_or_default());
    };
    spawn(Role::Capture, "resolve", ask).map_err(|_| Failure::NoThread)?;
    // A resolver that is silent knows no host either.
    Ok(is_done.recv_timeout(left(deadline).unwrap_or_default()).unwrap_or_default())
}
