//! Stage 2, the thread that pulls: one per camera, paced, replaced when it fails or hangs.
//!
//! In goes a source's address, out come numbered frames, one at a time and each handed on at once, and the
//! camera's state. A supervisor thread keeps the reading thread alive and shows the slate; whether and when
//! is decided in `life`, `rhythm`, `pacing`, `retry` and `said`, which are pure. A camera's feed outlives its
//! source: the source may be changed, switched off and on while viewers watch.

mod counters;
mod feed;
mod handle;
mod hung;
mod life;
pub mod pacing;
mod rate;
mod reader;
mod report;
pub mod retry;
mod rhythm;
mod said;
mod settings;
mod sinks;
mod slate;
mod supervisor;

pub use feed::Feed;
pub use handle::Capture;
pub use report::Report;
pub use settings::CaptureSettings;
pub use sinks::{OnEvent, OnFrame, Sinks};
