//! Access: roles, what a credential gives, and the rules by which credentials are read, made and slowed down.
//!
//! Texts and times in, rights and refusals out. Who is asked and where users stand is `accounts`'; what a
//! request shows is `transport`'s. Pure, but for the hashes and the randomness in `key`.

pub mod buckets;
mod cookies;
pub mod counts;
pub mod guesses;
pub mod key;
mod network;
mod right;
mod role;
mod scope;
pub mod sessions;
pub mod token;
pub mod tried;
mod who;

pub use self::{
    cookies::Cookies,
    network::{Network, grouped, is_in},
    right::{Right, SessionKey},
    role::Role,
    scope::Scope,
    who::Who,
};
