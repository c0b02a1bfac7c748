//! The handle by which history is fed, asked and stopped.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::watch;

use super::{
    calendar::Calendar,
    counts::{self, CountsSince},
    error::HistoryError,
    events::{self, EventQuery, StoredEvent, Stretch, StretchQuery},
    keeper::Keeper,
    readers::Readers,
    row::Row,
    series::{self, SeriesQuery},
    settings::HistorySettings,
    shared::Shared,
    state::HistoryState,
    tables,
    writer::{Illustrate, Order, Writer},
};
use crate::{
    news::{Item, News, Numbers, Reader},
    tools::{
        log_limit::LogLimit,
        metrics::{IntCounter, Metrics},
        threads::{Role, spawn},
    },
};

/// Most news that wait for the writer: half a minute of eight cameras at fifteen results a second.
const QUEUE: usize = 4096;

/// Longest time that is waited for a write that somebody asks for, and for the last one.
const WRITTEN_WITHIN: Duration = Duration::from_secs(5);

/// History. Cloning shares it.
#[derive(Clone)]
pub struct History(Option<Arc<Running>>);

/// A history that is written.
struct Running {
    shared: Arc<Shared>,
    orders: SyncSender<Order>,
    /// Number of the last news that were handed to the writer, or would have been.
    heard: watch::Sender<u64>,
    readers: Readers,
    /// What the queue had no room for.
    lost: IntCounter,
    /// Guards the end of the writer's thread, told by the other end being dropped; held while it is waited
    /// for.
    ended: Mutex<Receiver<()>>,
}

impl History {
    /// No history.
    pub fn off() -> Self {
        History(None)
    }

