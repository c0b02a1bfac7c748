//! Stage 4, newest frame per camera and rung, and who watches: loss is a count, never a queue.
//!
//! In come encoded frames and how the camera fares; out goes to each viewer the newest of what it wants, when
//! it asks. Sockets and messages are `transport`'s.

mod audience;
mod audiences;
mod balance;
mod channel;
mod condition;
mod door;
mod events;
mod permit;
mod results;
mod sets;
mod supply;
mod viewer;

pub use audiences::Audiences;
pub use balance::Balance;
pub use channel::{Channel, Over};
pub use condition::{CameraNow, Condition};
pub use door::{Door, JoinError};
pub use events::Events;
pub use results::{FramedResult, NewestResults};
pub use supply::Supply;
pub use viewer::{Taken, Viewer};
