//! The peer: from which address a request comes and by which way, as trusted proxies tell it. Pure.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderName};

use crate::access::{Network, is_in};

/// Headers by which a proxy says that it is one, or for whom it asks; and what such headers begin with.
const PROXIED: [&str; 3] = ["forwarded", "via", "x-real-ip"];
const FORWARDED: &str = "x-forwarded-";

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The address: that of the connection, or the one for which a trusted proxy asks.
    pub address: IpAddr,
    /// Whether the way is encrypted as far as its last trusted stretch.
    pub is_https: bool,
    /// The host that was asked for, where a trusted proxy tells it.
    pub host: Option<String>,
    /// Whether the request says that it came by a proxy, a trusted one or any other.
    pub proxied: bool,
}

impl Peer {
    /// Returns the peer of a connection from `direct`, under TLS or not. Headers of proxies are believed
    /// where the connection comes from a trusted one; where these cannot be read, the peer is the proxy
    /// itself.
    pub fn of(direct: IpAddr, tls: bool, headers: &HeaderMap, trusted: &[Network]) -> Peer {
        let direct = direct.to_canonical();
        let names =
            |name: &HeaderName| name.as_str().starts_with(FORWARDED) || PROXIED.contains(&name.as_str());
        let proxied = headers.keys().any(names);
        if !is_in(trusted, direct) {
            return Peer { address: direct, is_https: tls, host: None, proxied };
        }
        let is_https = last(headers, &FORWARDED_PROTO).map_or(tls, |way| way.eq_ignore_ascii_case("https"));
        let address = asker(headers, trusted).unwrap_or(direct);
        Peer { address, is_https, host: last(headers, &FORWARDED_HOST).map(str::to_owned), proxied }
    }

    /// Returns the peer of a request that nobody has looked at.
    pub fn unknown() -> Peer {
        Peer { address: Ipv4Addr::UNSPECIFIED.into(), is_https: false, host: None, proxied: true }
    }
}

/// The last address of the list that is no trusted proxy's: whoever stands before that one may have written
/// anything. Where all are trusted, the first.
fn asker(headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let lists: Vec<_> = headers.get_all(&FORWARDED_FOR).collect();
    let mut found = None;
    for list in lists.into_iter().rev() {
        for entry in list.to_str().ok()?.rsplit(',') {
            let address = address_of(entry)?;
            found = Some(address);
            if !is_in(trusted, address) {
                return found;
            }
        }
    }
    found
}

/// The address of an entry, which some proxies write with a port.
fn address_of(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| entry.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

/// The last value of a header that may be a list.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let text = headers.get_all(name).last()?.to_str().ok()?;
    text.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.2";

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn peer(direct: &str, pairs: &[(&'static str, &str)]) -> Peer {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let value = HeaderValue::from_str(value).expect("a header value");
            headers.append(HeaderName::from_static(name), value);
        }
        let trusted = ["10.0.0.0/24", "::1"].map(|network| network.parse::<Network>().expect("a network"));
        Peer::of(ip(direct), false, &headers, &trusted)
    }

    #[test]
    fn a_stranger_is_believed_nothing() {
        let told = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "cams.example"),
        ];
        let stranger = peer("192.168.1.9", &told);
        assert_eq!((stranger.address, stranger.is_https, &stranger.host), (ip("192.168.1.9"), false, &None));
        assert!(stranger.proxied, "it says so all the same");
        assert!(!peer("192.168.1.9", &[]).proxied);
        for odd in ["forwarded", "via", "x-real-ip", "x-forwarded-port"] {
            assert!(peer("127.0.0.1", &[(odd, "x")]).proxied, "{odd}");
        }
    }

    #[test]
    fn behind_proxies_it_is_the_last_address_that_none_of_them_has() {
        for (lists, address) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["6.6.6.6, 203.0.113.7, 10.0.0.9"], "203.0.113.7"),
            (&["6.6.6.6", "203.0.113.7,10.0.0.9"], "203.0.113.7"),
            (&["203.0.113.7:4711"], "203.0.113.7"),
            (&["[2001:db8::1]:80"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:203.0.113.7"], "203.0.113.7"),
            (&["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
            (&["203.0.113.7, unknown"], PROXY),
            (&["203.0.113.7,"], PROXY),
            (&[""], PROXY),
            (&[], PROXY),
        ] {
            let told: Vec<_> = lists.iter().map(|list| ("x-forwarded-for", *list)).collect();
            assert_eq!(peer(PROXY, &told).address, ip(address), "{lists:?}");
        }
    }

    #[test]
    fn what_the_nearest_proxy_says_of_way_and_host_counts() {
        let told = [("x-forwarded-proto", "http, HTTPS"), ("x-forwarded-host", "evil.example, cams.example")];
        let behind = peer("::1", &told);
        assert!(behind.is_https);
        assert_eq!(behind.host.as_deref(), Some("cams.example"));
        assert!(!peer("::1", &[("x-forwarded-proto", "http")]).is_https);
    }
}
