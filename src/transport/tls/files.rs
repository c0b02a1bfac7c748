//! Certificate and key in their files: read as a pair, and told apart from what they were.

use std::{
    fs::Metadata,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustls::{
    Error,
    crypto::{CryptoProvider, ring::default_provider},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};

use super::{error::TlsError, expiry::not_after_s};

/// The files of a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    /// The certificate, with those that sign it: PEM.
    pub cert: PathBuf,
    /// Key of the certificate: PEM.
    pub key: PathBuf,
}

/// A certificate and its key, which fit each other.
pub(super) struct Pair {
    /// What the library shows and signs with.
    pub key: CertifiedKey,
    /// Second since 1970 at which the certificate ends, if it says so.
    pub ends_s: Option<i64>,
}

/// What two files were like at one moment: another stamp means that one was written or exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp([Option<[i64; 4]>; 2]);

impl Stamp {
    /// Returns what the files are like now.
    pub fn of(files: &Files) -> Stamp {
        Stamp([&files.cert, &files.key].map(|path| std::fs::metadata(path).ok().map(|file| of_one(&file))))
    }
}

/// A file's time, length and place on its disk, as far as they tell it from another one.
fn of_one(file: &Metadata) -> [i64; 4] {
    [file.mtime(), file.mtime_nsec(), file.size().cast_signed(), file.ino().cast_signed()]
}

/// The cryptography of all connections. Named each time: a program with two of them has no usual one.
pub(super) fn provider() -> CryptoProvider {
    default_provider()
}

/// Reads certificate and key.
///
/// # Errors
/// Where one cannot be read, or they do not belong together.
pub(super) fn read(files: &Files) -> Result<Pair, TlsError> {
    let Files { cert, key } = files;
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(|certs| certs.collect::<Result<Vec<_>, _>>())
        .map_err(|error| unreadable(cert, error, "has no certificate"))?;
    if chain.is_empty() {
        return Err(TlsError::Content { path: cert.clone(), what: "has no certificate" });
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| unreadable(key, error, "has no private key that is not itself encrypted"))?;
    let ends_s = not_after_s(&chain[0]);
    let pair = CertifiedKey::from_der(chain, private, &provider()).map_err(|error| match error {
        Error::InconsistentKeys(_) => TlsError::Mismatch { cert: cert.clone(), key: key.clone() },
        Error::InvalidCertificate(_) => TlsError::Refused { path: cert.clone(), error },
        error => TlsError::Refused { path: key.clone(), error },
    })?;
    Ok(Pair { key: pair, ends_s })
}

/// Why a file gives nothing. The library's own words would repeat some of its bytes.
fn unreadable(path: &Path, error: pem::Error, none: &'static str) -> TlsError {
    let path = path.to_owned();
    match error {
        pem::Error::Io(error) => TlsError::File { path, error },
        pem::Error::NoItemsFound => TlsError::Content { path, what: none },
        _ => TlsError::Content { path, what: "is no PEM, or only a part of it" },
    }
}
