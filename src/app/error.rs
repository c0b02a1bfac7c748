//! Why the server does not start, or ended.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use thiserror::Error;

use crate::{
    access::key::ShortKey, accounts::AccountsError, roster::RosterError, tools::metrics::MetricsError,
    transport::TlsError,
};

/// Why the server does not start, or ended.
#[derive(Debug, Error)]
pub enum AppError {
    /// Threads or sockets could not be had.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Two metrics have the same name.
    #[error("metrics: {0}")]
    Metrics(#[from] MetricsError),
    /// The cameras file is wrong, or a camera does not start.
    #[error("{0}")]
    Cameras(#[from] RosterError),
    /// Users, tokens or keys are not to be had.
    #[error("{0}")]
    Accounts(#[from] AccountsError),
    /// The secret that signs tokens is too short.
    #[error("STEADYCAST_JWT_SECRET: {0}")]
    Key(#[from] ShortKey),
    /// There is no certificate to listen with.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The port that leads plain HTTP to HTTPS cannot be listened on.
    #[error("cannot lead from plain HTTP to HTTPS on {address} (--http-redirect-port): {}", advice(.error))]
    Redirect {
        /// Address at which plain HTTP was to be led on.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Others reach the port, no credential is set, and nobody has said that this is meant.
    #[error(
        "everybody who reaches {0} could watch: set STEADYCAST_VIEWER_TOKEN and STEADYCAST_ADMIN_TOKEN, add \
         a user by `steadycast user add`, or say --insecure-open if everybody is to watch"
    )]
    Unguarded(IpAddr),
    /// A setting names something that is not to be had.
    #[error("{0}")]
    Setting(String),
    /// The web server did not start, or ended without being told to.
    #[error("the web server ended by itself: {0}")]
    Server(String),
}

/// What the system's refusal of a port means, and what to do.
fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use; stop the other program, or choose another port".to_owned()
        }
        io::ErrorKind::PermissionDenied => "there is no permission; ports from 1024 up need none".to_owned(),
        _ => error.to_string(),
    }
}
