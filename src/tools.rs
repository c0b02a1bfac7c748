//! Tools that every stage may use: counters, fences, threads, a limit for the log, letters in pictures.
//!
//! Nothing here knows a stage; nouns only.

pub mod fence;
pub mod log_limit;
pub mod metrics;
pub mod text;
pub mod threads;
