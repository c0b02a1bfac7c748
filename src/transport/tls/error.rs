//! Why there is no TLS, or no new certificate.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why there is no TLS, or no new certificate.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {what}", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; none of its bytes.
        what: &'static str,
    },
    /// Certificate and key do not belong together.
    #[error("{} is not the key of {}", .key.display(), .cert.display())]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The library refuses the certificate or the key.
    #[error("{}: {error}", .path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What the library says.
        error: rustls::Error,
    },
    /// A file that a setting names is not to be had, or no good.
    #[error("{setting}: {error}{}", advice(.error))]
    Given {
        /// The setting, or both where it is either.
        setting: &'static str,
        /// What is wrong.
        error: Box<TlsError>,
    },
    /// A certificate could not be made.
    #[error("no certificate could be made: {0}")]
    Make(String),
    /// The library does not do what is asked of it.
    #[error("the library of TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// What to do about a file that a setting names, to be said behind what is wrong with it.
fn advice(error: &TlsError) -> &'static str {
    match error {
        TlsError::File { error, .. } if error.kind() == io::ErrorKind::NotFound => {
            "; put the file there, or name the right one"
        }
        TlsError::File { error, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
            "; let the user as whom the server runs read it"
        }
        TlsError::Content { .. } => "; a certificate and its key are needed, each PEM",
        TlsError::Mismatch { .. } => "; name the key that this certificate was made for",
        _ => "",
    }
}
