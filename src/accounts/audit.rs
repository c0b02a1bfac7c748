//! The audit: who changed what, from where and when, in the database and as one line each on the log.
//!
//! Entries in, rows and lines out, by a thread of its own: who asks for a change waits for no disk. What an
//! entry says is its writer's; values of secrets are in none. Of refusals and of logins only so many of an
//! address are written down one by one.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    base::Base,
    entry::{Entry, Repeated},
    error::AccountsError,
    repeats::{COUNTED_OVER, Repeats},
};
use crate::{
    frame::now_us,
    tools::{
        fence::{Fences, Place},
        metrics::{IntCounter, Metrics},
        threads::{Role, spawn},
    },
};

/// Most entries that wait for the disk.
const QUEUE: usize = 1024;

/// How many of these are changes at least: whoever causes other entries takes their places from none.
const KEPT: usize = 256;

/// Longest time that is waited for what was handed in to be written.
const WRITTEN_WITHIN: Duration = Duration::from_secs(2);

/// What the thread is told to do.
enum Order {
    /// Write an entry of a moment, microseconds since the Unix epoch.
    Write(Entry, u64),
    /// Say when everything is written that was handed in before.
    Flush(SyncSender<()>),
}

/// The way to the audit's thread, which ends with it.
pub struct Audit {
    /// `None` once it is to end.
    orders: Option<SyncSender<Order>>,
    /// Entries that wait, with the one that is being written.
    waiting: Arc<AtomicUsize>,
    /// Guards the end of the thread, told by the other end being dropped; held while it is waited for.
    ended: Mutex<Receiver<()>>,
    /// Guards what was refused in the last minute, for a look-up each.
    refusals: Mutex<Repeats>,
    /// Guards who logged in or out in the last minute, for a look-up each.
    logins: Mutex<Repeats>,
    /// Entries for which the queue had no room.
    lost: IntCounter,
}

impl Audit {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub fn start(base: Arc<Base>, metrics: &Metrics) -> Result<Audit, AccountsError> {
        let (orders, taken) = sync_channel(QUEUE);
        let (alive, ended) = channel();
        let (fences, waiting) = (metrics.fences.clone(), Arc::<AtomicUsize>::default());
        let waits = Arc::clone(&waiting);
        let work = move || {
            let _alive = alive;
            for order in taken {
                let is_entry = matches!(order, Order::Write(..));
                carry_out(order, &base, &fences);
                if is_entry {
                    waits.fetch_sub(1, Ordering::Relaxed);
                }
            }
        };
        spawn(Role::History, "audit", work)
            .map_err(|why| AccountsError::Io { what: "the audit has no thread".to_owned(), why })?;
        Ok(Audit {
            orders: Some(orders),
            waiting,
            ended: Mutex::new(ended),
            refusals: Mutex::default(),
            logins: Mutex::default(),
            lost: metrics.audit_lost.clone(),
        })
    }

    /// Hands an entry in, which is logged and written soon; or counted, where it is one of many
    /// refusals or logins.
    pub fn note(&self, entry: Entry) {
        // Entries that name no address are counted as if of one.
        let from = entry.address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let is_told = match entry.repeated() {
            None => true,
            Some(Repeated::Refusal) => self.refusals.lock().is_told(from, Instant::now()),
            Some(Repeated::Login) => {
                let words = format!("{} {}", entry.who, entry.action);
                self.logins.lock().is_told_once(words, from, Instant::now())
            }
        };
        if is_told {
            self.hand_in(entry);
        }
    }

    /// Tells which addresses were refused, or logged in or out, more often than was written down, of the
    /// minutes that are over at `now`; to be called each second.
    pub fn tell_left_out(&self, now: Instant) {
        for what in [Repeated::Refusal, Repeated::Login] {
            let over = self.repeats(what).lock().over(now);
            for (from, times) in over {
                self.hand_in(Entry::left_out(what, from, times));
            }
        }
    }

    fn repeats(&self, what: Repeated) -> &Mutex<Repeats> {
        match what {
            Repeated::Refusal => &self.refusals,
            Repeated::Login => &self.logins,
        }
    }

    fn hand_in(&self, entry: Entry) {
        let Some(orders) = &self.orders else { return };
        let most = if entry.repeated().is_none() { QUEUE } else { QUEUE - KEPT };
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let order = Order::Write(entry.plain(), now_us());
        let handed_in = if before < most { orders.try_send(order) } else { Err(TrySendError::Full(order)) };
        let Err(error) = handed_in else { return };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        if let TrySendError::Full(Order::Write(entry, _)) = error {
            self.lost.inc();
            // The log has it at least.
            log::warn!("audit, which is not written: {}", entry.line());
        }
    }

