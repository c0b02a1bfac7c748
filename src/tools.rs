//! Tools that every stage may use: counters, fences, threads, free memory, files of one's own and files
//! that are exchanged, a limit for the log, letters in pictures, turns, the way to other servers, times in
//! words.
//!
//! Nothing here knows a stage; nouns only.

pub mod exchange;
pub mod fence;
pub mod log_limit;
pub mod memory;
pub mod metrics;
pub mod own;
pub mod text;
pub mod threads;
pub mod turns;
pub mod web;
pub mod words;
