//! What a viewer is sent next: a key frame, all that it lacks, or as much of it as its link takes now. Pure.

use super::{
    changes::Changes,
    decide::is_key,
    estimate::Estimate,
    held::{Below, Held},
};

/// Bytes that a viewer's link takes; `None` where nothing is known of it, or more than any frame has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Room {
    /// Most bytes of a key frame: what the link carries in 150 ms.
    pub most: Option<usize>,
    /// Most bytes of one message of a sweep: what the link carries between two frames.
    pub cut: Option<usize>,
}

/// What a viewer is sent next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The whole picture.
    Key,
    /// Some blocks.
    Blocks {
        /// Which ones, in order.
        which: Vec<u32>,
        /// What the viewer has then.
        after: Held,
        /// Whether they are a part of a sweep, which applies to any picture of the camera.
        sweep: bool,
    },
}

/// What is known of a stream.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Which frame changed each block last.
    pub changes: &'a Changes,
    /// Values of each block that are not zero.
    pub weights: &'a [u16],
    /// How many bytes they take.
    pub estimate: Estimate,
    /// Life of the stream.
    pub life: u64,
    /// Number of its newest frame.
    pub number: u64,
}

impl State<'_> {
    /// Bytes that a JPEG of those blocks takes.
    pub fn bytes(&self, blocks: &[u32]) -> usize {
        let values = blocks.iter().filter_map(|block| self.weights.get(*block as usize));
        self.estimate.bytes(values.map(|weight| u64::from(*weight)).sum(), blocks.len())
    }

    /// Bytes that a key frame takes.
    pub fn whole_bytes(&self) -> usize {
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.estimate.bytes(values, self.weights.len())
    }
}

/// Decides what a viewer is sent that holds `held`; `None` for one that has just come or cannot apply deltas.
pub fn cut(state: &State, held: Option<Held>, room: Room) -> Cut {
    let rows = state.changes.rows();
    let Some(held) = held.filter(|held| held.life == state.life && usize::from(held.row) == rows) else {
        return Cut::Key;
    };
    let which: Vec<u32> = state.changes.behind(held.number).collect();
    let bytes = state.bytes(&which);
    let fits = room.most.is_none_or(|most| bytes <= most);
    if which.is_empty() || !fits || is_key(bytes, state.whole_bytes()) {
        return Cut::Key;
    }
    let after = Held { number: state.number, below: Below::Number(state.number), ..held };
    Cut::Blocks { which, after, sweep: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_the_frame_before_gets_what_changed_and_who_has_nothing_a_key_frame() {
        let mut changes = Changes::new(8, 5, 1);
        changes.set(9, 3);
        let state = State {
            changes: &changes,
            weights: &[100; 40],
            estimate: Estimate::default(),
            life: 1,
            number: 3,
        };
        let cut = |held| cut(&state, held, Room::default());
        let after = Held::whole(1, 3, 5);
        assert_eq!(cut(Some(Held::whole(1, 2, 5))), Cut::Blocks { which: vec![9], after, sweep: false });
        for held in [None, Some(Held::whole(0, 2, 5)), Some(Held::whole(1, 0, 5))] {
            assert_eq!(cut(held), Cut::Key, "{held:?}");
        }
    }
}
