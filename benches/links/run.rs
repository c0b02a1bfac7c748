//! One run: the real server on one side of a link, viewers on the other, and what they saw of each shape that
//! the link had.
//!
//! In: a [`Trial`]. Out: [`Seen`]. Not here: which trials there are, and what comes of the frames.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{
    link::{Link, SERVER},
    load::{
        client::ViewerSpec,
        crowd::{self, CrowdPlan, Outcome, Seat},
        figures::{During, Figures, stalls, timeline},
        record::Arrived,
    },
    parts::{Trial, What},
    support::{Server, clip},
};

/// Time between two cuts of the file that has some.
const CUT_EVERY: Duration = Duration::from_secs(20);

/// What a run showed.
pub struct Seen {
    /// Figures of each shape.
    pub figures: Vec<Figures>,
    /// When each viewer was at which rung and when nothing came to it, from the start of measuring.
    pub rungs: Vec<String>,
    /// Percent of one core that neither the server nor the viewers used: much of it spoils a run on few
    /// cores.
    pub others_percent: f64,
}

/// Makes the link, starts the server, watches, and takes both away again.
pub fn run(trial: &Trial) -> Result<Seen, String> {
    let link = Link::new(trial.kind, &trial.phases[0].0)?;
    // The server may choose another one later, unless the route is locked.
    let lock = trial.control.strip_suffix("-only").map(|name| format!("lock {name}"));
    link.use_congestion_control(lock.as_ref().unwrap_or(&trial.control))?;
    let source = source(trial.who.what)?;
    let source = source.as_deref().unwrap_or("synthetic");
    let settings = ["--host", "0.0.0.0", "--insecure-open", "on", "--source", source, "--file-fps", "34"];
    // A program stays on the side on which it was started. That everybody who reaches it can watch need not
    // be said each time.
    let log = std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned());
    let server =
        link.in_server(|| Server::steadycast_logging(&log, &settings)).map_err(|error| error.to_string())?;
    let plan = plan(trial, &server);
    let (outcome, changed) = thread::scope(|scope| {
        let changes = scope.spawn(|| change(trial, &link));
        let outcome = link.in_viewer(|| watch(&plan));
        (outcome, changes.join().expect("changing a link does not panic"))
    });
    let (outcome, times) = (outcome?, changed?);
    if let Some(told) = outcome.ended_early() {
        return Err(told);
    }
    let timelines: Vec<&[Arrived]> =
        outcome.viewers.iter().map(|viewer| viewer.report.timeline.as_slice()).collect();
    let of = |during: &During| Figures::of(&timelines, [&times[0], during]);
    let rungs = timelines.iter().map(|frames| told(frames, times[0].from)).collect();
    let ours = outcome.own.cpu_seconds + outcome.server.map_or(0.0, |server| server.cpu_seconds);
    let others_percent = (outcome.machine_busy_seconds - ours) / outcome.seconds * 100.0;
    Ok(Seen { figures: times.iter().map(of).collect(), rungs, others_percent })
}

/// File that is watched; the scene where there is none.
fn source(what: What) -> Result<Option<String>, String> {
    let file = match (what, clip()) {
        (What::Scene, _) | (_, None) => None,
        (What::Clip, Some(clip)) => Some(clip),
        (What::Cuts, Some(clip)) => Some(with_cuts(&clip)?),
    };
    Ok(file.map(|file| file.to_string_lossy().into_owned()))
}

/// The clip with another picture after each [`CUT_EVERY`]: its negative, and back.
fn with_cuts(clip: &Path) -> Result<PathBuf, String> {
    let file = std::env::temp_dir().join(format!("steadycast-cuts-{}.mp4", std::process::id()));
    if file.exists() {
        return Ok(file);
    }
    let (every, both) = (CUT_EVERY.as_secs(), 2 * CUT_EVERY.as_secs());
    let second = format!("enable='gte(mod(t,{both}),{every})'");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-stream_loop", "-1", "-r", "34", "-i"]).arg(clip);
    ffmpeg.args(["-an", "-t", &(2 * both).to_string(), "-vf", &format!("negate={second}")]);
    ffmpeg.args(["-c:v", "mpeg4", "-q:v", "2"]).arg(&file);
    match ffmpeg.status() {
        Ok(status) if status.success() => Ok(file),
        Ok(status) => Err(format!("ffmpeg cannot make a file with cuts: {status}")),
        Err(error) => Err(format!("ffmpeg is missing: {error}")),
    }
}

fn told(frames: &[Arrived], begin: Instant) -> String {
    format!("{}; stalls: {}", timeline(frames, begin), stalls(frames, begin))
}

fn plan(trial: &Trial, server: &Server) -> CrowdPlan {
    let addr = SocketAddr::from((SERVER, server.addr.port()));
    let (steering, pace, ack) = (trial.who.steering.clone(), trial.who.pace, trial.who.acks);
    let spec = ViewerSpec { pace, ack, timeline: true, ..ViewerSpec::new(addr, steering) };
    let spec = if trial.who.deltas { spec.with_deltas() } else { spec };
    CrowdPlan {
        seats: vec![Seat { level: 0, spec }],
        viewers: trial.who.viewers,
        // Recording begins before the first shape is judged and ends after the last, because connecting takes
        // time as well.
        warmup: trial.settle - trial.settle / 10,
        measured: trial.phases.iter().map(|(_, lasts)| *lasts).sum::<Duration>() + trial.settle / 10,
        pid: Some(server.pid()),
    }
}

fn watch(plan: &CrowdPlan) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(crowd::run(plan)).map_err(|error| error.to_string())
}

/// Gives the link its shapes one after another; returns when it had which.
fn change(trial: &Trial, link: &Link) -> Result<Vec<During>, String> {
    thread::sleep(trial.settle);
    let mut times = Vec::new();
    for (n, &(shape, lasts)) in trial.phases.iter().enumerate() {
        if n > 0 {
            link.set(&shape)?;
        }
        let carries_bps = shape.rate_bps.min(trial.most_bps());
        times.push(During { from: Instant::now(), lasts, carries_bps, half_way: shape.round_trip / 2 });
        thread::sleep(lasts);
    }
    Ok(times)
}
