//! How much a viewer's link takes: pure, with time passed in, no socket and no clock.
//!
//! In go what was sent and what was acknowledged; out comes whether another frame may be sent. Which level a viewer gets is the
//! viewer's own decision.

mod window;

pub use window::Window;
