//! Steadycast turns cameras into live pictures that stay steady on any link.
//!
//! ```text
//!                                    levels wanted                       acks, level changes
//!                             +---------------------------+   +--------------------------------------+
//!                             v                           |   v                                      |
//!  source -> capture -> newest frame -> encode (per level) -> hub (newest per level) -> transport -> viewer
//!                             |                                          ^
//!                             +-> analytics (newest frame, own thread) --+
//! ```
//!
//! Stages, in the order in which data flows; each imports the hand-off of the one before it and nothing
//! later:
//!
//! - [`source`]: where pictures come from;
//! - [`capture`]: the thread that pulls, paces and retries;
//! - [`encode`]: pictures to JPEGs, only at the levels that are wanted;
//! - [`analytics`]: what is in the pictures: crowd, things, tracks, speeds, counts;
//! - [`overlay`]: what was found, painted into pictures (pure);
//! - [`hub`]: the newest frame per camera and level, and who watches;
//! - [`adapt`]: what a viewer's link takes (pure);
//! - [`history`]: what cameras saw, kept in a database, beside the viewers;
//! - [`notify`]: people and programs are told what cameras saw;
//! - [`access`] and [`accounts`]: who may do what, and who is who;
//! - [`transport`]: WebSocket, MJPEG and HTTP;
//! - [`app`]: builds them all from [`config`], which [`cli`] reads.
//!
//! Beside them, [`probe`] says what a source is, [`models`] gets and tries models, and [`scene_files`] writes
//! the synthetic scene to a folder, to train and measure models with.
//!
//! Below them, what every stage may use: [`nouns`], [`tools`], [`protocol`] (the wire forms of nouns),
//! [`coder`] (our JPEG coder), [`jpeg`] (a camera's own JPEG), [`frame`], [`delta`] (only what changed),
//! [`cameras`].
//!
//! Invariants: nothing on the way from capture to a viewer waits for another viewer, analytics, a disk or the
//! network. No hand-off holds more than one frame, and what is skipped is counted. A level is encoded at most
//! once a frame, and only while somebody needs it. Memory does not grow with time. A panic costs the piece of
//! work in which it happens. Decisions are pure code with time passed in.

pub mod access;
pub mod accounts;
pub mod adapt;
pub mod analytics;
pub mod app;
pub mod cameras;
pub mod capture;
pub mod cli;
pub mod coder;
pub mod config;
pub mod delta;
pub mod doctor;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod history;
pub mod hub;
pub mod jpeg;
pub mod models;
pub mod mqtt;
pub mod news;
pub mod notify;
pub mod nouns;
pub mod overlay;
pub mod probe;
pub mod protocol;
pub mod registry;
pub mod roster;
pub mod scene_files;
pub mod sheets;
pub mod source;
pub mod tools;
pub mod top;
pub mod transport;
pub mod uploads;
