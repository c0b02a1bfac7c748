//! What all handlers share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::{hubs::Hubs, limits::Limits, tls::Resolver, today::Today};
use crate::{
    access::{Cookies, Network},
    accounts::Authority,
    frame::now_s,
    history::History,
    hub::Door,
    news::Desk,
    notify::Notify,
    nouns::quality::Ladder,
    registry::Registry,
    roster::Roster,
    sheets::Sheets,
    tools::metrics::Metrics,
    uploads::Uploads,
};

/// What the handlers share.
pub struct Shared {
    /// Lets viewers in.
    pub door: Arc<Door>,
    /// Which cameras there are; handlers get at them through their grant.
    pub registry: Arc<Registry>,
    /// What cameras there are to be; changed by those who may.
    pub roster: Arc<Roster>,
    /// Where results and events are handed in.
    pub news: Desk,
    /// What cameras saw.
    pub history: History,
    /// Who is told what cameras saw.
    pub notify: Notify,
    /// Servers beside this one.
    pub hubs: Hubs,
    /// The sheet that is kept; `None` where none is.
    pub sheets: Option<Sheets>,
    /// Videos that somebody sent.
    pub uploads: Arc<Uploads>,
    /// What crossed cameras' lines today.
    pub today: Today,
    /// What is counted.
    pub metrics: Metrics,
    /// The levels on offer.
    pub ladder: Ladder,
    /// What credentials give, and who changed what.
    pub authority: Arc<Authority>,
    /// Names of the cookies of sessions.
    pub cookies: Cookies,
    /// Proxies that are believed.
    pub trusted: Vec<Network>,
    /// How much one address or credential may take.
    pub limits: Limits,
    /// Whether everybody may read the metrics.
    pub metrics_open: bool,
    /// Seconds for which browsers are to come by HTTPS alone, where they are told.
    pub hsts: Option<u32>,
    /// The certificate that is shown, and what is wrong with its files; `None` without TLS.
    pub certificate: Option<Arc<Resolver>>,
    /// Bounds how many questions wait for history's disk.
    pub questions: Arc<Semaphore>,
    /// Bounds how many answers of history's rows may wait for their clients.
    pub series: Arc<Semaphore>,
    /// Bounds how many sources are tried at once.
    pub tries: Arc<Semaphore>,
    /// Bounds how many tries of services are under way at once.
    pub service_tries: Arc<Semaphore>,
    /// Lets one at a time look for the key of the first token.
    pub key_looks: Arc<Semaphore>,
    /// Bounds how many videos are sent at once.
    pub arriving: Arc<Semaphore>,
    /// Other sites whose pages may watch, as browsers write origins.
    pub allowed_origins: Vec<String>,
    /// How long a viewer may take no byte, or answer no ping.
    pub viewer_timeout: Duration,
    /// Changes with each start of the server.
    pub run: String,
    /// When the server started.
    pub started: Instant,
}

impl Shared {
    /// Returns a sentence about a certificate that ends soon; `None` where there is nothing to say.
    pub fn notice(&self) -> Option<String> {
        self.certificate.as_ref()?.notice(now_s())
    }

    /// Returns a sentence about files of a certificate that are refused; `None` where they are shown.
    pub fn refused_certificate(&self) -> Option<String> {
        let trouble = self.certificate.as_ref()?.trouble()?;
        Some(format!("TLS: {trouble}"))
    }
}
