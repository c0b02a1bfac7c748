//! Settings of the listener: the address that the server takes connections on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::values::port;

/// Where the server listens.
#[derive(Clone, Debug, clap::Args)]
pub struct Listen {
    /// Address to listen on; 0.0.0.0 for the whole network, then set a viewer token
    #[arg(long, env = "STEADYCAST_HOST", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,

    /// Port to listen on; 0 for any that is free
    #[arg(long, env = "STEADYCAST_PORT", default_value_t = 6732, value_parser = port)]
    pub port: u16,
}

impl Listen {
    /// Returns the address and port to listen on.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// Returns the address at which a program of this machine reaches the server.
    pub fn reachable(&self) -> SocketAddr {
        let mut address = self.address();
        if address.ip().is_unspecified() {
            let own = if address.is_ipv6() { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
            address.set_ip(own);
        }
        address
    }
}
