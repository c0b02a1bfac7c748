//! Retention: what is too old, or too much, is deleted in small steps, so that no write waits long for it.

use rusqlite::{Connection, params};

use super::{
    error::Trouble,
    settings::Keep,
    tables::{cameras, end},
};

/// Most rows that one step deletes of each kind: milliseconds of work.
const ROWS: usize = 500;

/// Most snapshots that one step deletes; each is several pages.
const SNAPSHOTS: usize = 50;

/// Most free pages that one step gives back to the disk, of 4096 bytes each.
const PAGES: usize = 500;

/// Returns the time by which was judged last what is too old, seconds since the Unix epoch; where nothing was
/// judged yet, the end of the newest row, and `None` without rows.
///
/// # Errors
/// What the disk says.
pub fn judged_last(connection: &Connection) -> Result<Option<i64>, Trouble> {
    let noted: Option<i64> = connection.query_row("SELECT judged_s FROM totals", [], |row| row.get(0))?;
    if noted.is_some() {
        return Ok(noted);
    }
    let mut ends = Vec::new();
    for (_, camera) in cameras(connection)? {
        ends.extend(end(connection, camera)?);
    }
    Ok(ends.into_iter().max())
}

/// Deletes a few rows that are too old at `now_s`, and notes that time; returns whether there may be more.
///
/// # Errors
/// What the disk says.
pub fn prune(connection: &mut Connection, keep: &Keep, now_s: i64) -> Result<bool, Trouble> {
    let before = |age: std::time::Duration| now_s - i64::try_from(age.as_secs()).unwrap_or(i64::MAX / 2);
    let transaction = connection.transaction()?;
    let cameras: Vec<i64> = {
        let mut statement = transaction.prepare_cached("SELECT id FROM cameras")?;
        let ids = statement.query_map([], |row| row.get(0))?;
        ids.collect::<Result<_, _>>()?
    };
    let mut most = 0;
    for camera in cameras {
        most = most.max(prune_sums(&transaction, "minutes", (camera, before(keep.minutes)))?);
        most = most.max(prune_sums(&transaction, "hours", (camera, before(keep.hours)))?);
        let oldest = before(keep.events).saturating_mul(1_000_000);
        most = most.max(prune_events(&transaction, camera, oldest)?);
    }
    let too_many = prune_snapshots(&transaction, keep.snapshot_bytes)?;
    transaction.prepare_cached("UPDATE totals SET judged_s = ?1")?.execute([now_s])?;
    transaction.commit()?;
    give_back(connection)?;
    Ok(most == ROWS || too_many)
}

fn prune_sums(
    connection: &Connection,
    table: &str,
    (camera, before_s): (i64, i64),
) -> Result<usize, Trouble> {
    let sql = format!(
        "DELETE FROM {table} WHERE camera = ?1 AND at_s IN
           (SELECT at_s FROM {table} WHERE camera = ?1 AND at_s < ?2 ORDER BY at_s LIMIT ?3)"
    );
    Ok(connection.prepare_cached(&sql)?.execute(params![camera, before_s, ROWS as i64])?)
}

fn prune_events(connection: &Connection, camera: i64, before_us: i64) -> Result<usize, Trouble> {
    let sql = "DELETE FROM events WHERE id IN
                 (SELECT id FROM events WHERE camera = ?1 AND at_us < ?2 ORDER BY at_us LIMIT ?3)";
    Ok(connection.prepare_cached(sql)?.execute(params![camera, before_us, ROWS as i64])?)
}

/// Deletes the oldest snapshots while there are too many bytes of them; returns whether there still are.
fn prune_snapshots(connection: &Connection, most_bytes: u64) -> Result<bool, Trouble> {
    let most = i64::try_from(most_bytes).unwrap_or(i64::MAX);
    let total = || -> Result<i64, Trouble> {
        Ok(connection.query_row("SELECT snapshot_bytes FROM totals", [], |row| row.get(0))?)
    };
    let mut excess = total()? - most;
    if excess <= 0 {
        return Ok(false);
    }
    let mut statement =
        connection.prepare_cached("SELECT event, bytes FROM snapshots ORDER BY event LIMIT ?1")?;
    let rows = statement.query_map([SNAPSHOTS as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let oldest: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    for (event, bytes) in oldest {
        if excess <= 0 {
            break;
        }
        connection.prepare_cached("DELETE FROM snapshots WHERE event = ?1")?.execute([event])?;
        excess -= bytes;
    }
    Ok(excess > 0)
}

/// Gives free pages back to the disk, a few at a time.
fn give_back(connection: &Connection) -> Result<(), Trouble> {
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
