//! Nouns that every stage may use: pictures, qualities, forms, layers, places, names of cameras, counts,
//! results, events, states, reasons, secrets.
//!
//! Data and the little that keeps it consistent; no clock, no task, nothing of any stage.

pub mod count;
pub mod event;
pub mod form;
pub mod layers;
pub mod name;
pub mod picture;
pub mod place;
pub mod quality;
pub mod reason;
pub mod result;
pub mod rule;
pub mod secret;
pub mod state;
