//! MQTT: what cameras see and how they fare, as topics of a broker, and as entities of Home Assistant.
//!
//! In come news, figures and the messages of rules, out go topics: figures are kept by the broker, events are
//! not. Everything is told again behind each connection, so that a broker that was away knows it all. Where
//! the settings allow it, cameras are switched on and off. One thread does it; nothing waits for that.
//!
//! ```text
//! news ------------> worker -> board (what the broker is to know) -> broker
//! figures, survey -> gather ->    ^
//! rules' messages -> service -> worker <- orders <- broker
//! ```

mod board;
mod broker;
mod entities;
mod figures;
mod gather;
mod handle;
mod link;
mod names;
mod once;
mod orders;
mod service;
mod settings;
mod stale;
mod switching;
mod telling;
mod told;
mod trouble;
mod worker;

pub use self::{
    gather::{Asked, Cameras, Figures},
    handle::{Mqtt, Needs},
    once::Once,
    orders::{Order, Switch},
    service::{Line, Told, line},
    settings::{Authority, Broker, Settings},
};
