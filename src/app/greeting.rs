//! The line of the log that says which cameras are served, and where.

use std::net::{IpAddr, SocketAddr};

use super::alive;
use crate::config::{Config, TlsMode};

/// Tells systemd that the program serves, and logs which cameras are served, at an address that can be typed
/// into a browser on this machine, and whether it has others.
pub(super) fn greet(config: &Config, listens_on: SocketAddr) {
    alive::ready();
    let cameras = match config.cameras.file() {
        Some(file) => format!("cameras of {}", file.display()),
        None => config.capture.source().to_string(),
    };
    let scheme = if config.tls.mode() == TlsMode::Off { "http" } else { "https" };
    let version = env!("CARGO_PKG_VERSION");
    let others = if listens_on.ip().is_unspecified() { ", and at its other addresses" } else { "" };
    log::info!("steadycast {version}: {cameras} on {scheme}://{}{others}", reachable(listens_on));
}

/// An address that can be typed into a browser on this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::from([127, 0, 0, 1]));
    }
    address
}
