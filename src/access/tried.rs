//! Tokens that come with requests: who guesses waits, and who has shown a right one before is not held up by
//! others of its address who guess. Pure, and bounded.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::{
    guesses::{Guesses, make_room},
    network::grouped,
    role::Role,
};

/// Most pairs of an address and a role that are kept; the one that was shown the longest ago goes.
const MOST: usize = 4096;

/// Tokens that were tried.
#[derive(Debug, Default)]
pub struct Tried {
    guesses: Guesses,
    /// When a right token of a role last came from an address.
    right: HashMap<(IpAddr, Role), Instant>,
}

impl Tried {
    /// Notes that a token is right that somebody may have guessed.
    ///
    /// # Errors
    /// How long is to be waited, where it comes from an address that guesses, and none of its role did
    /// before: else a guess would tell by it.
    pub fn right(&mut self, from: IpAddr, role: Role, now: Instant) -> Result<(), Duration> {
        let key = (grouped(from), role);
        if !self.right.contains_key(&key) {
            self.guesses.allow(from, "", now)?;
            make_room(&mut self.right, &key, MOST, |last| *last);
        }
        self.right.insert(key, now);
        Ok(())
    }

    /// Whether an address is to wait before a token of it is looked at.
    pub fn waits(&self, from: IpAddr, now: Instant) -> bool {
        self.guesses.allow(from, "", now).is_err()
    }

    /// Notes that a token is wrong.
    ///
    /// # Errors
    /// How long is to be waited; what comes before then counts for nothing.
    pub fn wrong(&mut self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        self.guesses.allow(from, "", now)?;
        self.guesses.failed(from, "", now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    /// Has an address guess until it is to wait.
    fn guess(tried: &mut Tried, from: IpAddr, now: Instant) -> usize {
        (0..100).take_while(|_| tried.wrong(from, now).is_ok()).count()
    }

    #[test]
    fn who_guesses_waits_and_learns_nothing_by_a_right_one() {
        let (mut tried, now) = (Tried::default(), Instant::now());
        assert_eq!(guess(&mut tried, ip(1), now), 5);
        assert!(tried.waits(ip(1), now) && !tried.waits(ip(2), now));
        assert_eq!(tried.right(ip(1), Role::Viewer, now), Err(Duration::from_secs(1)));
        assert!(tried.right(ip(2), Role::Viewer, now).is_ok(), "nobody else waits");
        assert!(tried.right(ip(1), Role::Viewer, now + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn whoever_was_right_before_is_not_held_up_by_others_of_the_address() {
        let (mut tried, now) = (Tried::default(), Instant::now());
        assert!(tried.right(ip(1), Role::Viewer, now).is_ok());
        guess(&mut tried, ip(1), now);
        assert!(tried.right(ip(1), Role::Viewer, now).is_ok());
        assert!(tried.right(ip(1), Role::Admin, now).is_err(), "a viewer who guesses at the admin's");
    }

    #[test]
    fn the_table_does_not_grow_beyond_its_bound() {
        let (mut tried, start) = (Tried::default(), Instant::now());
        for n in 0..5000_u32 {
            let from = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            assert!(tried.right(from, Role::Viewer, start + Duration::from_millis(n.into())).is_ok());
        }
        assert_eq!(tried.right.len(), MOST);
    }
}
