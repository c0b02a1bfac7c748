//! Keeps what ARCHITECTURE.md says about the code true: headers, sizes, words, fences, floors, circles.
//!
//! What the documents say is `tests/docs.rs`'s.

mod circles;
mod fences;
mod floors;
mod sizes;
mod source;
mod words;
