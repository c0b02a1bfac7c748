//! What makes and ends credentials: logins, tokens that are signed, tokens that are revoked.

use super::Authority;
use crate::{
    access::{
        Right,
        key::Key,
        token::{self, Claims, MOST_TTL, TokenError},
    },
    accounts::{
        authority::Open,
        error::{AccountsError, LoginError},
        files::{identity, make_key},
        minted::{Wish, minted},
        password,
    },
};

impl Authority {
    /// Returns the right of a user. Blocking, some 30 ms of a processor, whether there is such a user or not,
    /// unless there is none at all; the caller has a [`super::Turn`].
    ///
    /// # Errors
    /// A wrong name or password, or no users.
    pub fn login(&self, name: &str, password: &str) -> Result<Right, LoginError> {
        let user = self.known.read().users.get(name).cloned();
        if user.is_none() && !self.has_users() {
            // Where there are none because of a trouble, that is what is told.
            self.base.with(|_| Ok(()))?;
            // No name is told by how soon that is said.
            return Err(LoginError::Wrong);
        }
        let hash = user.as_ref().map_or(password::fake(), |user| user.hash.as_str());
        let is_it = self.workspace.verify(hash, password);
        user.filter(|_| is_it).map(|user| user.right()).ok_or(LoginError::Wrong)
    }

    /// Makes a token at a second since 1970. Blocking where the key is not there yet.
    ///
    /// # Errors
    /// [`AccountsError::NoKey`], or a key file that cannot be made.
    pub fn make(&self, wish: Wish, now_s: u64) -> Result<(Claims, String), AccountsError> {
        let key = self.key()?;
        let claims = minted(wish, now_s);
        let token = token::sign(&key, &claims);
        Ok((claims, token))
    }

    /// The key, which is made where it is to be in a file that is not there yet.
    fn key(&self) -> Result<Key, AccountsError> {
        if let Some(key) = &self.known.read().key {
            return Ok(key.clone());
        }
        // A key is a credential: whoever made the first one by being here would not be let in any more.
        let file = self.settings.key_file.as_deref().filter(|_| self.open() != Open::Here);
        let file = file.ok_or(AccountsError::NoKey)?;
        let mut read = self.keeping.lock();
        // Taken over meanwhile: once more would end what it has signed.
        if let Some(key) = &self.known.read().key {
            return Ok(key.clone());
        }
        let key = make_key(file)?;
        *read = identity(file);
        self.known.write().exchange_key(Some(key.clone()));
        Ok(key)
    }

    /// Returns id and end of a token that this server has signed, be it over or not.
    ///
    /// # Errors
    /// What is wrong with the text; without a key nothing was signed.
    pub fn claims(&self, token: &str) -> Result<Claims, TokenError> {
        let known = self.known.read();
        let key = known.key.as_ref().ok_or(TokenError::Signature)?;
        token::read_at_any_time(key, token.trim())
    }

    /// Revokes a token at a second since 1970, by its id and where it is known by its end; sessions that it
    /// has begun are over. Returns the second since 1970 until which that is remembered, behind which no such
    /// token is valid. No list of tokens is kept, so any id is taken. Blocking.
    ///
    /// # Errors
    /// No database, or what the disk says; then nothing is revoked.
    pub fn revoke(&self, id: &str, until_s: Option<u64>, now_s: u64) -> Result<u64, AccountsError> {
        // No token is valid for longer, so nothing need be remembered for good.
        let until_s = until_s.unwrap_or(now_s.saturating_add(MOST_TTL.as_secs()));
        // Until it is known here too: what was read before this must not be taken over behind it.
        let _in_order = self.keeping.lock();
        self.base.with(|store| store.revoke(id, now_s, Some(until_s)))?;
        self.known.write().revoked.insert(id.to_owned());
        self.sessions.lock().end_where(|right| right.who.id() == Some(id));
        Ok(until_s)
    }
}
