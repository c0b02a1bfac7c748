//! What a viewer is sent next: a key frame, all that it lacks, or as much of it as its link takes now. Pure.

use super::{decide::is_key, held::Held, runs::joined, state::State, sweep::sweep};

/// Steps in which the bytes of a message are told apart, so that viewers of like links share messages.
const STEP: usize = 512;

/// Bytes that a viewer's link takes; `None` where nothing is known of it, or more than any frame has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Room {
    /// Most bytes of a key frame: what the link carries in 150 ms, or until the next frame where that is
    /// longer.
    pub most: Option<usize>,
    /// Most bytes of one message of a sweep: what the link carries between two frames.
    pub cut: Option<usize>,
}

impl Room {
    /// Whether a frame of so many bytes is no more than a key frame may be.
    pub fn takes(self, bytes: usize) -> bool {
        self.most.is_none_or(|most| bytes <= most)
    }

    /// Bytes of one message of a sweep, in whole steps of 512 bytes and at least one; `None` where a whole
    /// picture takes no sweep.
    pub fn step(self) -> Option<usize> {
        self.cut.map(|cut| (cut / STEP).max(1) * STEP)
    }
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

/// Decides what a viewer is sent that holds `held`; `None` for one that has just come or cannot apply deltas.
pub fn cut(state: &State, held: Option<Held>, room: Room) -> Cut {
    let rows = state.changes.rows();
    let Some(held) = held else { return Cut::Key };
    if held.life == state.life && usize::from(held.row) == rows {
        let (which, has_more) = joined(state.changes.behind(held.number).collect());
        if which.is_empty() {
            return Cut::Key;
        }
        let bytes = state.bytes(&which);
        if room.takes(bytes) {
            let is_key = is_key(bytes, state.whole_bytes());
            // What is sent besides may be sharper where the viewer has it.
            let refined = if has_more { 0 } else { held.refined };
            let after = Held { refined, ..Held::whole(state.life, state.number, rows) };
            return if is_key { Cut::Key } else { Cut::Blocks { which, after, sweep: false } };
        }
    }
    match room.step() {
        Some(most) if !room.takes(state.whole_bytes()) => {
            let (which, after) = sweep(state, held, most);
            Cut::Blocks { which, after, sweep: true }
        }
        _ => Cut::Key,
    }
}

#[cfg(test)]
mod tests;
