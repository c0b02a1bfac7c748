//! TLS: the certificate that the server shows, from files or made by itself and exchanged while it runs, and
//! connections on which both sides have agreed on keys.
//!
//! In go files and TCP connections, out come connections to write to and the time at which the certificate
//! ends. There is one certificate, whatever name a client asks for.

mod connection;
mod error;
pub(super) mod expiry;
mod files;
mod resolver;
mod self_signed;
mod settings;

use std::sync::Arc;

pub use rustls::ServerConfig as TlsConfig;
use rustls::{
    crypto::ring::Ticketer,
    version::{TLS12, TLS13},
};

use self::files::provider;
pub use self::{
    connection::{Connection, WeakConnection, accept},
    error::TlsError,
    resolver::{Resolver, keep},
    settings::{TlsSettings, TlsSource},
};

/// Returns what the server listens by, and the certificate that it shows, which may be exchanged. A
/// certificate of the program's own is made where there is none that fits, and its fingerprint is told on the
/// log. Blocking.
///
/// # Errors
/// Files that cannot be read, or do not belong together.
pub fn server_config(settings: &TlsSettings) -> Result<(TlsConfig, Arc<Resolver>), TlsError> {
    let pair = settings.source.pair()?;
    settings.source.tell(&pair);
    let resolver = Arc::new(Resolver::new(pair));
    let mut config = TlsConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(Arc::<Resolver>::clone(&resolver));
    // No h2: no WebSocket goes over it.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = Ticketer::new()?;
    Ok((config, resolver))
}

#[cfg(test)]
mod tests;
