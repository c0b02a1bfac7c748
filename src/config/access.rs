//! Settings of access: who may watch, and who may change things.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{ArgMatches, parser::ValueSource};

use super::values::{Networks, Switch, networks, origin, path, whole_in};
use crate::{
    access::{Network, key::SHORTEST_KEY, token::is_id},
    nouns::secret::Secret,
};

/// Fewest characters of a token that nobody guesses.
pub const LONG_TOKEN: usize = 16;

/// Who may read the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MetricsFor {
    /// Whoever may watch every camera.
    Viewer,
    /// Everybody who reaches the port.
    Open,
}

/// Who may watch.
#[derive(Clone, Debug, clap::Args)]
pub struct Access {
    /// Credential of viewers. Once any credential is set (this one, the admin's, a key of signed tokens, a
    /// user), everybody must show one. Without any credential the server listens on loopback: whoever sits at
    /// this machine may do everything, and what comes through a proxy may do nothing
    #[arg(long, env = "STEADYCAST_VIEWER_TOKEN", hide_env_values = true)]
    pub viewer_token: Option<Secret>,

    /// Credential of those who may change cameras; it lets watch as well
    #[arg(long, env = "STEADYCAST_ADMIN_TOKEN", hide_env_values = true)]
    pub admin_token: Option<Secret>,

    /// Other sites whose pages may watch, separated by commas, such as https://cams.example; a proxy's public
    /// address too
    #[arg(long, env = "STEADYCAST_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,

    /// Secret that signs tokens, at least 32 bytes; none: that of the key file
    #[arg(long, env = "STEADYCAST_JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<Secret>,

    /// File of the secret that signs tokens, made by the first token; none: without STEADYCAST_JWT_SECRET
    /// there are no signed tokens
    #[arg(long, env = "STEADYCAST_JWT_KEY_FILE", default_value = "data/token.key", value_parser = path)]
    jwt_key_file: PathBuf,

    /// Ids of signed tokens that are no longer valid, separated by commas
    #[arg(long, env = "STEADYCAST_TOKENS_REVOKED", value_delimiter = ',')]
    pub tokens_revoked: Vec<String>,

    /// Hours after which a login ends (1 to 720)
    #[arg(long, env = "STEADYCAST_SESSION_HOURS", default_value_t = 12,
          value_parser = |text: &str| whole_in(text, 1..=720))]
    session_hours: u32,

    #[command(flatten)]
    database: AccessDatabase,

    /// Lets everybody who reaches the port watch, where it listens beyond this machine and no credential is
    /// set: on or off. Nothing can be changed then
    #[arg(long, env = "STEADYCAST_INSECURE_OPEN", default_value = "off", value_enum,
          num_args = 0..=1, default_missing_value = "on")]
    insecure_open: Switch,

    /// Addresses and networks of proxies, separated by commas: what they say of whom they ask for is believed
    #[arg(long, env = "STEADYCAST_TRUSTED_PROXIES", default_value = "", value_parser = networks)]
    trusted_proxies: Networks,

    /// Who may read the metrics: viewer (of all cameras) or open (everybody, for a Prometheus that cannot log
    /// in)
    #[arg(long, env = "STEADYCAST_METRICS", default_value = "viewer", value_enum)]
    pub metrics: MetricsFor,
}

/// Where users are.
#[derive(Clone, Debug, clap::Args)]
pub struct AccessDatabase {
    /// Database of users, revoked tokens and who changed what, made where there is none; none: no users
    #[arg(long, env = "STEADYCAST_ACCESS_DATABASE", default_value = "data/access.db", value_parser = path)]
    access_database: PathBuf,
}

impl AccessDatabase {
    /// Returns the file of the database.
    pub fn path(&self) -> Option<&Path> {
        unless_none(&self.access_database)
    }
}

/// A path that was given; none where it is empty or `none`.
fn unless_none(path: &Path) -> Option<&Path> {
    Some(path).filter(|path| !path.as_os_str().is_empty() && path.as_os_str() != "none")
}

impl Access {
    /// Returns the file of the secret that signs tokens.
    pub fn key_file(&self) -> Option<&Path> {
        unless_none(&self.jwt_key_file)
    }

    /// Returns the file of the database of users.
    pub fn database(&self) -> Option<&Path> {
        self.database.path()
    }

    /// Returns for how long a login lasts.
    pub fn session(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_hours) * 3600)
    }

    /// Whether everybody may watch where no credential is set, also beyond this machine.
    pub fn insecure_open(&self) -> bool {
        self.insecure_open == Switch::On
    }

    /// Returns the networks of proxies that are believed.
    pub fn trusted_proxies(&self) -> &[Network] {
        &self.trusted_proxies.0
    }

    /// Returns the settings whose tokens have fewer than [`LONG_TOKEN`] characters.
    pub fn short_tokens(&self) -> Vec<&'static str> {
        let tokens =
            [("STEADYCAST_VIEWER_TOKEN", &self.viewer_token), ("STEADYCAST_ADMIN_TOKEN", &self.admin_token)];
        let is_short = |token: &Secret| String::from_utf8_lossy(token.bytes()).chars().count() < LONG_TOKEN;
        let short = tokens.into_iter().filter(|(_, token)| matches!(token, Some(token) if is_short(token)));
        short.map(|(name, _)| name).collect()
    }

    /// Refuses an empty token on the command line, and one for viewers and admin; leaves out what else is
    /// empty. `matches` tell where each setting came from.
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
        if let (Some(viewer), Some(admin)) = (&self.viewer_token, &self.admin_token)
            && viewer.bytes() == admin.bytes()
        {
            return Err("--viewer-token and --admin-token are the same, and whoever may watch could change \
                        cameras; give each its own"
                .to_owned());
        }
        self.allowed_origins.retain(|origin| !origin.is_empty());
        let revoked = self.tokens_revoked.iter().map(|id| id.trim()).filter(|id| !id.is_empty());
        self.tokens_revoked = revoked.map(str::to_owned).collect();
        if let Some(odd) = self.tokens_revoked.iter().position(|id| !is_id(id)) {
            // What stands there may be a token.
            return Err(format!(
                "--tokens-revoked: number {} is no id of a token; steadycast token tells it beside the token",
                odd + 1
            ));
        }
        self.jwt_secret = self.jwt_secret.take().filter(|secret| !secret.is(""));
        if self.jwt_secret.as_ref().is_some_and(|secret| secret.bytes().len() < SHORTEST_KEY) {
            return Err(format!("--jwt-secret has fewer than {SHORTEST_KEY} bytes, and could be guessed"));
        }
        Ok(())
    }
}
