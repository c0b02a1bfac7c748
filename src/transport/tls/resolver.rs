//! The certificate that is shown, and the task that exchanges it when its files change.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt::time::interval;
use parking_lot::{Mutex, RwLock};
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::time::MissedTickBehavior;

use super::{
    error::TlsError,
    expiry::{Expiry, ends_soon},
    files::{Pair, Stamp},
    settings::TlsSource,
};
use crate::{
    tools::{fence::Fences, log_limit::LogLimit},
    transport::apart::apart,
};

/// How often the files are looked at: two calls that ask the system for what they are like.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The certificate that every client is shown, whatever name it asks for.
pub struct Resolver {
    /// Guards which pair is shown; held to clone a pointer, once a handshake.
    shown: RwLock<Arc<CertifiedKey>>,
    expiry: Expiry,
    /// Guards why the files are no good, if they are not; held for a moment by each look and by who asks.
    trouble: Mutex<Option<String>>,
    /// Guards when it was last said that the files are no good; held for a moment behind each such look.
    said: Mutex<LogLimit>,
}

impl Resolver {
    pub(super) fn new(pair: Pair) -> Self {
        Resolver {
            shown: RwLock::new(Arc::new(pair.key)),
            expiry: Expiry::at(pair.ends_s),
            trouble: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// Returns the second since 1970 at which the certificate ends; `None` where it does not say so.
    pub fn expires_s(&self) -> Option<i64> {
        self.expiry.ends_s()
    }

    /// Returns the sentence about the certificate that people are told at the second `now_s` since 1970, if
    /// there is one.
    pub fn notice(&self, now_s: u64) -> Option<String> {
        self.expiry.notice(now_s)
    }

    /// Returns why the files, as they are now, are not shown; `None` where they are. It names them.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().clone()
    }

    /// Returns the certificate itself, without those that sign it.
    #[cfg(test)]
    pub(super) fn leaf(&self) -> Option<Vec<u8>> {
        self.shown.read().cert.first().map(|leaf| leaf.to_vec())
    }

    /// Shows another pair from now on; who is connected stays so.
    fn exchange(&self, pair: Pair) {
        *self.shown.write() = Arc::new(pair.key);
        self.expiry.set(pair.ends_s);
        *self.trouble.lock() = None;
    }

    /// Goes on with the pair of before, and says why, on the log once a minute.
    fn refuse(&self, error: &TlsError) {
        let trouble = format!("{error}; the certificate of before stays");
        if self.said.lock().is_due(Instant::now()) {
            log::warn!("TLS: {trouble}");
        }
        *self.trouble.lock() = Some(trouble);
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver(…)")
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.shown.read()))
    }
}

/// Exchanges the certificate when its files have changed and fit each other, and has one of the program's own
/// made anew in time; for as long as the server runs.
pub async fn keep(resolver: Arc<Resolver>, source: TlsSource, fences: Fences) {
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Read once more at the first look: they may have changed since the start.
    let mut last = None;
    loop {
        look.tick().await;
        let (resolver, source) = (Arc::clone(&resolver), source.clone());
        let looked = apart(&fences, move || Ok(look_at(&resolver, &source, last))).await;
        // A panic has been said; the next look begins anew.
        last = looked.unwrap_or(last);
    }
}

/// Looks at the files; returns what they are like.
pub(super) fn look_at(resolver: &Resolver, source: &TlsSource, last: Option<Stamp>) -> Option<Stamp> {
    let files = source.files();
    // Before they are read: what changes meanwhile is seen by the next look.
    let stamp = Some(Stamp::of(&files));
    let now_s = jiff::Timestamp::now().as_second();
    let is_due = matches!(source, TlsSource::SelfSigned { .. }) && ends_soon(resolver.expires_s(), now_s);
    // What is refused may become readable without a trace in its stamp.
    if stamp == last && !is_due && resolver.trouble.lock().is_none() {
        return last;
    }
    match source.pair() {
        Ok(pair) => {
            let changed = resolver.shown.read().cert != pair.key.cert;
            if changed {
                log::info!("TLS: the certificate of {} is shown from now on", files.cert.display());
                source.tell(&pair);
            }
            resolver.exchange(pair);
        }
        // Two files are never exchanged at once, so this may be over at the next look.
        Err(error) => resolver.refuse(&error),
    }
    stamp
}
