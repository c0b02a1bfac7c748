//! What was made of the newest frame of a stream, kept for whoever asks for it too.

use std::sync::Arc;

use super::held::Held;
use crate::frame::EncodedFrame;

/// Most deltas that are made each for viewers of one base; then many bases are served together.
const MOST_BASES: usize = 8;

/// A frame for a viewer, and what the viewer has with it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The frame.
    pub frame: Arc<EncodedFrame>,
    /// What the viewer has then.
    pub held: Held,
}

impl Served {
    /// The frame for a viewer that has refinements up to that place of the log, of which it may lose some.
    pub fn for_who_has(self, refined: u64) -> Served {
        Served { held: Held { refined: refined.min(self.held.refined), ..self.held }, ..self }
    }
}

/// A frame that a viewer is to be sent.
#[derive(Debug)]
pub enum Order {
    /// The whole picture.
    Key,
    /// A frame that is there.
    Made(Served),
    /// Blocks that changed behind frame `base`.
    Delta {
        /// Which ones, in order.
        which: Vec<u32>,
        /// Number of the frame.
        base: u64,
        /// What the viewer has then.
        after: Held,
    },
    /// A message of a sweep.
    Sweep {
        /// The blocks of it, in order.
        which: Vec<u32>,
        /// By what it is found.
        asked: Swept,
        /// What the viewer has then.
        after: Held,
    },
}

/// By what a message of a sweep is asked for: what the viewer has, and how many bytes it may have.
pub type Swept = (Held, Option<usize>);

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

    /// Puts down what was made for that.
    pub fn add(&mut self, asked: K, thing: &V) {
        self.things.push((asked, thing.clone()));
    }
}

impl<V: Clone> Shelf<u64, V> {
    /// Whether no more is made for one base alone.
    pub fn is_full(&self) -> bool {
        self.things.len() >= MOST_BASES
    }

    /// What was made for the nearest base that is not above that number.
    pub fn nearest(&self, number: u64) -> Option<V> {
        let below = self.things.iter().filter(|(other, _)| *other <= number);
        below.max_by_key(|(other, _)| *other).map(|(_, thing)| thing.clone())
    }
}

/// All that was made of one frame.
#[derive(Debug, Default)]
pub struct Made {
    /// The whole picture as viewers hold it.
    pub key: Option<Arc<EncodedFrame>>,
    /// Deltas, by their bases.
    pub deltas: Shelf<u64, Served>,
    /// Messages of sweeps.
    pub sweeps: Shelf<Swept, Served>,
    /// Refinements, by the place in the log and the bytes that were asked for.
    pub refined: Shelf<(u64, usize), Served>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_found_and_of_a_full_shelf_what_is_nearest() {
        let mut shelf = Shelf::default();
        for number in 10_u64..18 {
            assert!(!shelf.is_full());
            shelf.add(number, &(number + 100));
        }
        assert_eq!([shelf.find(&17), shelf.find(&18)], [Some(117), None]);
        assert!(shelf.is_full());
        shelf.add(4, &104);
        assert_eq!([shelf.nearest(3), shelf.nearest(9), shelf.nearest(30)], [None, Some(104), Some(117)]);
    }
}
