//! A turn at what a lock guards, and what is done behind it: whatever takes time and needs nothing of that.

use std::ops::{Deref, DerefMut};

use parking_lot::{Mutex, MutexGuard};

/// What a lock guards, while nobody else has it.
pub struct Turn<'a, T> {
    guarded: MutexGuard<'a, T>,
    /// Stands behind the guard, and so is dropped when the lock is free.
    behind: Behind<'a>,
}

/// What is done behind a turn.
struct Behind<'a> {
    due: bool,
    act: &'a dyn Fn(),
}

impl<'a, T> Turn<'a, T> {
    /// Waits for a turn, behind which `act` is done where [`Turn::act_behind`] asks for it.
    pub fn new(lock: &'a Mutex<T>, act: &'a dyn Fn()) -> Self {
        Turn { guarded: lock.lock(), behind: Behind { due: false, act } }
    }

    /// Has the act done once, as soon as others may have the lock.
    pub fn act_behind(&mut self) {
        self.behind.due = true;
    }
}

impl<T> Deref for Turn<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guarded
    }
}

impl<T> DerefMut for Turn<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guarded
    }
}

impl Drop for Behind<'_> {
    fn drop(&mut self) {
        if self.due {
            (self.act)();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn what_is_done_behind_a_turn_keeps_nobody_from_the_next() {
        let (lock, found_free) = (Mutex::new(0), RefCell::new(Vec::new()));
        let act = || found_free.borrow_mut().push(lock.try_lock().is_some());
        *Turn::new(&lock, &act) += 1;
        assert!(found_free.borrow().is_empty(), "nobody has asked for it");
        let mut turn = Turn::new(&lock, &act);
        turn.act_behind();
        turn.act_behind();
        *turn += 1;
        drop(turn);
        assert_eq!((&*found_free.borrow(), *lock.lock()), (&vec![true], 2));
    }
}
