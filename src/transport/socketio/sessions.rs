//! Who is there: every client by the name of its session, as many as there may be.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;

use super::{
    carrier::Over,
    client::{Beginner, Client},
    refused::Refused,
    session::{Names, Session},
};
/// Most sessions at once. Each holds some hundred bytes, and the news that its socket is taking.
const MOST_SESSIONS: usize = 256;

/// Every client.
pub struct Sessions {
    /// Guards who is there; held to look somebody up, to remove one, or to add one and find room for it.
    clients: Mutex<HashMap<String, Arc<Client>>>,
    /// Makes names that nobody guesses: the keys come from the system's random source.
    secret: RandomState,
    /// Names made so far.
    made: AtomicU64,
}

impl Default for Sessions {
    fn default() -> Self {
        Sessions { clients: Mutex::default(), secret: RandomState::new(), made: AtomicU64::new(0) }
    }
}

impl Sessions {
    /// Begins a session over some way. Where there are as many as there may be, one whose client is not let
    /// in yet ends, so that who shows no token keeps nobody out.
    ///
    /// # Errors
    /// [`Refused::Full`], where all clients were let in, or have shown more than this one.
    pub fn begin(&self, beginner: Beginner, over: Over) -> Result<Arc<Client>, Refused> {
        let names = Names { secret: self.name(), shown: self.name() };
        let client = Arc::new(Client::new(names, beginner, over));
        let mut clients = self.clients.lock();
        if clients.len() >= MOST_SESSIONS {
            let stranger = gives_way(&clients, &client).ok_or(Refused::Full)?;
            clients.remove(&stranger.name);
            stranger.change(Session::close);
        }
        clients.insert(client.name.clone(), Arc::clone(&client));
        Ok(client)
    }

    /// Returns the client of a session.
    ///
    /// # Errors
    /// [`Refused::Session`].
    pub fn find(&self, name: &str) -> Result<Arc<Client>, Refused> {
        self.clients.lock().get(name).map(Arc::clone).ok_or(Refused::Session)
    }

    /// Forgets a client.
    pub fn end(&self, client: &Client) {
        self.clients.lock().remove(&client.name);
    }

    /// Returns another name: 128 bits of a keyed hash of a number.
    fn name(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let half = |half: u8| self.secret.hash_one((number, half));
        format!("{:016x}{:016x}", half(0), half(1))
    }
}

/// Of the clients that are not let in yet, the one that makes room for a newcomer: one that began without
/// showing that it may watch before those that showed it, and among equals the one that was first to have the
/// time for it. None does for a newcomer that has shown less.
fn gives_way(clients: &HashMap<String, Arc<Client>>, newcomer: &Client) -> Option<Arc<Client>> {
    let awaited = clients.values().filter_map(|client| Some((client.standing()?, client)));
    let ((may_watch, _), client) = awaited.min_by_key(|(standing, _)| *standing)?;
    let (newcomer_may_watch, _) = newcomer.standing()?;
    (newcomer_may_watch || !may_watch).then(|| Arc::clone(client))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::transport::access::{Grant, Role};

    #[test]
    fn strangers_push_nobody_out_who_has_shown_that_he_may_watch() {
        let sessions = Sessions::default();
        let begin = |role| {
            let beginner = Beginner { camera: None, grant: Grant::to(role), place: None };
            sessions.begin(beginner, Over::Polling)
        };
        let is_there = |client: &Client| sessions.find(&client.name).is_ok();
        let [honest, stranger] = [Role::Viewer, Role::Open].map(|role| begin(role).expect("there is room"));
        for _ in 0..2 * MOST_SESSIONS {
            assert!(begin(Role::Open).is_ok(), "one stranger makes room for another");
        }
        assert!(is_there(&honest) && !is_there(&stranger));
        for _ in 1..MOST_SESSIONS {
            assert!(begin(Role::Viewer).is_ok(), "strangers make room");
        }
        assert!(is_there(&honest));
        assert!(matches!(begin(Role::Open), Err(Refused::Full)));
        assert!(begin(Role::Viewer).is_ok() && !is_there(&honest), "of equals the first makes room");
    }

    #[test]
    fn names_are_never_the_same_not_even_after_a_restart() {
        let (one, other) = (Sessions::default(), Sessions::default());
        let names: HashSet<String> = (0..1000).flat_map(|_| [one.name(), other.name()]).collect();
        assert_eq!(names.len(), 2000);
        assert!(names.iter().all(|name| name.len() == 32));
    }
}
