//! Many viewers of one server, measured over the same seconds.
//!
//! In: a [`CrowdPlan`]. Out: an [`Outcome`], every viewer's report beside what the processes used. Not here:
//! one viewer (`client.rs`), sums and tables (`report.rs`). Measuring starts only after all are connected and
//! warm.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use super::canvas::{Compared, Prints};
use super::client::{End, Phase, ViewError, Viewer, ViewerReport, ViewerSpec};
use super::process::{ProcessError, Usage, allow_viewers, machine_busy_seconds, usage};
use super::sealed;

/// Most upgrades under way at once: 1,500 at a time would measure the server's accept queue.
const CONNECTING: usize = 32;

/// A level and the viewer that watches it.
#[derive(Debug, Clone)]
pub struct Seat {
    pub level: u8,
    pub spec: ViewerSpec,
}

/// Who watches, how many, how long.
#[derive(Debug, Clone)]
pub struct CrowdPlan {
    /// Given to the viewers in turn; at least one.
    pub seats: Vec<Seat>,
    /// How many viewers there are.
    pub viewers: usize,
    /// Time between the last viewer's connection and the start of measuring.
    pub warmup: Duration,
    /// Time that is measured.
    pub measured: Duration,
    /// The server's process.
    pub pid: Option<u32>,
}

/// One viewer after the run.
pub struct Watched {
    pub level: u8,
    pub report: ViewerReport,
}

/// What a run gave.
pub struct Outcome {
    /// Seconds measured, by the clock and not by the plan.
    pub seconds: f64,
    /// What each viewer saw.
    pub viewers: Vec<Watched>,
    /// CPU seconds used while measuring, and resident bytes at its end.
    pub server: Option<Usage>,
    /// CPU seconds of this program while measuring, and its resident bytes.
    pub own: Usage,
    /// CPU seconds that all cores together were busy while measuring, server and viewers included.
    pub machine_busy_seconds: f64,
}

/// Why a run gave no figures.
#[derive(Debug, thiserror::Error)]
pub enum CrowdError {
    #[error("viewer {number} of {viewers}: {source}")]
    Connect { number: usize, viewers: usize, source: ViewError },
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("a viewer's task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl Outcome {
    /// Returns the viewers that just watch: without those whose key frames others' pictures are compared
    /// with.
    pub fn watching(&self) -> impl Iterator<Item = &Watched> {
        self.viewers.iter().filter(|viewer| !viewer.report.prints.are_keys)
    }

    /// Returns how what viewers composed compares with the key frames of others.
    pub fn compared(&self) -> Compared {
        let prints: Vec<&Prints> = self.viewers.iter().map(|viewer| &viewer.report.prints).collect();
        Compared::of(&prints)
    }

    /// Returns how many viewers did not last, and what the first of them was told.
    pub fn ended_early(&self) -> Option<String> {
        let mut ends =
            self.viewers.iter().map(|viewer| &viewer.report.end).filter(|end| **end != End::Stopped);
        let first = match ends.next()? {
            End::Closed { code: Some(code), reason } => {
                format!("closed by the server with code {code} ({reason})")
            }
            End::Closed { code: None, .. } => "closed by the server without a code".to_owned(),
            End::Lost(message) => message.clone(),
            End::Stopped => unreachable!("filtered out above"),
        };
        Some(format!(
            "{} of {} viewers ended early; the first: {first}",
            1 + ends.count(),
            self.viewers.len()
        ))
    }
}

/// Has viewers watch, on a runtime of their own, while a thread does something else; waits for both.
pub fn run_while<T: Send>(plan: &CrowdPlan, during: impl FnOnce() -> T + Send) -> Outcome {
    thread::scope(|scope| {
        scope.spawn(during);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(plan)).expect("viewers watch")
    })
}

/// Connects all viewers, warms up, measures, and collects.
pub async fn run(plan: &CrowdPlan) -> Result<Outcome, CrowdError> {
    allow_viewers(plan.viewers)?;
    let (phase, watched) = watch::channel(Phase::Warmup);
    // Dropped on an early return, which ends every viewer.
    let mut tasks = seat_all(plan, &watched).await?;
    tokio::time::sleep(plan.warmup).await;

    let used = |pid: Option<u32>| pid.map(usage).transpose();
    let own_pid = std::process::id();
    let (server_before, own_before, busy_before) =
        (used(plan.pid)?, usage(own_pid)?, machine_busy_seconds()?);
    let start = Instant::now();
    phase.send_replace(Phase::Measure);
    tokio::time::sleep(plan.measured).await;
    phase.send_replace(Phase::Done);
    let seconds = start.elapsed().as_secs_f64();
    let (server_after, own_after, busy_after) = (used(plan.pid)?, usage(own_pid)?, machine_busy_seconds()?);

    let mut viewers = Vec::with_capacity(plan.viewers);
    while let Some(report) = tasks.join_next().await {
        viewers.push(report?);
    }
    sealed::count(&mut viewers.iter_mut().map(|viewer| &mut viewer.report).collect::<Vec<_>>());
    let server = server_before.zip(server_after).map(|(before, after)| since(before, after));
    Ok(Outcome {
        seconds,
        viewers,
        server,
        own: since(own_before, own_after),
        machine_busy_seconds: busy_after - busy_before,
    })
}

fn since(before: Usage, after: Usage) -> Usage {
    Usage { cpu_seconds: after.cpu_seconds - before.cpu_seconds, rss_bytes: after.rss_bytes }
}

/// Starts every viewer; returns once the last has connected, or with the first error.
async fn seat_all(plan: &CrowdPlan, phase: &watch::Receiver<Phase>) -> Result<JoinSet<Watched>, CrowdError> {
    let (connecting, mut connected) = (Arc::new(Semaphore::new(CONNECTING)), mpsc::unbounded_channel());
    let mut tasks = JoinSet::new();
    for (number, seat) in plan.seats.iter().cycle().take(plan.viewers).cloned().enumerate() {
        let (connecting, tell, phase) = (Arc::clone(&connecting), connected.0.clone(), phase.clone());
        tasks.spawn(async move {
            let turn = connecting.acquire_owned().await;
            let viewer = Viewer::connect(&seat.spec).await;
            drop(turn);
            let report = match viewer {
                Ok(viewer) => {
                    let _ = tell.send(Ok(()));
                    viewer.watch(phase).await
                }
                Err(error) => {
                    let end = End::Lost(error.to_string());
                    let _ = tell.send(Err((number + 1, error)));
                    ViewerReport { end, ..ViewerReport::default() }
                }
            };
            Watched { level: seat.level, report }
        });
    }
    for _ in 0..plan.viewers {
        if let Some(Err((number, source))) = connected.1.recv().await {
            return Err(CrowdError::Connect { number, viewers: plan.viewers, source });
        }
    }
    Ok(tasks)
}
