//! The hand-off from encoding to viewers: one frame number of a stream, with what nearly all viewers need
//! made already, and the way to what else can be made of it.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    cut::Room,
    held::{Below, Held},
    live::{Live, Served},
};
use crate::frame::EncodedFrame;

/// One frame number of a stream.
pub struct Advance {
    /// Number of the frame.
    pub number: u64,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// What those are sent who hold `from`.
    usual: Served,
    from: Option<Held>,
    /// Guards the stream. Encoding holds the lock while it is at a frame; whoever else wants it does not
    /// wait.
    live: Option<Arc<Mutex<Live>>>,
}

/// What there is for a viewer.
pub enum Take {
    /// A frame.
    Frame(Served),
    /// Nothing now: the encoder is at the next frame, and rings within a millisecond.
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
    /// Never waits.
    pub fn take(&self, held: Option<Held>, room: Room) -> Take {
        let Some(live) = &self.live else { return Take::Frame(self.usual.clone()) };
        if held.is_some() && held.map(Held::without_refinements) == self.from {
            let refined = held.map_or(0, |held| held.refined);
            let held = Held { refined, ..self.usual.held };
            return Take::Frame(Served { held, ..self.usual.clone() });
        }
        let served = live.try_lock().filter(|live| live.number() == self.number);
        served.and_then(|mut live| live.serve(held, room).ok()).map_or(Take::Later, Take::Frame)
    }

    /// Refinements of this frame for a viewer that holds all of it, of up to `most` bytes; `None` where there
    /// is none.
    pub fn refine(&self, _held: Held, _most: usize) -> Option<Served> {
        None
    }
}
