//! The handle by which the connection to a broker is begun and ended.

use std::{io, sync::Arc, thread::JoinHandle, time::Duration};

use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
    task::LocalSet,
};

use super::{
    gather::Cameras,
    service::Told,
    settings::Settings,
    worker::{Inputs, Worker},
};
use crate::{
    news::Desk,
    notify::Ledger,
    tools::{
        fence::Place,
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// Name of the reader, as the metrics have it.
const READER: &str = "mqtt";

/// Pause after a fault of this program.
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// A thread that keeps a broker informed.
pub struct Mqtt {
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// What the thread needs of others.
pub struct Needs {
    /// What there is to tell of.
    pub cameras: Arc<dyn Cameras>,
    /// Messages of rules.
    pub messages: mpsc::Receiver<Told>,
    /// Where it is noted how the connection fares.
    pub ledger: Arc<Ledger>,
}

impl Mqtt {
    /// Starts the thread; it hears everything that is handed in at the desk from now on.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(settings: Settings, needs: Needs, desk: &Desk, metrics: &Metrics) -> io::Result<Self> {
        let (end, ended) = oneshot::channel();
        let mut inputs = Inputs { events: desk.events(READER), messages: needs.messages, end: ended };
        let lost = metrics.news_lost.with_label_values(&[READER]);
        let mut worker = Worker::new(settings, needs.cameras, needs.ledger, lost);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let fences = metrics.fences.clone();
        let work = move || {
            loop {
                let tasks = LocalSet::new();
                let worked =
                    fences.run(Place::Notify, || runtime.block_on(tasks.run_until(worker.run(&mut inputs))));
                match worked {
                    Ok(Ok(())) => return,
                    Ok(Err(why)) => return log::error!("mqtt: {why}"),
                    // It is on the log; a new connection begins behind it.
                    Err(_) => std::thread::sleep(AFTER_FAULT),
                }
            }
        };
        Ok(Mqtt { end, thread: spawn(Role::Notify, READER, work)? })
    }

    /// Says goodbye to the broker, and waits for that: two seconds at most.
    pub fn end(self) {
        drop(self.end);
        // A panic in it is on the log, and costs the goodbye alone.
        let _ = self.thread.join();
    }
}
