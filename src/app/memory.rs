//! History at work: fed with the news of all cameras, and ended when they are.

use std::{io, time::Duration};

use tokio::{
    sync::oneshot,
    task::{JoinHandle, spawn, spawn_blocking},
    time::timeout,
};

use crate::{
    config::Config,
    history::{History, Illustrate},
    news::Desk,
    tools::metrics::Metrics,
};

/// Longest time for which a start waits for the database.
const OPENED_WITHIN: Duration = Duration::from_secs(2);

/// History, and the task that feeds it.
pub(super) struct Memory {
    history: History,
    /// `None` where nothing is kept.
    hearing: Option<JoinHandle<()>>,
    end: oneshot::Sender<()>,
}

impl Memory {
    /// Starts what the settings ask for; hears everything that is handed in from now on. Pictures of events
    /// come from `illustrate`. Waits until the database is open, so that the first event has a number above
    /// all that stand in it; a disk that hangs delays that and not the cameras.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub async fn start(
        config: &Config,
        desk: &Desk,
        illustrate: Illustrate,
        metrics: &Metrics,
    ) -> io::Result<Self> {
        let (end, ended) = oneshot::channel();
        let Some(settings) = config.history.settings() else {
            return Ok(Memory { history: History::off(), hearing: None, end });
        };
        let history = History::open(settings, illustrate, desk.numbers().clone(), metrics)?;
        let (hears, news) = (history.clone(), desk.reader("history"));
        let hearing = spawn(async move {
            // However it ends, nothing more is coming.
            let end = async { drop(ended.await) };
            hears.hear(news, end).await;
        });
        if timeout(OPENED_WITHIN, history.tried()).await.is_err() {
            log::warn!("the database of history takes long to open; cameras begin meanwhile");
        }
        Ok(Memory { history, hearing: Some(hearing), end })
    }

    /// The history, to be asked.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Writes what was handed in, and ends.
    pub async fn end(self) {
        drop(self.end);
        if let Some(hearing) = self.hearing {
            // A panic in it is on the log, and costs history alone.
            let _ = hearing.await;
        }
        let history = self.history;
        let _ = spawn_blocking(move || history.stop()).await;
    }
}
