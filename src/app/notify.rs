//! Notifications at work: fed with the news of all cameras, and ended when they are.

use std::{io, sync::Arc};

use tokio::{
    sync::oneshot,
    task::{JoinHandle, spawn},
};

use super::seen::Seen;
use crate::{
    analytics::Kind,
    history::History,
    notify::{Bot, Cameras, Notify, Service, Standing, Telegram},
    nouns::{rule::Rule, state::CameraState},
    transport,
};

/// What notifications have to know of cameras, and of the server.
pub(super) struct Known {
    /// Cameras and their pictures.
    pub seen: Seen,
    /// Tells whether history is written.
    pub history: History,
}

/// Who tells people and programs.
pub(super) struct Tellers {
    /// The services.
    pub services: Vec<Box<dyn Service>>,
    /// The bot that answers; `None` where none does.
    pub bot: Option<Telegram>,
}

impl Cameras for Known {
    fn names(&self) -> Vec<Arc<str>> {
        self.seen.names()
    }

    fn common_rules(&self) -> Arc<[Rule]> {
        self.seen.registry.common_rules()
    }

    fn rules(&self, camera: &str) -> Option<Arc<[Rule]>> {
        self.seen.registry.camera(camera).map(|camera| camera.rules())
    }

    fn standing(&self, camera: Option<&str>) -> Standing {
        let Some(camera) = camera else {
            let state = self.history.state();
            let trouble = state.trouble();
            return trouble.map_or(Standing::Delivers, |why| Standing::Lost(why.to_owned()));
        };
        let Some(camera) = self.seen.registry.camera(camera) else { return Standing::Off };
        let report = camera.feed().report();
        match report.state {
            CameraState::Streaming | CameraState::Frozen => Standing::Delivers,
            CameraState::Connecting | CameraState::Reconnecting => {
                let reason = report.reason.map(|reason| reason.text);
                Standing::Lost(reason.unwrap_or_else(|| "the source is being opened".to_owned()))
            }
            CameraState::Stopped => Standing::Off,
        }
    }

    fn words(&self, camera: &str) -> Option<String> {
        let camera = self.seen.registry.camera(camera)?;
        let (report, stats) = (camera.feed().report(), transport::counted_of(&camera));
        let mut words = vec![report.state.name().to_owned()];
        words.extend(report.reason.map(|reason| reason.text));
        if report.state.delivers() {
            words.push(format!("{:.0} FPS", report.fps));
        }
        let known = |name: &str| Some(&stats[name]).filter(|value| !value.is_null());
        words.extend(known("people").map(|people| format!("{people} people")));
        words.extend(known("risk").and_then(|risk| risk.as_str()).map(|risk| format!("risk {risk}")));
        words.extend(
            known("inbound")
                .zip(known("outbound"))
                .map(|(inbound, outbound)| format!("in {inbound}, out {outbound}")),
        );
        Some(words.join(", "))
    }

    fn picture(&self, camera: &str) -> Option<Vec<u8>> {
        self.seen.picture(camera)
    }

    fn link(&self, camera: Option<&str>) -> Option<String> {
        match camera {
            Some(camera) => self.seen.link(camera),
            None => self.seen.public_url.clone(),
        }
    }

    fn is_person(&self) -> fn(&str) -> bool {
        |class| Kind::of(class) == Kind::Person
    }
}

/// Notifications, and the task that feeds them.
pub(super) struct Notices {
    notify: Notify,
    /// Ends with the rest.
    _bot: Option<Bot>,
    hearing: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

impl Notices {
    /// Starts what tells; hears everything that is handed in from now on. Before there are cameras, so that
    /// none of their events is missed.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(Tellers { services, bot }: Tellers, known: Known) -> io::Result<Self> {
        let Seen { desk, metrics, .. } = known.seen.clone();
        let cameras: Arc<dyn Cameras> = Arc::new(known);
        let notify = Notify::start(services, Arc::clone(&cameras), &metrics)?;
        let begin = |telegram| Bot::start(telegram, cameras, notify.clone(), metrics.fences.clone());
        let bot = bot.map(begin).transpose()?;
        let (end, ended) = oneshot::channel();
        // However it ends, nothing more is coming.
        let hearing = spawn(notify.hear(&desk, async move { drop(ended.await) }));
        Ok(Notices { notify, _bot: bot, hearing, end })
    }

    /// The notifications, to be asked.
    pub fn notify(&self) -> &Notify {
        &self.notify
    }

    /// Tells nothing more, and ends.
    pub async fn end(self) {
        drop(self.end);
        // A panic in it is on the log, and costs notifications alone.
        let _ = self.hearing.await;
        self.notify.stop();
    }
}
