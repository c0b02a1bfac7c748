//! The authority: which right a credential gives, and whether it still does.
//!
//! Every credential there is comes together here: tokens of the settings, signed ones, users with passwords,
//! and sessions begun by any of them. What the disk says is kept, and looked at anew each second (`keeping`).
//! No request waits for that but one that shows a signed token while no key is known.

mod changing;
mod keeping;
mod turns;

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};

pub use self::turns::Turn;
use self::turns::Turns;
use super::{
    audit::Audit,
    base::Base,
    entry::{Entry, Outcome},
    error::{AccountsError, LoginError},
    files::Identity,
    password::Workspace,
    store::{AuditQuery, AuditRow},
    user::User,
};
use crate::{
    access::{
        Right, Role, Scope, SessionKey, Who,
        guesses::Guesses,
        key::{Key, digest, from_url64, random, url64},
        sessions::Sessions,
        token::{self, LONGEST_TOKEN},
        tried::Tried,
    },
    nouns::secret::Secret,
};

/// Random bytes of a session's cookie.
const COOKIE_BYTES: usize = 32;

/// What the authority starts from.
#[derive(Default)]
pub struct AuthoritySettings {
    /// Credential of viewers.
    pub viewer_token: Option<Secret>,
    /// Credential of the admin.
    pub admin_token: Option<Secret>,
    /// Key that signs tokens, where it is a setting.
    pub key: Option<Key>,
    /// File of the key otherwise, made by the first token; `None`: there is none then.
    pub key_file: Option<PathBuf>,
    /// Ids of tokens that are revoked by the settings.
    pub revoked: Vec<String>,
    /// For how long a login lasts.
    pub session: Duration,
    /// Database of users, revoked tokens and the audit; `None`: there is none.
    pub database: Option<PathBuf>,
    /// Whether only this machine reaches the port.
    pub on_loopback: bool,
    /// Whether everybody may watch where the port is open to others and no credential is set.
    pub insecure_open: bool,
}

/// What a request may that shows no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Nothing: a credential is set, or should be.
    No,
    /// Everything from this machine, which alone reaches the port while no credential is set.
    Here,
    /// Watching: no credential is set, and somebody has said aloud that this is meant.
    Insecure,
}

/// What is known of credentials.
#[derive(Default)]
struct Known {
    key: Option<Key>,
    /// Number of the key, of those that there were since the start.
    key_number: u64,
    users: HashMap<Arc<str>, User>,
    revoked: HashSet<String>,
}

/// Says what credentials give.
pub struct Authority {
    settings: AuthoritySettings,
    /// Guards what is known of credentials; read for a look-up a request, written when the database or the
    /// key file has changed.
    known: RwLock<Known>,
    /// Guards the sessions, for a look-up each.
    sessions: Mutex<Sessions>,
    /// Guards the logins that failed, for a look-up each.
    guesses: Mutex<Guesses>,
    /// Guards the tokens that came with requests, for a look-up each; logins are none of them, so that a
    /// program with an old token keeps nobody from logging in.
    tried: Mutex<Tried>,
    base: Arc<Base>,
    audit: Audit,
    /// Where passwords are looked at.
    workspace: Workspace,
    turns: Turns,
    /// Whether a credential was set at any time: what was closed is not opened by the loss of a file.
    closed: AtomicBool,
    /// Guards that what the disk says is taken over in the order in which it was said, and which key file was
    /// read last; held while the disk is read or written, by threads that may wait.
    keeping: Mutex<Option<Identity>>,
    /// Ends the thread that looks each second, by being dropped.
    _looking: Sender<()>,
}

impl Authority {
    /// Returns what a request may that shows no credential.
    pub fn open(&self) -> Open {
        if self.has_credential() {
            return Open::No;
        }
        match (self.settings.on_loopback, self.settings.insecure_open) {
            (true, _) => Open::Here,
            (false, true) => Open::Insecure,
            (false, false) => Open::No,
        }
    }

