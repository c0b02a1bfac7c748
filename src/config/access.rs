//! Settings of access: who may watch, and who may change things.

use clap::{ArgMatches, parser::ValueSource};

use super::values::origin;
use crate::nouns::secret::Secret;

/// Who may watch.
#[derive(Clone, Debug, clap::Args)]
pub struct Access {
    /// Credential that every viewer must show; none: everybody who reaches the port may watch
    #[arg(long, env = "STEADYCAST_VIEWER_TOKEN", hide_env_values = true)]
    pub viewer_token: Option<Secret>,

    /// Credential of those who may change cameras; it lets watch as well. None: cameras are changed from this
    /// machine alone, and only while the server listens on loopback
    #[arg(long, env = "STEADYCAST_ADMIN_TOKEN", hide_env_values = true)]
    pub admin_token: Option<Secret>,

    /// Other sites whose pages may watch, separated by commas, such as https://cams.example; a proxy's public
    /// address too
    #[arg(long, env = "STEADYCAST_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,
}

impl Access {
    /// Refuses an empty token on the command line; leaves out what else is empty. `matches` tell where each
    /// setting came from.
    pub(super) fn check(&mut self, matches: &ArgMatches) -> Result<(), String> {
        let tokens = [
            ("viewer", &mut self.viewer_token, "viewer_token"),
            ("admin", &mut self.admin_token, "admin_token"),
        ];
        for (whose, token, id) in tokens {
            let is_empty = token.as_ref().is_some_and(|token| token.is(""));
            if is_empty && matches.value_source(id) == Some(ValueSource::CommandLine) {
                return Err(format!(
                    "--{whose}-token is empty, and everybody would have it; give one, or leave the flag out"
                ));
            }
            // An empty line in .env means not set.
            if is_empty {
                *token = None;
            }
        }
        self.allowed_origins.retain(|origin| !origin.is_empty());
        Ok(())
    }
}
