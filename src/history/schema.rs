//! The database's format: a list of steps, each from one version to the next; `PRAGMA user_version` tells how
//! many have been taken.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::error::Trouble;

/// The steps. One that was ever released is never changed; what is to be different is another step.
///
/// A minute that goes on stands in `open`, which is a page or two: what is written each second touches these
/// rather than the last pages of each camera's `minutes` and `hours`. What a row of `sums` holds is
/// `sums.rs`'s. Snapshots stand beside the events, not in files: an event and its picture come and go in one
/// transaction, nothing is left over after a crash, and there is one file to copy.
/// `judged_s` of `totals` is the time by which retention judged last; `lost` is what `losses.rs` says.
const STEPS: [&str; 3] = [
    "
CREATE TABLE cameras (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, reset_us INTEGER NOT NULL DEFAULT 0);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE open (camera INTEGER NOT NULL, at_s INTEGER NOT NULL, sums BLOB NOT NULL,
  PRIMARY KEY (camera, at_s)) WITHOUT ROWID;
CREATE TABLE minutes (camera INTEGER NOT NULL, at_s INTEGER NOT NULL, sums BLOB NOT NULL,
  PRIMARY KEY (camera, at_s)) WITHOUT ROWID;
CREATE TABLE hours (camera INTEGER NOT NULL, at_s INTEGER NOT NULL, sums BLOB NOT NULL,
  PRIMARY KEY (camera, at_s)) WITHOUT ROWID;
CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, camera INTEGER NOT NULL, kind TEXT NOT NULL,
  at_us INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX events_by_time ON events (camera, at_us);
CREATE INDEX events_by_kind ON events (camera, kind, at_us);
CREATE TABLE snapshots (event INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, jpeg BLOB NOT NULL);
CREATE TABLE totals (id INTEGER PRIMARY KEY CHECK (id = 1), snapshot_bytes INTEGER NOT NULL);
INSERT INTO totals VALUES (1, 0);
CREATE TRIGGER snapshot_made AFTER INSERT ON snapshots BEGIN
  UPDATE totals SET snapshot_bytes = snapshot_bytes + NEW.bytes; END;
CREATE TRIGGER snapshot_gone AFTER DELETE ON snapshots BEGIN
  UPDATE totals SET snapshot_bytes = snapshot_bytes - OLD.bytes; END;
CREATE TRIGGER event_gone AFTER DELETE ON events BEGIN
  DELETE FROM snapshots WHERE event = OLD.id; END;
",
    "
ALTER TABLE totals ADD COLUMN judged_s INTEGER;
",
    "
ALTER TABLE totals ADD COLUMN lost INTEGER;
",
];

/// Version of the format that this program writes.
pub const VERSION: i64 = STEPS.len() as i64;

/// Oldest version that readers understand: what later ones have besides is the writer's own.
pub const OLDEST_READ: i64 = 1;

/// Checks that a database is empty or this program's, and none of a newer version; returns its version, 0
/// where it is empty.
///
/// # Errors
/// A newer version, a file that is no database, or another program's.
pub fn check(connection: &Connection, path: &Path) -> Result<i64, Trouble> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(Trouble::Newer { path: path.display().to_string(), found, known: VERSION });
    }
    // Other programs number their formats too, or leave the number at 0.
    let ours = if found == 0 {
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)"
    } else {
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'totals')"
    };
    if !connection.query_row(ours, [], |row| row.get::<_, bool>(0))? {
        return Err(Trouble::NoDatabase);
    }
    Ok(found)
}

/// Brings a database to this program's version; does all of it or nothing.
///
/// # Errors
/// A newer version, a file that is no database or another program's, or a disk that does not take it.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Trouble> {
    let found = check(connection, path)?;
    if found == 0 {
        // Only before the first table; without effect on others.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first.
    let found = usize::try_from(check(&transaction, path)?).unwrap_or(0);
    for step in STEPS.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}
