//! The beginning of a client under TLS: a socket in, a connection that has agreed on keys out, whatever
//! certificate the server shows.

// Every test uses its own part.
#![allow(dead_code)]

use std::{
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, StreamOwned, SupportedProtocolVersion, crypto::ring,
    pki_types::ServerName,
};

use super::{any_certificate::AnyCertificate, wait::PATIENCE};

/// A connection under TLS.
pub type Wire = StreamOwned<ClientConnection, TcpStream>;

/// Agrees on keys over a socket, by one of the `versions`, calling the server `name`.
///
/// # Errors
/// Why they did not agree.
pub fn agree(
    mut socket: TcpStream,
    versions: &[&'static SupportedProtocolVersion],
    name: &str,
) -> Result<Wire, String> {
    let provider = ring::default_provider();
    let config = ClientConfig::builder_with_provider(Arc::new(provider.clone()))
        .with_protocol_versions(versions)
        .expect("the versions are known")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).expect("a name or an address");
    let mut connection = ClientConnection::new(Arc::new(config), name).expect("the settings fit");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|error| error.to_string())?;
    }
    Ok(StreamOwned::new(connection, socket))
}

/// Connects by the newest version, without a name: addresses are none.
pub fn connect(address: SocketAddr) -> Wire {
    let socket = TcpStream::connect(address).expect("the server listens");
    agree(socket, rustls::ALL_VERSIONS, &address.ip().to_string()).expect("keys are agreed on")
}
