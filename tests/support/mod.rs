//! What the whole-server tests stand on: a server to start, clients to watch it with, real media servers, and
//! waiting.
//!
//! Nothing here judges the product, except that a client refuses what nobody may ever get: a broken JPEG, a
//! frame number that does not rise, a JSON answer that is not as it is described.

pub mod any_certificate;
pub mod broker;
pub mod camera;
pub mod compose;
pub mod day;
mod described;
pub mod events;
pub mod floods;
pub mod frames;
pub mod http;
pub mod media;
pub mod metrics;
pub mod program;
pub mod receiver;
pub mod schema;
pub mod server;
mod skipped;
pub mod tls;
pub mod unnoticed;
mod urgent;
pub mod users;
pub mod viewer;
pub mod wait;
pub mod wire;

pub use skipped::skip;

/// Whether what takes long is wanted, as `STEADYCAST_LONG` says.
pub fn is_long() -> bool {
    std::env::var_os("STEADYCAST_LONG").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The small scene most tests watch: little work for the machine, and still a picture that changes.
pub const SCENE: &str = "synthetic:people=5,vehicles=1,seed=1";
