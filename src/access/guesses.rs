//! Guesses: how logins that failed slow down those that follow. Pure, and bounded.
//!
//! An address has some failures for free and then waits, twice as long each time. A name that many addresses
//! have tried is waited for as well, but only by addresses that have failed with it themselves, and from
//! their own last failure on: nobody is locked out by what others guess. Of IPv6 the site counts as well,
//! with more for free; an address that was right before does not wait for others of its site.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::network::{grouped, site_of};

/// Failures of an address that cost nothing: people mistype.
const FREE: u32 = 5;

/// Failures of all networks of a site that cost nothing.
const FREE_OF_SITE: u32 = 40;

/// Shortest wait behind a failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Longest wait behind a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Time after the last failure at which failures are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);

/// Most addresses that are kept; the one with the fewest failures goes.
const MOST_ADDRESSES: usize = 4096;

/// Most sites that are kept; the one with the fewest failures goes.
const MOST_SITES: usize = 1024;

/// Most names that are kept; the one with the fewest failures goes.
const MOST_NAMES: usize = 1024;

/// Most addresses that are kept of one name; the one with the fewest failures goes.
const MOST_OF_NAME: usize = 32;

/// Most addresses that are kept from which somebody was right; the one that was so the longest ago goes.
const MOST_RIGHT: usize = 1024;

/// Longest name that is kept, bytes: none of ours is longer.
const LONGEST_NAME: usize = 32;

/// Failures, and when the last one was.
#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn forgotten(self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= FORGOTTEN_AFTER
    }

    /// Returns what is kept rather than what is less: many guess once, and who goes on guessing is to wait.
    fn worth(self, now: Instant) -> (u32, Instant) {
        (if self.forgotten(now) { 0 } else { self.count }, self.last)
    }

    /// Returns how long is still to be waited, of failures that were the last at `since`, so many of them for
    /// free.
    fn wait(self, free: u32, since: Instant, now: Instant) -> Duration {
        let Some(beyond) = self.count.checked_sub(free).filter(|_| !self.forgotten(now)) else {
            return Duration::ZERO;
        };
        let wait = FIRST_WAIT.saturating_mul(1 << beyond.min(16)).min(LONGEST_WAIT);
        wait.saturating_sub(now.saturating_duration_since(since))
    }

    /// Takes out what were slips.
    fn forgive(&mut self, slips: Failures) {
        self.count = self.count.saturating_sub(slips.count);
    }

    fn add(before: Option<Failures>, now: Instant) -> Failures {
        let count = before.filter(|before| !before.forgotten(now)).map_or(0, |before| before.count);
        Failures { count: count.saturating_add(1), last: now }
    }
}

/// A name that was tried.
#[derive(Clone, Debug)]
struct Name {
    failures: Failures,
    /// Addresses that have failed with it, and how often each did; the one that failed last is the last.
    from: Vec<(IpAddr, Failures)>,
}

/// Logins that failed.
#[derive(Debug, Default)]
pub struct Guesses {
    addresses: HashMap<IpAddr, Failures>,
    sites: HashMap<IpAddr, Failures>,
    names: HashMap<Box<str>, Name>,
    /// When somebody was right last, by address.
    right: HashMap<IpAddr, Instant>,
}

impl Guesses {
    /// Whether an address may try to log in now: by a name, or where that is empty by a token.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn allow(&self, from: IpAddr, name: &str, now: Instant) -> Result<(), Duration> {
        let from = grouped(from);
        let of = |failures: Option<&Failures>, free| {
            failures.map_or(Duration::ZERO, |failures| failures.wait(free, failures.last, now))
        };
        let by_address = of(self.addresses.get(&from), FREE);
        let site = site_of(from).filter(|_| !self.was_right(from));
        let by_site = of(site.and_then(|site| self.sites.get(&site)), FREE_OF_SITE);
        let by_name = self.names.get(name).map_or(Duration::ZERO, |tried| {
            let own = tried.from.iter().find(|(address, _)| *address == from);
            own.map_or(Duration::ZERO, |(_, own)| tried.failures.wait(FREE, own.last, now))
        });
        let wait = by_address.max(by_site).max(by_name);
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// Notes that a login has failed.
    pub fn failed(&mut self, from: IpAddr, name: &str, now: Instant) {
        let from = grouped(from);
        add_to(&mut self.addresses, from, MOST_ADDRESSES, now);
        if let Some(site) = site_of(from) {
            add_to(&mut self.sites, site, MOST_SITES, now);
        }
        if name.is_empty() || name.len() > LONGEST_NAME {
            return;
        }
        let before = self.names.remove(name);
        let failures = Failures::add(before.as_ref().map(|tried| tried.failures), now);
        let mut others = before.map_or(Vec::new(), |tried| tried.from);
        let own = others.iter().position(|(address, _)| *address == from).map(|at| others.remove(at).1);
        let least = (0..others.len()).min_by_key(|at| others[*at].1.worth(now));
        if let Some(least) = least.filter(|_| others.len() >= MOST_OF_NAME) {
            others.remove(least);
        }
        others.push((from, Failures::add(own, now)));
        let key: Box<str> = Box::from(name);
        make_room(&mut self.names, &key, MOST_NAMES, |tried| tried.failures.worth(now));
        self.names.insert(key, Name { failures, from: others });
    }

