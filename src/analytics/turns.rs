//! Whose turn it is: few looks at once, whatever many cameras there are, and the next one by the time that it
//! has waited.
//!
//! A look that has begun gets a core for itself, so that its result is as young as can be; and each looks at
//! what is newest when its turn has come. What a look does is `worker`'s.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

/// Longest time between two looks of somebody who waits at whether it still wants its turn.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Turns that all cameras' models share. Cloning shares them.
#[derive(Clone)]
pub struct Turns {
    queue: Arc<(Mutex<Queue>, Condvar)>,
}

/// A turn; the next one has it when this is dropped.
pub(super) struct Turn {
    turns: Turns,
}

/// Who waits, and how many may still go. Pure, with time passed in.
struct Queue {
    free: usize,
    waiting: Vec<Waiting>,
    last: u64,
}

#[derive(Clone, Copy)]
struct Waiting {
    ticket: u64,
    since: Instant,
    weight: f64,
}

impl Queue {
    fn new(at_once: usize) -> Self {
        Queue { free: at_once, waiting: Vec::new(), last: 0 }
    }

    /// Lets somebody wait from `since` on; gives a ticket.
    fn wait(&mut self, since: Instant, weight: f64) -> u64 {
        self.last += 1;
        self.waiting.push(Waiting { ticket: self.last, since, weight });
        self.last
    }

    /// Whether it is that ticket's turn, which it has from then on.
    fn is_turn(&mut self, ticket: u64, now: Instant) -> bool {
        let waited = |one: &Waiting| now.saturating_duration_since(one.since).as_secs_f64() * one.weight;
        // Of those who have waited alike, the first who came.
        let longer =
            |a: &&Waiting, b: &&Waiting| waited(a).total_cmp(&waited(b)).then(b.ticket.cmp(&a.ticket));
        let next = self.waiting.iter().max_by(longer).map(|next| next.ticket);
        let is_turn = self.free > 0 && next == Some(ticket);
        if is_turn {
            self.free -= 1;
            self.leave(ticket);
        }
        is_turn
    }

    fn leave(&mut self, ticket: u64) {
        self.waiting.retain(|one| one.ticket != ticket);
    }
}

impl Turns {
    /// Turns of which `at_once` may be had at the same time.
    pub fn new(at_once: usize) -> Self {
        Turns { queue: Arc::new((Mutex::new(Queue::new(at_once.max(1))), Condvar::new())) }
    }

    /// Waits for a turn; `weight` says how many times as fast its waiting counts as anybody's. `None` once
    /// `is_over`.
    pub(super) fn take(&self, weight: f64, is_over: impl Fn() -> bool) -> Option<Turn> {
        let (queue, changed) = &*self.queue;
        let mut queue = queue.lock();
        let ticket = queue.wait(Instant::now(), weight);
        while !is_over() {
            if queue.is_turn(ticket, Instant::now()) {
                // Another one may be free.
                changed.notify_all();
                return Some(Turn { turns: self.clone() });
            }
            changed.wait_for(&mut queue, LOOK_EVERY);
        }
        queue.leave(ticket);
        changed.notify_all();
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (queue, changed) = &*self.turns.queue;
        queue.lock().free += 1;
        changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Looks of each of the cameras with these weights in a simulated minute, of 70 ms each, two at once.
    fn looks(weights: &[f64]) -> Vec<usize> {
        let start = Instant::now();
        let mut queue = Queue::new(2);
        let mut tickets: Vec<Option<u64>> =
            weights.iter().map(|weight| Some(queue.wait(start, *weight))).collect();
        let mut ends: Vec<Option<u64>> = vec![None; weights.len()];
        let mut looks = vec![0; weights.len()];
        for ms in 0..60_000 {
            let now = start + Duration::from_millis(ms);
            for camera in 0..weights.len() {
                if ends[camera].is_some_and(|end| end <= ms) {
                    (queue.free, ends[camera]) = (queue.free + 1, None);
                    tickets[camera] = Some(queue.wait(now, weights[camera]));
                }
            }
            for camera in 0..weights.len() {
                if tickets[camera].is_some_and(|ticket| queue.is_turn(ticket, now)) {
                    (tickets[camera], ends[camera]) = (None, Some(ms + 70));
                    looks[camera] += 1;
                }
            }
        }
        looks
    }

    #[test]
    fn cameras_get_turns_alike_and_who_is_watched_up_to_four_times_as_often() {
        let alike = looks(&[1.0; 5]);
        let (least, most) = (alike.iter().min().expect("five"), alike.iter().max().expect("five"));
        assert!(most - least <= 1 && *least > 300, "{alike:?}");
        let watched = looks(&[4.0, 4.0, 4.0, 1.0, 1.0]);
        let ratio = watched[0] as f64 / watched[4] as f64;
        assert!((1.5..=4.0).contains(&ratio) && watched[4] > 60, "{watched:?}");
    }

    #[test]
    fn no_more_than_asked_for_have_their_turn_at_once_and_who_gives_up_holds_nobody_up() {
        let (turns, now, most) =
            (Turns::new(2), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        assert!(turns.take(1.0, || true).is_none());
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _turn = turns.take(1.0, || false).expect("nobody gives up");
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }
}
