//! The database's statements: users, revoked tokens, and rows of the audit.
//!
//! The log is written ahead (WAL) with `synchronous=FULL`: what was revoked stays so when the power fails.

use std::{fs, io::ErrorKind, path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    entry::{Entry, HARMLESS},
    error::AccountsError,
    files::{Identity, identity, is_shown, make_folder, make_own},
    names,
    schema::{VERSION, check, empty, migrate},
    user::User,
};
use crate::{access::Scope, tools::exchange::folder_of};

/// Longest time that another process's transaction is waited for.
const WAITS: Duration = Duration::from_secs(2);

/// Newest rows that the audit keeps of whatever it is, and newest changes that it keeps behind them.
const AUDIT_KEPT: i64 = 100_000;

/// Rows of the audit that go at once.
const AUDIT_GOES: i64 = 1_000;

/// Most rows of the audit that are given at once.
pub const MOST_AUDITS: usize = 1000;

/// An open database.
pub struct Store {
    connection: Connection,
    file: Option<Identity>,
}

/// Which rows of the audit are asked for.
#[derive(Clone, Copy, Debug)]
pub struct AuditQuery {
    /// Most rows that are wanted; [`MOST_AUDITS`] are given at most.
    pub limit: usize,
    /// Number of the row behind which the page begins, which is the last of the page before.
    pub before: Option<i64>,
}

/// What somebody did, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Number of the row; later ones have higher numbers.
    pub id: i64,
    /// When it was, microseconds since the Unix epoch.
    pub at_us: u64,
    /// Who did it.
    pub who: String,
    /// From which address.
    pub address: String,
    /// What was done.
    pub action: String,
    /// To which camera.
    pub camera: Option<String>,
    /// What of it.
    pub detail: String,
    /// `done`, or the code of the refusal.
    pub outcome: String,
}

