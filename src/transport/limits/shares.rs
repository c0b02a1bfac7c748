//! Shares of what there are few places of: how many one address, and one credential, may have at once.
//!
//! The machine's own address has no bound, since everybody whom a proxy without a name asks for comes from
//! there; nor have the tokens of the settings, which everybody may have.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access::{Who, grouped};

/// Who has a share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Sharer {
    Address(IpAddr),
    /// A credential, in the words in which the log tells it.
    Credential(String),
}

/// Shares of some places.
pub struct Shares {
    /// Places of each.
    each: usize,
    /// Guards the places of those who have or want some, for a look at each of them.
    held: Mutex<HashMap<Sharer, Weak<Semaphore>>>,
}

/// A place among those of an address and a credential, until it is dropped.
pub struct Share {
    _address: Option<OwnedSemaphorePermit>,
    credential: Option<OwnedSemaphorePermit>,
}

impl Shares {
    /// Shares of so many places each.
    pub fn new(each: usize) -> Self {
        Shares { each, held: Mutex::default() }
    }

    /// Takes a place; `None` where the address or the credential has all of its own.
    pub fn take(&self, address: IpAddr, who: &Who) -> Option<Share> {
        let (_address, credential) = (self.one(by_address(address))?, self.one(by_credential(who))?);
        Some(Share { _address, credential })
    }

    /// Has a place counted for another credential; `None`, and as it was, where that has all of its own.
    pub fn pass_on(&self, share: &mut Share, who: &Who) -> Option<()> {
        share.credential = self.one(by_credential(who))?;
        Some(())
    }

    /// Returns the turns that are to be waited for in their order, and held meanwhile.
    pub fn of(&self, address: IpAddr, who: &Who) -> Vec<Arc<Semaphore>> {
        let sharers = by_address(address).into_iter().chain(by_credential(who));
        sharers.map(|sharer| self.places(sharer)).collect()
    }

    /// Takes one of a sharer's places, none where it has no bound; `None` where it has all of them.
    fn one(&self, sharer: Option<Sharer>) -> Option<Option<OwnedSemaphorePermit>> {
        match sharer {
            None => Some(None),
            Some(sharer) => self.places(sharer).try_acquire_owned().ok().map(Some),
        }
    }

    fn places(&self, sharer: Sharer) -> Arc<Semaphore> {
        let mut held = self.held.lock();
        held.retain(|_, places| places.strong_count() > 0);
        let entry: &mut Weak<Semaphore> = held.entry(sharer).or_default();
        entry.upgrade().unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(self.each));
            *entry = Arc::downgrade(&places);
            places
        })
    }
}

fn by_address(address: IpAddr) -> Option<Sharer> {
    (!address.is_loopback()).then(|| Sharer::Address(grouped(address)))
}

fn by_credential(who: &Who) -> Option<Sharer> {
    match who {
        Who::Nobody | Who::Here | Who::ViewerToken | Who::AdminToken => None,
        Who::Token { .. } | Who::Share { .. } | Who::User { .. } => Some(Sharer::Credential(who.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    fn link(id: &str) -> Who {
        Who::Share { id: id.into(), key: 0 }
    }

    #[test]
    fn an_address_and_a_credential_have_their_share_each_and_nobody_elses() {
        let shares = Shares::new(2);
        let held: Vec<Share> = (1..=2).filter_map(|n| shares.take(ip(n), &link("a"))).collect();
        assert_eq!(held.len(), 2);
        assert!(shares.take(ip(3), &link("a")).is_none(), "the link has its own");
        let second = shares.take(ip(1), &link("b")).expect("another link");
        assert!(shares.take(ip(1), &Who::ViewerToken).is_none(), "the address has its own");
        assert!(shares.take(ip(4), &Who::ViewerToken).is_some());
        drop(held);
        let mut first = shares.take(ip(1), &link("a")).expect("a place");
        drop(second);
        let full: Vec<Share> = (5..=6).filter_map(|n| shares.take(ip(n), &link("c"))).collect();
        assert!(full.len() == 2 && shares.pass_on(&mut first, &link("c")).is_none(), "the link has its own");
        assert!(shares.pass_on(&mut first, &link("d")).is_some());
        let others = (7..=9).filter_map(|n| shares.take(ip(n), &link("d"))).collect::<Vec<_>>();
        assert_eq!(others.len(), 1, "it is counted for the one that it was passed on to");
        drop((first, full, others));
        assert!(
            shares.of(ip(9), &Who::Nobody).len() == 1 && shares.held.lock().len() == 1,
            "what ended is gone"
        );
    }

    #[test]
    fn this_machine_and_the_tokens_of_the_settings_have_no_bound_of_their_own() {
        let (shares, here) = (Shares::new(1), IpAddr::from([127, 0, 0, 1]));
        for who in [Who::Nobody, Who::Here, Who::ViewerToken, Who::AdminToken] {
            assert_eq!((0..9).map_while(|_| shares.take(here, &who)).collect::<Vec<_>>().len(), 9, "{who}");
        }
        assert_eq!((0..9).map_while(|_| shares.take(here, &link("a"))).collect::<Vec<_>>().len(), 1);
    }
}
