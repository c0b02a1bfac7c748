//! Models for real cameras: which there are to get, getting one, adding one's own, and trying any.
//!
//! In goes what was asked on the command line, out comes text for people, and files in the folder of the
//! models. Nothing is fetched unless somebody asks for it by name, and nothing here serves or watches: which
//! model a camera uses is a setting, and what models find is `analytics`'.
//!
//! ```text
//! catalogue (what is published) -> get (resume, verify) -> `tools::web` (HTTP)
//!                                   |
//! check (load, time, look) -> add -> store (whole files only)
//! ```

mod add;
mod catalogue;
mod check;
mod error;
mod get;
mod listing;
mod picture;
mod progress;
mod shown;
mod store;
mod task;

pub use self::{
    catalogue::{CATALOGUE, Entry, Published},
    error::ModelsError,
    task::{ModelsTask, What},
};