    /// Notes that a login was right: what its address has failed with that name before were slips. What it
    /// has failed with others stays: whoever has one password may still guess another one.
    pub fn right(&mut self, from: IpAddr, name: &str, now: Instant) {
        let from = grouped(from);
        make_room(&mut self.right, &from, MOST_RIGHT, |last| *last);
        self.right.insert(from, now);
        let Some(tried) = self.names.get_mut(name) else { return };
        let Some(at) = tried.from.iter().position(|(address, _)| *address == from) else { return };
        let (_, slips) = tried.from.remove(at);
        if let Some(failures) = self.addresses.get_mut(&from) {
            failures.forgive(slips);
        }
        if let Some(site) = site_of(from)
            && let Some(failures) = self.sites.get_mut(&site)
        {
            failures.forgive(slips);
        }
    }

    /// Whether somebody at that address was right before.
    pub fn was_right(&self, from: IpAddr) -> bool {
        self.right.contains_key(&grouped(from))
    }

    /// Returns how many addresses and names are kept.
    pub fn kept(&self) -> (usize, usize) {
        (self.addresses.len(), self.names.len())
    }
}

/// Counts a failure in a table of at most so many.
fn add_to(table: &mut HashMap<IpAddr, Failures>, from: IpAddr, most: usize, now: Instant) {
    let failures = Failures::add(table.get(&from).copied(), now);
    make_room(table, &from, most, |failures| failures.worth(now));
    table.insert(from, failures);
}

