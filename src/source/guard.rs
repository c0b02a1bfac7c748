//! Addresses that no source may be at: those of link-local networks and of clouds' metadata services, which
//! give whoever asks from this machine what is this machine's alone.
//!
//! Addresses in, whether they are refused out, after names have been resolved: by [`super::reach`]. Cameras
//! on the local network and on this machine are what this program is for, so those are open. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    access::{Network, is_in},
    nouns::reason::{Reason, ReasonCode},
};

/// Why a source at such an address is not opened.
pub(super) const REFUSED: &str =
    "it leads to a link-local or metadata address; STEADYCAST_ALLOW_SOURCES allows it";

/// First 96 bits of IPv6 addresses that stand for IPv4 ones behind a translator (RFC 6052).
const TRANSLATED: u128 = 0x0064_ff9b << 64;

/// First 48 bits of those behind a translator of a network's own (RFC 8215).
const TRANSLATED_HERE: u128 = 0x0064_ff9b_0001;

/// First 16 bits of IPv6 addresses that stand for IPv4 ones behind a relay (6to4, RFC 3056).
const RELAYED: u128 = 0x2002;

/// Metadata services of clouds at IPv4 addresses that are not link-local: Alibaba's, Oracle's and Azure's.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(168, 63, 129, 16)];

/// First 32 bits of the IPv6 addresses at which Amazon has its services for machines: metadata, time, names.
const AMAZON_V6: u128 = 0xfd00_0ec2;

/// Google's metadata service at an IPv6 address.
const GOOGLE_V6: Ipv6Addr = Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x254);

/// Returns whether no source may be at an address unless a setting says so: link-local ones, metadata
/// services, and those that stand for no host in particular. An IPv4 address in IPv6 form is judged as what
/// it is.
pub fn is_forbidden(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => {
            address.is_link_local() || address.octets()[0] == 0 || METADATA_V4.contains(&address)
        }
        IpAddr::V6(address) => {
            let is_metadata = address.to_bits() >> 96 == AMAZON_V6 || address == GOOGLE_V6;
            address.is_unicast_link_local() || address.is_unspecified() || is_metadata
        }
    }
}

/// Which addresses are open although they are forbidden to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(pub Vec<Network>);

impl Allowed {
    /// Returns whether a source of that scheme may not be at an address. Groups of receivers (multicast) are
    /// nobody to connect to; over UDP they are joined.
    pub fn refuses(&self, scheme: &str, address: IpAddr) -> bool {
        let is_group = plain(address).is_multicast() && scheme != "udp";
        let is_allowed = is_in(&self.0, address) || is_in(&self.0, plain(address));
        (is_group || is_forbidden(address)) && !is_allowed
    }
}

/// Why a source at a forbidden address is not opened.
pub(super) fn reason() -> Reason {
    Reason::new(ReasonCode::ForbiddenAddress, REFUSED)
}

/// Returns the IPv4 address for which an IPv6 address stands; any other address as it is.
fn plain(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => inside(v6.to_bits()).map_or(IpAddr::V6(v6), IpAddr::V4),
        address => address,
    }
}

/// The IPv4 address that the bits of an IPv6 address hold, in one of the forms that routers know; `None`
/// where they hold none.
fn inside(bits: u128) -> Option<Ipv4Addr> {
    let [last, behind_relay] = [bits, bits >> 80].map(|bits| Ipv4Addr::from_bits(bits as u32));
    match bits {
        // No address, and this machine itself.
        0 | 1 => None,
        _ if bits >> 32 == TRANSLATED || bits >> 32 == 0 => Some(last),
        // Where else it stands is for the translator to know, and could be anything: that is no address.
        _ if bits >> 80 == TRANSLATED_HERE && (bits >> 32) as u32 != 0 => Some(Ipv4Addr::UNSPECIFIED),
        _ if bits >> 80 == TRANSLATED_HERE => Some(last),
        _ if bits >> 112 == RELAYED => Some(behind_relay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn allowed(networks: &[&str]) -> Allowed {
        Allowed(networks.iter().map(|text| text.parse().expect("a network")).collect())
    }

    #[test]
    fn link_local_and_metadata_addresses_are_forbidden_in_every_form() {
        for text in [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "100.100.100.200",
            "64:ff9b::6464:64c8",
            "192.0.0.192",
            "168.63.129.16",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd00:ec2:1::1",
            "fd20:ce::254",
            "64:ff9b:1::169.254.169.254",
            "64:ff9b:1:7::169.254.169.254",
            // Its bits elsewhere, as translators have them that keep fewer than 96 bits to themselves.
            "64:ff9b:1:a9fe:a9:fe00::",
            "64:ff9b:1:0:a9:fea9:fe00:0",
            "2002:a9fe:a9fe::1",
            "2002:6464:64c8::",
            "::169.254.169.254",
            "::100.100.100.200",
            "::2",
            "0.0.0.0",
            "0.1.2.3",
            "::",
        ] {
            assert!(is_forbidden(ip(text)), "{text}");
            assert!(Allowed::default().refuses("rtsp", ip(text)), "{text}");
            assert!(Allowed::default().refuses("udp", ip(text)), "{text}");
        }
    }

    #[test]
    fn cameras_on_the_local_network_and_on_this_machine_are_open() {
        for text in [
            "127.0.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "10.0.0.7",
            "192.168.1.20",
            "172.16.0.1",
            "100.100.100.201",
            "169.253.1.1",
            "fd00::1",
            "fec0::1",
            "2001:db8::1",
            "64:ff9b::10.0.0.7",
            "64:ff9b:1::10.0.0.7",
            "64:ff9b:1:7::10.0.0.7",
            "2002:c0a8:114::1",
            "::192.168.1.20",
            "fd00:ec3::254",
        ] {
            assert!(!Allowed::default().refuses("rtsp", ip(text)), "{text}");
        }
    }

    #[test]
    fn a_setting_opens_a_network_and_no_other() {
        let open = allowed(&["169.254.7.0/24", "fe80::/10"]);
        for text in ["169.254.7.9", "::ffff:169.254.7.9", "64:ff9b::169.254.7.9", "fe80::9"] {
            assert!(!open.refuses("rtsp", ip(text)), "{text}");
        }
        for text in ["169.254.8.9", "169.254.169.254", "0.0.0.0", "fd00:ec2::254"] {
            assert!(open.refuses("rtsp", ip(text)), "{text}");
        }
    }

    #[test]
    fn groups_of_receivers_are_joined_over_udp_alone() {
        for text in ["239.0.0.1", "ff02::1"] {
            assert!(!Allowed::default().refuses("udp", ip(text)), "{text}");
            assert!(Allowed::default().refuses("http", ip(text)), "{text}");
        }
    }
}
