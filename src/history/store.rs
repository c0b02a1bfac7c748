//! The writer's side of the database: what has come together is added in one transaction.
//!
//! The log is written ahead (WAL) with `synchronous=NORMAL`: a committed transaction stands in the system's
//! memory, so the end of this process, by kill -9 too, loses none. Power that fails may take the last ones
//! along, and leaves the database whole; to wait for the disk each second instead (FULL) would wear cards
//! and stall on slow ones, for a second of counts.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    body::written,
    error::Trouble,
    files::{Identity, identity, make_folder},
    losses,
    measure::{Key, Slot},
    name::Name,
    rollup::{MINUTE_S, Minute},
    schema::{VERSION, check, migrate},
    sums::Sums,
};
use crate::{frame::now_us, news::Numbers, nouns::event::Event, tools::own};

/// Longest time that another process's transaction is waited for.
const WAITS: Duration = Duration::from_secs(2);

/// Bytes to which the log is cut back once it has been worked in.
const LOG_BYTES: i64 = 8 << 20;

/// Seconds behind the end of a minute at which it is closed: results come late.
const CLOSES_AFTER_S: i64 = 10;

/// Seconds of an hour.
pub const HOUR_S: i64 = 3600;

/// An event of a camera, with a picture of it where there is one.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Number of the news, which is the event's.
    pub number: u64,
    /// Name of the camera.
    pub camera: Arc<str>,
    /// What happened.
    pub event: Event,
    /// A small JPEG of it.
    pub snapshot: Option<Vec<u8>>,
}

/// What is to be written.
#[derive(Default)]
pub struct Batch {
    /// What is added to minutes.
    pub minutes: BTreeMap<Minute, Sums<Key>>,
    /// What happened.
    pub events: Vec<Happened>,
    /// Cameras whose counts begin anew, and when, microseconds since the Unix epoch.
    pub resets: Vec<(Arc<str>, u64)>,
}

/// An open database.
pub struct Store {
    connection: Connection,
    file: Option<Identity>,
    cameras: HashMap<String, i64>,
    names: HashMap<Name, u32>,
    /// Give numbers to events whose own were taken.
    numbers: Numbers,
    /// The highest number that an event ever had; 0 before the first.
    last_event: i64,
}

impl Store {
    /// Opens a database, or makes one, and brings it to this version; has `numbers` go on behind those in it.
    ///
    /// # Errors
    /// A newer version, a file that is no database, a disk that cannot be read or written.
    pub fn open(path: &Path, numbers: &Numbers) -> Result<Self, Trouble> {
        make_folder(path)?;
        // Before SQLite does, which lets others read it. Where it cannot be made, SQLite says why.
        let _ = own::make_file(path);
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(WAITS)?;
        // Before anything is written; one that needs nothing is not written to.
        if check(&connection, path)? < VERSION {
            migrate(&mut connection, path)?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        let (cameras, names) = (load(&connection, "cameras")?, load(&connection, "names")?);
        let names = names.into_iter().map(|(name, id): (String, u32)| (Name::from(&*name), id)).collect();
        let last_event = last_event(&connection)?;
        numbers.raise(last_event.unsigned_abs());
        let (file, cameras) = (identity(path), cameras.into_iter().collect());
        Ok(Store { connection, file, cameras, names, numbers: numbers.clone(), last_event })
    }

    /// Returns the highest number that an event ever had; 0 before the first.
    pub fn last_event(&self) -> u64 {
        self.last_event.unsigned_abs()
    }

    /// Tells whether the file at `path` is still the one that is open.
    pub fn is_at(&self, path: &Path) -> bool {
        identity(path) == self.file
    }

    /// The connection, for what is not adding.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Writes a batch and closes the minutes that are over at `now_s`, all or nothing. After an error the
    /// store is of no use: it is opened anew.
    ///
    /// # Errors
    /// What the disk says.
    pub fn commit(&mut self, batch: &Batch, now_s: i64) -> Result<(), Trouble> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut ids = Ids { transaction: &transaction, cameras: &mut self.cameras, names: &mut self.names };
        for ((at_s, camera), sums) in &batch.minutes {
            let (camera, slots) = (ids.camera(camera)?, ids.slots(sums)?);
            merge(&transaction, "open", (camera, *at_s), &slots)?;
        }
        for happened in &batch.events {
            let camera = ids.camera(&happened.camera)?;
            let spare = || spare(&self.numbers, self.last_event);
            self.last_event = self.last_event.max(insert(&transaction, camera, happened, spare)?);
        }
        for (camera, at_us) in &batch.resets {
            let camera = ids.camera(camera)?;
            let sql = "UPDATE cameras SET reset_us = ?2 WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute(params![camera, *at_us as i64])?;
        }
        close_minutes(&transaction, now_s)?;
        losses::begin(&transaction)?;
        Ok(transaction.commit()?)
    }
}

