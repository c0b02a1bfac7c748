//! The look for the key of the first token, so that it works at once where the server runs already. In: a
//! token, and from where it comes. Out: nothing; what it gives is `accounts`' to say.

use std::{net::IpAddr, sync::Arc, time::Instant};

use crate::{
    frame::now_s,
    transport::{apart::apart, shared::Shared},
};

/// Has the authority know the key of a token, where another program may have made that key since the last
/// look. For those whose guesses are held back by something else.
pub async fn find_key(shared: &Shared, token: &str) {
    let awaits = || shared.authority.awaits_key(token, now_s());
    if !awaits() {
        return;
    }
    let Ok(turn) = Arc::clone(&shared.key_looks).acquire_owned().await else { return };
    // Whoever was before may have found it.
    if !awaits() {
        return;
    }
    let authority = Arc::clone(&shared.authority);
    let looked = apart(&shared.metrics.fences, move || {
        // Held to the end of the look, also where whoever asked has gone.
        let _turn = turn;
        authority.find_key();
        Ok(())
    });
    // What panicked is said and counted, and the token is looked at as if there were no key.
    let _ = looked.await;
}

/// Does as [`find_key`] for a token from an address, unless that address has guessed and has to wait.
pub async fn find_key_for(shared: &Shared, from: IpAddr, token: &str) {
    if shared.authority.may_present(from, Instant::now()) {
        find_key(shared, token).await;
    }
}
