//! Stage 3, pictures to bytes: only the rungs somebody needs, each at most once a frame, on a small pool of
//! threads.
//!
//! In come frames and what viewers want; out go finished JPEGs, and for those who take deltas what changed,
//! each handed on at once by the thread that finished it. Who gets them is the hub's.
//!
//! ```text
//! viewers ------> demand (who wants which stream)
//!                   |
//! frames -> queue (newest a stream) -> pool -> make -> passthrough, or transforms and a coder -> JPEGs
//!                                               |     or transforms and deltas -> what changed
//!                                             meter -> merge (which streams are too many)
//! ```
//!
//! What is painted over pictures for those who ask for layers is decided elsewhere, behind [`Paint`].

mod costs;
mod deltas;
mod demand;
mod downscale;
mod error;
mod failures;
mod make;
mod merge;
mod meter;
mod paint;
mod passthrough;
mod pool;
mod queue;
mod shared;
mod stream;
mod transforms;
mod turbo;
mod watched;

pub use downscale::halve;
pub use error::{EncodeError, PixelsError};
pub use merge::{Lately, MERGE_EVERY, Merger};
pub use meter::{Spent, Total};
pub use paint::{FrameAt, Paint};
pub use pool::{Encoder, OnAdvanced, OnEncoded, Partners, Pool, Want};
pub use stream::Stream;
pub use turbo::{Compressor, planes_of};
pub use watched::Moved;
