//! `steadycast top`, and `--tui` of a server: how cameras fare, in a terminal, also over a thin line.
//!
//! A thread asks a server again and again; what it says becomes a `view`, which keys change as well, and
//! which is drawn as a `screen`. Nothing is drawn that has not changed.

mod answers;
mod ask;
mod beside;
mod keys;
mod picture;
mod run;
mod screen;
mod target;
mod view;

pub use self::{beside::Beside, run::run, target::Target};
