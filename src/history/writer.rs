//! The writer: news in, one transaction a second out. A thread of its own, which nobody waits for.
//!
//! While the disk fails, what has come together is kept as far as it goes, and writing is tried again; what
//! had to be let go of is counted. Nothing here can stop anything but history.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    time::{Duration, Instant},
};

use super::{
    keeper::Keeper,
    rollup::Rollup,
    shared::Shared,
    store::{Batch, Happened},
};
use crate::{
    news::{Item, News},
    nouns::event::Event,
    tools::{
        fence::{Panicked, Place},
        metrics::Metrics,
    },
};

/// Time between two writes: the most that a crash costs.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// Shortest time between two pictures of one camera's events: they show nearly the same.
const PICTURE_EVERY: Duration = Duration::from_secs(1);

/// Most minutes of cameras that are kept while the disk fails: four hours of eight.
const MOST_MINUTES: usize = 2000;

/// Most events that are kept while the disk fails.
const MOST_EVENTS: usize = 2000;

/// Gives a small JPEG of what the named camera's event looks like, where there is a picture of it. Runs on
/// the writer's thread, at most once a second a camera.
pub type Illustrate = Box<dyn Fn(&str, &Event) -> Option<Vec<u8>> + Send>;

/// What the writer is told to do.
pub enum Order {
    /// Take this in.
    Heard(News),
    /// Have a camera's counts begin anew at that moment, microseconds since the Unix epoch, and say when
    /// that is written.
    Reset(Arc<str>, u64, SyncSender<()>),
    /// Write now, and say when that is done.
    Flush(SyncSender<()>),
}

/// Writes history.
pub struct Writer {
    orders: Receiver<Order>,
    shared: Arc<Shared>,
    metrics: Metrics,
    /// `None` where no pictures are kept.
    illustrate: Option<Illustrate>,
    rollup: Rollup,
    batch: Batch,
    keeper: Keeper,
    /// Who waits for the next write.
    waiting: Vec<SyncSender<()>>,
    /// When a camera's last picture was made.
    pictured: HashMap<Arc<str>, Instant>,
}

impl Writer {
    /// A writer that has heard nothing yet.
    pub fn new(
        orders: Receiver<Order>,
        keeper: Keeper,
        illustrate: Option<Illustrate>,
        metrics: Metrics,
    ) -> Self {
        let (shared, rollup) = (Arc::clone(keeper.shared()), Rollup::new(keeper.is_person()));
        let (batch, waiting, pictured) = (Batch::default(), Vec::new(), HashMap::new());
        Writer { orders, shared, metrics, illustrate, rollup, batch, keeper, waiting, pictured }
    }

    /// Writes until it is told to stop, or nobody is left who could tell anything.
    pub fn run(mut self) {
        let mut due = Instant::now();
        loop {
            let order = self.orders.recv_timeout(due.saturating_duration_since(Instant::now()));
            let is_urgent = matches!(order, Ok(Order::Reset(..) | Order::Flush(_)));
            let is_over = matches!(order, Err(RecvTimeoutError::Disconnected)) || self.shared.is_stopping();
            order.into_iter().for_each(|order| self.obey(order));
            if !(is_urgent || is_over || Instant::now() >= due) {
                continue;
            }
            while let Ok(order) = self.orders.try_recv() {
                self.obey(order);
            }
            // What could not be written is tried again.
            let written = self.fenced(Writer::write);
            if is_over {
                if written == Ok(true) {
                    // Where that panics, nothing is said of what is lost.
                    let _ = self.fenced(|writer| writer.keeper.end());
                }
                return;
            }
            due = Instant::now() + WRITE_EVERY;
        }
    }

    /// Does one piece of work; one that panics costs that alone, and the connection in which it happened.
    fn fenced<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, Panicked> {
        let fences = self.metrics.fences.clone();
        fences.run(Place::History, || work(self)).inspect_err(|Panicked| self.keeper.begin_anew())
    }

    /// Does as it is told; an event at which that panics is lost.
    fn obey(&mut self, order: Order) {
        let event = match &order {
            Order::Heard(News { number, item: Item::Event(_), .. }) => Some(*number),
            _ => None,
        };
        if let (Err(Panicked), Some(number)) = (self.fenced(|writer| writer.take(order)), event) {
            self.shared.lose(number);
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Heard(news) => self.hear(news),
            Order::Reset(camera, at_us, done) => {
                self.batch.resets.push((camera, at_us));
                self.waiting.push(done);
            }
            Order::Flush(done) => self.waiting.push(done),
        }
    }

