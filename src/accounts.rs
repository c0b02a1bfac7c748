//! Accounts: users with passwords, revoked tokens, and who changed what, in a database of their own.
//!
//! In come credentials that a request shows, out come rights. History's database is another one: that is set
//! aside where it is damaged, drops what is old and may be switched off, and users must survive all of it.

mod audit;
mod authority;
mod base;
mod entry;
mod error;
mod files;
mod minted;
mod names;
mod password;
mod repeats;
mod schema;
mod store;
mod user;

pub use self::{
    authority::{Authority, AuthoritySettings, Open, Turn},
    entry::{Entry, LOGGED_IN, LOGGED_OUT, Outcome},
    error::{AccountsError, LoginError},
    files::{key_of, make_key},
    minted::{Wish, minted},
    names::check as check_name,
    password::{check as check_password, hash as hash_password},
    store::{AuditQuery, AuditRow, MOST_AUDITS, Store},
    user::User,
};

#[cfg(test)]
mod tests;
