//! How a service fares, for people who look after it.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::nouns::rule::ServiceName;

/// How a service fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceState {
    /// Which service it is.
    pub name: ServiceName,
    /// Messages that arrived since the start.
    pub told: u64,
    /// Tries that failed since the start.
    pub failed: u64,
    /// Messages that were let go of since the start, or given up.
    pub dropped: u64,
    /// Messages that wait.
    pub waiting: usize,
    /// Time for which somebody wants no messages; `None` where all are told.
    pub muted: Option<Duration>,
    /// What is wrong now; `None` while messages arrive.
    pub trouble: Option<Trouble>,
}

/// What is wrong with a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Tries that failed, one after another.
    pub tries: u32,
    /// What is wrong, in plain words and without credentials.
    pub why: String,
    /// Time until the next try, zero while one is under way; `None` where the last message was given up.
    pub next_try: Option<Duration>,
}

impl ServiceState {
    /// Returns a sentence about what is wrong; `None` while messages arrive.
    pub fn sentence(&self) -> Option<String> {
        let Trouble { tries, why, next_try } = self.trouble.as_ref()?;
        let name = self.name.name();
        let Some(next_try) = next_try else {
            return Some(format!("{name}: the last message was given up: {why}"));
        };
        let times = if *tries == 1 { "one try".to_owned() } else { format!("{tries} tries") };
        let next = match next_try.as_secs() {
            0 => "the next one is under way".to_owned(),
            seconds => format!("next one in {seconds} s"),
        };
        Some(format!("{name}: {times} failed, {next}: {why}"))
    }
}

/// What a service's thread notes of how the service fares.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Guards what was noted; held for a moment by whoever notes, and by whoever asks.
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    told: u64,
    failed: u64,
    dropped: u64,
    /// Messages that the thread keeps while the service fails.
    held: usize,
    failing: Option<Failing>,
}

#[derive(Debug)]
struct Failing {
    tries: u32,
    why: String,
    next_try: Option<Instant>,
}

impl Ledger {
    /// Notes that a message arrived.
    pub fn told(&self) {
        let mut counts = self.counts.lock();
        counts.told += 1;
        counts.failing = None;
    }

    /// Notes that a try failed, and why; the next one is at `next_try`, `None` where the message is given up.
    pub fn failed(&self, why: &str, next_try: Option<Instant>) {
        let mut counts = self.counts.lock();
        counts.failed += 1;
        let tries = counts.failing.as_ref().map_or(0, |failing| failing.tries) + 1;
        counts.failing = Some(Failing { tries, why: why.to_owned(), next_try });
    }

    /// Notes that the service can be reached again, without a message.
    pub fn recovered(&self) {
        self.counts.lock().failing = None;
    }

    /// Notes that messages were let go of, or given up.
    pub fn dropped(&self, count: u64) {
        self.counts.lock().dropped += count;
    }

    /// Notes how many messages the thread keeps.
    pub fn holds(&self, count: usize) {
        self.counts.lock().held = count;
    }

    /// Returns how the service fares at `now`, while so many messages wait for its thread.
    pub fn state(&self, name: ServiceName, waiting: usize, now: Instant) -> ServiceState {
        let counts = self.counts.lock();
        let trouble = counts.failing.as_ref().map(|Failing { tries, why, next_try }| Trouble {
            tries: *tries,
            why: why.clone(),
            next_try: next_try.map(|next_try| next_try.saturating_duration_since(now)),
        });
        let Counts { told, failed, dropped, held, .. } = *counts;
        ServiceState { name, told, failed, dropped, waiting: waiting + held, muted: None, trouble }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_told_until_a_message_arrives() {
        let (ledger, now) = (Ledger::default(), Instant::now());
        let sentence = || ledger.state(ServiceName::Telegram, 0, now).sentence();
        assert_eq!(sentence(), None);
        ledger.failed("nothing listens there", Some(now));
        assert_eq!(
            sentence().as_deref(),
            Some("telegram: one try failed, the next one is under way: nothing listens there")
        );
        for _ in 0..2 {
            ledger.failed("nothing listens there", Some(now + Duration::from_secs(40)));
        }
        assert_eq!(
            sentence().as_deref(),
            Some("telegram: 3 tries failed, next one in 40 s: nothing listens there")
        );
        ledger.failed("too large", None);
        assert_eq!(sentence().as_deref(), Some("telegram: the last message was given up: too large"));
        ledger.told();
        ledger.dropped(2);
        ledger.holds(3);
        let state = ledger.state(ServiceName::Telegram, 5, now);
        assert_eq!((state.told, state.failed, state.dropped, state.waiting), (1, 4, 2, 8));
        assert_eq!((sentence(), state.trouble), (None, None));
    }
}