impl Store {
    /// Opens a database, or makes one that nobody else may read, and brings it to this version.
    ///
    /// # Errors
    /// A newer version, a folder, a file that is no database or empty, a disk that cannot be read or written.
    pub fn open(path: &Path) -> Result<Store, AccountsError> {
        make_folder(path)?;
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(AccountsError::NoDatabase(path.to_owned())),
            Ok(found) if found.len() == 0 => return Err(AccountsError::Emptied(path.to_owned())),
            // Before SQLite does, which lets others read it and leaves it empty until its format is in it.
            // What SQLite writes beside is like the file itself.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make_own(path, &empty(folder_of(path))?, "the database of users")?;
            }
            _ => {}
        }
        if is_shown(path) {
            log::warn!("others may read {}, where hashes of passwords are: chmod 600", path.display());
        }
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(WAITS)?;
        if check(&connection, path)? < VERSION {
            migrate(&mut connection, path)?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What goes is overwritten: the hash of a password must not outlive it in the file.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(Store { connection, file: identity(path) })
    }

    /// Returns which file is open.
    pub(super) fn file(&self) -> Option<Identity> {
        self.file
    }

    /// Returns a number that is another one once another connection has written.
    ///
    /// # Errors
    /// What the disk says.
    pub fn version(&self) -> Result<i64, AccountsError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Returns all users, by name. One that cannot be read is left out, and the log says so.
    ///
    /// # Errors
    /// What the disk says.
    pub fn users(&self) -> Result<Vec<User>, AccountsError> {
        let sql = "SELECT name, role, cameras, hash, made_s, changed_s FROM users ORDER BY name";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], user_of)?.collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Adds a user.
    ///
    /// # Errors
    /// A name that is none or is taken, or what the disk says.
    pub fn add_user(&mut self, user: &User) -> Result<(), AccountsError> {
        names::check(&user.name)?;
        let sql = "INSERT INTO users (name, role, cameras, hash, made_s, changed_s)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO NOTHING";
        let cameras = user.scope.names().map(|names| names.join(","));
        let (made_s, changed_s) = (seconds(user.made_s), seconds(user.changed_s));
        let values = params![&*user.name, user.role.name(), cameras, user.hash, made_s, changed_s];
        match self.connection.prepare_cached(sql)?.execute(values)? {
            0 => Err(AccountsError::Known(user.name.to_string())),
            _ => Ok(()),
        }
    }

    /// Sets a user's password at a second since 1970; the user's sessions of before are over. Returns whether
    /// the old hash is gone from the files: others who use the log may keep it there.
    ///
    /// # Errors
    /// No such user, or what the disk says.
    pub fn set_password(&mut self, name: &str, hash: &str, now_s: u64) -> Result<bool, AccountsError> {
        // Another one each time, also within a second or by a clock that was set back.
        let sql = "UPDATE users SET hash = ?2, changed_s = max(changed_s + 1, ?3) WHERE name = ?1";
        let changed = self.connection.prepare_cached(sql)?.execute(params![name, hash, seconds(now_s)])?;
        if changed == 0 {
            return Err(AccountsError::Unknown(name.to_owned()));
        }
        Ok(self.empty_log())
    }

    /// Removes a user. Returns whether the hash is gone from the files: others who use the log may keep it
    /// there.
    ///
    /// # Errors
    /// No such user, or what the disk says.
    pub fn remove_user(&mut self, name: &str) -> Result<bool, AccountsError> {
        let removed = self.connection.prepare_cached("DELETE FROM users WHERE name = ?1")?.execute([name])?;
        if removed == 0 {
            return Err(AccountsError::Unknown(name.to_owned()));
        }
        Ok(self.empty_log())
    }

    /// Empties the log that is written ahead, where a hash stands that is none any more. Somebody who reads
    /// is waited for as long as for any transaction; after that it is left to a later one. Returns whether it
    /// is empty.
    fn empty_log(&self) -> bool {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        match self.connection.query_row(sql, [], |row| row.get::<_, bool>(0)) {
            Ok(is_busy) => !is_busy,
            Err(error) => {
                log::debug!("the log of the database of users is not emptied: {error}");
                false
            }
        }
    }

    /// Revokes a token at a second since 1970, for good or until a second at which it has ended in any case;
    /// forgets ids whose time has passed.
    ///
    /// # Errors
    /// What the disk says.
    pub fn revoke(&mut self, id: &str, now_s: u64, until_s: Option<u64>) -> Result<(), AccountsError> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM revoked WHERE until_s <= ?1", [seconds(now_s)])?;
        let sql = "INSERT OR REPLACE INTO revoked (id, at_s, until_s) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![id, seconds(now_s), until_s.map(seconds)])?;
        Ok(transaction.commit()?)
    }

    /// Returns the ids of all tokens that are revoked at a second since 1970.
    ///
    /// # Errors
    /// What the disk says.
    pub fn revoked(&self, now_s: u64) -> Result<Vec<String>, AccountsError> {
        let sql = "SELECT id FROM revoked WHERE until_s IS NULL OR until_s > ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([seconds(now_s)], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Adds a row to the audit, of a moment in microseconds since the Unix epoch; old rows go.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_audit(&mut self, entry: &Entry, at_us: u64) -> Result<(), AccountsError> {
        let Entry { who, address, action, camera, detail, outcome } = entry;
        let sql = "INSERT INTO audit (at_us, who, address, action, camera, detail, outcome)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let values = params![seconds(at_us), who, address, action, camera, detail, outcome.word()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        let id = self.connection.last_insert_rowid();
        if id % AUDIT_GOES == 0 {
            self.drop_old_audit(id)?;
        }
        Ok(())
    }

    /// Drops what is older than the newest rows up to `id`, but for the newest changes: those who can change
    /// nothing can push no change out.
    fn drop_old_audit(&self, id: i64) -> Result<(), AccountsError> {
        let [first, second, third] = HARMLESS;
        self.connection.execute(
            "DELETE FROM audit WHERE id <= ?1 AND (outcome <> 'done' OR action IN (?2, ?3, ?4))",
            params![id - AUDIT_KEPT, first, second, third],
        )?;
        self.connection.execute(
            "DELETE FROM audit WHERE id <= (SELECT id FROM audit WHERE outcome = 'done'
             AND action NOT IN (?2, ?3, ?4) ORDER BY id DESC LIMIT 1 OFFSET ?1)",
            params![AUDIT_KEPT, first, second, third],
        )?;
        Ok(())
    }

    /// Returns rows of the audit, newest first.
    ///
    /// # Errors
    /// What the disk says.
    pub fn audits(&self, query: AuditQuery) -> Result<Vec<AuditRow>, AccountsError> {
        let sql = "SELECT id, at_us, who, address, action, camera, detail, outcome FROM audit
                   WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = query.limit.min(MOST_AUDITS) as i64;
        let rows = statement.query_map([query.before.unwrap_or(i64::MAX), limit], audit_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns a user of that name.
    ///
    /// # Errors
    /// What the disk says.
    pub fn user(&self, name: &str) -> Result<Option<User>, AccountsError> {
        let sql = "SELECT name, role, cameras, hash, made_s, changed_s FROM users WHERE name = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([name], user_of).optional()?.flatten())
    }
}

/// A time as the database has it.
fn seconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}