    /// Starts the writer, which opens the database, and has `numbers` go on behind those in it. Whatever is
    /// wrong with the database is told by [`History::state`], and opening it is tried again.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn open(
        settings: HistorySettings,
        illustrate: Illustrate,
        numbers: Numbers,
        metrics: &Metrics,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(settings.database.clone()));
        let (orders, taken) = sync_channel(QUEUE);
        let (alive, ended) = channel();
        let illustrate = Some(illustrate).filter(|_| settings.keep.snapshot_bytes > 0);
        let keeper = Keeper::new(settings, Arc::clone(&shared), numbers, metrics.clone());
        let writer = Writer::new(taken, keeper, illustrate, metrics.clone());
        spawn(Role::History, "history", move || {
            let _alive = alive;
            writer.run();
        })?;
        let (readers, lost) =
            (Readers::new(Arc::clone(&shared)), metrics.news_lost.with_label_values(&["history"]));
        let (heard, ended) = (watch::Sender::new(0), Mutex::new(ended));
        Ok(History(Some(Arc::new(Running { shared, orders, heard, readers, lost, ended }))))
    }

    /// Returns how history fares.
    pub fn state(&self) -> HistoryState {
        self.0.as_ref().map_or(HistoryState::Off, |running| running.shared.state())
    }

    /// Hands news to the writer until there are none any more, or until `end`, and then those that wait
    /// already. Never waits for the writer: what its queue has no room for is lost, counted and said.
    pub async fn hear(&self, mut news: Reader, end: impl Future<Output = ()>) {
        let Some(running) = &self.0 else { return };
        let (mut end, mut said) = (pin!(end), LogLimit::new());
        loop {
            let heard = tokio::select! {
                heard = news.next() => heard,
                () = &mut end => None,
            };
            match heard {
                Some(heard) => running.take(heard, news.take_missed(), &mut said),
                None => break,
            }
        }
        while let Some(heard) = news.waiting() {
            running.take(heard, news.take_missed(), &mut said);
        }
    }

    /// Waits until the database was opened, so that numbers go on behind those in it, or until it was found
    /// not to open.
    pub async fn tried(&self) {
        if let Some(running) = &self.0 {
            running.shared.tried().await;
        }
    }

    /// Returns the number of the newest event that history lacks or may lack, of earlier runs too; 0 of none.
    pub fn newest_lost(&self) -> u64 {
        self.0.as_ref().map_or(0, |running| running.shared.newest_lost())
    }

    /// Waits until the news of that number, and all before them, have been handed in: what is flushed from
    /// then on has them.
    pub async fn has_heard(&self, number: u64) {
        let Some(running) = &self.0 else { return };
        // The other end lives as long as what is waited with.
        let _ = running.heard.subscribe().wait_for(|heard| *heard >= number).await;
    }

    /// Writes what was handed in and ends; waits for that, unless the disk hangs.
    pub fn stop(&self) {
        let Some(running) = &self.0 else { return };
        running.shared.stop();
        // Wakes the writer; where the queue is full it is awake.
        let _ = running.orders.try_send(Order::Flush(sync_channel(1).0));
        if running.ended.lock().recv_timeout(WRITTEN_WITHIN) == Err(RecvTimeoutError::Timeout) {
            log::warn!("the disk of history hangs; its last seconds are not written");
        }
    }

    /// Waits until everything that was handed in is written.
    ///
    /// # Errors
    /// No history, or one that cannot be written now.
    pub fn flush(&self) -> Result<(), HistoryError> {
        self.running()?.order(Order::Flush)
    }

    /// Has a camera's counts begin anew at `at_us`, microseconds since the Unix epoch; waits until that is
    /// written. What was counted before stays in the series.
    ///
    /// # Errors
    /// No history, or one that cannot be written now.
    pub fn reset_counts(&self, camera: &str, at_us: u64) -> Result<(), HistoryError> {
        self.running()?.order(|done| Order::Reset(Arc::from(camera), at_us, done))
    }

    /// Hands on a camera's rows of a time one by one, oldest first: a gap is a row that is not there. May
    /// block.
    ///
    /// # Errors
    /// No history, too many rows, of which none is handed on then, or a disk that cannot be read.
    pub fn each_row(&self, query: &SeriesQuery, take: impl FnMut(&Row)) -> Result<(), HistoryError> {
        self.running()?.readers.ask(|connection| series::each_row(connection, query, take))
    }

    /// Returns events, newest first. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(events::events(connection, query)?))
    }

    /// Returns the first events whose numbers lie within a stretch, oldest first. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn stretch(&self, query: &StretchQuery) -> Result<Stretch, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(events::stretch(connection, query)?))
    }

    /// Returns the JPEG of an event; `None` where there is no such event, or no picture of it. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn snapshot(&self, event: i64) -> Result<Option<Vec<u8>>, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(events::snapshot(connection, event)?))
    }

    /// Returns the name of the camera of an event; `None` where there is no such event. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn event_camera(&self, event: i64) -> Result<Option<String>, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(events::camera_of(connection, event)?))
    }

    /// Returns what has crossed a camera's lines since a moment, microseconds since the Unix epoch, as far as
    /// it is written. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn counts_since(&self, camera: &str, since_us: u64) -> Result<CountsSince, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(counts::counts_since(connection, camera, since_us)?))
    }

    /// Returns what has crossed a camera's lines on the day of `now_us`, or since its counts were reset on
    /// it, as far as it is written. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn counts_today(
        &self,
        camera: &str,
        now_us: u64,
        calendar: &Calendar,
    ) -> Result<CountsSince, HistoryError> {
        let ask = |connection: &_| Ok(counts::counts_today(connection, camera, now_us, calendar)?);
        self.running()?.readers.ask(ask)
    }

    /// Returns whether history knows of a camera, which may be gone. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn knows(&self, camera: &str) -> Result<bool, HistoryError> {
        self.running()?.readers.ask(|connection| Ok(tables::camera_id(connection, camera)?.is_some()))
    }

    /// Returns the names of all cameras that history knows of, those that are gone too. May block.
    ///
    /// # Errors
    /// No history, or a disk that cannot be read.
    pub fn cameras(&self) -> Result<Vec<String>, HistoryError> {
        let names =
            |connection: &_| Ok(tables::cameras(connection)?.into_iter().map(|(name, _)| name).collect());
        self.running()?.readers.ask(names)
    }

    fn running(&self) -> Result<&Running, HistoryError> {
        self.0.as_deref().ok_or(HistoryError::Off)
    }
}

impl Running {
    /// Hands news to the writer; `missed` were lost right before them.
    fn take(&self, heard: News, missed: u64, said: &mut LogLimit) {
        let (number, is_event) = (heard.number, matches!(heard.item, Item::Event(_)));
        if missed > 0 {
            // Events may be among them.
            self.shared.lose(number.saturating_sub(1));
        }
        if let Err(TrySendError::Full(_)) = self.orders.try_send(Order::Heard(heard)) {
            self.lost.inc();
            if is_event {
                self.shared.lose(number);
            }
            if said.is_due(Instant::now()) {
                log::warn!("history does not keep up with the news, and loses some");
            }
        }
        self.heard.send_replace(number);
    }

    /// Tells the writer to do something, and waits until it is written.
    fn order(&self, order: impl FnOnce(SyncSender<()>) -> Order) -> Result<(), HistoryError> {
        let (done, written) = sync_channel(1);
        self.orders.try_send(order(done)).map_err(|_| HistoryError::Busy)?;
        match written.recv_timeout(WRITTEN_WITHIN) {
            Ok(()) => Ok(()),
            Err(_) => {
                Err(self.shared.state().trouble().map_or(HistoryError::Busy, HistoryError::not_written))
            }
        }
    }
}
