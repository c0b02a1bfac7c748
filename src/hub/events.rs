//! What happened to a camera lately: events in, each viewer's next one out. Bounded; a viewer that falls
//! behind misses the oldest.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::{nouns::event::Event, protocol::ServerMessage};

/// Events that are kept: more than cross their lines within one result of a crowd.
const KEPT: usize = 64;

/// The newest events of a camera, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// How many there have been.
    version: u64,
    recent: VecDeque<Bytes>,
}

impl Events {
    /// Adds what has just happened.
    pub fn push(&mut self, event: Event) {
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        // Laid out once for all viewers.
        self.recent.push_back(ServerMessage::Event(event).framed());
        self.version += 1;
    }

    /// The version of the newest event; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The oldest event that is newer than `version`, as a WebSocket text frame, with its own version.
    pub fn after(&self, version: u64) -> Option<(u64, &Bytes)> {
        let oldest = self.version - self.recent.len() as u64;
        let skipped = version.saturating_sub(oldest);
        let event = self.recent.get(usize::try_from(skipped).ok()?)?;
        Some((oldest + skipped + 1, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(events: &Events, mut version: u64) -> Vec<u64> {
        let mut versions = Vec::new();
        while let Some((next, _)) = events.after(version) {
            versions.push(next);
            version = next;
        }
        versions
    }

    fn events(count: u64) -> Events {
        let mut events = Events::default();
        (0..count).for_each(|at_us| events.push(Event::SourceBack { at_us }));
        events
    }

    #[test]
    fn every_event_is_told_once_and_in_order() {
        let events = events(3);
        assert_eq!(heard(&events, 0), [1, 2, 3]);
        assert_eq!(heard(&events, 2), [3]);
        assert!(heard(&events, 3).is_empty());
        let (_, second) = events.after(1).expect("there are three");
        assert!(String::from_utf8_lossy(second).contains(r#""at_us":1}"#), "{second:?}");
    }

    #[test]
    fn who_falls_far_behind_misses_the_oldest() {
        let versions = heard(&events(100), 5);
        assert_eq!((versions.len(), versions.first(), versions.last()), (KEPT, Some(&37), Some(&100)));
    }
}