    fn hear(&mut self, news: News) {
        self.metrics.fences.trip(Place::History);
        self.rollup.hear(&news);
        let News { number, camera, item } = news;
        if let Item::Event(event) = item {
            let snapshot = self.picture(&camera, &event);
            self.batch.events.push(Happened { number, camera, event, snapshot });
            if self.batch.events.len() > MOST_EVENTS {
                self.shared.lose(self.batch.events.remove(0).number);
                self.dropped("event", 1);
            }
        }
    }

    /// A picture of an event, unless there was one a moment ago.
    fn picture(&mut self, camera: &Arc<str>, event: &Event) -> Option<Vec<u8>> {
        let (illustrate, now) = (self.illustrate.as_ref()?, Instant::now());
        let is_due = |last: &Instant| now.saturating_duration_since(*last) >= PICTURE_EVERY;
        if !self.pictured.get(camera).is_none_or(is_due) {
            return None;
        }
        let picture = illustrate(camera, event)?;
        self.pictured.insert(Arc::clone(camera), now);
        Some(picture)
    }

    /// Writes what has come together, and tells those who wait for it; returns whether all is written.
    fn write(&mut self) -> bool {
        for (minute, sums) in self.rollup.take() {
            self.batch.minutes.entry(minute).or_default().merge(&sums);
        }
        let began = Instant::now();
        self.pictured.retain(|_, last| began.saturating_duration_since(*last) < PICTURE_EVERY);
        let written = self.keeper.write(&self.batch, began);
        if written {
            self.batch = Batch::default();
            self.metrics.history_commit.observe(began.elapsed().as_secs_f64());
            for done in self.waiting.drain(..) {
                // Who does not wait any more is gone.
                let _ = done.try_send(());
            }
        } else {
            self.hold_on();
        }
        written
    }

    /// Keeps what could not be written, as far as that goes; who waits learns that it is not.
    fn hold_on(&mut self) {
        self.waiting.clear();
        // Nobody was told that they are written.
        self.batch.resets.clear();
        let snapshots = self.batch.events.iter_mut().filter_map(|happened| happened.snapshot.take()).count();
        self.dropped("snapshot", snapshots);
        let mut minutes = 0;
        while self.batch.minutes.len() > MOST_MINUTES {
            // The oldest, of whichever camera.
            self.batch.minutes.pop_first();
            minutes += 1;
        }
        self.dropped("minute", minutes);
    }

    fn dropped(&self, what: &str, count: usize) {
        if count > 0 {
            self.metrics.history_dropped.with_label_values(&[what]).inc_by(count as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::{
        history::{HistorySettings, Keep},
        news::Numbers,
        nouns::state::Pulse,
    };

    #[test]
    fn while_the_disk_fails_every_camera_keeps_its_newest_minutes() {
        const MINUTES: u64 = 1500;
        let age = Duration::from_secs(86_400);
        let keep = Keep { minutes: age, hours: age, events: age, snapshot_bytes: 0 };
        // No folder can be made there.
        let database = std::path::PathBuf::from("/proc/nothing/history.db");
        let shared = Arc::new(Shared::new(database.clone()));
        let metrics = Metrics::new().expect("names differ");
        let settings = HistorySettings { database, keep, is_person: |_| false };
        let keeper = Keeper::new(settings, shared, Numbers::default(), metrics.clone());
        let mut writer = Writer::new(channel().1, keeper, None, metrics);
        for minute in 0..MINUTES {
            for camera in ["attic", "yard"] {
                let pulse = Pulse { at_us: minute * 60_000_000, fps: 30.0, tells_people: false };
                writer.hear(News { number: minute, camera: camera.into(), item: Item::Pulse(pulse) });
            }
        }
        writer.write();
        let minutes = &writer.batch.minutes;
        for camera in ["attic", "yard"] {
            let kept: Vec<i64> =
                minutes.keys().filter(|(_, name)| &**name == camera).map(|(at_s, _)| at_s / 60).collect();
            let newest: Vec<i64> = (MINUTES as i64 - kept.len() as i64..MINUTES as i64).collect();
            assert!(kept.len() == MOST_MINUTES / 2 && kept == newest, "{camera}: {} minutes", kept.len());
        }
    }
}
