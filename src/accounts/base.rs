//! The database as the server has it: open, not to be opened, or not asked for; and what changed in it, by
//! this program or by another one beside it.

use std::{path::PathBuf, time::Instant};

use parking_lot::Mutex;

use super::{
    error::AccountsError,
    files::{identity, is_same},
    store::Store,
    user::User,
};
use crate::tools::log_limit::LogLimit;

/// What the database says of credentials.
pub struct Loaded {
    /// All users.
    pub users: Vec<User>,
    /// Ids of revoked tokens.
    pub revoked: Vec<String>,
}

/// The database, where one is asked for.
pub struct Base {
    path: Option<PathBuf>,
    /// Guards the connection, for a statement or a few each; only threads that may wait take it.
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    store: Option<Store>,
    /// Version of what was loaded last.
    loaded: Option<i64>,
    said: LogLimit,
}

impl Base {
    /// Opens the database, or makes one; without a path there is none.
    ///
    /// # Errors
    /// A database that is there, or may be, and cannot be opened: its users must not vanish in silence.
    pub fn open(path: Option<PathBuf>) -> Result<Base, AccountsError> {
        let mut inside = Inside::default();
        if let Some(path) = &path {
            let is_there = path.try_exists().map_err(|why| AccountsError::Io {
                what: format!("nobody can say whether the database of users {} is there", path.display()),
                why,
            })?;
            match Store::open(path) {
                Ok(store) => inside.store = Some(store),
                Err(error) if is_there => return Err(error),
                Err(error) => {
                    log::error!("there are no users, and who changes what is only on the log: {error}");
                }
            }
        }
        Ok(Base { path, inside: Mutex::new(inside) })
    }

    /// Does something with the database.
    ///
    /// # Errors
    /// No database, or what the work says.
    pub fn with<T>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, AccountsError>,
    ) -> Result<T, AccountsError> {
        let mut inside = self.inside.lock();
        match (&self.path, &mut *inside) {
            (None, _) => Err(AccountsError::Off),
            (Some(_), Inside { store: Some(store), .. }) => work(store),
            _ => Err(AccountsError::NotOpen),
        }
    }

    /// Returns what the database says at a second since 1970, where it may say something else than last time.
    ///
    /// # Errors
    /// What the disk says.
    pub fn changed(&self, now_s: u64) -> Result<Option<Loaded>, AccountsError> {
        let Some(path) = &self.path else { return Ok(None) };
        let mut inside = self.inside.lock();
        let there = identity(path);
        let open = inside.store.as_ref().and_then(Store::file);
        // One that is gone stays open, as do its users; another one in its place is taken, and so is one that
        // somebody else has made.
        if there.is_some() && !is_same(open, there) {
            inside.store = Some(Store::open(path)?);
            inside.loaded = None;
        }
        let Inside { store: Some(store), loaded, .. } = &mut *inside else { return Ok(None) };
        let version = store.version()?;
        if *loaded == Some(version) {
            return Ok(None);
        }
        let found = Loaded { users: store.users()?, revoked: store.revoked(now_s)? };
        *loaded = Some(version);
        Ok(Some(found))
    }

    /// Tells on the log what failed, once a minute.
    pub fn say(&self, what: &str, error: &AccountsError) {
        if self.inside.lock().said.is_due(Instant::now()) {
            log::error!("{what}: {error}");
        }
    }
}
