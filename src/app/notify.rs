//! Notifications at work: fed with the news of all cameras, and ended when they are.

use std::{io, sync::Arc};

use tokio::{
    sync::oneshot,
    task::{JoinHandle, spawn},
};

use super::illustrate::portray;
use crate::{
    analytics::Kind,
    config::Config,
    encode::Encoder,
    hub::Audiences,
    news::Desk,
    notify::{Cameras, Notify, Standing},
    nouns::{rule::Rule, state::CameraState},
    registry::Registry,
    tools::metrics::Metrics,
};

/// What notifications have to know of cameras.
pub(super) struct Known {
    /// Which cameras there are.
    pub registry: Arc<Registry>,
    /// What is known of their pictures.
    pub audiences: Arc<Audiences>,
    /// Has their newest frames.
    pub encoder: Encoder,
    /// Address at which people open the page, without a slash at its end.
    pub public_url: Option<String>,
}

impl Cameras for Known {
    fn names(&self) -> Vec<Arc<str>> {
        self.registry.cameras().iter().map(|camera| Arc::clone(camera.name())).collect()
    }

    fn rules(&self, camera: &str) -> Option<Arc<[Rule]>> {
        self.registry.camera(camera).map(|camera| camera.rules())
    }

    fn standing(&self, camera: &str) -> Standing {
        let Some(camera) = self.registry.camera(camera) else { return Standing::Off };
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

    fn picture(&self, camera: &str) -> Option<Vec<u8>> {
        portray(&self.encoder, &self.audiences, camera)
    }

    fn link(&self, camera: &str) -> Option<String> {
        // Names of cameras need no escapes.
        Some(format!("{}/?camera={camera}", self.public_url.as_ref()?))
    }

    fn is_person(&self) -> fn(&str) -> bool {
        |class| Kind::of(class) == Kind::Person
    }
}

/// Notifications, and the task that feeds them.
pub(super) struct Notices {
    notify: Notify,
    hearing: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

impl Notices {
    /// Starts what the settings ask for; hears everything that is handed in from now on. Before there are
    /// cameras, so that none of their events is missed.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(config: &Config, known: Known, desk: &Desk, metrics: &Metrics) -> io::Result<Self> {
        let notify = Notify::start(config.notify.services(), Box::new(known), metrics)?;
        let (end, ended) = oneshot::channel();
        // However it ends, nothing more is coming.
        let hearing = spawn(notify.hear(desk, async move { drop(ended.await) }));
        Ok(Notices { notify, hearing, end })
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