/// Takes out what is worth the least, where `key` would be one too many.
pub(super) fn make_room<K: Clone + Eq + std::hash::Hash, V, W: Ord>(
    table: &mut HashMap<K, V>,
    key: &K,
    most: usize,
    worth: impl Fn(&V) -> W,
) {
    if table.len() < most || table.contains_key(key) {
        return;
    }
    let least = table.iter().min_by_key(|(_, value)| worth(value)).map(|(key, _)| key.clone());
    if let Some(key) = least {
        table.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    /// How long an address waits in seconds, after failures of addresses with a name, one a second.
    fn waits(failures: &[(&str, &str)], from: &str, name: &str) -> u64 {
        let (mut guesses, start) = (Guesses::default(), Instant::now());
        for (n, (from, name)) in failures.iter().enumerate() {
            guesses.failed(ip(from), name, start + Duration::from_secs(n as u64));
        }
        let now = start + Duration::from_secs(failures.len().saturating_sub(1) as u64);
        guesses.allow(ip(from), name, now).err().unwrap_or_default().as_secs()
    }

    #[test]
    fn an_address_mistypes_for_free_and_then_waits_twice_as_long_each_time() {
        let at = |count| waits(&vec![("10.0.0.1", "anna"); count], "10.0.0.1", "anna");
        assert_eq!(
            [0, 1, 4, 5, 6, 7, 8, 10, 11, 12, 40, 100].map(at),
            [0, 0, 0, 1, 2, 4, 8, 32, 60, 60, 60, 60]
        );
    }

    #[test]
    fn another_name_or_none_does_not_help_an_address() {
        let names = ["anna", "berta", "", "dora", "emil", "", ""].map(|name| ("10.0.0.1", name));
        assert_eq!(waits(&names, "10.0.0.1", "gustav"), 4);
        assert_eq!(waits(&names, "::ffff:10.0.0.1", ""), 4);
    }

    #[test]
    fn who_has_a_whole_network_is_one_address() {
        let from = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5"];
        assert_eq!(waits(&from.map(|from| (from, "")), "2001:db8::6", ""), 1);
        assert_eq!(waits(&from.map(|from| (from, "")), "2001:db8:0:1::6", ""), 0);
    }

    #[test]
    fn what_others_guess_locks_nobody_out() {
        let others: Vec<String> = (0..200).map(|n| format!("10.0.1.{n}")).collect();
        let mut failures: Vec<(&str, &str)> = others.iter().map(|from| (&**from, "anna")).collect();
        assert_eq!(waits(&failures, "10.0.0.1", "anna"), 0, "the right one from elsewhere");
        assert_eq!(waits(&failures, "10.0.1.199", "anna"), 60, "who has guessed with others");
        // Anna mistypes once, and others go on: she waits from her own failure on.
        failures.push(("10.0.0.1", "anna"));
        let after = waits(&failures, "10.0.0.1", "anna");
        failures.extend([("10.0.1.1", "anna"); 30]);
        assert_eq!((after, waits(&failures, "10.0.0.1", "anna")), (60, 30));
    }

    #[test]
    fn failures_are_forgotten_after_a_while_and_by_a_right_login() {
        let (mut guesses, start) = (Guesses::default(), Instant::now());
        (0..9).for_each(|_| guesses.failed(ip("10.0.0.1"), "anna", start));
        assert!(guesses.allow(ip("10.0.0.1"), "anna", start).is_err());
        let later = start + FORGOTTEN_AFTER;
        assert!(guesses.allow(ip("10.0.0.1"), "anna", later).is_ok());
        guesses.failed(ip("10.0.0.1"), "anna", later);
        assert!(guesses.allow(ip("10.0.0.1"), "anna", later).is_ok(), "counted from the start");
        (0..9).for_each(|_| guesses.failed(ip("10.0.0.1"), "anna", later));
        guesses.right(ip("10.0.0.1"), "anna", later);
        assert!(guesses.allow(ip("10.0.0.1"), "anna", later).is_ok());
    }

    #[test]
    fn a_right_login_pays_for_no_guesses_at_others() {
        let (mut guesses, start) = (Guesses::default(), Instant::now());
        let from = ip("10.0.0.1");
        for _ in 0..9 {
            guesses.failed(from, "boss", start);
            guesses.failed(from, "", start);
            guesses.failed(from, "anna", start);
            guesses.right(from, "anna", start);
            guesses.right(from, "", start);
        }
        assert_eq!(guesses.allow(from, "boss", start), Err(LONGEST_WAIT));
    }

    #[test]
    fn who_has_many_networks_waits_as_well_and_who_was_right_before_does_not() {
        let (mut guesses, now) = (Guesses::default(), Instant::now());
        let network = |n: u32| ip(&format!("2001:db8:0:{n:x}::1"));
        guesses.right(network(0), "anna", now);
        for n in 1..=FREE_OF_SITE {
            assert!(guesses.allow(network(n), "", now).is_ok(), "{n}");
            guesses.failed(network(n), "", now);
        }
        assert_eq!(guesses.allow(network(100), "", now), Err(FIRST_WAIT));
        assert!(guesses.allow(network(0), "", now).is_ok());
        assert!(guesses.allow(ip("2001:db8:1::1"), "", now).is_ok(), "another site");
    }

    #[test]
    fn who_goes_on_guessing_is_not_driven_out_by_many_who_guess_once() {
        let (mut guesses, start) = (Guesses::default(), Instant::now());
        let guesser = ip("10.1.0.1");
        (0..10).for_each(|_| guesses.failed(guesser, "", start));
        for n in 0..5000_u32 {
            let from = IpAddr::from((0x0b00_0000 + n).to_be_bytes());
            guesses.failed(from, "", start + Duration::from_millis(n.into()));
        }
        assert!(guesses.allow(guesser, "", start + Duration::from_secs(5)).is_err());
        // What is forgotten is the first to go.
        guesses.failed(ip("10.1.0.2"), "", start + FORGOTTEN_AFTER);
        assert!(guesses.addresses.len() == MOST_ADDRESSES && !guesses.addresses.contains_key(&guesser));
    }

    #[test]
    fn the_tables_do_not_grow_beyond_their_bounds() {
        let (mut guesses, start) = (Guesses::default(), Instant::now());
        for n in 0..10_000_u32 {
            let from = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            let now = start + Duration::from_millis(n.into());
            guesses.failed(from, &format!("name{}", n % 3000), now);
            guesses.failed(from, &"x".repeat(1000), now);
            guesses.failed(from, "anna", now);
        }
        for n in 0..2000 {
            let site = IpAddr::from(((0x2001_0db8_u128 << 96) | (n << 80)).to_be_bytes());
            guesses.failed(site, "", start);
            guesses.right(site, "", start + Duration::from_millis(n as u64));
        }
        assert_eq!(guesses.kept(), (MOST_ADDRESSES, MOST_NAMES));
        assert_eq!((guesses.sites.len(), guesses.right.len()), (MOST_SITES, MOST_RIGHT));
        assert!(guesses.names.get("anna").is_some_and(|tried| tried.from.len() == MOST_OF_NAME));
    }
}
