//! The handle by which the connection to a broker is begun and ended.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

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

/// Longest wait for the goodbye: it takes two seconds at most, unless something hangs.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

/// Most threads that may wait for disks, pictures and cameras that are switched.
const WAITING_THREADS: usize = 4;

/// A thread that keeps a broker informed.
pub struct Mqtt {
    end: oneshot::Sender<()>,
    /// Learns of the thread's end by the other end being dropped.
    ended: Receiver<()>,
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
        let (end, is_over) = oneshot::channel();
        let events = desk.events(READER);
        let mut inputs = Inputs { events, messages: needs.messages, end: is_over, is_over: false };
        let lost = metrics.news_lost.with_label_values(&[READER]);
        let mut worker = Worker::new(settings, needs.cameras, needs.ledger, lost);
        let runtime =
            Builder::new_current_thread().enable_all().max_blocking_threads(WAITING_THREADS).build()?;
        let (fences, (alive, ended)) = (metrics.fences.clone(), channel::<()>());
        spawn(Role::Notify, READER, move || {
            while !inputs.is_over {
                let ran = {
                    // Dropped before the pause: whoever waits for its tasks learns of their end.
                    let tasks = LocalSet::new();
                    let run = || runtime.block_on(tasks.run_until(worker.run(&mut inputs)));
                    fences.run(Place::Notify, run)
                };
                if ran.is_err() && !inputs.is_over {
                    // It is on the log; a new connection begins behind it.
                    std::thread::sleep(AFTER_FAULT);
                }
            }
            // Not waited for: a name that is looked up, or a camera that is switched, may take long.
            runtime.shutdown_background();
            drop(alive);
        })?;
        Ok(Mqtt { end, ended })
    }

    /// Says goodbye to the broker, and waits for that, three seconds at most.
    pub fn end(self) {
        drop(self.end);
        // It ends by the other end being dropped, or is left to itself.
        let _ = self.ended.recv_timeout(ENDS_WITHIN);
    }
}
