//! Networks of addresses, such as 10.0.0.0/8, and how addresses are grouped where they are counted.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// Bits of an IPv6 address that one household or one rented machine has to itself: its network.
const HOUSEHOLD_BITS: u32 = 64;

/// Bits of an IPv6 address that one customer of a provider may have to itself, with many networks behind
/// them: its site (RFC 6177).
const SITE_BITS: u32 = 48;

/// Fewest bits that are taken for one owner's network of IPv4.
const BLOCK_BITS_V4: u32 = 8;

/// Fewest bits that are taken for one owner's network of IPv6: those that stay inside a site have as many
/// (RFC 4193).
const BLOCK_BITS_V6: u32 = 7;

/// A network: an address, and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is in it; an IPv4 address in IPv6 form is read as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            _ => false,
        }
    }

    /// Whether it is wider than what is taken for one owner's, and so holds addresses of anybody.
    pub fn is_vast(&self) -> bool {
        let fewest = if self.first.is_ipv4() { BLOCK_BITS_V4 } else { BLOCK_BITS_V6 };
        self.bits < fewest
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl FromStr for Network {
    type Err = &'static str;

    /// Reads an address, or one with the number of its bits that count behind a slash.
    ///
    /// # Errors
    /// Where it is neither.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let odd = "is no address and no network such as 10.0.0.0/8";
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| odd)?)),
            None => (text.trim(), None),
        };
        let first = address.parse::<IpAddr>().map_err(|_| odd)?;
        let first = if bits.is_none() { first.to_canonical() } else { first };
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(odd) } else { Ok(Network { first, bits }) }
    }
}

/// Whether an address is in one of the networks.
pub fn is_in(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// Returns the address by which somebody is counted: an IPv4 address itself, of an IPv6 address its network,
/// since whoever has one address there has all of them.
pub fn grouped(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => first_of(address, HOUSEHOLD_BITS),
        address @ IpAddr::V4(_) => address,
    }
}

/// Returns the site of an IPv6 address, all of whose networks one customer may have; `None` for IPv4.
pub fn site_of(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V6(address) => Some(first_of(address, SITE_BITS)),
        IpAddr::V4(_) => None,
    }
}

/// The first address of those with the same first bits.
fn first_of(address: Ipv6Addr, bits: u32) -> IpAddr {
    Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> bits)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_as_it_does() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.168.1.7", "::ffff:192.168.1.7", "192.168.1.8"),
            ("169.254.0.0/16", "169.254.169.254", "169.253.0.1"),
            ("fe80::/10", "fe80::1", "fec0::1"),
            ("0.0.0.0/0", "8.8.8.8", "::1"),
        ] {
            let network: Network = network.parse().expect("a network");
            assert!(network.contains(ip(inside)) && !network.contains(ip(outside)), "{network:?}");
        }
        for odd in ["", "10.0.0.0/33", "10.0.0", "a/8", "10.0.0.0/-1", "::/129", "localhost"] {
            assert!(odd.parse::<Network>().is_err(), "{odd:?}");
        }
    }

    #[test]
    fn what_holds_addresses_of_anybody_is_vast() {
        let network = |text: &str| text.parse::<Network>().expect("a network");
        for text in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "2000::/3"] {
            assert!(network(text).is_vast() && network(text).to_string() == text, "{text}");
        }
        for text in ["127.0.0.1", "10.0.0.0/8", "::1", "fc00::/7", "::ffff:10.0.0.7"] {
            assert!(!network(text).is_vast(), "{text}");
        }
    }

    #[test]
    fn who_has_a_whole_network_is_counted_once() {
        assert_eq!(grouped(ip("2001:db8::1")), grouped(ip("2001:db8::ffff:1")));
        assert_ne!(grouped(ip("2001:db8::1")), grouped(ip("2001:db8:0:1::1")));
        assert_eq!(grouped(ip("::ffff:10.0.0.1")), ip("10.0.0.1"));
    }

    #[test]
    fn a_site_has_many_networks_and_ipv4_has_none() {
        assert_eq!(site_of(ip("2001:db8:0:1::1")), site_of(ip("2001:db8:0:ffff::")));
        assert_ne!(site_of(ip("2001:db8:0:1::1")), site_of(ip("2001:db8:1:1::1")));
        assert_eq!([site_of(ip("10.0.0.1")), site_of(ip("::ffff:10.0.0.1"))], [None, None]);
    }
}