/// Reads a user; `None` where the row says what cannot be: somebody who is not understood gets nothing.
fn user_of(row: &Row) -> rusqlite::Result<Option<User>> {
    let (name, role): (String, String) = (row.get(0)?, row.get(1)?);
    let cameras: Option<String> = row.get(2)?;
    let (made_s, changed_s): (i64, i64) = (row.get(4)?, row.get(5)?);
    let scope = cameras.map_or(Ok(Scope::All), |list| Scope::parse(&list));
    let (Ok(role), Ok(scope)) = (role.parse(), scope) else {
        log::warn!("the user {name:?} has a role or cameras that are not understood, and may not log in");
        return Ok(None);
    };
    Ok(Some(User {
        name: Arc::from(name),
        role,
        scope,
        hash: row.get(3)?,
        made_s: made_s.unsigned_abs(),
        changed_s: changed_s.unsigned_abs(),
    }))
}

fn audit_of(row: &Row) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        id: row.get(0)?,
        at_us: row.get::<_, i64>(1)?.unsigned_abs(),
        who: row.get(2)?,
        address: row.get(3)?,
        action: row.get(4)?,
        camera: row.get(5)?,
        detail: row.get(6)?,
        outcome: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Role, accounts::Outcome};

    #[test]
    fn no_hash_outlives_its_user_or_its_password_in_the_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.db");
        let mut store = Store::open(&path).expect("opens");
        // The server has it open as well.
        let beside = Store::open(&path).expect("opens");
        // As long as a real one.
        let hash = |whose: &str| format!("$argon2id${whose:->90}");
        for name in ["anna", "berta", "carla"] {
            let user = User {
                name: Arc::from(name),
                role: Role::Viewer,
                scope: Scope::All,
                hash: hash(name),
                made_s: 1,
                changed_s: 1,
            };
            store.add_user(&user).expect("is added");
        }
        assert_eq!(beside.users().expect("reads").len(), 3);
        let has = |whose: &str| {
            // What is overwritten in part is found too.
            let end = hash(whose).split_off(20).into_bytes();
            let is_in = |file: &str| {
                let bytes = std::fs::read(folder.path().join(file)).unwrap_or_default();
                bytes.windows(end.len()).any(|part| part == end)
            };
            is_in("access.db") || is_in("access.db-wal")
        };
        assert!(["anna", "berta", "carla"].iter().all(|name| has(name)));
        assert!(store.remove_user("anna").expect("is removed"));
        assert!(!has("anna") && has("berta"));
        assert!(store.set_password("berta", &hash("again"), 2).expect("is set"));
        assert!(!has("berta") && has("again") && has("carla"));
        // Somebody who has read and goes on is told of.
        beside.connection.execute_batch("BEGIN").expect("begins");
        assert_eq!(beside.users().expect("reads").len(), 2);
        store.connection.busy_timeout(Duration::ZERO).expect("waits no longer");
        assert!(!store.remove_user("carla").expect("is removed") && has("carla"));
        beside.connection.execute_batch("COMMIT").expect("ends");
        assert!(store.remove_user("berta").expect("is removed") && !has("carla") && !has("again"));
    }

    #[test]
    fn logins_and_refusals_push_no_change_out_and_all_are_bounded() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("access.db")).expect("opens");
        let add = |store: &Store, times: i64, action: &str, outcome: &str| {
            let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                       INSERT INTO audit (at_us, who, address, action, camera, detail, outcome)
                       SELECT i, '', '', ?2, NULL, '', ?3 FROM n";
            store.connection.execute(sql, params![times, action, outcome]).expect("is written");
        };
        let count = |store: &Store, sql: &str| -> i64 {
            let sql = format!("SELECT count(*) FROM audit WHERE {sql}");
            store.connection.query_row(&sql, [], |row| row.get(0)).expect("is counted")
        };
        add(&store, 500, "changed", "done");
        add(&store, AUDIT_KEPT, HARMLESS[0], "done");
        add(&store, AUDIT_KEPT + 499, "changed", "bad_camera");
        let entry = Entry {
            who: String::new(),
            address: String::new(),
            action: HARMLESS[1],
            camera: None,
            detail: String::new(),
            outcome: Outcome::Done,
        };
        store.add_audit(&entry, 0).expect("is written");
        assert_eq!(count(&store, "action = 'changed' AND outcome = 'done'"), 500);
        assert_eq!(count(&store, "outcome <> 'done' OR action <> 'changed'"), AUDIT_KEPT);
        add(&store, AUDIT_KEPT + 999, "changed", "done");
        store.add_audit(&entry, 0).expect("is written");
        assert_eq!(count(&store, "1"), AUDIT_KEPT + 1, "the newest changes, and what came among them");
    }
}
