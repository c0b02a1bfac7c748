//! Tools that every stage may use: counters, fences, threads, a limit for the log, letters in pictures,
//! times in words.
//!
//! Nothing here knows a stage; nouns only.

pub mod fence;
pub mod log_limit;
pub mod metrics;
pub mod text;
pub mod threads;
pub mod words;
