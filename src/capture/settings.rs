//! What capture has to know of a camera's source.

use std::time::Duration;

use super::life::Traits;
use crate::source::{Address, Wish};

/// What capture has to know of a camera's source.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureSettings {
    /// Where its pictures come from.
    pub address: Address,
    /// What is asked of the source.
    pub wish: Wish,
    /// Time without a change, byte for byte, after which a live picture counts as frozen; `None` where that
    /// is no matter.
    pub frozen_after: Option<Duration>,
}

impl CaptureSettings {
    pub(super) fn traits(&self) -> Traits {
        // Whether an address of HTTP gives pictures by itself is found out when it is asked.
        let may_be_asked = match &self.address {
            Address::Snapshot(_) => true,
            Address::Stream(url) => url.scheme().starts_with("http"),
            _ => false,
        };
        let asked =
            if may_be_asked { Duration::from_secs_f64(1.0 / self.wish.snapshot_fps) } else { Duration::ZERO };
        Traits { frozen_after: self.frozen_after, asked }
    }
}
