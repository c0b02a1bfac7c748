//! Why a model is not got, added or tried, in words with what to do.

use std::path::PathBuf;

use thiserror::Error;

/// Why a model is not got, added or tried.
#[derive(Debug, Error)]
pub enum ModelsError {
    /// The catalogue has no model of that name.
    #[error(
        "there is no model {name:?} in the catalogue; it has {known}. A file of your own: models add FILE"
    )]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// Nothing came from the address.
    #[error("{address} gives nothing: {why}")]
    Fetch {
        /// The address, without credentials and query.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// The connection broke off; what has come is kept.
    #[error(
        "the connection broke off after {have} of {bytes} bytes ({why}); the same command goes on from there"
    )]
    Broken {
        /// Bytes that have come, those of earlier tries included.
        have: u64,
        /// Bytes of the whole file.
        bytes: u64,
        /// What went wrong.
        why: String,
    },
    /// What is at the address has another size than the published file.
    #[error("what is at {address} is not the published file: it has {found} bytes instead of {bytes}")]
    Size {
        /// The address, without credentials and query.
        address: String,
        /// Bytes that are there, as far as they were counted.
        found: u64,
        /// Bytes of the published file; several numbers where several files are accepted.
        bytes: String,
    },
    /// What came is not the published file.
    #[error(
        "what came from {address} is not the published file and was deleted: its SHA-256 is {found}, not \
         {expected}"
    )]
    Checksum {
        /// The address, without credentials and query.
        address: String,
        /// The checksum of what came.
        found: String,
        /// The checksum of the published file; several where several files are accepted.
        expected: String,
    },
    /// A file of that name is there, and is another one.
    #[error("{} is there already, and is another file; {instead}", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
        /// What can be done instead.
        instead: &'static str,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says, in words.
        why: String,
    },
    /// The file is no model that can be used.
    #[error("{0}")]
    Model(String),
    /// The picture cannot be used.
    #[error("the picture {}: {why}", path.display())]
    Picture {
        /// The picture's file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}
