//! One run: the real server on one side of a link, viewers on the other, and what they saw of each shape that
//! the link had.
//!
//! In: a [`Trial`]. Out: [`Seen`]. Not here: which trials there are, and what comes of the frames.

use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempPath;

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

/// Frames a second that files are played at.
const FPS: u64 = 34;

/// Seconds between two cuts of the file that has some.
const CUT_EVERY_S: u64 = 20;

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
    let (source, fps) = (Source::of(trial.who.what)?, FPS.to_string());
    let open = ["--host", "0.0.0.0", "--insecure-open", "on"];
    let settings = [&open[..], &["--source", source.address.as_str(), "--file-fps", fps.as_str()]].concat();
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

/// What is watched.
struct Source {
    /// As the server is told.
    address: String,
    /// A file that was made for this run, and goes with it.
    _made: Option<TempPath>,
}

impl Source {
    /// Returns the clip, or the scene where there is none; of what has cuts that is an error, since without
    /// them nothing is measured.
    fn of(what: What) -> Result<Source, String> {
        let plain = |address: &str| Source { address: address.to_owned(), _made: None };
        match (what, clip()) {
            (What::Scene, _) | (What::Clip, None) => Ok(plain("synthetic")),
            (What::Clip, Some(clip)) => Ok(plain(&clip.to_string_lossy())),
            (What::Cuts, Some(clip)) => {
                let made = with_cuts(&clip)?;
                Ok(Source { address: made.to_string_lossy().into_owned(), _made: Some(made) })
            }
            (What::Cuts, None) => {
                Err("the real clip is not there, of which one with cuts is made".to_owned())
            }
        }
    }
}

/// The clip with another picture after each [`CUT_EVERY_S`]: its negative, and back.
fn with_cuts(clip: &Path) -> Result<TempPath, String> {
    let file = tempfile::Builder::new().prefix("steadycast-cuts-").suffix(".mp4").tempfile();
    let file = file.map_err(|error| format!("a file with cuts cannot be made: {error}"))?.into_temp_path();
    let both = 2 * CUT_EVERY_S;
    let second = format!("enable='gte(mod(t,{both}),{CUT_EVERY_S})'");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-stream_loop", "-1", "-r", &FPS.to_string(), "-i"]).arg(clip);
    ffmpeg.args(["-an", "-t", &(2 * both).to_string(), "-vf", &format!("negate={second}")]);
    ffmpeg.args(["-c:v", "mpeg4", "-q:v", "2"]).arg(&*file);
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
    let cut_every = (trial.who.what == What::Cuts).then_some(CUT_EVERY_S * FPS);
    for (n, &(shape, lasts)) in trial.phases.iter().enumerate() {
        if n > 0 {
            link.set(&shape)?;
        }
        let carries_bps = shape.rate_bps.min(trial.most_bps());
        let half_way = shape.round_trip / 2;
        times.push(During { from: Instant::now(), lasts, carries_bps, half_way, cut_every });
        thread::sleep(lasts);
    }
    Ok(times)
}
