//! Where a camera is, as it may be told: an address in, its host and port in words out.

use std::io::ErrorKind;

use url::Url;

use super::failure::Failure;

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
