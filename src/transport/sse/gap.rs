//! Gaps: events that a client has missed, and what becomes of the count while history gives them. Pure.

use std::sync::Arc;

use crate::news::Notice;

/// Events that have to be got from history before the stream goes on.
#[derive(Debug)]
pub struct Gap {
    /// Number of the last event before the gap, or the last that was got.
    pub after: u64,
    /// Number that lies behind the gap.
    pub before: u64,
    /// Number of news that history must have heard to know all of the gap.
    pub heard: u64,
    /// The event behind the gap, which is told once the gap is filled.
    pub then: Option<Arc<Notice>>,
    /// Whether some of it was got.
    pub begun: bool,
    /// How many events of all cameras are missing; `None` where nobody knows.
    missing: Option<u64>,
    /// False once history is in doubt.
    whole: bool,
}

/// What a client is told of a gap that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Number of events that are lost.
    Count(u64),
    /// Some, if any.
    Unknown,
}

impl Gap {
    /// A gap between the last event that a client saw and the beginning of its stream, marked by that number;
    /// history must have `heard` the news of the other.
    pub fn behind(last: u64, before: u64, heard: u64) -> Self {
        Gap { after: last, before, heard, then: None, begun: false, missing: None, whole: true }
    }

    /// A gap of that many events between the last one that was heard and the next.
    pub fn of(missing: u64, after: u64, then: Arc<Notice>) -> Self {
        let number = then.news.number;
        Gap { then: Some(then), missing: Some(missing), ..Gap::behind(after, number, number) }
    }

    /// Tells whether it is known how many events of all cameras are missing.
    pub fn is_counted(&self) -> bool {
        self.missing.is_some()
    }

    /// Notes how many events of all cameras history has, up to the one of that number; where none are
    /// counted, any number will do.
    pub fn found(&mut self, events: u64, last: u64) {
        (self.after, self.begun) = (last, true);
        self.missing = self.missing.map(|missing| missing.saturating_sub(events));
    }

    /// Notes that history lacks some of what it has heard, or may lack it, or cannot be read.
    pub fn doubt(&mut self) {
        self.whole = false;
    }

    /// Returns what is lost of what is not found.
    pub fn lost(&self) -> Option<Lost> {
        match self.missing {
            Some(0) => None,
            Some(missing) => Some(Lost::Count(missing)),
            None => (!self.whole).then_some(Lost::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        news::{Item, News},
        nouns::event::Event,
    };

    fn notice(number: u64) -> Arc<Notice> {
        let item = Item::Event(Event::SourceBack { at_us: 7 });
        Arc::new(Notice::new(News { number, camera: Arc::from("main"), item }))
    }

    #[test]
    fn what_history_does_not_give_is_lost() {
        let mut gap = Gap::of(5, 10, notice(100));
        assert_eq!((gap.after, gap.before, gap.lost()), (10, 100, Some(Lost::Count(5))));
        assert!(gap.is_counted() && !Gap::behind(10, 100, 90).is_counted());
        gap.found(3, 50);
        assert_eq!((gap.after, gap.lost()), (50, Some(Lost::Count(2))));
        gap.found(2, 90);
        gap.doubt();
        assert_eq!(gap.lost(), None, "all are found");
    }

    #[test]
    fn a_client_that_comes_again_has_lost_something_only_where_history_is_in_doubt() {
        let mut gap = Gap::behind(10, 100, 90);
        gap.found(7, 80);
        assert_eq!(gap.lost(), None);
        gap.doubt();
        assert_eq!(gap.lost(), Some(Lost::Unknown));
    }
}
