//! Limits: how much one address or one credential may take of what all share.
//!
//! In go addresses and credentials, out come places that count until they are dropped, or refusals. Where the
//! limits are asked for is the handlers' and the table's of routes.

mod shares;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
pub(super) use shares::{Share, Shares};
use tokio::sync::Semaphore;

use super::error::Problem;
use crate::access::{
    Who,
    buckets::Buckets,
    counts::{Counted, Counts},
    grouped,
};

/// Seconds of what costs that an address may save up.
const BURST_SECONDS: u32 = 3;

/// Most viewers with one share link, which is passed on.
const LINK_VIEWERS: usize = 8;

/// Most of Socket.IO's 256 sessions of one address or one credential: a quarter.
const SESSIONS_EACH: usize = 64;

/// Most answers of history's rows at once to one address or one credential: half of those that there are.
const SERIES_EACH: usize = 2;

/// How much one address or credential may take. 0 of connections or viewers means any number.
#[derive(Clone, Copy, Debug)]
pub struct LimitSettings {
    /// Connections at most.
    pub max_connections: u32,
    /// Whether somebody has said that number.
    pub says_connections: bool,
    /// Connections of one address.
    pub max_connections_per_address: u32,
    /// Viewers of one address.
    pub max_viewers_per_address: u32,
    /// Viewers with one credential.
    pub max_viewers_per_token: u32,
    /// Requests a second of one address for what costs.
    pub dear_requests: u32,
}

/// What is counted against the limits.
pub struct Limits {
    settings: LimitSettings,
    /// Connections by address.
    connections: Counts<IpAddr>,
    /// Viewers by address.
    viewers: Counts<IpAddr>,
    /// Viewers by credential, in the words in which the log tells it.
    tokens: Counts<String>,
    /// Guards the buckets of requests for what costs, for a look-up each.
    dear: Mutex<Buckets>,
    /// Answers of history's rows.
    series: Shares,
    /// Sessions of Socket.IO.
    sessions: Shares,
}

/// A viewer's place among those of its address and its credential, until it is dropped.
pub(super) struct ViewerPlace {
    /// Whose it is.
    who: Who,
    _address: Option<Counted<IpAddr>>,
    _token: Option<Counted<String>>,
    share: Option<Share>,
}

impl ViewerPlace {
    /// The place, with one of the few places that there are of something else.
    pub(super) fn with(self, share: Share) -> Self {
        ViewerPlace { share: Some(share), ..self }
    }
}

impl Limits {
    /// Returns limits against which nothing is counted yet.
    pub fn new(settings: &LimitSettings) -> Self {
        let dear = Buckets::new(settings.dear_requests, settings.dear_requests.saturating_mul(BURST_SECONDS));
        Limits {
            settings: *settings,
            connections: Counts::default(),
            viewers: Counts::default(),
            tokens: Counts::default(),
            dear: Mutex::new(dear),
            series: Shares::new(SERIES_EACH),
            sessions: Shares::new(SESSIONS_EACH),
        }
    }

    /// Returns the connections that each of so many threads may have, where there is `room` for so many in
    /// all.
    pub(super) fn connections_each(&self, workers: usize, room: u64) -> usize {
        let wanted = u64::from(self.settings.max_connections);
        // More than most systems have files for is the usual number, which nobody has asked for.
        if room < wanted && self.settings.says_connections {
            log::info!(
                "there is room for {room} connections, not for {wanted}: each takes two open files, of which \
                 this program may have too few (ulimit -Hn, LimitNOFILE)"
            );
        }
        (wanted.min(room) as usize).div_ceil(workers.max(1)).max(1)
    }

    /// Counts a connection of an address; `None` where that has too many.
    pub(super) fn connection(&self, address: IpAddr) -> Option<Counted<IpAddr>> {
        let most = any_if_none(self.settings.max_connections_per_address);
        self.connections.take(grouped(address), most)
    }