    /// Waits until everything that was handed in is written, or the disk hangs.
    pub fn flush(&self) {
        let Some(orders) = &self.orders else { return };
        let (done, written) = sync_channel(1);
        let is_asked = orders.try_send(Order::Flush(done)).is_ok();
        if is_asked && written.recv_timeout(WRITTEN_WITHIN).is_err() {
            log::warn!("the disk of the audit hangs, or is slow");
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        // All minutes are over.
        self.tell_left_out(Instant::now() + COUNTED_OVER);
        self.orders = None;
        if self.ended.lock().recv_timeout(WRITTEN_WITHIN) == Err(RecvTimeoutError::Timeout) {
            log::warn!("the disk of the audit hangs; its last entries are not written");
        }
    }
}

fn carry_out(order: Order, base: &Base, fences: &Fences) {
    let carried_out = fences.run(Place::Accounts, || match order {
        Order::Write(entry, at_us) => write(&entry, at_us, base),
        Order::Flush(done) => {
            // Who has asked may have gone.
            let _ = done.try_send(());
        }
    });
    if carried_out.is_err() {
        log::error!("an entry of the audit is not written, by a fault of this program");
    }
}

fn write(entry: &Entry, at_us: u64, base: &Base) {
    log::info!("audit: {}", entry.line());
    match base.with(|store| store.add_audit(entry, at_us)) {
        Ok(()) | Err(AccountsError::Off) => {}
        Err(error) => base.say("who changed what is only on the log", &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{AuditQuery, LOGGED_IN, Outcome};

    #[test]
    fn what_is_refused_over_and_over_is_told_by_how_often_and_what_is_done_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let base = Arc::new(Base::open(Some(folder.path().join("access.db"))).expect("opens"));
        let audit = Audit::start(Arc::clone(&base), &Metrics::new().expect("names differ")).expect("starts");
        let entry = |address: &str, action, outcome| Entry {
            who: "nobody".to_owned(),
            address: address.to_owned(),
            action,
            camera: None,
            detail: String::new(),
            outcome,
        };
        let refused = Outcome::Refused("wrong_credential");
        (0..100).for_each(|_| audit.note(entry("10.0.0.5", "tried to log in", refused)));
        (0..100).for_each(|_| audit.note(entry("10.0.0.6", "changed", Outcome::Done)));
        audit.note(entry("10.0.0.7", "tried to log in", refused));
        (0..100).for_each(|_| audit.note(entry("10.0.0.8", LOGGED_IN, Outcome::Done)));
        audit.note(entry("10.0.0.5", LOGGED_IN, Outcome::Done));
        drop(audit);
        let rows =
            base.with(|store| store.audits(AuditQuery { limit: 1000, before: None })).expect("is read");
        let of = |address: &str| rows.iter().filter(|row| row.address == address).count();
        assert_eq!(["10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"].map(of), [62, 100, 1, 2]);
        let last = |n: usize| [&*rows[n].address, &*rows[n].action, &*rows[n].outcome];
        assert_eq!(last(0), ["10.0.0.8", "logged in or out", "done"]);
        assert_eq!(last(1), ["10.0.0.5", "was refused", "too_many"]);
        assert_eq!(last(2), ["10.0.0.5", LOGGED_IN, "done"], "a login among guesses is told by itself");
        let details = [&rows[0].detail, &rows[1].detail];
        assert!(details[0].starts_with("99 more times"), "one a minute tells it all: {details:?}");
        assert!(details[1].starts_with("40 more times"), "{details:?}");
    }

    #[test]
    fn what_others_cause_takes_no_place_from_changes_while_the_disk_hangs() {
        let folder = tempfile::tempdir().expect("a folder");
        let base = Arc::new(Base::open(Some(folder.path().join("access.db"))).expect("opens"));
        let metrics = Metrics::new().expect("names differ");
        let audit = Audit::start(Arc::clone(&base), &metrics).expect("starts");
        let entry = |outcome| Entry {
            who: "nobody".to_owned(),
            address: "10.0.0.5".to_owned(),
            action: "changed",
            camera: None,
            detail: String::new(),
            outcome,
        };
        let lost = || metrics.audit_lost.get();
        // Nothing is written meanwhile.
        let told = base.with(|_| {
            (0..2 * QUEUE).for_each(|_| audit.hand_in(entry(Outcome::Refused("too_many"))));
            let refusals = lost();
            (0..KEPT).for_each(|_| audit.hand_in(entry(Outcome::Done)));
            Ok((refusals, lost() - refusals))
        });
        assert_eq!(told.expect("is open"), ((QUEUE + KEPT) as u64, 0));
    }
}
