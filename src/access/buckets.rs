//! Token buckets: how many requests a second an address may make, with some saved up. Pure.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::network::grouped;

/// Most addresses that are remembered at once, IPv6 ones by their network.
const MOST_ADDRESSES: usize = 8_192;

/// The buckets of all addresses that have asked lately.
pub struct Buckets {
    /// Tokens that each gets a second.
    a_second: f64,
    /// Tokens that each holds at most.
    burst: f64,
    buckets: HashMap<IpAddr, Bucket>,
}

/// Tokens of one address.
struct Bucket {
    /// Tokens that it held at `at`.
    left: f64,
    at: Instant,
}

impl Buckets {
    /// Returns buckets that get `a_second` tokens each second and hold `burst` at most; both are at least 1.
    pub fn new(a_second: u32, burst: u32) -> Self {
        let least = |number: u32| f64::from(number.max(1));
        Buckets { a_second: least(a_second), burst: least(burst), buckets: HashMap::new() }
    }

    /// Takes a token out of an address's bucket.
    ///
    /// # Errors
    /// How long it takes until there is one.
    pub fn take(&mut self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let address = grouped(address);
        if !self.buckets.contains_key(&address) && self.buckets.len() >= MOST_ADDRESSES {
            self.make_room(now);
        }
        let (a_second, burst) = (self.a_second, self.burst);
        let bucket = self.buckets.entry(address).or_insert(Bucket { left: burst, at: now });
        (bucket.left, bucket.at) = (bucket.holds(now, a_second, burst), now);
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.left) / a_second));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    /// Forgets the buckets that are full again, which are as good as none; where none is, the fullest.
    fn make_room(&mut self, now: Instant) {
        let (a_second, burst) = (self.a_second, self.burst);
        self.buckets.retain(|_, bucket| bucket.holds(now, a_second, burst) < burst);
        if self.buckets.len() < MOST_ADDRESSES {
            return;
        }
        let held = |bucket: &Bucket| bucket.holds(now, a_second, burst);
        let fullest = self.buckets.iter().max_by(|(_, a), (_, b)| held(a).total_cmp(&held(b)));
        if let Some(address) = fullest.map(|(address, _)| *address) {
            self.buckets.remove(&address);
        }
    }
}

impl Bucket {
    /// Returns the tokens that it holds now.
    fn holds(&self, now: Instant, a_second: f64, burst: f64) -> f64 {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + since * a_second).min(burst)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    /// An address of its own for each number.
    fn address(n: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + n).into()
    }

    #[test]
    fn an_address_may_spend_what_it_saved_and_then_what_comes_in() {
        let (mut buckets, start) = (Buckets::new(10, 30), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let taken = |buckets: &mut Buckets, ms| {
            (0..100).take_while(|_| buckets.take(address(1), at(ms)).is_ok()).count()
        };
        assert_eq!(taken(&mut buckets, 0), 30);
        let wait = buckets.take(address(1), at(0)).expect_err("nothing is left");
        assert!(wait > Duration::from_millis(90) && wait <= Duration::from_millis(101), "{wait:?}");
        assert_eq!(taken(&mut buckets, 1_050), 10);
        assert_eq!(taken(&mut buckets, 3_600_000), 30, "no more than is saved up");
        assert!(buckets.take(address(2), at(0)).is_ok(), "another address has its own");
    }

    #[test]
    fn whoever_has_a_whole_network_has_one_bucket() {
        let (mut buckets, now) = (Buckets::new(1, 1), Instant::now());
        let of = |n: u128| IpAddr::from(Ipv6Addr::from_bits(0x2001_0db8 << 96 | n));
        assert!(buckets.take(of(1), now).is_ok());
        assert!(buckets.take(of(2), now).is_err());
        assert!(buckets.take(of(1 << 64), now).is_ok());
    }

    #[test]
    fn many_addresses_take_no_more_room_and_free_nobody_who_asks_too_much() {
        let (mut buckets, now) = (Buckets::new(1, 2), Instant::now());
        while buckets.take(address(0), now).is_ok() {}
        for n in 1..MOST_ADDRESSES as u32 + 500 {
            assert!(buckets.take(address(n), now).is_ok(), "{n}");
        }
        assert_eq!(buckets.buckets.len(), MOST_ADDRESSES);
        assert!(buckets.take(address(0), now).is_err(), "the emptiest bucket stays");
        assert!(buckets.take(address(0), now + Duration::from_secs(1)).is_ok());
    }
}
