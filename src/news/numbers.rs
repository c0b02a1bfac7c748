//! Numbers of news: each is higher than all before it, those of earlier runs of the program included.
//!
//! The time goes in and numbers come out, so that nothing has to be remembered across a restart. Where the
//! clock was set back meanwhile, whoever has the old numbers raises the new ones before the first is given.
//! Nobody else gives numbers: what is told by one is kept by it.

use std::sync::Arc;

use parking_lot::Mutex;

/// Latest time that becomes a number, microseconds since the Unix epoch; in the year 2112. JavaScript knows
/// every whole number up to 2^53, so numbers must not get there where a clock is wrong either.
const LATEST_US: u64 = 1 << 52;

/// Gives numbers. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Guards the last numbers; held while a number is given and what has it is handed on, so that readers
    /// meet rising numbers.
    last: Arc<Mutex<Last>>,
}

#[derive(Debug, Default)]
struct Last {
    /// The last number that was given.
    number: u64,
    /// The last number that news have.
    news: u64,
}

/// A moment between two pieces of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number that lies above those of all news before the moment and below those of all behind it.
    pub number: u64,
    /// Number of the last news before the moment; 0 where there were none in this run.
    pub news: u64,
}

impl Numbers {
    /// Goes on behind `number`, where that is higher than the last one.
    pub fn raise(&self, number: u64) {
        let mut last = self.last.lock();
        last.number = last.number.max(number);
    }

    /// Gives news their number: the time in microseconds since the Unix epoch, or more.
    pub(super) fn give(&self, now_us: u64, hand_on: impl FnOnce(u64)) {
        let mut last = self.last.lock();
        last.news = last.next(now_us);
        hand_on(last.news);
    }

    /// Marks a moment, at which `act` is done; `now_us` in microseconds since the Unix epoch.
    pub fn mark<T>(&self, now_us: u64, act: impl FnOnce() -> T) -> (Mark, T) {
        let mut last = self.last.lock();
        (Mark { number: last.next(now_us), news: last.news }, act())
    }
}

impl Last {
    fn next(&mut self, now_us: u64) -> u64 {
        self.number = self.number.saturating_add(1).max(now_us.min(LATEST_US));
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(numbers: &Numbers, now_us: u64) -> u64 {
        let mut given = 0;
        numbers.give(now_us, |number| given = number);
        given
    }

    #[test]
    fn numbers_are_times_and_rise_whatever_the_clock_does() {
        let numbers = Numbers::default();
        assert_eq!([100, 100, 50, 200].map(|now_us| given(&numbers, now_us)), [100, 101, 102, 200]);
        numbers.raise(1000);
        numbers.raise(500);
        assert_eq!([300, 2000].map(|now_us| given(&numbers, now_us)), [1001, 2000]);
        assert_eq!(given(&numbers, u64::MAX), LATEST_US);
        assert_eq!(given(&numbers, u64::MAX), LATEST_US + 1);
    }

    #[test]
    fn a_mark_lies_between_what_was_before_and_what_comes() {
        let numbers = Numbers::default();
        assert_eq!(numbers.mark(10, || ()).0, Mark { number: 10, news: 0 });
        let before = given(&numbers, 10);
        let (mark, ()) = numbers.mark(10, || ());
        assert!(before < mark.number && mark.number < given(&numbers, 10));
        assert_eq!(mark.news, before);
    }
}