    /// Whether a credential is set, or was at any time since the start.
    pub fn has_credential(&self) -> bool {
        if self.closed.load(Ordering::Relaxed) {
            return true;
        }
        let is_set = self.has_tokens() || self.has_users();
        if is_set {
            self.closed.store(true, Ordering::Relaxed);
        }
        is_set
    }

    /// Whether somebody may log in by name and password.
    pub fn has_users(&self) -> bool {
        !self.known.read().users.is_empty()
    }

    /// Whether somebody may log in by a token: one of the settings, or a signed one.
    pub fn has_tokens(&self) -> bool {
        let of_settings = self.settings.viewer_token.is_some() || self.settings.admin_token.is_some();
        of_settings || self.known.read().key.is_some()
    }

    /// Whether there is a user of that name.
    pub fn has_user(&self, name: &str) -> bool {
        self.known.read().users.contains_key(name)
    }

    /// Returns the right of a token at a second since 1970; `None` where it gives none.
    pub fn shown(&self, token: &str, now_s: u64) -> Option<Right> {
        let token = token.trim();
        if token.is_empty() || token.len() > LONGEST_TOKEN {
            return None;
        }
        let is = |secret: &Option<Secret>| secret.as_ref().is_some_and(|secret| secret.is(token));
        // Both are compared, so that the time tells nothing of the first.
        let (admin, viewer) = (is(&self.settings.admin_token), is(&self.settings.viewer_token));
        let of_settings = |role, who| Right { role, scope: Scope::All, who, until_s: None, session: None };
        match (admin, viewer) {
            (true, _) => Some(of_settings(Role::Admin, Who::AdminToken)),
            (_, true) => Some(of_settings(Role::Viewer, Who::ViewerToken)),
            _ => self.signed(token, now_s),
        }
    }

    /// Returns the right of a token that comes with a request from an address at a second since 1970; `None`
    /// where it gives none, which may be a guess and is then in the audit.
    ///
    /// # Errors
    /// How long is to be waited, where there were too many guesses from that address.
    pub fn presented(
        &self,
        from: IpAddr,
        token: &str,
        now_s: u64,
        now: Instant,
    ) -> Result<Option<Right>, Duration> {
        let right = self.shown(token, now_s);
        // Nobody guesses a signature: what we have signed is none, be it over or not.
        let is_signed = match &right {
            Some(right) => right.who.id().is_some(),
            None => self.claims(token).is_ok(),
        };
        if is_signed || token.trim().is_empty() {
            return Ok(right);
        }
        match &right {
            Some(right) => self.tried.lock().right(from, right.role, now)?,
            None => {
                self.tried.lock().wrong(from, now)?;
                self.audit(a_guess(from));
            }
        }
        Ok(right)
    }

    /// Whether a token that comes with a request from an address is looked at now: who guessed has to wait.
    pub fn may_present(&self, from: IpAddr, now: Instant) -> bool {
        !self.tried.lock().waits(from, now)
    }

    /// Whether a token may be signed with a key that came into its file since the last look;
    /// [`Authority::find_key`] knows.
    pub fn awaits_key(&self, token: &str, now_s: u64) -> bool {
        let in_file = self.settings.key.is_none() && self.settings.key_file.is_some();
        in_file
            && token::looks_signed(token.trim())
            && self.known.read().key.is_none()
            && self.shown(token, now_s).is_none()
    }

    /// Returns the right of a signed token.
    fn signed(&self, token: &str, now_s: u64) -> Option<Right> {
        let known = self.known.read();
        let claims = token::read(known.key.as_ref()?, token, now_s).ok()?;
        Some(claims.right(known.key_number)).filter(|_| !known.revoked.contains(&claims.id))
    }

    /// Returns the right of a session's cookie at a second since 1970; `None` where it gives none.
    pub fn cookie(&self, value: &str, now_s: u64) -> Option<Right> {
        let right = self.sessions.lock().find(&session_key(value)?, now_s)?;
        self.known.read().stand_by(&right, &self.settings).then_some(right)
    }

