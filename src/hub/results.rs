//! A camera's newest results: one of each model, each laid out once for all viewers.

use std::sync::Arc;

use bytes::Bytes;

use crate::{nouns::result::AnalyticsResult, protocol::framed_result};

/// The newest results of analytics, one of each model.
#[derive(Clone, Debug, Default)]
pub struct NewestResults {
    /// How many results there have been.
    version: u64,
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
    /// Time between the capture of this model's last frame and that of this one, microseconds; `None` for its
    /// first.
    pub since_us: Option<u64>,
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

    /// The version of the newest result there has been; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// No result; later ones have higher versions all the same.
    pub(super) fn emptied(&self) -> NewestResults {
        NewestResults { version: self.version, crowd: None, objects: None }
    }

    /// Puts a newer result into the place of its model's.
    pub(super) fn with(&self, result: Arc<AnalyticsResult>) -> NewestResults {
        let framed = framed_result(&result);
        let mut newest = self.clone();
        newest.version += 1;
        let version = newest.version;
        let slot = if result.crowd.is_some() { &mut newest.crowd } else { &mut newest.objects };
        let since_us =
            slot.as_ref().map(|before| result.captured_us.saturating_sub(before.result.captured_us));
        *slot = Some(FramedResult { version, result, since_us, framed });
        newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::found_nothing;

    #[test]
    fn results_behind_an_interruption_are_newer_than_those_before_it() {
        let result = Arc::new(found_nothing());
        let before = NewestResults::default().with(Arc::clone(&result)).with(Arc::clone(&result));
        assert_eq!(before.objects.as_ref().and_then(|newest| newest.since_us), Some(0));
        let emptied = before.emptied();
        assert!(emptied.objects.is_none() && emptied.after(0).is_none());
        let version = emptied.with(result).after(before.version()).map(|next| next.version);
        assert_eq!(version, Some(3), "who has seen two gets the third");
    }
}
