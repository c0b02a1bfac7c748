//! Which part of a stream's address is user and password, which the host, and which the path: pure.
//!
//! By the rules of addresses the host ends at the first `/`, `?` or `#`. Passwords hold these as well, and
//! people type them as they are. So each `@` is weighed by what stands behind it: a host, or something else.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Characters that end the host.
const ENDS: [char; 3] = ['/', '?', '#'];

/// What stands behind `scheme://`, cut into its parts, each as it was typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parts<'a> {
    /// User, and behind a colon the password.
    pub(super) userinfo: Option<&'a str>,
    /// Host, and behind a colon the port.
    pub(super) host: &'a str,
    /// Path, query and fragment.
    pub(super) tail: &'a str,
}

/// How surely a text is a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// No host.
    None,
    /// A single word.
    Word,
    /// A name with dots.
    Name,
    /// An IP address, or this machine.
    Certain,
}

/// Two readings of an address are as good as each other.
#[derive(Debug, PartialEq)]
pub(super) struct Unclear;

/// Cuts what stands behind `scheme://`.
pub(super) fn cut(rest: &str) -> Result<Parts<'_>, Unclear> {
    let end = rest.find(ENDS).unwrap_or(rest.len());
    let plain = cut_at(rest, rest[..end].rfind('@'));
    let likely = likeness(plain.host);
    if likely == Likeness::Certain {
        return Ok(plain);
    }
    let others = others(rest, end, likely)?;
    let best = others.iter().map(|other| likeness(other.host)).max().unwrap_or(Likeness::None);
    let mut best_others = others.iter().filter(|other| likeness(other.host) == best);
    // Credentials that are no more than a name are rare; those that are named twice are no question of where
    // they end.
    let may_end_later = plain.userinfo.is_some() || plain.host.contains(':');
    match (best_others.next(), best_others.next()) {
        _ if best < likely || best == Likeness::None => Ok(plain),
        _ if best == likely && !may_end_later => Ok(plain),
        (Some(other), None) if best > likely => Ok(*other),
        _ => Err(Unclear),
    }
}

/// The readings of an address by which its credentials end at an `@` from `end` on, where the host ends by
/// the rules; `likely` says how much that looks like one.
fn others(rest: &str, end: usize, likely: Likeness) -> Result<Vec<Parts<'_>>, Unclear> {
    let mut others: Vec<Parts> = Vec::new();
    for (at, _) in rest.match_indices('@').filter(|(at, _)| *at >= end) {
        let other = cut_at(rest, Some(at));
        let between = &rest[end..at];
        // An address may stand in another one's path or query, as proxies have it, and a mail address in a
        // query.
        let belongs = likely > Likeness::None && (between.contains("://") || is_query(between));
        if !belongs {
            others.push(other);
        } else if is_query(between) && likeness(other.host) == Likeness::Certain {
            return Err(Unclear);
        }
    }
    Ok(others)
}

/// The reading by which credentials end at `at`.
fn cut_at(rest: &str, at: Option<usize>) -> Parts<'_> {
    let (userinfo, behind) = match at {
        Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
        None => (None, rest),
    };
    let end = behind.find(ENDS).unwrap_or(behind.len());
    Parts { userinfo, host: &behind[..end], tail: &behind[end..] }
}

/// Whether a query begins in the text, of the form `?name=`.
fn is_query(text: &str) -> bool {
    let query = text.split_once('?').and_then(|(_, query)| query.split_once('='));
    query.is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// How much a text looks like a host, with a port or without.
pub(super) fn likeness(text: &str) -> Likeness {
    let (host, port) = match text.rsplit_once(':') {
        // The last colon of an IPv6 address stands within its brackets.
        Some((host, port)) if !text.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let digits = |port: &str| !port.starts_with('+') && port.parse::<u16>().is_ok();
    if port.is_some_and(|port| !digits(port)) {
        return Likeness::None;
    }
    if is_certain(host) { Likeness::Certain } else { likeness_of_name(host) }
}

/// Whether a host is an IP address, or this machine.
fn is_certain(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bracketed.is_some_and(|host| host.parse::<Ipv6Addr>().is_ok())
        || host.parse::<Ipv4Addr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
}

/// How much a text looks like the name of a host.
fn likeness_of_name(host: &str) -> Likeness {
    let labels: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let is_label = |label: &&str| {
        label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && label.starts_with(char::is_alphanumeric)
    };
    let last_is_name = labels.last().is_some_and(|label| label.contains(char::is_alphabetic));
    match labels.len() {
        _ if !labels.iter().all(is_label) => Likeness::None,
        1 => Likeness::Word,
        _ if last_is_name => Likeness::Name,
        _ => Likeness::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(rest: &str) -> [&str; 3] {
        let parts = cut(rest).expect(rest);
        [parts.userinfo.unwrap_or("-"), parts.host, parts.tail]
    }

    #[test]
    fn what_is_written_by_the_rules_is_read_by_them() {
        assert_eq!(parts("cam"), ["-", "cam", ""]);
        assert_eq!(parts("cam.example:8554/live?x=1#y"), ["-", "cam.example:8554", "/live?x=1#y"]);
        assert_eq!(parts("admin:p@ss@cam/live"), ["admin:p@ss", "cam", "/live"]);
        assert_eq!(parts("[fe80::1]:554/live"), ["-", "[fe80::1]:554", "/live"]);
        assert_eq!(parts("@239.0.0.1:5000"), ["", "239.0.0.1:5000", ""]);
    }

    #[test]
    fn a_password_with_odd_characters_ends_before_the_host() {
        assert_eq!(
            parts("admin:2024/abc@192.168.1.5:554/live"),
            ["admin:2024/abc", "192.168.1.5:554", "/live"]
        );
        assert_eq!(parts("admin:a?b#c@d/e@cam.example/live"), ["admin:a?b#c@d/e", "cam.example", "/live"]);
        assert_eq!(parts("admin:pa/ss@cam"), ["admin:pa/ss", "cam", ""]);
        assert_eq!(parts("john.doe:20/24@10.0.0.1/live"), ["john.doe:20/24", "10.0.0.1", "/live"]);
    }

    #[test]
    fn an_at_in_the_path_of_a_proper_host_stays_there() {
        assert_eq!(parts("10.0.0.1:554/user@stream"), ["-", "10.0.0.1:554", "/user@stream"]);
        assert_eq!(parts("cam/user@stream"), ["-", "cam", "/user@stream"]);
        assert_eq!(parts("admin:pw@cam.example/user@stream"), ["admin:pw", "cam.example", "/user@stream"]);
        assert_eq!(parts("cam:80/x?mail=me@home.example"), ["-", "cam:80", "/x?mail=me@home.example"]);
        assert_eq!(
            parts("proxy.example/rtsp://u:p@10.0.0.1/x"),
            ["-", "proxy.example", "/rtsp://u:p@10.0.0.1/x"]
        );
    }

    #[test]
    fn where_two_readings_are_as_good_none_is_taken() {
        for rest in [
            "cam:8554/user@stream",
            "admin:p@ss/word@cam/live",
            "admin:2024?x=1@10.0.0.1/live",
            "u:1/a@b/c@d/e",
        ] {
            assert_eq!(cut(rest), Err(Unclear), "{rest}");
        }
    }
}
