//! How many viewers want each stream: in go those who come and go, out come the streams of a camera that are
//! worth encoding.

use std::collections::HashMap;

use dashmap::{DashMap, Entry};

use super::stream::Stream;

/// Viewers of each stream. A stream that nobody wants has no entry.
#[derive(Default)]
pub(super) struct Demand {
    viewers: DashMap<Stream, usize>,
}

impl Demand {
    /// Counts one viewer more; true if it is the stream's first.
    pub fn add(&self, stream: &Stream) -> bool {
        let mut viewers = self.viewers.entry(stream.clone()).or_insert(0);
        *viewers += 1;
        *viewers == 1
    }

    /// Counts one viewer less; true if it was the stream's last.
    pub fn remove(&self, stream: &Stream) -> bool {
        let Entry::Occupied(mut entry) = self.viewers.entry(stream.clone()) else { return false };
        *entry.get_mut() -= 1;
        let is_last = *entry.get() == 0;
        if is_last {
            entry.remove();
        }
        is_last
    }

    /// Whether anybody wants the stream now.
    pub fn is_wanted(&self, stream: &Stream) -> bool {
        self.viewers.contains_key(stream)
    }

    /// Lists the camera's streams that somebody wants now, in no order.
    pub fn streams(&self, camera: &str) -> Vec<Stream> {
        let entries = self.viewers.iter().filter(|entry| &*entry.key().camera == camera);
        entries.map(|entry| entry.key().clone()).collect()
    }

    /// Viewers of each stream now.
    pub fn counts(&self) -> HashMap<Stream, usize> {
        self.viewers.iter().map(|entry| (entry.key().clone(), *entry.value())).collect()
    }
}
