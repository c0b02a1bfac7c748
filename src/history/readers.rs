//! Connections for reading: never the writer's, kept open between questions, given up when another database
//! has been opened.
//!
//! A database whose log is written ahead needs a file beside it to be read at all. Where the disk takes none,
//! the writer cannot write to it either; then, and only then, it is read as what does not change.

use std::{path::Path, sync::Arc, time::Duration};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{
    error::{HistoryError, Trouble},
    files::unchanging,
    schema::{OLDEST_READ, check},
    shared::Shared,
};

/// Most connections that are kept open while nobody asks.
const IDLE: usize = 4;

/// Longest time that a lock is waited for, which readers meet only while a database is opened or recovered.
const WAITS: Duration = Duration::from_secs(2);

/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 32;

/// Reads a database from any number of threads.
pub struct Readers {
    shared: Arc<Shared>,
    /// Guards connections that nobody uses, each with the generation of its database; held to take one or to
    /// put one back.
    idle: Mutex<Vec<(u64, Connection)>>,
}

impl Readers {
    /// Readers without connections.
    pub fn new(shared: Arc<Shared>) -> Self {
        Readers { shared, idle: Mutex::default() }
    }

    /// Answers one question from one state of the database, whatever is written meanwhile.
    ///
    /// # Errors
    /// What the question or the disk says.
    pub fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        let generation = self.shared.generation();
        let answer = self.connection(generation).map_err(HistoryError::from).and_then(|opened| {
            // Given back at its end, without anything to undo.
            let reading = opened.connection.unchecked_transaction().map_err(Trouble::from)?;
            let answer = question(&reading)?;
            drop(reading);
            match opened.is_unchanging {
                false => self.put_back(generation, opened.connection),
                true if self.is_unchanging(generation) => {}
                // The disk takes something again: the answer may be of two states.
                true => return Err(Trouble::Unready.into()),
            }
            Ok(answer)
        });
        if let Err(HistoryError::Trouble(trouble)) = &answer
            && trouble.is_damage()
        {
            self.shared.suspect();
        }
        answer
    }

    fn connection(&self, generation: u64) -> Result<Opened, Trouble> {
        let idle = {
            let mut idle = self.idle.lock();
            idle.retain(|(other, _)| *other == generation);
            idle.pop()
        };
        if let Some((_, connection)) = idle {
            return Ok(Opened { connection, is_unchanging: false });
        }
        let path = self.shared.path();
        match open(path, path) {
            Err(trouble) if trouble.is_of_place() && self.is_unchanging(generation) => {
                let opened = unchanging(path).and_then(|name| open(path, Path::new(&name)).ok());
                opened.map(|connection| Opened { connection, is_unchanging: true }).ok_or(trouble)
            }
            opened => Ok(Opened { connection: opened?, is_unchanging: false }),
        }
    }

    /// Tells whether nobody writes to the database of that generation: the writer cannot, and has opened no
    /// other. A process that has run out of files, say, meets the errors of a disk that is read-only.
    fn is_unchanging(&self, generation: u64) -> bool {
        self.shared.state().trouble().is_some() && self.shared.generation() == generation
    }

    fn put_back(&self, generation: u64, connection: Connection) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE {
            idle.push((generation, connection));
        }
    }
}

/// An open database.
struct Opened {
    connection: Connection,
    /// Whether it is read as what does not change.
    is_unchanging: bool,
}

/// Opens a database by a name of it.
fn open(path: &Path, name: &Path) -> Result<Connection, Trouble> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(name, flags)?;
    connection.busy_timeout(WAITS)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    if check(&connection, path)? < OLDEST_READ {
        return Err(Trouble::Unready);
    }
    Ok(connection)
}
