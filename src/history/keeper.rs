//! The keeper of the database: opens it, writes to it, opens it again after trouble, moves a damaged one
//! aside, has what is old deleted, and says how all that goes.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    ageing::Ageing,
    error::Trouble,
    files::move_aside,
    losses,
    retention::{judged_last, prune},
    settings::HistorySettings,
    shared::Shared,
    state::HistoryState,
    store::{Batch, Store},
};
use crate::{
    frame::{now_s, now_us},
    news::Numbers,
    tools::{
        fence::{Panicked, Place},
        metrics::Metrics,
    },
};

/// Time after trouble at which the database is opened again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Time between two looks at what is too old, once nothing is.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Keeps a database open.
pub struct Keeper {
    settings: HistorySettings,
    shared: Arc<Shared>,
    /// Go on behind the numbers in the database.
    numbers: Numbers,
    metrics: Metrics,
    store: Option<Store>,
    /// Number that lies below those of all events of this run.
    began: u64,
    /// Number of the last event of earlier runs; `None` until a database was open.
    behind: Option<u64>,
    /// Where a damaged database was moved in this run.
    aside: Option<PathBuf>,
    /// Before this moment the database is not opened again.
    again_at: Option<Instant>,
    /// When what is old is looked for next; `None`: at once.
    look_at: Option<Instant>,
    /// Says by which time is judged what is too old.
    ageing: Ageing,
}

impl Keeper {
    /// A keeper of what is not open yet; no event of this run was told so far.
    pub fn new(settings: HistorySettings, shared: Arc<Shared>, numbers: Numbers, metrics: Metrics) -> Self {
        let (mark, ()) = numbers.mark(now_us(), || ());
        Keeper {
            settings,
            shared,
            numbers,
            metrics,
            store: None,
            began: mark.number,
            behind: None,
            aside: None,
            again_at: None,
            look_at: None,
            ageing: Ageing::default(),
        }
    }

    /// What the writer and the readers share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Whether a class is people.
    pub fn is_person(&self) -> fn(&str) -> bool {
        self.settings.is_person
    }

    /// Has the database opened anew before the next write.
    pub fn begin_anew(&mut self) {
        self.store = None;
    }

    /// Writes a batch; returns whether it is written. Where not, the state says why.
    pub fn write(&mut self, batch: &Batch, now: Instant) -> bool {
        if self.again_at.is_some_and(|at| now < at) {
            return false;
        }
        let written = self.try_to_write(batch, now);
        let aside = match written {
            Ok(()) => {
                self.again_at = None;
                self.tell(HistoryState::Writing { aside: self.aside.clone() });
                return true;
            }
            Err(trouble) if trouble.is_damage() => self.move_aside(&trouble),
            Err(trouble) => Err(trouble),
        };
        self.store = None;
        match aside {
            // There is none now, so another is made at once.
            Ok(()) => self.write(batch, now),
            Err(trouble) => {
                self.again_at = Some(now + AGAIN_AFTER);
                // Viewers are told too, who need not know where it is.
                let path = self.shared.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let why = trouble.to_string().replace(&path.display().to_string(), &name);
                self.tell(HistoryState::Failing(format!("history is not written: {why}")));
                false
            }
        }
    }

    fn try_to_write(&mut self, batch: &Batch, now: Instant) -> Result<(), Trouble> {
        let now_s = now_s() as i64;
        let due = self.look_at.is_none_or(|at| now >= at);
        // A file that was exchanged or deleted meanwhile would take everything along in silence.
        if due && self.store.as_ref().is_some_and(|store| !store.is_at(self.shared.path())) {
            self.store = None;
            self.lose_what_was();
        }
        let mut store = match self.store.take() {
            Some(store) => store,
            None => self.open()?,
        };
        if self.shared.take_suspicion() {
            check_whole(&mut store)?;
        }
        store.commit(batch, now_s)?;
        self.lose_what_lies_among_earlier(batch);
        // What is written is written, and must not be written again, whatever happens from here on.
        if !due || self.has_tidied(&mut store, now_s, now) {
            self.store = Some(store);
        }
        Ok(())
    }

    /// Notes in the database what is lost by the end of this run, of which all else is written.
    pub fn end(&mut self) {
        let Some(store) = &mut self.store else { return };
        if let Err(trouble) = losses::end(store.connection(), self.shared.newest_lost()) {
            // The next run takes it that something is.
            log::warn!("what this run has lost of its events is not written: {trouble}");
        }
    }

