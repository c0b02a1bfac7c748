//! The look for the key of the first token: whoever has just made that token, with its key, beside a server that
//! runs may show it at once.

use std::sync::Arc;

use crate::transport::{apart::apart, shared::Shared};

/// Has the authority know the key of `token`, where another program may have made that key since the last
/// look. Other requests wait for no disk.
pub async fn find_key(shared: &Shared, token: &str) {
    if !shared.authority.awaits_key(token) {
        return;
    }
    let Ok(_turn) = shared.key_looks.acquire().await else { return };
    // Whoever was before may have found it.
    if shared.authority.awaits_key(token) {
        let authority = Arc::clone(&shared.authority);
        let looked = apart(&shared.metrics.fences, move || {
            authority.find_key();
            Ok(())
        });
        // What panicked is said and counted, and the token is looked at as if there were no key.
        let _ = looked.await;
    }
}
