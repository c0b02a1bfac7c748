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
    client::Client,
    refused::Refused,
    session::{Names, Session},
};
use crate::transport::access::Grant;

/// Most sessions at once. Each holds some hundred bytes, and the news that its socket is taking.
const MOST_SESSIONS: usize = 256;

/// Every client.
#[derive(Default)]
pub struct Sessions {
    /// Guards who is there; held to look somebody up, to remove one, or to add one and find room for it.
    clients: Mutex<HashMap<String, Arc<Client>>>,
    /// Makes names that nobody guesses: the keys come from the system's random source.
    secret: RandomState,
    /// Names made so far.
    made: AtomicU64,
}

impl Sessions {
    /// Begins a session over some way, for a camera or the default one. Where there are as many as there may
    /// be, one whose client is not let in yet ends, so that who shows no token keeps nobody out.
    ///
    /// # Errors
    /// [`Refused::Full`], where all clients were let in.
    pub fn begin(&self, camera: Option<String>, grant: Grant, over: Over) -> Result<Arc<Client>, Refused> {
        let names = Names { secret: self.name(), shown: self.name() };
        let client = Arc::new(Client::new(names, camera, grant, over));
        let mut clients = self.clients.lock();
        if clients.len() >= MOST_SESSIONS {
            let stranger = first_awaited(&clients).ok_or(Refused::Full)?;
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

/// Of the clients that are not let in yet, the one that was first to have the time for it.
fn first_awaited(clients: &HashMap<String, Arc<Client>>) -> Option<Arc<Client>> {
    let awaited = clients.values().filter_map(|client| Some((client.awaited_until()?, client)));
    awaited.min_by_key(|(until, _)| *until).map(|(_, client)| Arc::clone(client))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_never_the_same_not_even_after_a_restart() {
        let (one, other) = (Sessions::default(), Sessions::default());
        let names: HashSet<String> = (0..1000).flat_map(|_| [one.name(), other.name()]).collect();
        assert_eq!(names.len(), 2000);
        assert!(names.iter().all(|name| name.len() == 32));
    }
}