    /// Deletes what is too old; tells whether the store is still of use. Else the next write opens it anew.
    fn has_tidied(&mut self, store: &mut Store, now_s: i64, now: Instant) -> bool {
        let fences = self.metrics.fences.clone();
        match fences.run(Place::History, || self.tidy(store, now_s, now)) {
            Ok(Ok(())) => true,
            Ok(Err(trouble)) => {
                log::warn!("what is too old stays in history for now: {trouble}");
                false
            }
            Err(Panicked) => {
                // What panics once may do so each time.
                self.look_at = Some(now + LOOK_EVERY);
                false
            }
        }
    }

    /// Deletes what is too old, and notes how large the database is.
    fn tidy(&mut self, store: &mut Store, now_s: i64, now: Instant) -> Result<(), Trouble> {
        self.metrics.fences.trip(Place::History);
        let more = self.prune(store, now_s, now)?;
        self.look_at = (!more).then_some(now + LOOK_EVERY);
        self.metrics.history_bytes.set(size(store)?);
        Ok(())
    }

    fn open(&mut self) -> Result<Store, Trouble> {
        let mut store = Store::open(self.shared.path(), &self.numbers)?;
        // Before anything is written, by a clock that may be wrong.
        self.ageing.go_on(judged_last(store.connection())?);
        self.hear_of_earlier(&mut store)?;
        self.shared.renew();
        Ok(store)
    }

    /// Notes what earlier runs have lost, and where their numbers end, when the first database is open.
    fn hear_of_earlier(&mut self, store: &mut Store) -> Result<(), Trouble> {
        if self.behind.is_none() {
            let (last, lost) = (store.last_event(), losses::by_the_last_end(store.connection())?);
            // A run that was killed, or could not write at its end, may have lost events behind its last one.
            self.shared.lose(lost.unwrap_or(self.began.max(last.saturating_add(1))));
            self.behind = Some(last);
        }
        Ok(())
    }

    /// Notes events that were told before the database was open, by a clock that was set back: their numbers
    /// lie among those of earlier runs, and whoever has seen a higher one of these is not given them.
    fn lose_what_lies_among_earlier(&self, batch: &Batch) {
        let Some(behind) = self.behind else { return };
        if batch.events.iter().any(|happened| happened.number <= behind) {
            self.shared.lose(behind.saturating_add(1));
        }
    }

    /// Deletes some of what is too old; returns whether there may be more.
    fn prune(&mut self, store: &mut Store, now_s: i64, now: Instant) -> Result<bool, Trouble> {
        let Some(judged_s) = self.ageing.judge(now_s, now) else { return Ok(false) };
        prune(store.connection(), &self.settings.keep, judged_s)
    }

    /// Moves a database aside in which that was found.
    fn move_aside(&mut self, trouble: &Trouble) -> Result<(), Trouble> {
        self.store = None;
        if self.aside.is_some() {
            // What is damaged again and again is the disk; each would leave another file behind.
            return Err(Trouble::Again(trouble.to_string()));
        }
        let path = self.shared.path();
        let aside = move_aside(path, jiff::Timestamp::now())?;
        log::error!(
            "the database {} is damaged ({trouble}); it is at {} now, and history begins anew",
            path.display(),
            aside.display()
        );
        self.aside = Some(aside);
        self.lose_what_was();
        Ok(())
    }

    /// Notes that events of before are in no database any more.
    fn lose_what_was(&self) {
        let (mark, ()) = self.numbers.mark(now_us(), || ());
        self.shared.lose(mark.number);
    }

    /// Notes how history fares, and logs what is new.
    fn tell(&self, state: HistoryState) {
        let is_up = matches!(state, HistoryState::Writing { .. });
        self.metrics.history_up.set(f64::from(u8::from(is_up)));
        let before = self.shared.set_state(state.clone());
        match (before.trouble(), state.trouble()) {
            (before, Some(why)) if before != Some(why) => {
                let path = self.shared.path().display();
                log::error!("{why} ({path}); video goes on, and writing is tried again");
            }
            (Some(_), None) => log::info!("history is written again"),
            _ => {}
        }
    }
}

/// Looks through the whole database.
fn check_whole(store: &mut Store) -> Result<(), Trouble> {
    let told: String = store.connection().query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if told == "ok" { Ok(()) } else { Err(Trouble::Damaged(told)) }
}

/// Size of a database in bytes.
fn size(store: &mut Store) -> Result<f64, Trouble> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    Ok(store.connection().query_row(sql, [], |row| row.get::<_, i64>(0))? as f64)
}
