//! Where what capture gives goes: frames and events to whoever the caller says.
//!
//! Two callbacks only; when they are called is the feed's.

use std::sync::Arc;

use crate::{frame::Frame, nouns::event::Event};

/// Takes each frame as it comes. Must not block: it runs on the capture thread.
pub type OnFrame = Box<dyn Fn(&Arc<Frame>) + Send + Sync>;

/// Takes what happens to the camera. Must not block.
pub type OnEvent = Box<dyn Fn(Event) + Send + Sync>;

/// Where what capture gives goes.
pub struct Sinks {
    /// Takes each frame.
    pub on_frame: OnFrame,
    /// Takes each event.
    pub on_event: OnEvent,
}

impl Sinks {
    /// Nowhere.
    #[cfg(test)]
    pub fn none() -> Self {
        Sinks { on_frame: Box::new(|_| {}), on_event: Box::new(|_| {}) }
    }
}