    /// Counts a viewer for its address and its credential.
    ///
    /// # Errors
    /// [`Problem::AddressLimit`] or [`Problem::TokenLimit`], where either has as many as it may.
    pub(super) fn viewer(&self, address: IpAddr, who: &Who) -> Result<ViewerPlace, Problem> {
        let address = match self.settings.max_viewers_per_address {
            0 => None,
            most => Some(self.viewers.take(grouped(address), most as usize).ok_or(Problem::AddressLimit)?),
        };
        let token = self.credential(who)?;
        Ok(ViewerPlace { who: who.clone(), _address: address, _token: token, share: None })
    }

    /// Counts a session of Socket.IO: as a viewer, and among the few sessions that there are.
    ///
    /// # Errors
    /// As of [`Limits::viewer`].
    pub(super) fn session(&self, address: IpAddr, who: &Who) -> Result<ViewerPlace, Problem> {
        let share = self.sessions.take(address, who).ok_or(Problem::TokenLimit)?;
        Ok(self.viewer(address, who)?.with(share))
    }

    /// Counts a session for the credential that it shows now, and no longer for the one of before.
    ///
    /// # Errors
    /// [`Problem::TokenLimit`], where the credential has as many as it may; the session stays where it is.
    pub(super) fn shown(&self, place: &mut ViewerPlace, who: &Who) -> Result<(), Problem> {
        if place.who == *who {
            return Ok(());
        }
        let token = self.credential(who)?;
        if let Some(share) = &mut place.share {
            self.sessions.pass_on(share, who).ok_or(Problem::TokenLimit)?;
        }
        place._token = token;
        place.who = who.clone();
        Ok(())
    }

    fn credential(&self, who: &Who) -> Result<Option<Counted<String>>, Problem> {
        let most = any_if_none(self.settings.max_viewers_per_token);
        let most = match who {
            Who::Nobody | Who::Here => usize::MAX,
            Who::Share { .. } => most.min(LINK_VIEWERS),
            _ => most,
        };
        match most {
            usize::MAX => Ok(None),
            most => self.tokens.take(who.to_string(), most).map(Some).ok_or(Problem::TokenLimit),
        }
    }

    /// Returns the turns that an answer of history's rows waits for, in their order, and holds.
    pub(super) fn series(&self, address: IpAddr, who: &Who) -> Vec<Arc<Semaphore>> {
        self.series.of(address, who)
    }

    /// Lets an address ask for what costs.
    ///
    /// # Errors
    /// [`Problem::TooMany`], with how long it is to wait.
    pub(super) fn dear(&self, address: IpAddr, now: Instant) -> Result<(), Problem> {
        self.dear.lock().take(address, now).map_err(at_least_a_second)
    }
}

/// The refusal that names how long to wait, in whole seconds as headers have it.
fn at_least_a_second(wait: Duration) -> Problem {
    Problem::TooMany(wait.max(Duration::from_secs(1)))
}

