//! The hand-off from encoding to viewers: one frame number of a stream, with what nearly all viewers need
//! made already, and the way to what else can be made of it.

use std::{sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::{
    cut::Room,
    held::{Below, Held},
    live::Live,
    made::Served,
    thin::Thin,
};
use crate::{frame::EncodedFrame, nouns::form::Part};

/// One frame number of a stream.
pub struct Advance {
    /// Number of the frame.
    pub number: u64,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// Frame for those who hold `from`.
    usual: Served,
    from: Option<Held>,
    /// Guards the stream. Encoding holds the lock while it is at a frame, a viewer's thread, which never
    /// waits for it, while it makes what that viewer lacks: at 720p about 0.15 ms, and 0.5 ms a key frame,
    /// which is one for all; at 4096x2304 ten times as long. How much of that there may be, `purse` says.
    live: Option<Arc<Mutex<Live>>>,
    /// Who is told where the complete picture is too large for somebody.
    thin: Option<Arc<Thin>>,
}

/// What there is for a viewer.
pub enum Take {
    /// A frame.
    Frame(Served),
    /// Nothing at this moment: another thread is at the stream, for a millisecond or two, or so much was made
    /// for others that this viewer has to wait.
    Later,
}

impl Advance {
    /// A frame of a stream: `usual` was made for who holds `from`.
    pub fn of(usual: Served, from: Held, live: &Arc<Mutex<Live>>) -> Self {
        let from = Some(from.without_refinements());
        Advance { from, live: Some(Arc::clone(live)), ..Advance::showing(usual) }
    }

    /// A complete picture of no stream: a slate, or a picture of which there are no deltas. What follows it
    /// is a key frame or a sweep.
    pub fn lone(frame: &Arc<EncodedFrame>) -> Self {
        // No stream has this life.
        let held = Held { life: 0, number: frame.number, row: 0, below: Below::Foreign, refined: 0 };
        Advance::showing(Served { frame: Arc::clone(frame), held })
    }

    /// A camera's own JPEG. For whom it is too large there is the stream, where that takes the camera's
    /// pictures meanwhile, and `thin` is told.
    pub fn untouched(frame: &Arc<EncodedFrame>, thin: &Arc<Thin>, live: Option<Arc<Mutex<Live>>>) -> Self {
        Advance { thin: Some(Arc::clone(thin)), live, ..Advance::lone(frame) }
    }

    fn showing(usual: Served) -> Self {
        let (number, size) = (usual.frame.number, usual.frame.size);
        Advance { number, size, usual, from: None, live: None, thin: None }
    }

    /// What a viewer is sent that holds `held`; `None` for one that has just come or cannot apply deltas.
    /// Never waits.
    pub fn take(&self, held: Option<Held>, room: Room) -> Take {
        let is_large = !room.takes(self.usual.frame.message.len());
        if let Some(thin) = self.thin.as_ref().filter(|_| is_large) {
            thin.ask(self.number);
        }
        let Some(live) = &self.live else { return Take::Frame(self.usual.clone()) };
        if let Some(served) = self.usual_for(held, room) {
            return Take::Frame(served);
        }
        let live = live.try_lock().filter(|live| live.number() == self.number);
        match live.map(|mut live| live.share(held, room, Instant::now())) {
            Some(Ok(Some(served))) => Take::Frame(served),
            Some(Ok(None) | Err(_)) | None => Take::Later,
        }
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
        // Nothing is refined then, where blocks are among these that may be sharper.
        (fits && is_usual).then(|| self.usual.clone().for_who_has(held.refined))
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
        live.try_lock()?.refine(held, most, Instant::now())
    }
}

#[cfg(test)]
mod tests;
