//! One piece of news: its number, its camera, and what is new of it.

use std::sync::Arc;

use crate::nouns::{event::Event, result::AnalyticsResult, state::Pulse};

/// Something new of a camera.
#[derive(Clone, Debug)]
pub struct News {
    /// Number of the news: later ones have higher numbers, across restarts too.
    pub number: u64,
    /// Name of the camera.
    pub camera: Arc<str>,
    /// What is new.
    pub item: Item,
}

/// What is new.
#[derive(Clone, Debug)]
pub enum Item {
    /// What a model found in a frame.
    Result(Arc<AnalyticsResult>),
    /// Something that happened.
    Event(Event),
    /// How the camera fares, about once a second.
    Pulse(Pulse),
}
