//! How the authority starts, and how it keeps up with its database and its key file, which other programs
//! change: `steadycast user` and `steadycast token`.

use std::{
    sync::{
        Arc, Weak,
        atomic::AtomicBool,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};

use super::{Authority, AuthoritySettings, Known, turns::Turns};
use crate::{
    accounts::{
        audit::Audit,
        base::{Base, Loaded},
        error::AccountsError,
        files::{Identity, identity, key_of},
        password,
    },
    frame::now_s,
    tools::{
        fence::{Fences, Place},
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// Time between two looks at what other programs change.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Authority {
    /// Opens the database, reads the key, and starts the threads of both.
    ///
    /// # Errors
    /// A database or a key file that is there and cannot be used.
    pub fn start(settings: AuthoritySettings, metrics: &Metrics) -> Result<Arc<Self>, AccountsError> {
        let base = Arc::new(Base::open(settings.database.clone())?);
        let audit = Audit::start(Arc::clone(&base), metrics)?;
        let revoked = settings.revoked.iter().cloned().collect();
        let known = Known { key: settings.key.clone(), revoked, ..Known::default() };
        let (looking, ends) = channel();
        let authority = Arc::new(Authority {
            settings,
            known: RwLock::new(known),
            sessions: Mutex::default(),
            guesses: Mutex::default(),
            tried: Mutex::default(),
            base,
            audit,
            workspace: password::Workspace::default(),
            turns: Turns::default(),
            closed: AtomicBool::new(false),
            keeping: Mutex::default(),
            _looking: looking,
        });
        authority.look()?;
        let (looked_at, fences) = (Arc::downgrade(&authority), metrics.fences.clone());
        let work = move || look_each_second(&looked_at, &ends, &fences);
        spawn(Role::History, "access", work)
            .map_err(|why| AccountsError::Io { what: "accounts have no thread".to_owned(), why })?;
        Ok(authority)
    }

    /// Looks at what other programs may have changed. Blocking; what cannot be read stays as it was.
    pub fn refresh(&self) {
        if let Err(error) = self.look() {
            self.base.say("what gives somebody a right stays as it was", &error);
        }
    }

    /// Looks for the first key, which another program may have just made. Blocking; of a file that cannot be
    /// used [`Authority::refresh`] tells.
    pub fn find_key(&self) {
        let mut read = self.keeping.lock();
        if self.known.read().key.is_none() {
            let _ = self.look_at_key(&mut read);
        }
    }

    fn look(&self) -> Result<(), AccountsError> {
        let mut read = self.keeping.lock();
        // Neither keeps the other from being looked at.
        let (base, key) = (self.look_at_base(), self.look_at_key(&mut read));
        base.and(key)
    }

    fn look_at_base(&self) -> Result<(), AccountsError> {
        let Some(Loaded { users, revoked }) = self.base.changed(now_s())? else { return Ok(()) };
        let users = users.into_iter().map(|user| (Arc::clone(&user.name), user)).collect();
        let revoked = revoked.into_iter().chain(self.settings.revoked.iter().cloned()).collect();
        let mut known = self.known.write();
        (known.users, known.revoked) = (users, revoked);
        // Also where the last user goes: see `closed`.
        let has_users = !known.users.is_empty();
        drop(known);
        if has_users {
            self.has_credential();
            // The first wrong name would be told by the time that this takes.
            password::fake();
        }
        Ok(())
    }

    fn look_at_key(&self, read: &mut Option<Identity>) -> Result<(), AccountsError> {
        let Some(path) = self.settings.key_file.as_deref().filter(|_| self.settings.key.is_none()) else {
            return Ok(());
        };
        let there = identity(path);
        if there == *read {
            return Ok(());
        }
        // Whoever deletes the file, or exchanges it, ends all tokens.
        let key = key_of(path)?;
        self.known.write().exchange_key(key);
        *read = there;
        self.sessions.lock().end_where(|right| right.who.id().is_some());
        self.has_credential();
        Ok(())
    }
}

/// Looks until the authority is gone.
fn look_each_second(authority: &Weak<Authority>, ends: &Receiver<()>, fences: &Fences) {
    while ends.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        let Some(authority) = authority.upgrade() else { return };
        // What panics is said and counted; the next second looks again.
        let _ = fences.run(Place::Accounts, || {
            authority.audit.tell_left_out(Instant::now());
            authority.refresh();
        });
    }
}
