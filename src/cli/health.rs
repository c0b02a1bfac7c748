//! `steadycast health`: whether the server answers; for container engines and other watchers.

use std::{
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use clap::Args;

use crate::{
    config::{Listen, Tls, TlsMode},
    nouns::secret::Secret,
    tools::web::fetch,
};

/// Time that the server has to take a connection.
const WITHIN: Duration = Duration::from_secs(5);

/// Which server is asked.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Address of the server, such as http://127.0.0.1:6732; none: where the settings have it listen
    #[arg(long, hide_env_values = true)]
    url: Option<Secret>,
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    tls: Tls,
}

/// A server that is asked whether it answers.
#[derive(Debug)]
pub struct HealthTask {
    /// Address that is asked; `None` where only a connection is tried, since the server's certificate need
    /// not be for this name.
    url: Option<Secret>,
    address: SocketAddr,
}

impl HealthArgs {
    /// Returns the server that is asked.
    pub(super) fn task(self) -> HealthTask {
        let address = self.listen.reachable();
        let plain = (self.tls.mode() == TlsMode::Off).then(|| Secret::from(&*format!("http://{address}")));
        HealthTask { url: self.url.or(plain), address }
    }
}

impl HealthTask {
    /// Asks it.
    ///
    /// # Errors
    /// Why it does not answer.
    pub fn run(self) -> Result<(), String> {
        let Some(url) = self.url else {
            let connected = TcpStream::connect_timeout(&self.address, WITHIN);
            return connected
                .map(drop)
                .map_err(|error| format!("no server takes connections there: {error}"));
        };
        let reply = fetch(&format!("{}/api/health", url.text().trim_end_matches('/')))?;
        match reply.status {
            200 => Ok(()),
            status => Err(format!("the server answers with status {status}")),
        }
    }
}
