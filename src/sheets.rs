//! Google Sheets: a row of each camera now and then, by a web app of the operator's own (`deploy/sheets.gs`),
//! which tells what its rows add up to.
//!
//! In come figures, out go rows. One thread does it; rows wait while the web app does not answer, the oldest
//! go first where that takes too long, and nothing else waits for it.

mod keeper;
mod row;
mod settings;
mod web_app;

pub use self::{
    keeper::{Cameras, Sheets},
    row::{Seen, Totals},
    settings::Settings,
};
