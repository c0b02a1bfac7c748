//! The hand-off from encoding to viewers: one frame number of a stream, with what nearly all viewers need
//! made already, and the way to what else can be made of it.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use super::{
    cut::Room,
    held::{Below, Held},
    live::Live,
    made::Served,
};
use crate::{frame::EncodedFrame, nouns::form::Part};

/// Longest wait of a viewer for another one's frame, which is made sooner. Who waits for the encoder instead
/// is rung when its frame is there.
const PATIENCE: Duration = Duration::from_micros(300);

/// One frame number of a stream.
pub struct Advance {
    /// Number of the frame.
    pub number: u64,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// What those are sent who hold `from`.
    usual: Served,
    from: Option<Held>,
    /// Guards the stream. Encoding holds the lock while it is at a frame, a viewer's thread while it makes
    /// what that viewer lacks, 0.3 ms at most.
    live: Option<Arc<Mutex<Live>>>,
}

/// What there is for a viewer.
pub enum Take {
    /// A frame.
    Frame(Served),
    /// Nothing now: the encoder is at the next frame, and rings within milliseconds.
    Later,
}

impl Advance {
    /// A frame of a stream: `usual` was made for who holds `from`.
    pub fn of(usual: Served, from: Held, live: &Arc<Mutex<Live>>) -> Self {
        let (number, size) = (usual.frame.number, usual.frame.size);
        Advance { number, size, usual, from: Some(from), live: Some(Arc::clone(live)) }
    }

    /// A complete picture of no stream: a slate, or a camera's own JPEG. What follows it is a key frame or a
    /// sweep.
    pub fn lone(frame: &Arc<EncodedFrame>) -> Self {
        // No stream has this life.
        let held = Held { life: 0, number: frame.number, row: 0, below: Below::Foreign, refined: 0 };
        let usual = Served { frame: Arc::clone(frame), held };
        Advance { number: frame.number, size: frame.size, usual, from: None, live: None }
    }

    /// What a viewer is sent that holds `held`; `None` for one that has just come or cannot apply deltas.
    /// Waits no longer than another viewer's frame takes to be made.
    pub fn take(&self, held: Option<Held>, room: Room) -> Take {
        let Some(live) = &self.live else { return Take::Frame(self.usual.clone()) };
        if let Some(served) = self.usual_for(held, room) {
            return Take::Frame(served);
        }
        let served = live.try_lock_for(PATIENCE).filter(|live| live.number() == self.number);
        served.and_then(|mut live| live.serve(held, room).ok()).map_or(Take::Later, Take::Frame)
    }

    /// What was made already, where that is right for a viewer.
    fn usual_for(&self, held: Option<Held>, room: Room) -> Option<Served> {
        let Some(held) = held else { return self.is_whole().then(|| self.usual.clone()) };
        let fits = room.takes(self.usual.frame.message.len());
        // A complete picture is right for everybody; nothing on it is refined.
        if self.is_whole() {
            return fits.then(|| self.usual.clone());
        }
        let is_usual = Some(held.without_refinements()) == self.from;
        let after = Held { refined: held.refined, ..self.usual.held };
        (fits && is_usual).then(|| Served { held: after, ..self.usual.clone() })
    }

    fn is_whole(&self) -> bool {
        self.usual.frame.part == Part::Whole
    }

    /// Refinements of this frame for a viewer that holds all of it, of up to `most` bytes; `None` where there
    /// is none, where a later frame comes first, and while another thread is at the stream. Never waits.
    pub fn refine(&self, held: Held, most: usize) -> Option<Served> {
        let live = self.live.as_ref()?;
        if held.without_refinements() != self.usual.held.without_refinements() {
            return None;
        }
        live.try_lock()?.refine(held, most)
    }
}

#[cfg(test)]
mod tests;