/// A limit, of which 0 means any number.
fn any_if_none(most: u32) -> usize {
    if most == 0 { usize::MAX } else { most as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: LimitSettings = LimitSettings {
        max_connections: 100,
        says_connections: true,
        max_connections_per_address: 0,
        max_viewers_per_address: 0,
        max_viewers_per_token: 0,
        dear_requests: 2,
    };

    fn ip(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    fn token(id: &str) -> Who {
        Who::Token { id: id.into(), name: None, key: 1 }
    }

    #[test]
    fn an_address_has_so_many_connections_and_gets_one_back_when_one_ends() {
        let limits = Limits::new(&LimitSettings { max_connections_per_address: 2, ..NONE });
        let first = limits.connection(ip(1)).expect("one");
        let _second = limits.connection(ip(1)).expect("two");
        assert!(limits.connection(ip(1)).is_none());
        assert!(limits.connection(ip(2)).is_some());
        drop(first);
        assert!(limits.connection(ip(1)).is_some());
        let any = Limits::new(&NONE);
        let held: Vec<_> = (0..1_000).map_while(|_| any.connection(ip(1))).collect();
        assert_eq!(held.len(), 1_000);
    }

    #[test]
    fn viewers_are_counted_by_address_and_by_credential() {
        let settings = LimitSettings { max_viewers_per_address: 2, max_viewers_per_token: 1, ..NONE };
        let limits = Limits::new(&settings);
        let held = limits.viewer(ip(1), &token("a")).expect("a first one");
        assert!(matches!(limits.viewer(ip(1), &token("a")), Err(Problem::TokenLimit)));
        let _other = limits.viewer(ip(1), &token("b")).expect("another token");
        assert!(matches!(limits.viewer(ip(1), &token("c")), Err(Problem::AddressLimit)));
        assert!(limits.viewer(ip(2), &token("c")).is_ok());
        drop(held);
        assert!(limits.viewer(ip(1), &token("a")).is_ok(), "a place that was refused is not kept");
    }

    #[test]
    fn a_credential_that_is_shown_later_is_counted_from_then_on() {
        let limits = Limits::new(&LimitSettings { max_viewers_per_token: 1, ..NONE });
        let mut late = limits.viewer(ip(1), &Who::Nobody).expect("a place");
        assert!(limits.shown(&mut late, &token("a")).is_ok() && limits.shown(&mut late, &token("a")).is_ok());
        assert!(matches!(limits.viewer(ip(2), &token("a")), Err(Problem::TokenLimit)));
        let mut other = limits.viewer(ip(2), &Who::Nobody).expect("a place");
        assert!(matches!(limits.shown(&mut other, &token("a")), Err(Problem::TokenLimit)));
        assert!(limits.shown(&mut late, &token("b")).is_ok());
        assert!(limits.shown(&mut other, &token("a")).is_ok(), "the first has another one now");
    }

    #[test]
    fn a_share_link_has_few_viewers_whatever_others_have() {
        let link = Who::Share { id: "a".into(), key: 0 };
        let viewers = |settings: LimitSettings, who: &Who| {
            let limits = Limits::new(&settings);
            (0..20).map_while(|_| limits.viewer(ip(1), who).ok()).collect::<Vec<_>>().len()
        };
        let few = LimitSettings { max_viewers_per_token: 2, ..NONE };
        let many = LimitSettings { max_viewers_per_token: 15, ..NONE };
        assert_eq!([NONE, few, many].map(|settings| viewers(settings, &link)), [8, 2, 8]);
        assert_eq!([NONE, few, many].map(|settings| viewers(settings, &token("b"))), [20, 2, 15]);
    }

    #[test]
    fn whoever_shows_no_credential_is_counted_by_address_alone() {
        let limits = Limits::new(&LimitSettings { max_viewers_per_token: 1, ..NONE });
        let places: Vec<_> = (0..9).map_while(|_| limits.viewer(ip(1), &Who::Nobody).ok()).collect();
        assert_eq!(places.len(), 9);
    }

    #[test]
    fn what_costs_is_refused_with_a_time_of_at_least_a_second() {
        let (limits, now) = (Limits::new(&NONE), Instant::now());
        let taken = (0..100).take_while(|_| limits.dear(ip(1), now).is_ok()).count();
        assert_eq!(taken, 6);
        let Err(Problem::TooMany(wait)) = limits.dear(ip(1), now) else { panic!("it is let through") };
        assert_eq!(wait, Duration::from_secs(1));
        assert!(limits.dear(ip(2), now).is_ok());
    }

    #[test]
    fn all_threads_together_have_at_least_the_connections_that_are_allowed() {
        assert_eq!(Limits::new(&NONE).connections_each(3, 1_000), 34);
    }

    #[test]
    fn there_are_no_more_connections_than_files_may_be_open() {
        assert_eq!(Limits::new(&NONE).connections_each(2, 60), 30);
        assert_eq!(Limits::new(&NONE).connections_each(4, 0), 1, "somebody is served all the same");
    }
}
