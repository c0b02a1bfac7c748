//! Sets of layers that are watched of one camera: as many different ones at a time as are allowed.
//!
//! Viewers go in and out; what a set looks like is not known here.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use crate::nouns::layers::Layers;

/// Most sets of some layers that are watched of a camera at a time. Each is painted and encoded for itself,
/// and where that is too much for the processors no other set can take its viewers.
pub(super) const MOST_SETS: usize = 4;

/// The sets of one camera that somebody watches.
#[derive(Default)]
pub(super) struct Sets {
    /// Guards how many viewers each set has; held for a few instructions. A set without viewers has no entry.
    viewers: Mutex<HashMap<Layers, usize>>,
}

/// A viewer's place in a set, left when dropped.
pub(super) struct InSet {
    sets: Arc<Sets>,
    layers: Layers,
}

impl Sets {
    /// Lets a viewer into a set; `None` where others are watched, as many as are allowed. No layers, and all
    /// of them, are always to be had.
    pub fn enter(self: &Arc<Self>, layers: Layers) -> Option<InSet> {
        let is_some = |layers: &&Layers| !layers.is_empty() && **layers != Layers::ALL;
        let mut viewers = self.viewers.lock();
        let is_new = !viewers.contains_key(&layers) && is_some(&&layers);
        if is_new && viewers.keys().filter(is_some).count() >= MOST_SETS {
            return None;
        }
        *viewers.entry(layers).or_default() += 1;
        Some(InSet { sets: Arc::clone(self), layers })
    }
}

impl Drop for InSet {
    fn drop(&mut self) {
        let mut viewers = self.sets.viewers.lock();
        if let Some(count) = viewers.get_mut(&self.layers) {
            *count -= 1;
            if *count == 0 {
                viewers.remove(&self.layers);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(name: &str) -> Layers {
        Layers::NONE.with(name).expect("is a layer")
    }

    #[test]
    fn so_many_sets_are_watched_at_a_time_and_no_layers_or_all_of_them_always() {
        let sets = Arc::new(Sets::default());
        let mut inside: Vec<InSet> =
            Layers::NAMES.iter().map(|name| sets.enter(only(name)).expect("is let in")).collect();
        assert_eq!(inside.len(), MOST_SETS);
        let pair = only("boxes").with("labels").expect("is a layer");
        assert!(sets.enter(pair).is_none(), "a fifth set");
        for layers in [Layers::NONE, Layers::ALL, only("heat")] {
            inside.push(sets.enter(layers).expect("is let in"));
        }
        inside.remove(2);
        assert!(sets.enter(pair).is_none(), "somebody else still watches heat");
        inside.pop();
        inside.push(sets.enter(pair).expect("is let in"));
        assert!(sets.enter(only("heat")).is_none());
        inside.clear();
        assert!(sets.viewers.lock().is_empty());
    }
}
