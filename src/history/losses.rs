//! What a database says of events that earlier runs of the program have lost: the number of the newest of
//! them. A run that is at work has said nothing yet, and one that is killed never does.

use rusqlite::Connection;

use super::error::Trouble;

/// Returns the number of the newest event that is, or may be, in no database by the end of the last run, 0 of
/// none; `None` where that run did not come to its end, so that nobody knows.
///
/// # Errors
/// What the disk says.
pub fn by_the_last_end(connection: &Connection) -> Result<Option<u64>, Trouble> {
    let lost: Option<i64> = connection.query_row("SELECT lost FROM totals", [], |row| row.get(0))?;
    Ok(lost.map(i64::unsigned_abs))
}

/// Notes that a run is at work, of which nobody knows what it loses before it ends; once, and for free from
/// then on.
///
/// # Errors
/// What the disk says.
pub fn begin(connection: &Connection) -> Result<(), Trouble> {
    let sql = "UPDATE totals SET lost = NULL WHERE lost IS NOT NULL";
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Notes that a run has ended, and the number of the newest event that is, or may be, in no database; 0 of
/// none.
///
/// # Errors
/// What the disk says.
pub fn end(connection: &Connection, newest: u64) -> Result<(), Trouble> {
    let newest = i64::try_from(newest).unwrap_or(i64::MAX);
    connection.execute("UPDATE totals SET lost = ?1", [newest])?;
    Ok(())
}
