//! The database's format: a list of steps, each from one version to the next; `PRAGMA user_version` tells how
//! many have been taken.

use std::{fs, io, path::Path};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::error::AccountsError;
use crate::tools::exchange::without_path;

/// The steps. One that was ever released is never changed; what is to be different is another step.
///
/// Cameras of a user are names with commas between them; NULL are all. A revoked token whose end is not known
/// has no `until_s`.
const STEPS: [&str; 1] = ["
CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, cameras TEXT, hash TEXT NOT NULL,
  made_s INTEGER NOT NULL, changed_s INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE revoked (id TEXT PRIMARY KEY, at_s INTEGER NOT NULL, until_s INTEGER) WITHOUT ROWID;
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_us INTEGER NOT NULL, who TEXT NOT NULL,
  address TEXT NOT NULL, action TEXT NOT NULL, camera TEXT, detail TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX audit_by_time ON audit (at_us);
"];

/// Version of the format that this program writes.
pub const VERSION: i64 = STEPS.len() as i64;

/// Checks that a database is empty or one of accounts, and none of a newer version; returns its version, 0
/// where it is empty.
///
/// # Errors
/// A newer version, a file that is no database, or another program's.
pub fn check(connection: &Connection, path: &Path) -> Result<i64, AccountsError> {
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    let found = found.map_err(|why| match why.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => AccountsError::NoDatabase(path.to_owned()),
        _ => why.into(),
    })?;
    if found > VERSION {
        return Err(AccountsError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    // Other programs number their formats too, and so does history.
    let ours = if found == 0 {
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)"
    } else {
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'revoked')"
    };
    if !connection.query_row(ours, [], |row| row.get::<_, bool>(0))? {
        return Err(AccountsError::NoDatabase(path.to_owned()));
    }
    Ok(found)
}

/// Returns the bytes of a database of this program's version with nothing in it, which is made in `folder`
/// and gone from there again.
///
/// # Errors
/// A disk that does not take it.
pub fn empty(folder: &Path) -> Result<Vec<u8>, AccountsError> {
    let failed = |why: io::Error| AccountsError::Io {
        what: format!("no database can be made in {}", folder.display()),
        why: without_path(why),
    };
    let aside = tempfile::tempdir_in(folder).map_err(failed)?;
    let file = aside.path().join("empty.db");
    migrate(&mut Connection::open(&file)?, &file)?;
    fs::read(&file).map_err(failed)
}

/// Brings a database to this program's version; does all of it or nothing.
///
/// # Errors
/// A newer version, a file that is no database or another program's, or a disk that does not take it.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), AccountsError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first.
    let found = usize::try_from(check(&transaction, path)?).unwrap_or(0);
    for step in STEPS.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}
