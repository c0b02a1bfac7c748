//! Only what changed: which blocks of a stream's pictures its viewers lack, and the frames that give them
//! those.
//!
//! In go coefficients and what each viewer has; out come key frames, deltas, sweeps and refinements, each
//! made once and shared. Who may have how many bytes is `transport`'s, how JPEGs are coded `coder`'s.
//!
//! ```text
//! Coefficients, Moved -> Live (sight, decide, changes, sharp) -> Advance -> viewers (Held, Room)
//!                           cut (sweep, estimate) -- parcel --^
//! ```
//!
//! All judging is against what viewers hold, the values that were coded last, so that slow changes of light
//! cannot hide under a tolerance. A delta gives blocks as they are, not differences, so it may be applied to
//! any later frame of its stream than its base too.

mod advance;
mod changes;
mod cut;
mod decide;
mod estimate;
#[cfg(test)]
mod fixtures;
mod held;
mod live;
mod made;
mod parcel;
mod purse;
mod refine;
mod runs;
mod sharp;
mod sight;
mod state;
mod sweep;
mod thin;

pub use advance::{Advance, Take};
pub use changes::Changes;
pub use cut::{Cut, Room, cut};
pub use decide::{Rotation, Tolerance, Turn, is_key};
pub use estimate::Estimate;
pub use held::{Below, Held};
pub use live::{Live, Looked};
pub use made::Served;
pub use refine::{MOST_AT_ONCE, Refined, STILL_FOR_US};
pub use state::{Cost, State};
pub use thin::Thin;
