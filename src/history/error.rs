//! Why history does not answer, or cannot be written.

use std::io;

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why history does not answer.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// No database is asked for.
    #[error("there is no history: the setting STEADYCAST_DATABASE is none")]
    Off,
    /// The database does not do as it should.
    #[error("history cannot be read: {0}")]
    Trouble(#[from] Trouble),
    /// The writer does not keep up.
    #[error("history is busy; try again in a moment")]
    Busy,
    /// What was to be written is not.
    #[error("{0}")]
    NotWritten(String),
    /// More rows are asked for than are given at once.
    #[error("that would be more than {most} rows; ask for a longer step or a shorter time")]
    TooMany {
        /// Most rows that are given.
        most: i64,
    },
}

impl HistoryError {
    /// What was to be written is not, and why.
    pub(super) fn not_written(why: &str) -> Self {
        HistoryError::NotWritten(why.to_owned())
    }
}

/// What is wrong with a database.
#[derive(Debug, Error)]
pub enum Trouble {
    /// A later version of this program has written it.
    #[error(
        "{path} was written by a newer version of this program (its format is {found}, this program knows \
         {known}); update, or name another STEADYCAST_DATABASE"
    )]
    Newer {
        /// The database.
        path: String,
        /// Format of the database.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// SQLite says why.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The writer has not brought it to this version yet.
    #[error("the database is not ready yet")]
    Unready,
    /// The file is somebody's, and no database of this program.
    #[error("the file is no database of this program; name another one by the setting STEADYCAST_DATABASE")]
    NoDatabase,
    /// A look through the database has found this.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A second database is damaged too.
    #[error("it is damaged again, so the disk may be broken: {0}")]
    Again(String),
    /// The system says why.
    #[error("{what}: {why}")]
    Io {
        /// What could not be done.
        what: String,
        /// Why.
        why: io::Error,
    },
}

impl Trouble {
    /// Tells whether the file itself is damaged, or is no database.
    pub fn is_damage(&self) -> bool {
        match self {
            Trouble::Sqlite(error) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                )
            }
            Trouble::Damaged(_) => true,
            _ => false,
        }
    }

    /// Tells whether the place where the file lies may be the reason, such as a disk that is read-only.
    pub fn is_of_place(&self) -> bool {
        let Trouble::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
    }
}
