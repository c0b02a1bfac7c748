//! Tools that every stage may use: counters, fences, threads, free memory, a limit for the log, letters in
//! pictures, times in words.
//!
//! Nothing here knows a stage; nouns only.

pub mod fence;
pub mod log_limit;
pub mod memory;
pub mod metrics;
pub mod text;
pub mod threads;
pub mod words;
