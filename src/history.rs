//! History: what cameras saw, kept in a database and asked for later.
//!
//! In come news, out come series of minutes, hours and days, events one by one with their pictures, and
//! counts since midnight. A disk that is full, slow or broken costs history and nothing else. What is asked
//! over HTTP is `transport`'s; who makes the pictures of events is `app`'s.

mod ageing;
mod body;
mod calendar;
mod counts;
mod error;
mod events;
mod files;
mod handle;
mod keeper;
mod losses;
mod measure;
mod moments;
mod name;
mod readers;
mod retention;
mod rollup;
mod row;
mod schema;
mod series;
mod settings;
mod shared;
mod state;
mod step;
mod store;
mod sums;
mod tables;
mod writer;

pub use self::{
    calendar::{Calendar, UnknownZone},
    counts::CountsSince,
    error::{HistoryError, Trouble},
    events::{EventQuery, MOST_EVENTS, StoredEvent, Stretch, StretchQuery},
    handle::History,
    moments::Moments,
    name::Name,
    row::{ClassRow, CrossedRow, Figure, LineRow, RiskRow, Row, ZoneRow},
    series::{MOST_ROWS, SeriesQuery},
    settings::{HistorySettings, Keep},
    state::HistoryState,
    step::Step,
    writer::Illustrate,
};

#[cfg(test)]
mod tests;
