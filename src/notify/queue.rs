//! Messages that wait for a service: whoever hands one in never waits, and what is too much costs the oldest.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::message::Message;

/// Most messages that wait for a service, and most that its thread keeps while the service fails. With their
/// pictures they take a few megabytes.
pub const MOST: usize = 64;

/// Messages that wait.
#[derive(Debug, Default)]
pub struct Queue {
    /// Guards what waits; held for a moment by whoever hands in or takes out.
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    waiting: VecDeque<Message>,
    /// Number of messages that were let go of and that nobody was told of yet.
    lost: u64,
    /// Until when nothing is taken out.
    muted_until: Option<Instant>,
    is_closed: bool,
}

impl Inside {
    fn all(&mut self) -> Taken {
        Taken { messages: self.waiting.drain(..).collect(), lost: std::mem::take(&mut self.lost) }
    }
}

/// What was taken out of the queue.
#[derive(Debug, PartialEq)]
pub struct Taken {
    /// Messages, oldest first.
    pub messages: Vec<Message>,
    /// Number of older ones that were let go of.
    pub lost: u64,
}

impl Queue {
    /// Hands a message in; returns whether the oldest one was let go of for it. Once the queue is closed the
    /// message goes nowhere.
    pub fn hand_in(&self, message: Message) -> bool {
        let mut inside = self.inside.lock();
        if inside.is_closed {
            return false;
        }
        let is_full = inside.waiting.len() >= MOST;
        if is_full {
            inside.waiting.pop_front();
            inside.lost += 1;
        }
        inside.waiting.push_back(message);
        self.changed.notify_all();
        is_full
    }

    /// Has nothing be taken out until then; `None` ends that.
    pub fn mute(&self, until: Option<Instant>) {
        let mut inside = self.inside.lock();
        // One that is over says that what waits has waited for it.
        let is_muted = inside.muted_until.is_some();
        inside.muted_until = until.or_else(|| is_muted.then(Instant::now));
        self.changed.notify_all();
    }

    /// Waits while nothing is to be taken out, or until the queue is closed; returns whether it is open
    /// still.
    pub fn sit_out(&self) -> bool {
        let mut inside = self.inside.lock();
        while !inside.is_closed
            && let Some(until) = inside.muted_until.filter(|until| *until > Instant::now())
        {
            self.changed.wait_until(&mut inside, until);
        }
        !inside.is_closed
    }

    /// Returns the time for which nothing is taken out; `None` while all is.
    pub fn muted(&self, now: Instant) -> Option<Duration> {
        let until = self.inside.lock().muted_until?;
        Some(until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }

    /// Waits for messages and takes the oldest one out, or all of them where older ones were let go of, or
    /// where nothing was taken out for a while; `None` once the queue is closed.
    pub fn next(&self) -> Option<Taken> {
        let mut inside = self.inside.lock();
        loop {
            if inside.is_closed {
                return None;
            }
            if let Some(until) = inside.muted_until {
                if until > Instant::now() {
                    self.changed.wait_until(&mut inside, until);
                    continue;
                }
                inside.muted_until = None;
                if !inside.waiting.is_empty() {
                    return Some(inside.all());
                }
            }
            if inside.lost > 0 {
                return Some(inside.all());
            }
            if let Some(message) = inside.waiting.pop_front() {
                return Some(Taken { messages: vec![message], lost: 0 });
            }
            self.changed.wait(&mut inside);
        }
    }

    /// Takes everything out that waits, and says how much was let go of.
    pub fn all(&self) -> Taken {
        self.inside.lock().all()
    }

    /// Waits for so long, or until the queue is closed; returns whether it is open still.
    pub fn pause(&self, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        let mut inside = self.inside.lock();
        while !inside.is_closed && !self.changed.wait_until(&mut inside, until).timed_out() {}
        !inside.is_closed
    }

    /// Returns how many messages wait.
    pub fn len(&self) -> usize {
        self.inside.lock().waiting.len()
    }

    /// Lets nobody wait any more.
    pub fn close(&self) {
        self.inside.lock().is_closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;
    use crate::notify::message::tests::message;

    fn one(second: u64) -> Taken {
        Taken { messages: vec![message(second)], lost: 0 }
    }

    #[test]
    fn what_is_too_much_costs_the_oldest_and_is_counted() {
        let queue = Queue::default();
        let let_go = (1..=100).filter(|second| queue.hand_in(message(*second))).count();
        assert_eq!((let_go, queue.len()), (100 - MOST, MOST));
        let Taken { messages, lost } = queue.next().expect("it is open");
        assert_eq!((messages.len(), lost, messages.last()), (MOST, 36, Some(&message(100))));
        assert_eq!(queue.all(), Taken { messages: Vec::new(), lost: 0 });
        queue.hand_in(message(1));
        queue.hand_in(message(2));
        assert_eq!(queue.next(), Some(one(1)), "one at a time where none was let go of");
    }

    #[test]
    fn whoever_waits_is_woken_by_a_message_and_by_the_end() {
        let queue = Arc::new(Queue::default());
        let waiting = Arc::clone(&queue);
        let heard = thread::spawn(move || {
            let first = waiting.next();
            (first, waiting.next(), waiting.pause(Duration::from_secs(3600)))
        });
        queue.hand_in(message(1));
        while queue.len() > 0 {
            thread::yield_now();
        }
        queue.close();
        assert_eq!(heard.join().expect("ends"), (Some(one(1)), None, false));
        assert!(!queue.hand_in(message(2)) && queue.len() == 0);
    }

    #[test]
    fn what_waits_while_nothing_is_to_be_taken_out_comes_together_afterwards() {
        let queue = Arc::new(Queue::default());
        queue.mute(Some(Instant::now() + Duration::from_secs(3600)));
        assert!((1..=3).all(|second| !queue.hand_in(message(second))));
        assert!(queue.muted(Instant::now()).is_some());
        let waits = Arc::clone(&queue);
        let taken = thread::spawn(move || waits.next());
        // It can only come once that is over.
        queue.mute(None);
        let taken = taken.join().expect("no panic").expect("open");
        assert_eq!(taken, Taken { messages: vec![message(1), message(2), message(3)], lost: 0 });
        assert_eq!(queue.muted(Instant::now()), None);
        queue.hand_in(message(4));
        assert_eq!(queue.next(), Some(Taken { messages: vec![message(4)], lost: 0 }));
    }
}
