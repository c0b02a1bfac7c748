//! What was made of the newest frame of a stream, kept for whoever asks for it too.

use std::sync::Arc;

use super::held::Held;
use crate::frame::EncodedFrame;

/// Most deltas that are made each for viewers of one base; then many bases are served together.
const MOST_BASES: usize = 8;

/// Most things that are made of a frame because viewers asked for them, the key frame not counted: at 720p
/// each holds the stream for about 0.15 ms, which encoding waits for.
pub const MOST_MADE: usize = 16;

/// A frame for a viewer, and what the viewer has with it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The frame.
    pub frame: Arc<EncodedFrame>,
    /// What the viewer has then.
    pub held: Held,
}

/// A frame that a viewer is to be sent.
#[derive(Debug)]
pub enum Order {
    /// The whole picture.
    Key,
    /// A frame that is there.
    Made(Arc<EncodedFrame>),
    /// Blocks that changed behind frame `base`.
    Delta {
        /// Which ones, in order.
        which: Vec<u32>,
        /// Number of the frame.
        base: u64,
    },
    /// A message of a sweep.
    Sweep {
        /// The blocks of it, in order.
        which: Vec<u32>,
        /// Number of the viewer's frame.
        base: u64,
        /// By what it is found.
        asked: Swept,
    },
}

/// By what a message of a sweep is asked for: what the viewer has, and how many bytes it may have.
pub type Swept = (Option<Held>, Option<usize>);

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
    /// Whether no more is made for one number alone.
    pub fn is_full(&self) -> bool {
        self.things.len() >= MOST_BASES
    }

    /// What was made for the nearest number that is not above that one.
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
    pub deltas: Shelf<u64, Arc<EncodedFrame>>,
    /// Messages of sweeps.
    pub sweeps: Shelf<Swept, Arc<EncodedFrame>>,
    /// Refinements, by the place in the log and the bytes that were asked for.
    pub refined: Shelf<(u64, usize), Served>,
    /// Things that viewers had made.
    spent: usize,
}

impl Made {
    /// The frame, where it is there.
    pub fn find(&self, order: &Order) -> Option<Arc<EncodedFrame>> {
        match order {
            Order::Key => self.key.clone(),
            Order::Made(frame) => Some(Arc::clone(frame)),
            Order::Delta { base, .. } => self.deltas.find(base),
            Order::Sweep { asked, .. } => self.sweeps.find(asked),
        }
    }

    /// Whether one thing more may be made for a viewer; it counts then.
    pub fn may_spend(&mut self) -> bool {
        let may = self.spent < MOST_MADE;
        self.spent += usize::from(may);
        may
    }
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

    #[test]
    fn so_much_may_be_made_of_a_frame_and_no_more() {
        let mut made = Made::default();
        assert_eq!((0..100).filter(|_| made.may_spend()).count(), MOST_MADE);
    }
}
