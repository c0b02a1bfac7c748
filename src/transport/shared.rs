//! What all handlers share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::admin::Admin;
use crate::{
    history::History,
    hub::Door,
    nouns::{quality::Ladder, secret::Secret},
    registry::Registry,
    roster::Roster,
    tools::metrics::Metrics,
};

/// What the handlers share.
pub struct Shared {
    /// Lets viewers in.
    pub door: Arc<Door>,
    /// Which cameras there are; handlers get at them through their grant.
    pub registry: Arc<Registry>,
    /// What cameras there are to be; changed by those who may.
    pub roster: Arc<Roster>,
    /// What cameras saw.
    pub history: History,
    /// What is counted.
    pub metrics: Metrics,
    /// The levels on offer.
    pub ladder: Ladder,
    /// Credential of viewers, if one is wanted.
    pub viewer_token: Option<Secret>,
    /// Bounds how many questions wait for history's disk.
    pub questions: Arc<Semaphore>,
    /// Bounds how many sources are tried at once.
    pub tries: Arc<Semaphore>,
    /// Who may change cameras.
    pub admin: Admin,
    /// Other sites whose pages may watch, as browsers write origins.
    pub allowed_origins: Vec<String>,
    /// How long a viewer may take no byte, or answer no ping.
    pub viewer_timeout: Duration,
    /// Changes with each start of the server.
    pub run: String,
    /// When the server started.
    pub started: Instant,
}
