//! A camera's newest results: one of each model, each laid out once for all viewers.

use std::sync::Arc;

use bytes::Bytes;

use crate::{nouns::result::AnalyticsResult, protocol::framed_result};

/// The newest results of analytics, one of each model.
#[derive(Clone, Debug, Default)]
pub struct NewestResults {
    /// The newest result in which people were counted.
    pub crowd: Option<FramedResult>,
    /// The newest result in which things were found.
    pub objects: Option<FramedResult>,
}

/// A result, and how it goes out.
#[derive(Clone, Debug)]
pub struct FramedResult {
    /// Rises with each result of the camera.
    pub version: u64,
    /// The result.
    pub result: Arc<AnalyticsResult>,
    /// The result as a WebSocket text frame, laid out once for all viewers.
    pub framed: Bytes,
}

impl NewestResults {
    /// The oldest result that is newer than `version`.
    pub fn after(&self, version: u64) -> Option<&FramedResult> {
        [&self.crowd, &self.objects]
            .into_iter()
            .flatten()
            .filter(|one| one.version > version)
            .min_by_key(|one| one.version)
    }

    /// The version of the newest result; 0 before the first.
    pub fn version(&self) -> u64 {
        [&self.crowd, &self.objects].into_iter().flatten().map(|one| one.version).max().unwrap_or(0)
    }

    /// Puts a newer result into the place of its model's.
    pub(super) fn with(&self, result: Arc<AnalyticsResult>) -> NewestResults {
        let framed = framed_result(&result);
        let mut newest = self.clone();
        let framed = FramedResult { version: self.version() + 1, result, framed };
        let slot = if framed.result.crowd.is_some() { &mut newest.crowd } else { &mut newest.objects };
        *slot = Some(framed);
        newest
    }
}
