//! Why users, revoked tokens or keys are not to be had, and why a login fails.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why users, revoked tokens or keys are not to be had.
#[derive(Debug, Error)]
pub enum AccountsError {
    /// No database is asked for.
    #[error("there are no users, and nothing can be revoked: the setting STEADYCAST_ACCESS_DATABASE is none")]
    Off,
    /// The database was never opened; why not is on the log, and nobody else's business.
    #[error("the database of users cannot be made; the log says why")]
    NotOpen,
    /// A later version of this program has written it.
    #[error(
        "{} was written by a newer version of this program (its format is {found}, this program knows \
         {known}); update, or name another STEADYCAST_ACCESS_DATABASE",
        .path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Format of the database.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// The file is another program's.
    #[error("{} is no database of users; name another STEADYCAST_ACCESS_DATABASE", .0.display())]
    NoDatabase(PathBuf),
    /// The file is there and empty, as a full disk or a copy that broke off leaves it.
    #[error(
        "{} is empty, and its users would be gone: put a copy of it back, or delete it to begin without",
        .0.display()
    )]
    Emptied(PathBuf),
    /// SQLite says why.
    #[error("the database of users: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A file or a folder cannot be made or read.
    #[error("{what}: {why}")]
    Io {
        /// What cannot be done.
        what: String,
        /// What the system says.
        why: io::Error,
    },
    /// Nothing signs tokens.
    #[error(
        "there is no key to sign tokens with: set JWT_SECRET or JWT_KEY_FILE, and a credential of the admin's"
    )]
    NoKey,
    /// The file of the key cannot be used.
    #[error("the key file {} {why}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A name that no user may have.
    #[error("a user's name is 1 to 32 of a-z, 0-9, ., - and _")]
    Name,
    /// A password that no user may have.
    #[error("a password has 8 to 256 characters")]
    Password,
    /// An admin who is to be one of some cameras.
    #[error("an admin is one of all cameras: leave the cameras out")]
    LimitedAdmin,
    /// A user of that name is there already.
    #[error("there is a user {0} already; steadycast user passwd {0} sets another password")]
    Known(String),
    /// No user has that name.
    #[error("there is no user {0}; steadycast user list has all")]
    Unknown(String),
}

/// Why nobody is logged in.
#[derive(Debug, Error)]
pub enum LoginError {
    /// No user has that name and that password. Which of both is wrong is nobody's business.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many passwords are being looked at.
    #[error("too many are logging in; try again in some seconds")]
    Busy,
    /// There are no users.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}