/// The highest number that an event ever had, of those that are deleted too.
fn last_event(connection: &Connection) -> Result<i64, Trouble> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'events'";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Numbers of what has a name, in that table.
fn load<I: rusqlite::types::FromSql>(
    connection: &Connection,
    table: &str,
) -> Result<Vec<(String, I)>, Trouble> {
    let mut statement = connection.prepare(&format!("SELECT name, id FROM {table}"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Numbers of cameras and names; new ones are given and written.
struct Ids<'a> {
    transaction: &'a Transaction<'a>,
    cameras: &'a mut HashMap<String, i64>,
    names: &'a mut HashMap<Name, u32>,
}

impl Ids<'_> {
    fn camera(&mut self, name: &str) -> Result<i64, Trouble> {
        if let Some(id) = self.cameras.get(name) {
            return Ok(*id);
        }
        self.transaction.execute("INSERT INTO cameras (name) VALUES (?1)", [name])?;
        let id = self.transaction.last_insert_rowid();
        self.cameras.insert(name.to_owned(), id);
        Ok(id)
    }

    /// The number of a name; 0 of none.
    fn name(&mut self, name: &Name) -> Result<u32, Trouble> {
        if name.as_str().is_empty() {
            return Ok(0);
        }
        if let Some(id) = self.names.get(name) {
            return Ok(*id);
        }
        let sql = "INSERT INTO names (name) VALUES (?1) RETURNING id";
        let id = self.transaction.query_row(sql, [name.as_str()], |row| row.get(0))?;
        self.names.insert(name.clone(), id);
        Ok(id)
    }

    fn slots(&mut self, sums: &Sums<Key>) -> Result<Sums<Slot>, Trouble> {
        let mut slots = Sums::default();
        for (Key { measure, name, class }, stat) in sums.iter() {
            let slot = Slot { measure: *measure, name: self.name(name)?, class: self.name(class)? };
            slots.add(slot, *stat);
        }
        Ok(slots)
    }
}

/// Adds sums to the row of a camera and a time in one of the tables of sums.
fn merge(
    transaction: &Transaction,
    table: &str,
    (camera, at_s): (i64, i64),
    sums: &Sums<Slot>,
) -> Result<(), Trouble> {
    let mut read =
        transaction.prepare_cached(&format!("SELECT sums FROM {table} WHERE camera = ?1 AND at_s = ?2"))?;
    let before: Option<Vec<u8>> = read.query_row([camera, at_s], |row| row.get(0)).optional()?;
    let mut whole = before.map(|bytes| Sums::from_bytes(&bytes)).unwrap_or_default();
    whole.merge(sums);
    let mut write = transaction.prepare_cached(&format!(
        "INSERT OR REPLACE INTO {table} (camera, at_s, sums) VALUES (?1, ?2, ?3)"
    ))?;
    write.execute(params![camera, at_s, whole.to_bytes()])?;
    Ok(())
}

/// Moves open minutes that are over, or that lie ahead because the clock was set back, to the minutes and
/// hours.
fn close_minutes(transaction: &Transaction, now_s: i64) -> Result<(), Trouble> {
    let over = now_s - MINUTE_S - CLOSES_AFTER_S;
    let mut read = transaction
        .prepare_cached("SELECT camera, at_s, sums FROM open WHERE at_s <= ?1 OR at_s > ?2 LIMIT 500")?;
    let rows = read.query_map([over, now_s], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(i64, i64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
    for (camera, at_s, bytes) in rows {
        let sums = Sums::from_bytes(&bytes);
        merge(transaction, "minutes", (camera, at_s), &sums)?;
        merge(transaction, "hours", (camera, at_s - at_s.rem_euclid(HOUR_S)), &sums)?;
        let gone = "DELETE FROM open WHERE camera = ?1 AND at_s = ?2";
        transaction.prepare_cached(gone)?.execute([camera, at_s])?;
    }
    Ok(())
}

/// A number that no event has, in a database whose highest is `last`, and that none will be told by.
fn spare(numbers: &Numbers, last: i64) -> i64 {
    numbers.raise(last.unsigned_abs());
    let (mark, ()) = numbers.mark(now_us(), || ());
    i64::try_from(mark.number).unwrap_or(i64::MAX)
}

/// Writes an event under the number by which it was told, and returns that. Where the database was opened
/// late, and another run gave that very number by a clock that was set back since, it gets a `spare` one.
fn insert(
    transaction: &Transaction,
    camera: i64,
    Happened { number, event, snapshot, .. }: &Happened,
    spare: impl FnOnce() -> i64,
) -> Result<i64, Trouble> {
    let sql = "INSERT INTO events (id, camera, kind, at_us, body) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (id) DO NOTHING";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut write =
        |id: i64| statement.execute(params![id, camera, event.kind(), event.at_us() as i64, written(event)]);
    let told = i64::try_from(*number).unwrap_or(i64::MAX);
    let id = if write(told)? == 1 { told } else { spare() };
    if id != told {
        write(id)?;
    }
    if let Some(jpeg) = snapshot {
        let sql = "INSERT INTO snapshots (event, bytes, jpeg) VALUES (?1, ?2, ?3)";
        transaction.prepare_cached(sql)?.execute(params![id, jpeg.len() as i64, jpeg])?;
    }
    Ok(id)
}
