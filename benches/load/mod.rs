//! The load generator's library: viewers in, a table out.
//!
//! ```text
//! ages -> record                                      process (CPU, RSS)
//!         + pace + wire + handshake + line + steering    |
//!         + sealed + canvas                              |
//!              |                                         v
//!              +-> client (one viewer) -> crowd (many, measured together) -> report (table)
//!                                                                         -> search (the most that hold)
//!                                                                         -> figures (of a link) + cuts
//! page: a viewer that decides as the page does; sender: bytes without a product, the floor to compare with
//! ```
//!
//! A bench takes all of it with `mod load;` beside this folder, `main.rs` with `#[path = "mod.rs"] mod
//! load;`, and a test program that runs the unit tests with `#[path = "../benches/load/mod.rs"] mod load;`.
//! Nothing here but `page`, `canvas` and `compose` knows the product's own types: the same viewers must be
//! able to watch any server that speaks `/websocket/{level}`.

// Every program uses its own part of the library, and a bench without a harness compiles the test modules
// without their tests. In the program that is nothing but its tests, its items count as seen from outside.
#![allow(dead_code, unused_imports, missing_docs, clippy::missing_errors_doc)]

pub mod ages;
#[path = "../../tests/support/any_certificate.rs"]
mod any_certificate;
pub mod canvas;
pub mod client;
#[path = "../../tests/support/compose.rs"]
pub mod compose;
pub mod crowd;
pub mod cuts;
pub mod figures;
pub mod handshake;
pub mod line;
pub mod pace;
pub mod page;
pub mod process;
pub mod record;
pub mod report;
pub mod sealed;
pub mod search;
pub mod sender;
pub mod steering;
pub mod wire;

#[cfg(test)]
mod tests;
