//! Users of a server under test: put into its database before it starts.

use std::{path::Path, sync::Arc};

use steadycast::{
    access::{Role, Scope},
    accounts::{Store, User, hash_password},
};

/// Adds a viewer to a database, as `steadycast user add` does.
pub fn add_user(database: &Path, name: &str, password: &str) {
    let (name, hash) = (Arc::from(name), hash_password(password));
    let user = User { name, role: Role::Viewer, scope: Scope::All, hash, made_s: 1, changed_s: 1 };
    Store::open(database).and_then(|mut store| store.add_user(&user)).expect("is added");
}
