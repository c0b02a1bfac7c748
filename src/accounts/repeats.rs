//! Repeats: how many refusals or logins of an address are written down one by one, and how many are only
//! counted. Pure, and bounded.
//!
//! Whoever is refused, or logs in, over and over would otherwise push what was done out of the audit, and
//! fill the log.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

use crate::access::grouped;

/// Time over which what an address repeats is counted together.
pub const COUNTED_OVER: Duration = Duration::from_secs(60);

/// Entries of an address that are written down one by one in that time.
const TOLD: u32 = 60;

/// Entries of all addresses that are written down one by one in that time: whoever has many addresses fills
/// the audit in no less than some hours.
const TOLD_IN_ALL: u32 = 600;

/// Most addresses that are counted each by itself; those beyond are counted as one.
const MOST_ADDRESSES: usize = 256;

/// The address under which those beyond are counted, and those of any address that are too many in all:
/// nobody has it.
const OTHERS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Entries of an address, from the first one on.
#[derive(Debug)]
struct Counted {
    began: Instant,
    told: u32,
    left_out: u32,
}

/// Entries of one kind of the last while, by address.
#[derive(Debug, Default)]
pub struct Repeats {
    addresses: HashMap<IpAddr, Counted>,
    /// Entries of all addresses; those that were left out are counted by address.
    in_all: Option<Counted>,
    /// When what is told once was told, by its words and its address.
    once: HashMap<(String, IpAddr), Instant>,
}

impl Counted {
    fn since(began: Instant) -> Counted {
        Counted { began, told: 0, left_out: 0 }
    }

    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.began) >= COUNTED_OVER
    }
}

impl Repeats {
    /// Counts an entry; returns whether it is to be written down by itself.
    pub fn is_told(&mut self, from: IpAddr, now: Instant) -> bool {
        let in_all = self.in_all.take().filter(|in_all| !in_all.is_over(now));
        let in_all = self.in_all.insert(in_all.unwrap_or_else(|| Counted::since(now)));
        let is_one_of_few = in_all.told < TOLD_IN_ALL;
        let counted = counted(&mut self.addresses, from, now);
        if counted.told >= TOLD {
            counted.left_out = counted.left_out.saturating_add(1);
            return false;
        }
        if is_one_of_few {
            in_all.told += 1;
            counted.told += 1;
        } else {
            self.leave_out(OTHERS, now);
        }
        is_one_of_few
    }

    /// Counts an entry of which one a minute is enough with the same words from the same address; returns
    /// whether it is to be written down by itself.
    pub fn is_told_once(&mut self, words: String, from: IpAddr, now: Instant) -> bool {
        let key = (words, grouped(from));
        let told = self.once.get(&key);
        if told.is_some_and(|told| now.saturating_duration_since(*told) < COUNTED_OVER) {
            self.leave_out(from, now);
            return false;
        }
        let is_told = self.is_told(from, now);
        if is_told {
            self.once.insert(key, now);
        }
        is_told
    }

    fn leave_out(&mut self, from: IpAddr, now: Instant) {
        let counted = counted(&mut self.addresses, from, now);
        counted.left_out = counted.left_out.saturating_add(1);
    }

    /// Ends the counts whose time is over at `now`; returns how many entries were left out of which address.
    pub fn over(&mut self, now: Instant) -> Vec<(IpAddr, u32)> {
        // As many as are told in this time, at most.
        self.once.retain(|_, told| now.saturating_duration_since(*told) < COUNTED_OVER);
        let over = self.addresses.extract_if(|_, counted| counted.is_over(now));
        over.map(|(from, counted)| (from, counted.left_out)).filter(|(_, left_out)| *left_out > 0).collect()
    }
}

/// What is counted of an address.
fn counted(addresses: &mut HashMap<IpAddr, Counted>, from: IpAddr, now: Instant) -> &mut Counted {
    let from = grouped(from);
    let has_place = addresses.len() < MOST_ADDRESSES || addresses.contains_key(&from);
    addresses.entry(if has_place { from } else { OTHERS }).or_insert_with(|| Counted::since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + n).into()
    }

    #[test]
    fn an_address_is_told_of_so_often_and_then_counted_until_its_minute_is_over() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        let told = |repeats: &mut Repeats, second, times: u32| {
            (0..times).filter(|_| repeats.is_told(ip(1), at(second))).count()
        };
        assert_eq!(told(&mut repeats, 0, 100), 60);
        assert!(repeats.is_told(ip(2), at(30)), "another address has its own");
        assert_eq!((told(&mut repeats, 59, 5), repeats.over(at(59))), (0, Vec::new()));
        assert_eq!(repeats.over(at(60)), [(ip(1), 45)]);
        assert_eq!((told(&mut repeats, 61, 7), repeats.over(at(1000))), (7, Vec::new()));
        assert!(repeats.addresses.is_empty());
    }

    #[test]
    fn whoever_has_many_addresses_is_bounded_too() {
        let (mut repeats, now) = (Repeats::default(), Instant::now());
        let told = (0..10_000).filter(|n| repeats.is_told(ip(n + 1), now)).count();
        assert_eq!(told, MOST_ADDRESSES + 60);
        assert_eq!(repeats.over(now + COUNTED_OVER), [(OTHERS, 10_000 - 256 - 60)]);
        let network = |n: u32| format!("2001:db8::{n}").parse().expect("an address");
        assert_eq!((1..=100).filter(|n| repeats.is_told(network(*n), now)).count(), 60);
    }
    #[test]
    fn all_addresses_together_are_told_of_so_often_and_what_is_left_out_is_one_entry() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let told = |repeats: &mut Repeats, now| {
            (0..40_u32).flat_map(|n| [ip(n + 1); 30]).filter(|from| repeats.is_told(*from, now)).count()
        };
        assert_eq!(told(&mut repeats, start), TOLD_IN_ALL as usize);
        let over = repeats.over(start + COUNTED_OVER);
        assert_eq!(over, [(OTHERS, 40 * 30 - TOLD_IN_ALL)]);
        assert_eq!(told(&mut repeats, start + COUNTED_OVER), TOLD_IN_ALL as usize, "another minute");
    }

    #[test]
    fn the_words_of_an_address_are_told_once_a_minute() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let mut told = |who: &str, n, second| {
            repeats.is_told_once(who.to_owned(), ip(n), start + Duration::from_secs(second))
        };
        assert_eq!([told("anna", 1, 0), told("anna", 1, 1), told("anna", 1, 59)], [true, false, false]);
        assert_eq!([told("berta", 1, 59), told("anna", 2, 59), told("anna", 1, 60)], [true, true, true]);
        assert_eq!(repeats.over(start + COUNTED_OVER), [(ip(1), 2)]);
        assert_eq!(repeats.once.len(), 3);
        repeats.over(start + 2 * COUNTED_OVER);
        assert!(repeats.once.is_empty());
    }
}
