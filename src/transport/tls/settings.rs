//! What TLS is told: where the certificate comes from, and what goes with HTTPS.

use std::path::PathBuf;

use super::{
    error::TlsError,
    files::{self, Files, Pair},
    self_signed,
};

/// Names of the files of a certificate that the program makes.
const CERT_FILE: &str = "cert.pem";
const KEY_FILE: &str = "key.pem";

/// Settings that name the files of a certificate and its key.
const CERT_SETTING: &str = "STEADYCAST_TLS_CERT";
const KEY_SETTING: &str = "STEADYCAST_TLS_KEY";
const BOTH_SETTINGS: &str = "STEADYCAST_TLS_CERT and STEADYCAST_TLS_KEY";

/// What TLS is told.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    /// Where the certificate comes from.
    pub source: TlsSource,
    /// Port on which plain HTTP is answered by the way to HTTPS.
    pub redirect: Option<u16>,
    /// Seconds for which browsers are to come by HTTPS alone.
    pub hsts: Option<u32>,
}

/// Where a certificate comes from.
#[derive(Clone, Debug)]
pub enum TlsSource {
    /// Two files, both PEM.
    Files {
        /// The certificate, with those that sign it.
        cert: PathBuf,
        /// Key of the certificate.
        key: PathBuf,
    },
    /// The program makes one for the names of this machine, and signs it itself.
    SelfSigned {
        /// Where it is kept.
        folder: PathBuf,
    },
}

impl TlsSource {
    /// Returns the files of certificate and key.
    pub(super) fn files(&self) -> Files {
        match self {
            TlsSource::Files { cert, key } => Files { cert: cert.clone(), key: key.clone() },
            TlsSource::SelfSigned { folder } => {
                Files { cert: folder.join(CERT_FILE), key: folder.join(KEY_FILE) }
            }
        }
    }

    /// Reads certificate and key; makes those of the program's own where there are none, they end soon, or
    /// this machine has other names by now.
    ///
    /// # Errors
    /// Files that cannot be read or written, or do not belong together; with the settings that name them.
    pub(super) fn pair(&self) -> Result<Pair, TlsError> {
        match self {
            TlsSource::Files { .. } => {
                let files = self.files();
                files::read(&files).map_err(|error| given(&files, error))
            }
            TlsSource::SelfSigned { folder } => self_signed::pair(folder, &self.files()),
        }
    }

    /// Says on the log by which fingerprint people know a certificate of the program's own.
    pub(super) fn tell(&self, pair: &Pair) {
        if let (TlsSource::SelfSigned { .. }, Some(leaf)) = (self, pair.key.cert.first()) {
            log::info!(
                "TLS: the SHA-256 fingerprint of {} is {}",
                self.files().cert.display(),
                self_signed::fingerprint(leaf)
            );
        }
    }
}

/// An error of the files that settings name, with the setting of the one that it is about.
fn given(files: &Files, error: TlsError) -> TlsError {
    let path = match &error {
        TlsError::File { path, .. } | TlsError::Content { path, .. } | TlsError::Refused { path, .. } => {
            Some(path)
        }
        _ => None,
    };
    // One file may hold both.
    let setting = match path.map(|path| (*path == files.cert, *path == files.key)) {
        Some((true, false)) => CERT_SETTING,
        Some((false, true)) => KEY_SETTING,
        _ => BOTH_SETTINGS,
    };
    TlsError::Given { setting, error: Box::new(error) }
}
