//! What the one who asks may do, and the only way to a camera.

use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, dev::Payload};

use super::peer::Peer;
use crate::{
    access::{Right, Role, Who},
    accounts::Open,
    frame::now_s,
    registry::Camera,
    transport::{error::Problem, shared::Shared},
};

/// How somebody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Not at all: nothing was shown, or nobody has looked at it.
    Nothing,
    /// Not at all: a token was shown that gives nothing.
    Wrong,
    /// Not at all: a cookie was shown whose session is over.
    Stale,
    /// Not at all: a cookie was shown whose session is over, and that a link had begun.
    StaleGuest,
    /// Not at all: too many wrong tokens came from that address; another one may be shown in that time.
    Guessing(Duration),
    /// Without any credential, since none is set.
    Open,
    /// By what no page of another site can have a browser send: a header, or a packet.
    Bearer,
    /// By the address that was asked for.
    Query,
    /// By the cookie of a session.
    Session,
    /// By the cookie of a session that a link has begun.
    Guest,
}

/// What the one who asks may do. Made for each request by what it shows.
#[derive(Clone, Debug)]
pub struct Grant {
    right: Right,
    peer: Peer,
    way: Way,
    /// Whether what was done with it is written down; shared by all its clones.
    noted: Arc<AtomicBool>,
}

impl Grant {
    /// Returns what a right allows to who asks from there, let in by that way.
    pub(super) fn new(right: Right, peer: Peer, way: Way) -> Grant {
        Grant { right, peer, way, noted: Arc::default() }
    }

    /// Returns what a request was granted; nothing where nobody has looked at it.
    pub fn of(request: &HttpRequest) -> Grant {
        let known = request.extensions().get::<Grant>().cloned();
        known.unwrap_or_else(|| Grant::new(Right::none(), Peer::unknown(), Way::Nothing))
    }

    /// Returns what whoever shows `token` is granted, at most watching. A wrong one takes nothing away from
    /// who may watch already.
    pub fn with_token(&self, shared: &Shared, token: &str) -> Grant {
        match shared.authority.presented(self.address(), token, now_s(), Instant::now()) {
            Ok(Some(right)) => {
                let right = Right { role: right.role.min(Role::Viewer), ..right };
                Grant::new(right, self.peer.clone(), Way::Bearer)
            }
            _ if self.right.role >= Role::Viewer => self.clone(),
            Ok(None) => Grant::new(Right::none(), self.peer.clone(), Way::Wrong),
            Err(wait) => Grant::new(Right::none(), self.peer.clone(), Way::Guessing(wait)),
        }
    }

    /// Checks that it is enough for `role`.
    ///
    /// # Errors
    /// What is missing: [`Problem::Credential`], [`Problem::Token`], [`Problem::Session`],
    /// [`Problem::Visit`], [`Problem::TooManyTokens`], [`Problem::AdminToken`], or [`Problem::NotHere`].
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.right.role >= role {
            return Ok(());
        }
        Err(match (self.right.role, self.way) {
            (Role::Open, Way::Wrong) => Problem::Token,
            (Role::Open, Way::Stale) => Problem::Session,
            (Role::Open, Way::StaleGuest) => Problem::Visit,
            (Role::Open, Way::Guessing(wait)) => Problem::TooManyTokens(wait),
            (Role::Open, _) => Problem::Credential,
            (_, Way::Open) => Problem::NotHere,
            _ => Problem::AdminToken,
        })
    }

    /// Checks that it is for every camera, as what concerns the whole server is.
    ///
    /// # Errors
    /// [`Problem::Scope`].
    pub fn whole(&self) -> Result<(), Problem> {
        if self.is_whole() { Ok(()) } else { Err(Problem::Scope) }
    }

    /// Tells whether it is for every camera.
    pub fn is_whole(&self) -> bool {
        self.right.scope.names().is_none()
    }

    /// Tells whether it is enough to change cameras, and so to see which files of this machine they are made
    /// of.
    pub fn may_change(&self) -> bool {
        self.right.role >= Role::Admin
    }

    /// Tells whether it is for a camera of that name, if there is one.
    pub fn sees(&self, camera: &str) -> bool {
        self.right.role >= Role::Viewer && self.right.scope.allows(camera)
    }

    /// Checks that it is for a camera of that name, which may have been removed.
    ///
    /// # Errors
    /// No credential; [`Problem::NoCamera`] where the camera is none of its business.
    pub fn reaches(&self, camera: &str) -> Result<(), Problem> {
        self.require(Role::Viewer)?;
        if self.sees(camera) { Ok(()) } else { Err(Problem::NoCamera) }
    }

    /// Returns the camera of that name, or the one that is meant where none is named: the default one, or the
    /// first that may be seen.
    ///
    /// # Errors
    /// No credential, or no such camera, which is also said of one that must not be seen.
    pub fn camera(&self, shared: &Shared, name: Option<&str>) -> Result<Arc<Camera>, Problem> {
        self.require(Role::Viewer)?;
        let sees = |camera: &Arc<Camera>| self.sees(camera.name());
        let found = match name {
            Some(name) => shared.registry.camera(name).filter(sees),
            None => {
                let usual = shared.registry.default_camera().filter(sees);
                usual.or_else(|| shared.registry.cameras().into_iter().find(sees))
            }
        };
        found.ok_or(Problem::NoCamera)
    }

    /// Returns every camera that may be seen, by name.
    ///
    /// # Errors
    /// No credential.
    pub fn cameras(&self, shared: &Shared) -> Result<Vec<Arc<Camera>>, Problem> {
        self.require(Role::Viewer)?;
        Ok(shared.registry.cameras().into_iter().filter(|camera| self.sees(camera.name())).collect())
    }

    /// Tells whether what was granted still holds: no credential is revoked, ended or changed, and none was
    /// set where none was needed. Asked again while something goes on.
    pub fn holds(&self, shared: &Shared) -> bool {
        match self.way {
            Way::Open => !matches!(shared.authority.open(), Open::No),
            _ => shared.authority.holds(&self.right, now_s()),
        }
    }

    /// Returns what is to be said once it no longer holds.
    pub fn ended(&self) -> Problem {
        match self.way {
            Way::Session => Problem::Session,
            Way::Guest => Problem::Visit,
            Way::Open => Problem::Credential,
            _ => Problem::Token,
        }
    }

    /// Returns what the credential gives.
    pub fn right(&self) -> &Right {
        &self.right
    }

    /// Returns who asks.
    pub fn who(&self) -> &Who {
        &self.right.who
    }

    /// Returns the address that asks, also behind trusted proxies.
    pub fn address(&self) -> IpAddr {
        self.peer.address
    }

    /// Tells whether the one who asks came by HTTPS, also to a trusted proxy.
    pub fn is_https(&self) -> bool {
        self.peer.is_https
    }

    /// Tells whether the one who asks was let in by the token of the address that was asked for.
    pub fn is_by_address(&self) -> bool {
        self.way == Way::Query
    }

    /// Says that what was done with it, or refused, is written down.
    pub(super) fn note(&self) {
        self.noted.store(true, Ordering::Relaxed);
    }

    /// Tells whether what was done with it, or refused, is written down.
    pub fn is_noted(&self) -> bool {
        self.noted.load(Ordering::Relaxed)
    }

    /// Returns from where and how the request came.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(super) fn way(&self) -> Way {
        self.way
    }
}

