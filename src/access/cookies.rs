//! Names of the cookies that stand for sessions. Pure.
//!
//! Browsers tell hosts apart, not ports: of two servers on one host each would take the other's cookie away.
//! So the port that a server listens at is in the names, and not the one that was asked for, which a proxy
//! may have changed.

/// Beginning of the name of a login's cookie.
const SESSION: &str = "steadycast_session";

/// Beginning of the name of the cookie of a session that a link has begun.
const GUEST: &str = "steadycast_guest";

/// Names of a server's cookies; the values are random and stand for nothing but the session.
#[derive(Clone, Debug)]
pub struct Cookies {
    /// Cookie of a session that somebody has begun by logging in.
    pub session: String,
    /// Cookie of a session that a link has begun. Whoever sends a link chooses whose it is, so it stands
    /// behind the session of who has logged in.
    pub guest: String,
}

impl Cookies {
    /// Returns the names of a server that listens at that port.
    pub fn of(port: u16) -> Cookies {
        Cookies { session: format!("{SESSION}_{port}"), guest: format!("{GUEST}_{port}") }
    }

    /// Returns both names, the one that counts first.
    pub fn both(&self) -> [&str; 2] {
        [&self.session, &self.guest]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_at_two_ports_have_no_cookie_in_common() {
        let (one, other) = (Cookies::of(6732), Cookies::of(6733));
        assert_eq!(one.both(), ["steadycast_session_6732", "steadycast_guest_6732"]);
        assert!(one.both().iter().all(|name| !other.both().contains(name)));
    }
}
