//! Why the server does not start, or ended.

use std::{io, net::IpAddr};

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
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// Others reach the port, no credential is set, and nobody has said that this is meant.
    #[error(
        "everybody who reaches {0} could watch: set STEADYCAST_VIEWER_TOKEN and STEADYCAST_ADMIN_TOKEN, add \
         a user by `steadycast user add`, or say --insecure-open if everybody is to watch"
    )]
    Unguarded(IpAddr),
    /// The web server did not start, or ended without being told to.
    #[error("the web server ended by itself: {0}")]
    Server(String),
}
