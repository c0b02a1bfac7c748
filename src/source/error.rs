//! Why a source gives no pictures, as one error for all kinds of sources.

use thiserror::Error;

use super::address::Address;
use crate::nouns::reason::Reason;

/// Why a source gives no pictures, in words for whoever watches: without credentials, and without the
/// folders of this machine.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The source cannot be opened.
    #[error("cannot open {address}: {reason}")]
    Open {
        /// The address as every viewer may see it.
        address: String,
        /// What is wrong and what to do.
        reason: Reason,
    },
    /// The source gave pictures and stopped.
    #[error("{address} stopped delivering: {reason}")]
    Read {
        /// The address as every viewer may see it.
        address: String,
        /// What is wrong.
        reason: Reason,
    },
}

impl SourceError {
    /// The error of a source that cannot be opened.
    pub(super) fn open(address: &Address, reason: Reason) -> Self {
        SourceError::Open { address: address.public(), reason }
    }

    /// The error of a source that gave pictures and stopped.
    pub(super) fn read(address: &Address, reason: Reason) -> Self {
        SourceError::Read { address: address.public(), reason }
    }

    /// What is wrong, without the address.
    pub fn into_reason(self) -> Reason {
        let (SourceError::Open { reason, .. } | SourceError::Read { reason, .. }) = self;
        reason
    }

    /// The kind of trouble, and the whole error as its sentence.
    pub fn reason(&self) -> Reason {
        let (SourceError::Open { reason, .. } | SourceError::Read { reason, .. }) = self;
        Reason::new(reason.code, self.to_string())
    }
}