#[cfg(test)]
impl Grant {
    /// What somebody of that role is granted, by a bearer token.
    pub fn to(role: Role) -> Grant {
        Grant::new(Right { role, ..Right::none() }, Peer::unknown(), Way::Bearer)
    }

    /// What a viewer of some cameras is granted.
    pub fn limited(cameras: &[&str]) -> Grant {
        let scope = crate::access::Scope::of(cameras.iter().copied()).expect("names of cameras");
        let right = Right { role: Role::Viewer, scope, ..Right::none() };
        Grant::new(right, Peer::unknown(), Way::Bearer)
    }
}

impl FromRequest for Grant {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Grant::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_by_how_somebody_came() {
        let missing = |role, way| {
            let right = Right { role, ..Right::none() };
            Grant::new(right, Peer::unknown(), way).require(Role::Admin).err()
        };
        assert!(matches!(missing(Role::Open, Way::Nothing), Some(Problem::Credential)));
        assert!(matches!(missing(Role::Open, Way::Wrong), Some(Problem::Token)));
        assert!(matches!(missing(Role::Open, Way::Stale), Some(Problem::Session)));
        assert!(matches!(missing(Role::Open, Way::StaleGuest), Some(Problem::Visit)));
        let guessing = Way::Guessing(Duration::from_secs(2));
        let told = missing(Role::Open, guessing).expect("is put off").to_string();
        assert_eq!(told, "too many wrong tokens were sent; try again in 2 s");
        assert!(matches!(missing(Role::Viewer, Way::Open), Some(Problem::NotHere)));
        assert!(matches!(missing(Role::Viewer, Way::Session), Some(Problem::AdminToken)));
        assert!(missing(Role::Admin, Way::Bearer).is_none());
    }

    #[test]
    fn what_has_ended_is_said_by_how_somebody_came() {
        let ended = |way| Grant::new(Right::none(), Peer::unknown(), way).ended();
        assert!(matches!(ended(Way::Session), Problem::Session));
        assert!(matches!(ended(Way::Guest), Problem::Visit));
        assert!(matches!(ended(Way::Open), Problem::Credential));
        assert!(matches!(ended(Way::Query), Problem::Token) && matches!(ended(Way::Bearer), Problem::Token));
    }

    #[test]
    fn a_limited_viewer_sees_its_cameras_and_nothing_of_the_house() {
        let grant = Grant::limited(&["yard"]);
        assert!(grant.sees("yard") && !grant.sees("gate") && !grant.may_change());
        assert!(matches!(grant.reaches("gate"), Err(Problem::NoCamera)));
        assert!(matches!(grant.whole(), Err(Problem::Scope)));
        assert!(Grant::to(Role::Viewer).whole().is_ok());
        assert!(!Grant::to(Role::Open).sees("yard"), "who has shown nothing sees none");
    }
}
