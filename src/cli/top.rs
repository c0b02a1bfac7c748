//! `steadycast top`: how cameras fare, in a terminal.

use clap::Args;

use crate::{
    config::{Config, Listen, Tls, TlsMode},
    nouns::secret::Secret,
    top::{Target, run},
};

/// Which server is shown.
#[derive(Debug, Args)]
pub struct TopArgs {
    /// Address of the server, such as https://cams.example; none: where the settings have it listen
    #[arg(long)]
    url: Option<Secret>,

    /// Credential of a viewer or an admin
    #[arg(long, env = "STEADYCAST_VIEWER_TOKEN", hide_env_values = true)]
    token: Option<Secret>,
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    tls: Tls,
}

/// A server that is shown in a terminal.
#[derive(Debug)]
pub struct TopTask(Target);

impl TopArgs {
    /// Returns the server that is shown.
    pub(super) fn task(self) -> TopTask {
        let own = || own_address(&self.listen, &self.tls);
        let token = self.token.filter(|token| !token.text().is_empty());
        let by_proxy = self.url.is_some();
        TopTask(Target { url: self.url.unwrap_or_else(own), token, by_proxy })
    }
}

/// Returns the server of these settings, which listens on a port, as it shows itself: with the credential
/// that it takes, if any.
pub fn own_target(config: &Config, port: u16) -> Target {
    let access = &config.access;
    let token = access.viewer_token.clone().or_else(|| access.admin_token.clone());
    let listen = Listen { port, ..config.listen.clone() };
    Target { url: own_address(&listen, &config.tls), token, by_proxy: false }
}

/// Address of a server of these settings, from this machine.
fn own_address(listen: &Listen, tls: &Tls) -> Secret {
    let scheme = if tls.mode() == TlsMode::Off { "http" } else { "https" };
    Secret::from(&*format!("{scheme}://{}", listen.reachable()))
}

impl TopTask {
    /// Shows it, until somebody ends that.
    ///
    /// # Errors
    /// Where there is no terminal.
    pub fn run(self) -> Result<(), String> {
        run(self.0).map_err(|error| error.to_string())
    }
}
