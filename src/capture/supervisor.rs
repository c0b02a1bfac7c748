//! The supervisor: keeps one camera's reading thread alive, shows the slate, tells what happens.
//!
//! Whether and when is decided in `life`, `said` and what they use; reading itself is `reader`'s.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    feed::Feed,
    hung::Hung,
    life::{Life, Step},
    reader::Reader,
    said::Said,
    settings::CaptureSettings,
    slate,
};
use crate::{
    frame::now_us,
    nouns::{
        event::Event,
        reason::{Reason, ReasonCode},
        state::CameraState,
    },
    source::file_gone,
    tools::{
        fence::Place,
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// Time that a reading thread gets to release its source when the server stops.
const RELEASE_WITHIN: Duration = Duration::from_millis(1500);

/// Dropped once what was asked for has been begun, and is told.
pub(super) type Done = Sender<()>;

/// What a supervisor is told. A generation tells the present reading thread from those that were abandoned.
pub(super) enum Message {
    /// A reading thread ended: it could not open, or could not read on.
    Ended {
        /// Whose end it is.
        generation: u64,
        /// Why.
        why: Reason,
    },
    /// Another source, or other wishes.
    Change(Box<CaptureSettings>, Done),
    /// On or off.
    Switch(bool, Done),
    /// The source is a file that somebody has deleted.
    FileGone(Done),
    /// The end.
    Stop,
}

/// Looks after one camera's source.
pub(super) struct Supervisor {
    feed: Arc<Feed>,
    settings: CaptureSettings,
    metrics: Metrics,
    messages: Sender<Message>,
    life: Life,
    /// The present reading thread; `None` before the first, and where none could be started.
    reading: Option<JoinHandle<()>>,
    /// Earlier ones that may not have ended.
    hung: Hung,
    /// True from telling that pictures stopped until it is told that they are back.
    told_lost: bool,
    said: Said,
    opened: u64,
    /// True while it looks after the camera; still true when it begins again after a panic.
    at_work: bool,
    /// True from the moment at which it was told to stop: a panic behind that must not have it wait to be
    /// told again.
    stopping: bool,
}

impl Supervisor {
    /// Looks after a source from now on; `messages` reaches the inbox of [`Supervisor::run`].
    pub fn new(
        feed: Arc<Feed>,
        settings: CaptureSettings,
        metrics: Metrics,
        messages: Sender<Message>,
    ) -> Self {
        feed.begin(&settings);
        Supervisor {
            life: Life::new(Instant::now(), now_us(), settings.traits()),
            feed,
            settings,
            metrics,
            messages,
            reading: None,
            hung: Hung::default(),
            told_lost: false,
            said: Said::new(),
            opened: 0,
            at_work: false,
            stopping: false,
        }
    }

    /// Looks after the source until it is told to stop; begun again after a panic.
    pub fn run(&mut self, inbox: &Receiver<Message>) {
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
    fn hear(&mut self, message: Message) -> bool {
        let _told_when_dropped = match message {
            Message::Ended { generation, .. } if generation != self.feed.generation() => return false,
            Message::Ended { why, .. } => {
                // The pictures before the failure first.
                self.look();
                self.life.failed(Instant::now(), why);
                return false;
            }
            Message::Change(settings, done) => {
                self.change(*settings);
                done
            }
            Message::Switch(on, done) => {
                self.switch(on);
                done
            }
            Message::FileGone(done) => {
                self.give_up_file();
                done
            }
            Message::Stop => return true,
        };
        self.look();
        false
    }

    /// Leaves the present source for another one; stays at one that need not be opened anew.
    fn change(&mut self, settings: CaptureSettings) {
        if !self.settings.is_reopened_for(&settings) {
            self.feed.adjust(&settings);
            self.life.adjust(settings.traits());
            self.settings = settings;
            return;
        }
        let was_off = self.life.is_off();
        self.leave();
        self.feed.begin(&settings);
        self.settings = settings;
        self.live_again();
        if was_off {
            self.life.switch_off(Instant::now());
        }
    }

    /// Switches the source off or on.
    pub fn switch(&mut self, on: bool) {
        match (on, self.life.is_off()) {
            (true, true) => self.live_again(),
            (false, false) => {
                self.leave();
                self.life.switch_off(Instant::now());
            }
            _ => {}
        }
    }

    /// Ends the reading of a file that is gone, as it would end by itself a little later.
    fn give_up_file(&mut self) {
        if self.life.is_reading() {
            self.look();
            self.feed.next_generation();
            self.life.failed(Instant::now(), file_gone());
        }
    }

    fn live_again(&mut self) {
        self.life = Life::in_place(Instant::now(), now_us(), self.settings.traits());
        self.opened = 0;
    }

    /// Abandons the reading threads, each of which lets go of its source at its next picture. What hangs of
    /// this source says nothing about the next one.
    fn leave(&mut self) {
        self.feed.next_generation();
        self.hung.abandon(self.reading.take());
        self.hung.leave();
    }

    /// Begins again after a panic, which may have come between deciding to open the source and having a
    /// thread for that, or between hearing of a thread's end and noting it. True if it is time to stop.
    fn recover(&mut self, inbox: &Receiver<Message>) -> bool {
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
        let news = self.feed.take_unseen();
        if let Some(last) = news.picture {
            self.life.picture(last);
        }
        if let Some(sign) = news.sign {
            self.life.alive(sign);
        }
        if let Some(due) = news.due {
            self.life.expect(due);
        }
        self.life.unchanged(news.unchanged_since);
        self.life.allow(news.patience);
        while let Some(step) = self.life.step(Instant::now()) {
            match step {
                Step::Open => self.open(),
                Step::Slate(why) => {
                    self.feed.deliver_slate(slate::draw(self.feed.camera(), &why, self.feed.size()))
                }
            }
        }
        self.tell();
    }

    fn open(&mut self) {
        self.hung.abandon(self.reading.take());
        if let Some(why) = self.hung.why_no_more() {
            return self.life.failed(Instant::now(), Reason::new(ReasonCode::TimedOut, why));
        }
        let generation = self.feed.next_generation();
        if self.opened > 0 {
            self.feed.counters().reconnects.inc();
        }
        self.opened += 1;
        let reader = Reader::new(&self.settings, &self.feed, &self.metrics, generation);
        let (messages, fences) = (self.messages.clone(), self.metrics.fences.clone());
        let started = spawn(Role::Capture, &format!("read-{}", self.feed.camera()), move || {
            let ended = fences.run(Place::Read, || reader.run()).unwrap_or_else(|_| Err(fault()));
            if let Err(why) = ended {
                // A supervisor that is gone does not care.
                let _ = messages.send(Message::Ended { generation, why });
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
            // Viewers are told a file's name; who reads the log wants to know where it is.
            let address = &self.settings.address;
            let why = why.text.replacen(&address.public(), &address.to_string(), 1);
            log::warn!("camera {}: {why}", self.feed.camera());
        }
        if news.hiccup {
            log::debug!("camera {}: back from a fault of this program", self.feed.camera());
        }
        let Some(before) = news.before else { return };
        let at_us = now_us();
        match (before, state) {
            (_, CameraState::Reconnecting) => {
                self.told_lost = true;
                self.feed.tell(Event::SourceLost { at_us, reason: why.text, reason_code: why.code })
            }
            // Whatever came between: a change of the source, or a time when it was off.
            (_, CameraState::Streaming | CameraState::Frozen) if self.told_lost => {
                self.told_lost = false;
                self.feed.tell(Event::SourceBack { at_us })
            }
            _ => {}
        }
        match state {
            CameraState::Frozen => log::warn!("camera {}: {}", self.feed.camera(), self.life.why(now).text),
            _ => log::info!("camera {}: {state:?}, {}", self.feed.camera(), self.settings.address),
        }
    }

    fn release(&mut self) {
        self.feed.next_generation();
        self.feed.set_state(CameraState::Stopped, &Reason::new(ReasonCode::Stopped, "the camera is stopped"));
        let is_reading = || self.reading.as_ref().is_some_and(|thread| !thread.is_finished());
        let running = || is_reading() || self.hung.is_running();
        let deadline = Instant::now() + RELEASE_WITHIN;
        // The standard library has no join with a limit, and a hung read must not keep the server.
        while running() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        if running() {
            log::warn!(
                "camera {} does not answer; leaving it to the system to release it",
                self.feed.camera()
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
    use std::sync::mpsc::{TryRecvError, channel};

    use super::*;
    use crate::{
        capture::sinks::Sinks,
        source::{Address, Wish},
    };

    /// A supervisor of the small scene, and its inbox.
    fn supervisor() -> (Supervisor, Receiver<Message>) {
        let wish = Wish { fps: 34.0, size: (160, 90), file_fps: None, snapshot_fps: 1.0 };
        let address: Address = "synthetic".parse().expect("an address");
        let settings = CaptureSettings { address, wish, frozen_after: None };
        let metrics = Metrics::new().expect("names differ");
        let feed = Arc::new(Feed::new("main", 0, &metrics, Sinks::none()));
        let (messages, inbox) = channel();
        (Supervisor::new(feed, settings, metrics, messages), inbox)
    }

    #[test]
    fn a_supervisor_that_lost_its_reading_thread_does_not_take_an_older_one_for_it() {
        let (mut supervisor, inbox) = supervisor();
        assert_eq!(supervisor.life.step(Instant::now()), Some(Step::Open), "and then it panics");
        let (release, released) = channel::<()>();
        let hung = std::thread::spawn(move || {
            // The test is over once nobody holds the other end.
            let _ = released.recv();
        });
        supervisor.hung.abandon(Some(hung));
        (supervisor.opened, supervisor.at_work) = (1, true);
        assert!(!supervisor.recover(&inbox));
        assert!(!supervisor.life.is_reading(), "it opens the source anew");
        drop(release);
    }

    #[test]
    fn a_camera_that_is_switched_again_and_again_does_not_pile_up_threads_that_hang() {
        let (mut supervisor, _inbox) = supervisor();
        let (release, released) = channel::<()>();
        let released = Arc::new(parking_lot::Mutex::new(released));
        for _ in 0..100 {
            let released = Arc::clone(&released);
            // All but one wait for the lock, and all end with the test.
            let hung = std::thread::spawn(move || released.lock().recv().unwrap_or_default());
            supervisor.hung.abandon(Some(hung));
            supervisor.hung.leave();
        }
        assert_eq!(supervisor.life.step(Instant::now()), Some(Step::Open));
        supervisor.open();
        assert!(supervisor.opened == 0 && supervisor.reading.is_none(), "nothing more is opened");
        drop(release);
        while supervisor.hung.why_no_more().is_some() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_file_that_was_deleted_is_given_up_at_once_unless_the_camera_is_off() {
        let (mut supervisor, _inbox) = supervisor();
        supervisor.look();
        let (opened, (done, begun)) = (supervisor.feed.generation(), channel());
        assert!(!supervisor.hear(Message::FileGone(done)));
        assert_eq!(begun.try_recv(), Err(TryRecvError::Disconnected), "who asked knows that it is done");
        assert!(supervisor.feed.generation() > opened, "no more pictures of it are shown");
        assert_eq!(supervisor.life.trouble(), Some(&file_gone()));
        supervisor.switch(false);
        assert!(!supervisor.hear(Message::FileGone(channel().0)));
        assert!(supervisor.life.is_off() && supervisor.life.trouble().is_none());
        supervisor.release();
    }

    #[test]
    fn another_rate_leaves_the_source_open_and_another_size_does_not() {
        let (mut supervisor, _inbox) = supervisor();
        supervisor.look();
        let feed = Arc::clone(&supervisor.feed);
        let (opened, mut settings) = (feed.generation(), supervisor.settings.clone());
        let mut change = |settings: &CaptureSettings| {
            let (done, begun) = channel();
            assert!(!supervisor.hear(Message::Change(Box::new(settings.clone()), done)));
            assert_eq!(begun.try_recv(), Err(TryRecvError::Disconnected), "who asked knows that it is begun");
            feed.generation()
        };
        settings.wish.fps = 5.0;
        settings.frozen_after = Some(Duration::from_secs(9));
        assert_eq!(change(&settings), opened);
        settings.wish.size = (320, 180);
        assert!(change(&settings) > opened);
        let now = Instant::now();
        assert!(supervisor.life.next_step(now) < now + Duration::from_millis(300), "a slate is due soon");
        assert!((feed.ceiling() - 5.0).abs() < f64::EPSILON);
        supervisor.release();
    }
}
