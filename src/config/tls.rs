//! Settings of TLS: whether connections are encrypted, and with which certificate.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, parser::ValueSource};

use super::values::{path, port, whole_in};

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TlsMode {
    /// There is none, unless a file of one is named.
    Off,
    /// The program makes one for the names of this machine.
    SelfSigned,
    /// The named files hold it.
    Files,
}

/// How connections are encrypted.
#[derive(Clone, Debug, clap::Args)]
pub struct Tls {
    /// Whether connections are encrypted: off, self-signed (with a certificate that the program makes and
    /// whose fingerprint it prints) or files; naming a certificate means files, and off beside one is refused
    #[arg(long, env = "STEADYCAST_TLS", default_value = "off", value_enum)]
    tls: TlsMode,

    /// File of the certificate with those that sign it, PEM; it is read again when it changes
    #[arg(long, env = "STEADYCAST_TLS_CERT", value_parser = path)]
    tls_cert: Option<PathBuf>,

    /// File of the certificate's key, PEM
    #[arg(long, env = "STEADYCAST_TLS_KEY", value_parser = path)]
    tls_key: Option<PathBuf>,

    /// Port on which plain HTTP is answered by the way to HTTPS; 0: none
    #[arg(long, env = "STEADYCAST_HTTP_REDIRECT_PORT", default_value_t = 0, value_parser = port)]
    http_redirect_port: u16,

    /// Days for which browsers are to come by HTTPS alone (0 to 730); 0: they are not told
    #[arg(long, env = "STEADYCAST_HSTS_DAYS", default_value_t = 0,
          value_parser = |text: &str| whole_in(text, 0..=730))]
    hsts_days: u32,
}

impl Tls {
    /// Returns where the certificate comes from.
    pub fn mode(&self) -> TlsMode {
        if self.files().is_some() { TlsMode::Files } else { self.tls }
    }

    /// Returns the files of certificate and key, where both are named.
    pub fn files(&self) -> Option<(&Path, &Path)> {
        given(self.tls_cert.as_deref()).zip(given(self.tls_key.as_deref()))
    }

    /// Returns the port on which plain HTTP is answered by the way to HTTPS.
    pub fn redirect_port(&self) -> Option<u16> {
        Some(self.http_redirect_port).filter(|port| *port != 0)
    }

    /// Returns the seconds for which browsers are to come by HTTPS alone.
    pub fn hsts_seconds(&self) -> Option<u32> {
        Some(self.hsts_days * 86_400).filter(|seconds| *seconds != 0)
    }

    /// Refuses what does not go together; `port` is the one for HTTPS. `matches` tell where each setting came
    /// from.
    pub(super) fn check(&self, port: u16, matches: &ArgMatches) -> Result<(), String> {
        let (cert, key) = (given(self.tls_cert.as_deref()), given(self.tls_key.as_deref()));
        if cert.is_some() != key.is_some() {
            return Err("--tls-cert and --tls-key go together; give both, or neither".to_owned());
        }
        if cert.is_some() && self.tls == TlsMode::SelfSigned {
            return Err(
                "--tls self-signed makes a certificate; leave --tls-cert and --tls-key out".to_owned()
            );
        }
        // Left out, the default is off, and a certificate means files.
        let is_said = matches.value_source("tls").is_some_and(|source| source != ValueSource::DefaultValue);
        if cert.is_some() && self.tls == TlsMode::Off && is_said {
            return Err("--tls off contradicts --tls-cert and --tls-key; for HTTPS leave --tls out \
                        (STEADYCAST_TLS), for plain HTTP --tls-cert and --tls-key (STEADYCAST_TLS_CERT, \
                        STEADYCAST_TLS_KEY)"
                .to_owned());
        }
        if cert.is_none() && self.tls == TlsMode::Files {
            return Err("--tls files needs --tls-cert and --tls-key".to_owned());
        }
        if self.mode() == TlsMode::Off && (self.http_redirect_port != 0 || self.hsts_days != 0) {
            return Err("--http-redirect-port and --hsts-days need --tls".to_owned());
        }
        if self.redirect_port() == Some(port) {
            return Err(format!(
                "--http-redirect-port (STEADYCAST_HTTP_REDIRECT_PORT) and --port (STEADYCAST_PORT) are both \
                 {port}, and plain HTTP needs a port of its own; change one of them"
            ));
        }
        Ok(())
    }
}

/// A path that was given: an empty line in `.env` means not set.
fn given(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| !path.as_os_str().is_empty())
}
