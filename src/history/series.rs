//! Series: a camera's rows of a time, of a minute to a day each.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{
    calendar::Calendar,
    error::HistoryError,
    measure::Slot,
    name::Name,
    row::Row,
    step::{Bin, Bins, Step},
    store::HOUR_S,
    sums::Sums,
    tables::{Table, camera_id, count_steps, each_sums, end, first, names},
};

/// Most rows that are given at once: two months of minutes.
pub const MOST_ROWS: i64 = 90_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct SeriesQuery<'a> {
    /// Name of the camera.
    pub camera: &'a str,
    /// Moment into whose row the first falls, seconds since the Unix epoch.
    pub from_s: i64,
    /// Moment before which the last row begins, seconds since the Unix epoch.
    pub to_s: i64,
    /// Length of the rows.
    pub step: Step,
    /// Whose days are meant.
    pub calendar: &'a Calendar,
}

/// Hands on the rows in which anything was heard of the camera, oldest first: a gap is a row that is not
/// there. Where there are too many, none is.
///
/// # Errors
/// Too many rows, or what the disk says.
pub fn each_row(
    connection: &Connection,
    query: &SeriesQuery,
    take: impl FnMut(&Row),
) -> Result<(), HistoryError> {
    let Some(camera) = camera_id(connection, query.camera)? else { return Ok(()) };
    let Some(time) = clipped(connection, camera, (query.from_s, query.to_s))? else { return Ok(()) };
    let names = names(connection)?;
    let mut rows = Rows::new(Bins::new(query.step, time, query.calendar), &names, take);
    // The first and the last row are whole, wherever in them the time begins and ends.
    let from = rows.bins.of(time.0).map_or(time.0, |(from, _)| from);
    let to = rows.bins.of(time.1 - 1).map_or(time.1, |(_, to)| to);
    let sources = rows.sources(connection, camera, (from, to))?;
    // Seldom so long that they have to be counted.
    if (to - from) / query.step.least_seconds() >= MOST_ROWS {
        let open = (Table::Open, from, to);
        check_count(connection, camera, query.step, &[open, sources[0], sources[1]])?;
    }
    each_sums(connection, Table::Open, (camera, from, to), |at_s, bytes| rows.add_open(at_s, bytes))?;
    for (table, from_s, to_s) in sources {
        each_sums(connection, table, (camera, from_s, to_s), |at_s, bytes| rows.add(at_s, bytes))?;
    }
    rows.finish();
    rows.open_before((i64::MAX, i64::MAX));
    Ok(())
}

/// Refuses parts of tables of which more rows would be made than are given at once.
fn check_count(
    connection: &Connection,
    camera: i64,
    step: Step,
    parts: &[(Table, i64, i64)],
) -> Result<(), HistoryError> {
    let mut count = 0;
    for (table, from_s, to_s) in parts {
        count += count_steps(connection, *table, (camera, *from_s, *to_s), step.least_seconds())?;
    }
    if count > MOST_ROWS { Err(HistoryError::TooMany { most: MOST_ROWS }) } else { Ok(()) }
}

/// The part of a time of which there may be anything; `None` where there is nothing.
fn clipped(
    connection: &Connection,
    camera: i64,
    (from, to): (i64, i64),
) -> Result<Option<(i64, i64)>, HistoryError> {
    let mut firsts = Vec::new();
    for table in [Table::Minutes, Table::Hours, Table::Open] {
        firsts.extend(first(connection, table, camera)?);
    }
    let (Some(first), Some(end)) = (firsts.into_iter().min(), end(connection, camera)?) else {
        return Ok(None);
    };
    let time = (from.max(first), to.min(end));
    Ok((time.0 < time.1).then_some(time))
}

/// Rows that come together, each as soon as all of it has been read.
struct Rows<'a, F> {
    bins: Bins,
    names: &'a [Name],
    /// What goes on, by the row into which it falls.
    open: BTreeMap<Bin, Sums<Slot>>,
    /// The row that is being read, and its sums so far.
    reading: Option<Bin>,
    sums: Sums<Slot>,
    /// The row that was handed on last, for the room that it takes.
    row: Row,
    take: F,
}

impl<'a, F: FnMut(&Row)> Rows<'a, F> {
    fn new(bins: Bins, names: &'a [Name], take: F) -> Self {
        let (open, sums, row) = (BTreeMap::new(), Sums::default(), Row::default());
        Rows { bins, names, open, reading: None, sums, row, take }
    }

    /// Takes a minute that goes on; all of them come before the first that is over.
    fn add_open(&mut self, at_s: i64, bytes: &[u8]) {
        if let Some(bin) = self.bins.of(at_s) {
            self.open.entry(bin).or_default().add_bytes(bytes);
        }
    }

    /// Takes a minute or an hour that is over; they come in order.
    fn add(&mut self, at_s: i64, bytes: &[u8]) {
        let Some(bin) = self.bins.of(at_s) else { return };
        if self.reading != Some(bin) {
            self.finish();
            self.reading = Some(bin);
        }
        self.sums.add_bytes(bytes);
    }

    /// Makes a row of what has been read.
    fn finish(&mut self) {
        let Some(bin) = self.reading.take() else { return };
        self.open_before(bin);
        if let Some(open) = self.open.remove(&bin) {
            self.sums.merge(&open);
        }
        self.row.fill(bin, &self.sums, self.names);
        self.sums.clear();
        (self.take)(&self.row);
    }

    /// Makes rows of what goes on and lies before a row.
    fn open_before(&mut self, bin: Bin) {
        while let Some(first) = self.open.first_entry().filter(|first| *first.key() < bin) {
            let (bin, sums) = first.remove_entry();
            self.row.fill(bin, &sums, self.names);
            (self.take)(&self.row);
        }
    }

    /// Tables that are read for a time, each with its part: hours where rows are made of whole ones; else
    /// minutes, and before the first of those hours too, each in the row in which it begins.
    fn sources(
        &self,
        connection: &Connection,
        camera: i64,
        (from, to): (i64, i64),
    ) -> Result<[(Table, i64, i64); 2], HistoryError> {
        let border = if self.bins.hold_whole_hours() {
            to
        } else if self.bins.are_long() {
            // The hour of the first minute may have lost others.
            let first = first(connection, Table::Minutes, camera)?.unwrap_or(to);
            (first + HOUR_S - 1 - (first + HOUR_S - 1).rem_euclid(HOUR_S)).clamp(from, to)
        } else {
            from
        };
        Ok([(Table::Hours, from, border), (Table::Minutes, border, to)])
    }
}
