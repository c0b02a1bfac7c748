//! Which broker is told, and what.

use std::time::Duration;

use crate::nouns::secret::Secret;

/// Where a broker is, and how it is talked to.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Name or address of the broker's host.
    pub host: String,
    /// Port of the broker.
    pub port: u16,
    /// Who vouches for the broker's certificate; `None` without TLS.
    pub tls: Option<Authority>,
    /// Name and password by which the broker lets us in; `None` where it asks for none.
    pub login: Option<(String, Secret)>,
}

/// Who vouches for a broker's certificate.
#[derive(Clone, Debug)]
pub enum Authority {
    /// Whom the system trusts.
    System,
    /// Certificates of a file, as PEM.
    File(Vec<u8>),
}

/// What is told to a broker.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The broker.
    pub broker: Broker,
    /// Name of this server among those of the broker: `a` to `z`, `0` to `9`, `-` and `_`.
    pub node: String,
    /// First part of the topics at which Home Assistant looks for entities; `None` where it is told nothing.
    pub discovery: Option<String>,
    /// Whether the broker's clients may switch cameras and their analytics.
    pub control: bool,
    /// Time between two pictures of a camera; `None` where there are none.
    pub pictures: Option<Duration>,
}
