//! Tables as readers see them: numbers of cameras, names, and the sums of a time.

use rusqlite::{Connection, OptionalExtension, params};

use super::{error::Trouble, name::Name, store::HOUR_S};

/// A table of sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Minutes that are over.
    Minutes,
    /// Hours, as far as their minutes are over.
    Hours,
    /// Minutes that still go on.
    Open,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Table::Minutes => "minutes",
            Table::Hours => "hours",
            Table::Open => "open",
        }
    }
}

/// Returns the number of a camera; `None` of one that history knows nothing of.
///
/// # Errors
/// What the disk says.
pub fn camera_id(connection: &Connection, name: &str) -> Result<Option<i64>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT id FROM cameras WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Returns every camera that history knows of, by name.
///
/// # Errors
/// What the disk says.
pub fn cameras(connection: &Connection) -> Result<Vec<(String, i64)>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT name, id FROM cameras ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the names by their numbers; no name at 0.
///
/// # Errors
/// What the disk says.
pub fn names(connection: &Connection) -> Result<Vec<Name>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM names ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut names = vec![Name::default()];
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        // None is ever deleted, so there are hardly more numbers than names.
        names.resize(names.len().max(id as usize), Name::default());
        names.push(Name::from(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?));
    }
    Ok(names)
}

/// Hands on the sums of a camera, as bytes, in the time from `from_s` until `to_s`, in order of their
/// beginnings.
///
/// # Errors
/// What the disk says.
pub fn each_sums(
    connection: &Connection,
    table: Table,
    (camera, from_s, to_s): (i64, i64, i64),
    mut take: impl FnMut(i64, &[u8]),
) -> Result<(), Trouble> {
    let sql = format!(
        "SELECT at_s, sums FROM {} WHERE camera = ?1 AND at_s >= ?2 AND at_s < ?3 ORDER BY at_s",
        table.name()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![camera, from_s, to_s])?;
    while let Some(row) = rows.next()? {
        take(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(())
}

/// Returns into how many steps of `length_s` seconds each the sums of a camera fall that begin in the time
/// from `from_s` until `to_s`.
///
/// # Errors
/// What the disk says.
pub fn count_steps(
    connection: &Connection,
    table: Table,
    (camera, from_s, to_s): (i64, i64, i64),
    length_s: i64,
) -> Result<i64, Trouble> {
    let sql = format!(
        "SELECT count(DISTINCT at_s / ?4) FROM {} WHERE camera = ?1 AND at_s >= ?2 AND at_s < ?3",
        table.name()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params![camera, from_s, to_s, length_s], |row| row.get(0))?)
}

/// Returns the beginning of the first hour or minute of a camera in that table.
///
/// # Errors
/// What the disk says.
pub fn first(connection: &Connection, table: Table, camera: i64) -> Result<Option<i64>, Trouble> {
    let sql = format!("SELECT min(at_s) FROM {} WHERE camera = ?1", table.name());
    Ok(connection.prepare_cached(&sql)?.query_row([camera], |row| row.get(0))?)
}

/// Returns the end of the last minute of a camera, whole hours at most later.
///
/// # Errors
/// What the disk says.
pub fn end(connection: &Connection, camera: i64) -> Result<Option<i64>, Trouble> {
    let sql = "SELECT max(at_s) FROM (SELECT max(at_s) AS at_s FROM hours WHERE camera = ?1
                                      UNION ALL SELECT max(at_s) FROM open WHERE camera = ?1)";
    let last: Option<i64> = connection.prepare_cached(sql)?.query_row([camera], |row| row.get(0))?;
    Ok(last.map(|last| last + HOUR_S))
}
