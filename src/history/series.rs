//! Series: a camera's rows of a time, of a minute to a day each.

use rusqlite::Connection;

use super::{
    calendar::Calendar,
    error::HistoryError,
    measure::Slot,
    row::Row,
    step::{Bin, Bins, Step},
    store::HOUR_S,
    sums::Sums,
    tables::{Table, camera_id, each_sums, end, first, names},
};

/// Most rows that are given at once: two months of minutes.
pub const MOST_ROWS: usize = 90_000;

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

/// Returns the rows in which anything was heard of the camera, oldest first: a gap is a row that is not
/// there.
///
/// # Errors
/// Too many rows, or what the disk says.
pub fn series(connection: &Connection, query: &SeriesQuery) -> Result<Vec<Row>, HistoryError> {
    let Some(camera) = camera_id(connection, query.camera)? else { return Ok(Vec::new()) };
    let Some(time) = clipped(connection, camera, (query.from_s, query.to_s))? else { return Ok(Vec::new()) };
    let mut rows = Rows { bins: Bins::new(query.step, time, query.calendar), sums: Vec::new() };
    // The first and the last row are whole, wherever in them the time begins and ends.
    let from = rows.bins.of(time.0).map_or(time.0, |(from, _)| from);
    let to = rows.bins.of(time.1 - 1).map_or(time.1, |(_, to)| to);
    for (table, from_s, to_s) in rows.sources(connection, camera, (from, to))? {
        each_sums(connection, table, (camera, from_s, to_s), |at_s, sums| rows.add(at_s, sums))?;
        if rows.sums.len() > MOST_ROWS {
            return Err(HistoryError::TooMany { most: MOST_ROWS });
        }
    }
    let names = names(connection)?;
    Ok(rows.sums.iter().map(|(bin, sums)| Row::of(*bin, sums, &names)).collect())
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

/// Rows that come together.
struct Rows {
    bins: Bins,
    /// In order of their beginnings.
    sums: Vec<(Bin, Sums<Slot>)>,
}

impl Rows {
    /// Tables that are read for a time, each with its part: hours where rows are made of whole ones; else
    /// minutes, and before the first of those hours too, each in the row in which it begins. Then what goes
    /// on.
    fn sources(
        &self,
        connection: &Connection,
        camera: i64,
        (from, to): (i64, i64),
    ) -> Result<Vec<(Table, i64, i64)>, HistoryError> {
        let border = if self.bins.hold_whole_hours() {
            to
        } else if self.bins.are_long() {
            // The hour of the first minute may have lost others.
            let first = first(connection, Table::Minutes, camera)?.unwrap_or(to);
            (first + HOUR_S - 1 - (first + HOUR_S - 1).rem_euclid(HOUR_S)).clamp(from, to)
        } else {
            from
        };
        Ok(vec![(Table::Hours, from, border), (Table::Minutes, border, to), (Table::Open, from, to)])
    }

    fn add(&mut self, at_s: i64, sums: Sums<Slot>) {
        let Some(bin) = self.bins.of(at_s) else { return };
        let next = self.sums.partition_point(|(other, _)| *other < bin);
        match self.sums.get_mut(next) {
            Some((other, whole)) if *other == bin => whole.merge(&sums),
            _ => self.sums.insert(next, (bin, sums)),
        }
    }
}
