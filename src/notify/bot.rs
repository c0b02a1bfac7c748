//! The bot that answers in Telegram's chat: it asks the API for what was said, and does what was wanted.
//!
//! Only what is said in the chat of the settings is heard, and only what was said since the start. Whoever is
//! in that chat may ask.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    backoff::Backoff,
    command::{Command, HELP, in_words},
    handle::Notify,
    notifier::Cameras,
    service::Refused,
    telegram::{Said, Telegram},
};
use crate::{
    nouns::rule::ServiceName,
    tools::{
        fence::{Fences, Place},
        log_limit::LogLimit,
        threads::{Role, spawn},
    },
};

/// Longest sleep between two looks whether the bot is to end.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Shortest time between two questions.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// Most cameras of which the bot tells in one message.
const MOST_CAMERAS: usize = 40;

/// A bot that answers; ends soon once it is dropped.
pub struct Bot(Arc<AtomicBool>);

/// The thread's part.
struct Answers {
    telegram: Telegram,
    cameras: Arc<dyn Cameras>,
    notify: Notify,
    ended: Arc<AtomicBool>,
}

impl Bot {
    /// Starts the thread that answers.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        telegram: Telegram,
        cameras: Arc<dyn Cameras>,
        notify: Notify,
        fences: Fences,
    ) -> io::Result<Self> {
        let ended = Arc::new(AtomicBool::new(false));
        let answers = Answers { telegram, cameras, notify, ended: Arc::clone(&ended) };
        spawn(Role::Notify, "telegram-bot", move || answers.run(&fences))?;
        Ok(Bot(ended))
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Answers {
    /// Answers until the end; what panics costs one answer.
    fn run(&self, fences: &Fences) {
        let (mut after, mut backoff, mut said) = (None, Backoff::new(fastrand::u64(..)), LogLimit::new());
        while !self.is_over() {
            let asked = Instant::now();
            let heard = fences.run(Place::Notify, || self.telegram.listen(after));
            let fault = |_| Err(Refused::for_now("a fault of this program; its log says more"));
            match heard.unwrap_or_else(fault) {
                Ok(news) => {
                    backoff.succeed();
                    let is_first = after.is_none();
                    for one in &news {
                        // The newest counts, whatever it is: Telegram begins anew with other numbers.
                        after = Some(one.number);
                        // What was said before the start is old. A panic is on the log; the next is another.
                        if !is_first {
                            let _ = fences.run(Place::Notify, || self.hear(one));
                        }
                    }
                    after = after.or(Some(0));
                    // Whoever answers at once is not asked again at once.
                    self.sleep(LEAST_PAUSE.saturating_sub(asked.elapsed()));
                }
                Err(Refused { why, after: wished, .. }) => {
                    if said.is_due(Instant::now()) {
                        log::warn!("telegram: what is asked of the bot does not come: {why}");
                    }
                    self.sleep(backoff.fail(wished));
                }
            }
        }
    }

    fn hear(&self, said: &Said) {
        let text = said.text.as_ref().filter(|_| !self.is_over());
        let Some(command) = text.and_then(|text| Command::read(text)) else { return };
        let told = match command {
            Ok(command) => self.answer(command),
            Err(why) => self.telegram.send(&why, None),
        };
        if let Err(Refused { why, .. }) = told {
            log::warn!("telegram: an answer did not arrive: {why}");
        }
    }

    fn answer(&self, command: Command) -> Result<(), Refused> {
        match command {
            Command::Help => self.telegram.send(HELP, None),
            Command::Status => self.telegram.send(&self.status(), None),
            Command::Snapshot(camera) => self.snapshot(camera.as_deref()),
            Command::Mute(time) => {
                self.notify.mute(ServiceName::Telegram, Some(Instant::now() + time));
                log::info!("telegram: no messages for {}, as somebody of the chat wishes", in_words(time));
                let words = format!("no messages for {}; then all of that time in one", in_words(time));
                self.telegram.send(&words, None)
            }
            Command::Unmute => {
                self.notify.mute(ServiceName::Telegram, None);
                log::info!("telegram: messages again, as somebody of the chat wishes");
                self.telegram.send("messages come again", None)
            }
        }
    }

    /// How the cameras fare, a line each, and whether messages come.
    fn status(&self) -> String {
        let cameras = self.cameras.names();
        let line = |camera: &Arc<str>| Some(format!("{camera}: {}", self.cameras.words(camera)?));
        let mut lines: Vec<String> = cameras.iter().take(MOST_CAMERAS).filter_map(line).collect();
        if cameras.is_empty() {
            lines.push("there are no cameras".to_owned());
        }
        if cameras.len() > MOST_CAMERAS {
            lines.push(format!("and {} more", cameras.len() - MOST_CAMERAS));
        }
        let states = self.notify.states().into_iter();
        let muted = states.filter(|state| state.name == ServiceName::Telegram).find_map(|state| state.muted);
        lines.extend(muted.map(|left| format!("no messages for another {}", in_words(left))));
        lines.join("\n")
    }

    fn snapshot(&self, name: Option<&str>) -> Result<(), Refused> {
        let cameras = self.cameras.names();
        let camera = match (name, &cameras[..]) {
            (Some(name), _) => cameras.iter().find(|camera| name == &***camera),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let Some(camera) = camera else {
            let names: Vec<&str> = cameras.iter().map(|camera| &**camera).collect();
            return self.telegram.send(&format!("which camera? There are: {}", names.join(", ")), None);
        };
        let words = format!("{camera}: {}", self.cameras.words(camera).unwrap_or_default());
        match self.cameras.picture(camera) {
            Some(picture) => self.telegram.send(&words, Some(&picture)),
            None => self.telegram.send(&format!("{words}; there is no picture now"), None),
        }
    }

    fn is_over(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    fn sleep(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_over() && Instant::now() < until {
            thread::sleep(LOOK_EVERY.min(until.saturating_duration_since(Instant::now())));
        }
    }
}