    /// Whether a right is still one at a second since 1970: not expired, revoked, ended, removed or changed.
    pub fn holds(&self, right: &Right, now_s: u64) -> bool {
        if right.is_over(now_s) {
            return false;
        }
        if right.session.is_some_and(|session| !self.sessions.lock().goes_on(&session, now_s)) {
            return false;
        }
        match &right.who {
            Who::Nobody => right.role == Role::Open || self.open() == Open::Insecure,
            Who::Here => self.open() == Open::Here,
            _ => self.known.read().stand_by(right, &self.settings),
        }
    }

    /// Begins a session with a right at a second since 1970. Returns the value of its cookie, which is kept
    /// nowhere, and the second at which it ends, with its right at the latest.
    pub fn begin(&self, right: Right, now_s: u64) -> (String, u64) {
        let secret = random::<COOKIE_BYTES>();
        let until_s = now_s.saturating_add(self.settings.session.as_secs());
        let until_s = right.until_s.map_or(until_s, |ends_s| ends_s.min(until_s));
        self.sessions.lock().begin(SessionKey(digest(&secret)), right, until_s);
        (url64(&secret), until_s)
    }

    /// Ends the session of a cookie.
    pub fn end(&self, cookie: &str) {
        if let Some(key) = session_key(cookie) {
            self.sessions.lock().end(&key);
        }
    }

    /// Whether somebody at an address may try to log in now, by a name or, where it is empty, by a token.
    ///
    /// # Errors
    /// How long is to be waited.
    pub fn may_guess(&self, from: IpAddr, name: &str, now: Instant) -> Result<(), Duration> {
        self.guesses.lock().allow(from, name, now)
    }

    /// Notes how a login ended.
    pub fn guessed(&self, from: IpAddr, name: &str, is_right: bool, now: Instant) {
        let mut guesses = self.guesses.lock();
        if is_right { guesses.right(from, name, now) } else { guesses.failed(from, name, now) }
    }

    /// Waits for the turn to have a password looked at that comes from an address.
    ///
    /// # Errors
    /// [`LoginError::Busy`], after 5 s at the latest.
    pub async fn turn(&self, from: IpAddr) -> Result<Turn, LoginError> {
        let was_right = self.guesses.lock().was_right(from);
        self.turns.take(was_right).await
    }

    /// Hands an entry of the audit in, which is logged and written soon.
    pub fn audit(&self, entry: Entry) {
        self.audit.note(entry);
    }

    /// Returns rows of the audit, newest first, with all that was handed in so far. May block.
    ///
    /// # Errors
    /// No database, or what the disk says.
    pub fn audits(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, AccountsError> {
        self.audit.flush();
        self.base.with(|store| store.audits(*query))
    }
}

impl Known {
    /// Takes another key, or none; what was signed by the one before is over.
    fn exchange_key(&mut self, key: Option<Key>) {
        self.key = key;
        self.key_number += 1;
    }

    /// Whether the credential behind a right is still what it was.
    fn stand_by(&self, right: &Right, settings: &AuthoritySettings) -> bool {
        match &right.who {
            Who::Nobody | Who::Here => false,
            Who::ViewerToken => settings.viewer_token.is_some(),
            Who::AdminToken => settings.admin_token.is_some(),
            Who::Token { id, key, .. } | Who::Share { id, key } => {
                self.key.is_some() && *key == self.key_number && !self.revoked.contains(&**id)
            }
            Who::User { name, changed_s } => {
                self.users.get(name).is_some_and(|user| user.changed_s == *changed_s)
            }
        }
    }
}

/// The key of a cookie's session; `None` of what no session has.
fn session_key(cookie: &str) -> Option<SessionKey> {
    let secret = from_url64(cookie).filter(|secret| secret.len() == COOKIE_BYTES)?;
    Some(SessionKey(digest(&secret)))
}

/// The entry of a token that nobody has.
fn a_guess(from: IpAddr) -> Entry {
    Entry {
        who: Who::Nobody.to_string(),
        address: from.to_string(),
        action: "showed a token",
        camera: None,
        detail: "one that nobody has".to_owned(),
        outcome: Outcome::Refused("wrong_credential"),
    }
}
