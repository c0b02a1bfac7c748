//! Settings of limits: how much one address or one token may take of what all share.

use clap::{ArgMatches, parser::ValueSource};

use super::values::whole_in;

/// Connections at most unless it is said otherwise: more than most systems let a program have files open for.
const USUAL_CONNECTIONS: u32 = 20_000;

/// How much one address or token may take.
#[derive(Clone, Debug, clap::Args)]
pub struct Limits {
    /// Connections at most (16 to 1000000)
    #[arg(long, env = "STEADYCAST_MAX_CONNECTIONS", default_value_t = USUAL_CONNECTIONS,
          value_parser = |text: &str| whole_in(text, 16..=1_000_000))]
    pub max_connections: u32,

    /// Whether somebody has said how many connections there may be.
    #[arg(skip)]
    pub says_connections: bool,

    /// Connections of one address at most, those of trusted proxies not counted (0 to 1000000); 0: any number
    #[arg(long, env = "STEADYCAST_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = 1024,
          value_parser = |text: &str| whole_in(text, 0..=1_000_000))]
    pub max_connections_per_address: u32,

    /// Viewers of one address at most, streams of events and Socket.IO among them (0 to 100000); 0: any
    /// number
    #[arg(long, env = "STEADYCAST_MAX_VIEWERS_PER_ADDRESS", default_value_t = 0,
          value_parser = |text: &str| whole_in(text, 0..=100_000))]
    pub max_viewers_per_address: u32,

    /// Viewers with one token, login or share link at most, streams of events and Socket.IO among them (0 to
    /// 100000); 0: any number
    #[arg(long, env = "STEADYCAST_MAX_VIEWERS_PER_TOKEN", default_value_t = 0,
          value_parser = |text: &str| whole_in(text, 0..=100_000))]
    pub max_viewers_per_token: u32,

    /// Requests a second of one address for what costs: snapshots, tests of sources, history (1 to 10000)
    #[arg(long, env = "STEADYCAST_DEAR_REQUESTS", default_value_t = 10,
          value_parser = |text: &str| whole_in(text, 1..=10_000))]
    pub dear_requests: u32,
}

impl Limits {
    /// Notes what was said. `matches` tell where each setting came from.
    pub(super) fn check(&mut self, matches: &ArgMatches) {
        let source = matches.value_source("max_connections");
        self.says_connections = source.is_some_and(|source| source != ValueSource::DefaultValue);
    }
}
