//! What was made of the newest frame of a stream, kept for whoever asks for it too.

use std::sync::Arc;

use super::held::Held;
use crate::frame::EncodedFrame;

/// Most things of a kind that are made because one viewer asked for them.
const MOST: usize = 8;

/// A frame for a viewer, and what the viewer has with it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The frame.
    pub frame: Arc<EncodedFrame>,
    /// What the viewer has then.
    pub held: Held,
}

/// Things of one kind, by what they were asked for.
#[derive(Debug)]
pub struct Shelf<K, V> {
    things: Vec<(K, V)>,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Shelf { things: Vec::new() }
    }
}

impl<K: PartialEq, V: Clone> Shelf<K, V> {
    /// What was made for that.
    pub fn find(&self, asked: &K) -> Option<V> {
        self.things.iter().find(|(key, _)| key == asked).map(|(_, thing)| thing.clone())
    }

    /// Whether nothing more is made for one viewer alone.
    pub fn is_full(&self) -> bool {
        self.things.len() >= MOST
    }

    /// Puts down what was made for that, where there is room.
    pub fn put(&mut self, asked: K, thing: &V) {
        if !self.is_full() {
            self.add(asked, thing);
        }
    }

    /// Puts down what was made for that, and for many others.
    pub fn add(&mut self, asked: K, thing: &V) {
        self.things.push((asked, thing.clone()));
    }
}

impl<V: Clone> Shelf<u64, V> {
    /// What was made for the nearest number that is not above that one.
    pub fn nearest(&self, number: u64) -> Option<V> {
        let below = self.things.iter().filter(|(other, _)| *other <= number);
        below.max_by_key(|(other, _)| *other).map(|(_, thing)| thing.clone())
    }
}

/// By what a message of a sweep is asked for: what the viewer has, and how many bytes it may have.
pub type Swept = (Option<Held>, Option<usize>);

/// All that was made of one frame.
#[derive(Debug, Default)]
pub struct Made {
    /// The whole picture as viewers hold it.
    pub key: Option<Arc<EncodedFrame>>,
    /// Deltas, by their bases.
    pub deltas: Shelf<u64, Arc<EncodedFrame>>,
    /// Messages of sweeps.
    pub sweeps: Shelf<Swept, Arc<EncodedFrame>>,
    /// Refinements, by the place in the log and the bytes that were asked for.
    pub refined: Shelf<(u64, usize), Served>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_found_and_a_full_shelf_takes_only_what_many_need() {
        let mut shelf = Shelf::default();
        (10..20).for_each(|number: u64| shelf.put(number, &(number + 100)));
        assert_eq!([shelf.find(&17), shelf.find(&18)], [Some(117), None]);
        shelf.add(4, &104);
        assert_eq!([shelf.nearest(3), shelf.nearest(9), shelf.nearest(30)], [None, Some(104), Some(117)]);
    }
}
