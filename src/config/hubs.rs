//! Settings of servers beside this one: where drones publish, and where WebRTC is watched.

use crate::transport::Hubs as Told;

/// Servers beside this one.
#[derive(Clone, Debug, clap::Args)]
pub struct Hubs {
    /// Address at which drones publish by RTMP, such as rtmp://{host}:1935/dji, where {host} is the name by
    /// which a client reaches this machine; told by /api/stream/info
    #[arg(long, env = "STEADYCAST_RTMP_INGEST_URL", hide_env_values = true)]
    rtmp_ingest_url: Option<String>,

    /// Address at which a server beside this one hands pictures on by WebRTC, such as http://{host}:8889/dji;
    /// told by /api/stream/info
    #[arg(long, env = "STEADYCAST_WEBRTC_URL", hide_env_values = true)]
    webrtc_url: Option<String>,
}

impl Hubs {
    /// Returns the servers that there are.
    pub fn told(&self) -> Told {
        let given = |address: &Option<String>| address.clone().filter(|address| !address.trim().is_empty());
        Told { rtmp: given(&self.rtmp_ingest_url), webrtc: given(&self.webrtc_url) }
    }

    /// Refuses what is no such address, without repeating it.
    ///
    /// # Errors
    /// What is wrong, with the name of the flag.
    pub(crate) fn check(&self) -> Result<(), String> {
        let begins = |address: &Option<String>, schemes: [&str; 2]| {
            address.as_ref().is_none_or(|address| schemes.iter().any(|scheme| address.starts_with(scheme)))
        };
        let Told { rtmp, webrtc } = self.told();
        if [&rtmp, &webrtc].into_iter().flatten().any(|address| address.contains('@')) {
            return Err(
                "--rtmp-ingest-url and --webrtc-url are told to others: leave passwords out".to_owned()
            );
        }
        if !begins(&rtmp, ["rtmp://", "rtmps://"]) {
            return Err("--rtmp-ingest-url must be an address such as rtmp://{host}:1935/dji".to_owned());
        }
        if !begins(&webrtc, ["http://", "https://"]) {
            return Err("--webrtc-url must be an address such as http://{host}:8889/dji".to_owned());
        }
        Ok(())
    }
}
