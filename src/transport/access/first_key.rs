//! The look for the key of the first token: who has made both beside a server that runs may show the token at
//! once.

use std::{net::IpAddr, sync::Arc, time::Instant};

use crate::{
    frame::now_s,
    transport::{apart::apart, shared::Shared},
};

/// Has the authority know the key of a token that comes from an address, where another program may have made
/// that key since the last look.
pub async fn find_key(shared: &Shared, from: IpAddr, token: &str) {
    let awaits = || shared.authority.awaits_key(from, token, now_s(), Instant::now());
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
