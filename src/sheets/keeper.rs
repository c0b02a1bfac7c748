//! The thread that keeps a sheet: makes rows, hands them over, and reads what they add up to.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Instant,
};

use parking_lot::Mutex;

use super::{
    row::{Row, Seen, Tally, Totals},
    settings::Settings,
    web_app::{Failed, WebApp},
};
use crate::{
    frame::now_s,
    history::Calendar,
    notify::{Backoff, Ledger, ServiceState},
    nouns::rule::ServiceName,
    tools::{
        fence::{Fences, Place},
        log_limit::LogLimit,
        threads::{Role, spawn},
    },
};

/// Most rows that wait: half a day of a camera with a row a minute.
const MOST_ROWS: usize = 720;

/// Most rows that are handed over at once.
const AT_ONCE: usize = 100;

/// What other stages know of cameras.
pub trait Cameras: Send {
    /// Returns the names of all cameras.
    fn names(&self) -> Vec<Arc<str>>;

    /// Returns what a camera sees; `None` where there is no such camera.
    fn seen(&self, camera: &str) -> Option<Seen>;
}

/// A sheet that is kept. Cloning shares it; the thread ends once nobody has it.
#[derive(Clone)]
pub struct Sheets(Arc<Shared>);

struct Shared {
    told: Arc<Told>,
    /// Ends the thread by being dropped.
    _end: Sender<()>,
}

/// What is told of the sheet.
#[derive(Default)]
struct Told {
    ledger: Ledger,
    /// Guards what the sheet's rows add up to; held to exchange it, or to look. `None` before an answer.
    totals: Mutex<Option<BTreeMap<String, Totals>>>,
    /// Guards the number of rows that wait; held to set it, or to look.
    waiting: Mutex<usize>,
}

/// The thread's part.
struct Keeper {
    settings: Settings,
    web_app: WebApp,
    cameras: Box<dyn Cameras>,
    told: Arc<Told>,
    tally: Tally,
    rows: VecDeque<Row>,
    /// Rows that are being handed over, by a name that they keep: an answer may be lost.
    batch: Option<(String, Vec<Row>)>,
    /// Number of batches so far, and what tells this run's from others'.
    batches: u64,
    run: u64,
    backoff: Backoff,
    said: LogLimit,
}

impl Sheets {
    /// Starts the thread that keeps a sheet.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(settings: Settings, cameras: Box<dyn Cameras>, fences: Fences) -> io::Result<Self> {
        let (told, (end, ended)) = (Arc::<Told>::default(), channel());
        let mut keeper = Keeper {
            web_app: WebApp::new(settings.address.clone()),
            settings,
            cameras,
            told: Arc::clone(&told),
            tally: Tally::default(),
            rows: VecDeque::new(),
            batch: None,
            batches: 0,
            run: fastrand::u64(..),
            backoff: Backoff::new(fastrand::u64(..)),
            said: LogLimit::new(),
        };
        spawn(Role::Notify, "sheets", move || keeper.run(&ended, &fences))?;
        Ok(Sheets(Arc::new(Shared { told, _end: end })))
    }

    /// Returns how the sheet fares: messages are rows.
    pub fn state(&self) -> ServiceState {
        let Told { ledger, waiting, .. } = &*self.0.told;
        ledger.state(ServiceName::Sheets, *waiting.lock(), Instant::now())
    }

    /// Returns what the sheet's rows add up to, for each camera; `None` before it has answered.
    pub fn totals(&self) -> Option<BTreeMap<String, Totals>> {
        self.0.told.totals.lock().clone()
    }
}

impl Keeper {
    /// Keeps the sheet until the end; a panic costs one row or one try.
    fn run(&mut self, ended: &Receiver<()>, fences: &Fences) {
        let (mut due, mut try_at) = (Instant::now() + self.settings.every, Instant::now());
        loop {
            if Instant::now() >= due {
                // No row is made for time that has gone by.
                due = Instant::now() + self.settings.every;
                // It is on the log; the next row is another.
                let _ = fences.run(Place::Notify, || self.note());
            }
            if self.waiting() > 0 && Instant::now() >= try_at {
                let tried = fences.run(Place::Notify, || self.hand_over());
                let fault = |_| Err(("a fault of this program; its log says more".to_owned(), None));
                try_at = self.judge(tried.unwrap_or_else(fault));
            }
            *self.told.waiting.lock() = self.waiting();
            let next = if self.waiting() > 0 { due.min(try_at) } else { due };
            match ended.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    }

    fn waiting(&self) -> usize {
        self.rows.len() + self.batch.as_ref().map_or(0, |(_, rows)| rows.len())
    }

    /// Makes a row of each camera.
    fn note(&mut self) {
        let (names, time) = (self.cameras.names(), Calendar::system().written(now_s() as i64));
        for camera in &names {
            if let Some(seen) = self.cameras.seen(camera) {
                self.rows.push_back(self.tally.row(&time, camera, &seen));
            }
        }
        self.tally.keep(&names);
        let too_many = self.rows.len().saturating_sub(MOST_ROWS);
        self.rows.drain(..too_many);
        self.told.ledger.dropped(too_many as u64);
    }

    /// Hands rows over, and reads what they add up to.
    fn hand_over(&mut self) -> Result<(), Failed> {
        while self.waiting() > 0 {
            let (batch, rows) = self.batch.get_or_insert_with(|| {
                self.batches += 1;
                let rows = self.rows.drain(..self.rows.len().min(AT_ONCE)).collect();
                (format!("{:x}-{}", self.run, self.batches), rows)
            });
            self.web_app.add(batch, rows)?;
            rows.iter().for_each(|_| self.told.ledger.told());
            self.batch = None;
        }
        // The rows were taken, whatever becomes of this.
        match self.web_app.totals() {
            Ok(totals) => *self.told.totals.lock() = Some(totals),
            Err((why, _)) => log::debug!("sheets: what the rows add up to is not told: {why}"),
        }
        Ok(())
    }

    /// Notes what became of a try; returns when the next one may come.
    fn judge(&mut self, tried: Result<(), Failed>) -> Instant {
        let now = Instant::now();
        let Err((why, after)) = tried else {
            self.backoff.succeed();
            return now;
        };
        let next_try = now + self.backoff.fail(after);
        self.told.ledger.failed(&why, Some(next_try));
        if self.said.is_due(now) {
            log::warn!("sheets: rows are not taken: {why}");
        }
        next_try
    }
}
