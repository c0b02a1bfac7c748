//! Stage 2, the thread that pulls: one per camera, paced, replaced when it fails or hangs.
//!
//! In goes a source's address, out come numbered frames, one at a time and each handed on at once, and the
//! camera's state. A supervisor thread keeps the reading thread alive and shows the slate; whether and when
//! is decided in `life`, `rhythm`, `pacing`, `retry` and `said`, which are pure.

mod feed;
mod life;
pub mod pacing;
mod rate;
mod reader;
pub mod retry;
mod rhythm;
mod said;
mod slate;

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

pub use feed::{Feed, OnEvent, OnFrame, Report};
use life::{Life, Step, Traits};
use reader::Reader;
use said::Said;

use crate::{
    frame::now_us,
    nouns::{event::Event, state::CameraState},
    source::{Address, Reason, ReasonCode, Wish},
    tools::{
        fence::Place,
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// How long a reading thread gets to release its camera when the server stops.
const RELEASE_WITHIN: Duration = Duration::from_millis(1500);

/// Reading threads that may hang at the same time: each holds memory and a connection, so a source that
/// always hangs must not be tried for ever.
const MOST_STUCK: usize = 3;

/// How long a supervisor rests after a panic, so that one that panics each time does not take a core.
const BEGIN_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// What a camera's capture has to know.
#[derive(Clone, Debug)]
pub struct CaptureSettings {
    /// The camera's name.
    pub camera: String,
    /// Where its pictures come from.
    pub address: Address,
    /// What is asked of the source.
    pub wish: Wish,
    /// Time without a change, byte for byte, after which a live picture counts as frozen; `None` where that
    /// is no matter.
    pub frozen_after: Option<Duration>,
}

impl CaptureSettings {
    fn traits(&self) -> Traits {
        // Whether an address of HTTP gives pictures by itself is found out when it is asked.
        let may_be_asked = match &self.address {
            Address::Snapshot(_) => true,
            Address::Stream(url) => url.scheme().starts_with("http"),
            _ => false,
        };
        let asked =
            if may_be_asked { Duration::from_secs_f64(1.0 / self.wish.snapshot_fps) } else { Duration::ZERO };
        Traits { frozen_after: self.frozen_after, asked }
    }
}

/// What happens to the reading threads; a generation tells the present one from those that were abandoned.
enum News {
    /// The thread ended: it could not open, or could not read on.
    Ended { generation: u64, why: Reason },
    /// The server stops.
    Stop,
}

/// A camera being captured.
pub struct Capture {
    feed: Arc<Feed>,
    news: Sender<News>,
    supervisor: JoinHandle<()>,
}

impl Capture {
    /// Starts capturing. Failures of the source are no errors here: they are retried and shown.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        settings: CaptureSettings,
        metrics: Metrics,
        on_frame: OnFrame,
        on_event: OnEvent,
    ) -> io::Result<Capture> {
        let feed = Arc::new(Feed::new(&settings, metrics.clone(), on_frame, on_event));
        let (news, inbox) = channel();
        let mut supervisor = Supervisor {
            feed: Arc::clone(&feed),
            life: Life::new(Instant::now(), now_us(), settings.traits()),
            settings,
            metrics,
            news: news.clone(),
            reading: None,
            abandoned: Vec::new(),
            said: Said::new(),
            opened: 0,
            at_work: false,
            stopping: false,
        };
        let fences = supervisor.metrics.fences.clone();
        let supervisor = spawn(Role::Capture, "supervise", move || {
            fences.keep(Place::Supervise, BEGIN_AGAIN_AFTER, || supervisor.run(&inbox));
        })?;
        Ok(Capture { feed, news, supervisor })
    }

    /// The hand-off: newest frame, state and counts.
    pub fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    /// Stops and waits until the camera is released, or for as long as a hung one may keep a stopping server.
    pub fn stop(self) {
        // A supervisor that is gone needs no telling.
        let _ = self.news.send(News::Stop);
        let _ = self.supervisor.join();
    }
}

struct Supervisor {
    feed: Arc<Feed>,
    settings: CaptureSettings,
    metrics: Metrics,
    news: Sender<News>,
    life: Life,
    /// The present reading thread; `None` before the first, and where none could be started.
    reading: Option<JoinHandle<()>>,
    /// Earlier ones that had not ended when the source was opened anew.
    abandoned: Vec<JoinHandle<()>>,
    said: Said,
    opened: u64,
    /// True while it looks after the camera; still true when it begins again after a panic.
    at_work: bool,
    /// True from the moment at which it was told to stop: a panic behind that must not have it wait to be
    /// told again.
    stopping: bool,
}

impl Supervisor {
    fn run(&mut self, inbox: &Receiver<News>) {
        if self.stopping {
            return;
        }
        if std::mem::replace(&mut self.at_work, true) && self.recover(inbox) {
            return self.stop();
        }
        loop {
            self.metrics.fences.trip(Place::Supervise);
            self.look();
            let now = Instant::now();
            // Pictures do not wake this thread; looking ten times a second is soon enough to notice them or
            // their absence.
            let wait =
                self.life.next_step(now).saturating_duration_since(now).min(Duration::from_millis(100));
            let stop = match inbox.recv_timeout(wait) {
                Ok(news) => self.hear(news),
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if stop {
                break;
            }
        }
        self.stop();
    }

    fn stop(&mut self) {
        self.stopping = true;
        self.release();
    }

    /// Takes news of a reading thread; true if it is time to stop.
    fn hear(&mut self, news: News) -> bool {
        match news {
            News::Ended { generation, why } if generation == self.feed.generation() => {
                // The pictures before the failure first.
                self.look();
                self.life.failed(Instant::now(), why);
            }
            News::Ended { .. } => {}
            News::Stop => return true,
        }
        false
    }

    /// Begins again after a panic, which may have come between deciding to open the source and having a
    /// thread for that, or between hearing of a thread's end and noting it. True if it is time to stop.
    fn recover(&mut self, inbox: &Receiver<News>) -> bool {
        // A thread that has ended has said so before: its news is in the inbox, or was lost.
        let (ended, opened) = (self.reading.as_ref().is_none_or(JoinHandle::is_finished), self.opened);
        while let Ok(news) = inbox.try_recv() {
            if self.hear(news) {
                return true;
            }
        }
        if ended && self.opened == opened && self.life.is_reading() {
            self.life.failed(Instant::now(), fault());
        }
        false
    }

    fn look(&mut self) {
        let news = self.feed.take_news();
        if let Some(last) = news.picture {
            self.life.picture(last);
        }
        if let Some(sign) = news.sign {
            self.life.alive(sign);
        }
        self.life.unchanged(news.unchanged_since);
        self.life.allow(news.patience);
        while let Some(step) = self.life.step(Instant::now()) {
            match step {
                Step::Open => self.open(),
                Step::Slate(why) => {
                    self.feed.deliver_slate(slate::draw(&self.settings.camera, &why, self.feed.size()))
                }
            }
        }
        self.tell();
    }

    fn open(&mut self) {
        self.abandoned.extend(self.reading.take());
        self.abandoned.retain(|thread| !thread.is_finished());
        if self.abandoned.len() >= MOST_STUCK {
            let why =
                Reason::new(ReasonCode::TimedOut, "the source does not answer, nor do earlier attempts end");
            return self.life.failed(Instant::now(), why);
        }
        let generation = self.feed.next_generation();
        if self.opened > 0 {
            self.metrics.source_reconnects.with_label_values(&[&self.settings.camera]).inc();
        }
        self.opened += 1;
        let reader = Reader::new(&self.settings, &self.feed, &self.metrics, generation);
        let (news, fences) = (self.news.clone(), self.metrics.fences.clone());
        let started = spawn(Role::Capture, "capture", move || {
            let ended = fences.run(Place::Read, || reader.run()).unwrap_or_else(|_| Err(fault()));
            if let Err(why) = ended {
                // A supervisor that is gone does not care.
                let _ = news.send(News::Ended { generation, why });
            }
        });
        match started {
            Ok(thread) => self.reading = Some(thread),
            Err(error) => {
                let why = Reason::new(ReasonCode::Internal, format!("no thread for the camera: {error}"));
                self.life.failed(Instant::now(), why);
            }
        }
    }

    /// Passes a change of state on.
    fn tell(&mut self) {
        let now = Instant::now();
        let state = self.life.state(now);
        let why = self.life.why(now);
        self.feed.set_state(state, &why);
        let news = self.said.look(state, self.life.trouble(), now);
        if news.trouble {
            log::warn!("camera {}: {why}", self.settings.camera);
        }
        if news.hiccup {
            log::debug!("camera {}: back from a fault of this program", self.settings.camera);
        }
        let Some(before) = news.before else { return };
        let at_us = now_us();
        match (before, state) {
            (_, CameraState::Reconnecting) => {
                self.feed.tell(Event::SourceLost { at_us, reason: why.text, reason_code: why.code })
            }
            (CameraState::Reconnecting, CameraState::Streaming | CameraState::Frozen) => {
                self.feed.tell(Event::SourceBack { at_us })
            }
            _ => {}
        }
        match state {
            CameraState::Frozen => log::warn!("camera {}: {}", self.settings.camera, self.life.why(now).text),
            _ => log::info!("camera {}: {state:?}, {}", self.settings.camera, self.settings.address),
        }
    }

    fn release(&mut self) {
        self.feed.next_generation();
        self.feed
            .set_state(CameraState::Stopped, &Reason::new(ReasonCode::Stopped, "the server is stopping"));
        let running = || self.reading.iter().chain(&self.abandoned).any(|thread| !thread.is_finished());
        let deadline = Instant::now() + RELEASE_WITHIN;
        // The standard library has no join with a limit, and a hung read must not keep the server.
        while running() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        if running() {
            log::warn!(
                "camera {} does not answer; leaving it to the system to release it",
                self.settings.camera
            );
        }
    }
}

/// What is said where it was our thread that failed, and not the source.
fn fault() -> Reason {
    Reason::new(ReasonCode::Internal, "reading the source met a fault of this program; its log says more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_that_lost_its_reading_thread_does_not_take_an_older_one_for_it() {
        let wish = Wish { fps: 34.0, size: (4, 4), file_fps: None, snapshot_fps: 1.0 };
        let address: Address = "synthetic".parse().expect("an address");
        let settings = CaptureSettings { camera: "main".to_owned(), address, wish, frozen_after: None };
        let metrics = Metrics::new().expect("names differ");
        let feed = Arc::new(Feed::new(&settings, metrics.clone(), Box::new(|_| {}), Box::new(|_| {})));
        let (news, inbox) = channel();
        let mut life = Life::new(Instant::now(), 1, settings.traits());
        assert_eq!(life.step(Instant::now()), Some(Step::Open), "and then it panics");
        let (release, released) = channel::<()>();
        let hung = std::thread::spawn(move || {
            // The test is over once nobody holds the other end.
            let _ = released.recv();
        });
        let mut supervisor = Supervisor {
            feed,
            settings,
            metrics,
            news,
            life,
            reading: None,
            abandoned: vec![hung],
            said: Said::new(),
            opened: 1,
            at_work: true,
            stopping: false,
        };
        assert!(!supervisor.recover(&inbox));
        assert!(!supervisor.life.is_reading(), "it opens the source anew");
        drop(release);
    }
}
