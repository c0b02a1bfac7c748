//! Settings of viewers: how many there may be, and how long one may be silent.

use std::time::Duration;

use super::values::whole_in;

/// How many viewers there may be, and how long one may take nothing.
#[derive(Clone, Debug, clap::Args)]
pub struct Viewers {
    /// Viewers at most (1 to 100000)
    #[arg(long, env = "STEADYCAST_MAX_VIEWERS", default_value_t = 1000,
          value_parser = |text: &str| whole_in(text, 1..=100_000))]
    pub max_viewers: u32,

    /// A viewer that takes no byte, or answers no ping, for this long is closed, seconds (1 to 3600)
    #[arg(long, env = "STEADYCAST_VIEWER_TIMEOUT", default_value_t = 30,
          value_parser = |text: &str| whole_in(text, 1..=3600))]
    viewer_timeout: u32,
}

impl Viewers {
    /// Returns how long a viewer may take nothing.
    pub fn viewer_timeout(&self) -> Duration {
        Duration::from_secs(self.viewer_timeout.into())
    }
}
