//! A camera being captured, from outside: its source can be changed, switched off and on, and stopped.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{
    feed::Feed,
    settings::CaptureSettings,
    supervisor::{Done, Message, Supervisor},
};
use crate::tools::{
    fence::Place,
    metrics::Metrics,
    threads::{Role, spawn},
};

/// Time for which a supervisor rests after a panic, so that one that panics each time does not take a core.
const BEGIN_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Longest time that somebody waits until a supervisor has heard: it draws a slate at most meanwhile.
const HEARD_WITHIN: Duration = Duration::from_millis(500);

/// A camera being captured.
pub struct Capture {
    messages: Sender<Message>,
    supervisor: JoinHandle<()>,
}

impl Capture {
    /// Starts capturing into `feed`, or showing its slate while it is not `on`. Failures of the source are no
    /// errors here: they are retried and shown.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        feed: Arc<Feed>,
        settings: CaptureSettings,
        on: bool,
        metrics: Metrics,
    ) -> io::Result<Capture> {
        let (messages, inbox) = channel();
        let fences = metrics.fences.clone();
        let name = format!("watch-{}", feed.camera());
        let mut supervisor = Supervisor::new(feed, settings, metrics, messages.clone());
        if !on {
            supervisor.switch(false);
        }
        let supervisor = spawn(Role::Capture, &name, move || {
            fences.keep(Place::Supervise, BEGIN_AGAIN_AFTER, || supervisor.run(&inbox));
        })?;
        Ok(Capture { messages, supervisor })
    }

    /// Goes over to another source, or to other wishes of it. Viewers keep the last picture until the new
    /// source has one; its frames' numbers go on. A source that need not be opened anew stays open. The state
    /// is that of the change when this returns, but where the supervisor hangs.
    pub fn change(&self, settings: CaptureSettings) {
        self.ask(|done| Message::Change(Box::new(settings), done));
    }

    /// Switches the source off or on. Off, viewers are shown a slate. The state is that of the change when
    /// this returns, but where the supervisor hangs.
    pub fn switch(&self, on: bool) {
        self.ask(|done| Message::Switch(on, done));
    }

    /// Gives a file up that somebody has deleted, where it is being read; it is opened again as any source
    /// that failed. No more of it is shown when this returns, but where the supervisor hangs.
    pub fn give_up_file(&self) {
        self.ask(Message::FileGone);
    }

    /// Stops and waits until the source is released, or for as long as a hung one may keep a stopping server.
    pub fn stop(self) {
        self.send(Message::Stop);
        let _ = self.supervisor.join();
    }

    /// Has the supervisor do something, and waits until that is begun.
    fn ask(&self, message: impl FnOnce(Done) -> Message) {
        let (done, begun) = channel();
        self.send(message(done));
        // Told by the other end being dropped, also by a supervisor that panics or is gone.
        let _ = begun.recv_timeout(HEARD_WITHIN);
    }

    fn send(&self, message: Message) {
        // A supervisor that is gone needs no telling.
        let _ = self.messages.send(message);
    }
}
