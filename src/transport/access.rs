//! Who may ask: hosts and origins on every request, and what the one who asks may do.
//!
//! Every request gets a [`Grant`] here, by what it shows; what each route wants is in `routes`. A handler
//! gets a camera only through its grant. What a credential gives is `accounts`' to say.

mod audited;
mod check;
mod first_key;
mod grant;
pub(super) mod peer;
mod require;
mod site;
mod watch;

pub use self::{
    audited::{Deed, audited, audited_as, audited_with, refused},
    check::{check, preflight},
    first_key::{find_key, find_key_for},
    grant::Grant,
    require::require,
    site::{Own, known_host},
    watch::Watch,
};
pub use crate::access::Role;
