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
//! - [`hub`]: the newest frame per camera and level, and who watches;
//! - [`adapt`]: what a viewer's link takes (pure);
//! - [`transport`]: WebSocket, MJPEG and HTTP;
//! - [`app`]: builds them all from [`config`].
//!
//! Beside them, [`probe`] says what a source is, and [`scene_files`] writes the synthetic scene to a folder,
//! to train and measure models with.
//!
//! Nouns that every stage may use: [`fence`], [`frame`], [`jpeg`], [`quality`], [`protocol`], [`metrics`],
//! [`cameras`], [`reason`], [`secret`], [`seldom`], [`text`], [`threads`].
//!
//! Invariants: nothing on the way from capture to a viewer waits for another viewer, analytics, a disk or the
//! network. No hand-off holds more than one frame, and what is skipped is counted. A level is encoded at most
//! once a frame, and only while somebody needs it. Memory does not grow with time. A panic costs the piece of
//! work in which it happens. Decisions are pure code with time passed in.

pub mod adapt;
pub mod analytics;
pub mod app;
pub mod cameras;
pub mod capture;
pub mod config;
pub mod encode;
pub mod fence;
pub mod frame;
pub mod hub;
pub mod jpeg;
pub mod metrics;
pub mod probe;
pub mod protocol;
pub mod quality;
pub mod reason;
pub mod scene_files;
pub mod secret;
pub mod seldom;
pub mod source;
pub mod text;
pub mod threads;
pub mod transport;
