//! Counts of what is held at once, by whom: taken when it begins, given back when it is dropped.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use parking_lot::Mutex;

/// How many of something each key holds; keys that hold none take no room. Cloning shares the counts.
pub struct Counts<K> {
    /// Guards the numbers, for a look-up each.
    held: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K> Clone for Counts<K> {
    fn clone(&self) -> Self {
        Counts { held: Arc::clone(&self.held) }
    }
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Counts { held: Arc::default() }
    }
}

/// One of what a key holds; counted until it is dropped.
pub struct Counted<K: Eq + Hash> {
    counts: Counts<K>,
    key: K,
}

impl<K: Clone + Eq + Hash> Counts<K> {
    /// Counts one more for `key`; `None` where it holds `most` already.
    pub fn take(&self, key: K, most: usize) -> Option<Counted<K>> {
        let mut counted = self.held.lock();
        let held = counted.get(&key).copied().unwrap_or(0);
        if held >= most {
            return None;
        }
        counted.insert(key.clone(), held + 1);
        drop(counted);
        Some(Counted { counts: self.clone(), key })
    }
}

impl<K: Eq + Hash> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut counted = self.counts.held.lock();
        let Some(held) = counted.get_mut(&self.key) else { return };
        *held -= 1;
        if *held == 0 {
            counted.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_may_be_taken_again_and_leaves_nothing() {
        let counts = Counts::default();
        let mut held: Vec<_> = (0..3).filter_map(|_| counts.take("a", 3)).collect();
        assert_eq!(held.len(), 3);
        assert!(counts.take("a", 3).is_none());
        assert!(counts.take("b", 3).is_some(), "others have their own");
        assert!(counts.take("c", 0).is_none());
        held.pop();
        assert!(counts.clone().take("a", 3).is_some());
        held.clear();
        assert!(counts.held.lock().is_empty());
    }
}
