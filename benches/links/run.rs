//! One run: the real server on one side of a link, viewers on the other, and what they saw of each shape that the link had.
//!
//! In: a [`Trial`]. Out: [`Figures`], one for each of its shapes. Not here: which trials there are, and their table.

use std::{
    fmt,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{
    link::{Kind, Link, SERVER, Shape},
    load::{
        client::{Pace, Steering, ViewerSpec},
        crowd::{self, CrowdPlan, Outcome, Seat},
        record::Arrived,
        report::percentile,
    },
    support::{Server, clip, median},
};

/// A link and who watches over it.
pub struct Trial {
    pub kind: Kind,
    /// One after another, each for `judge`; the first from the beginning.
    pub shapes: Vec<Shape>,
    /// Congestion control of the server's connections.
    pub control: String,
    pub steering: Steering,
    pub viewers: usize,
    /// From the last viewer's connection to the start of measuring.
    pub settle: Duration,
    /// How long each shape is measured.
    pub judge: Duration,
}

impl Trial {
    /// What was measured while the link had that shape.
    pub fn name(&self, shape: &Shape) -> String {
        format!("{:<6}{:<6}{shape}", format!("{:?}", self.kind).to_lowercase(), self.control)
    }
}

/// What the viewers of a link saw.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Frames a second and viewer.
    pub fps: f64,
    /// Milliseconds from capture to arrival, of all viewers' frames.
    pub age_p50: f64,
    pub age_p95: f64,
    /// Bytes of frames as a share of what the link carries.
    pub share: f64,
    /// Changes of rung a minute and viewer.
    pub steps: f64,
}

impl Figures {
    /// The table's first line.
    pub const HEAD: &str =
        "link                                                                   FPS  age p50  age p95    share  steps/min";

    /// The figures of `frames`, a list a viewer, that arrived in `time` over a link of that shape.
    fn of(frames: &[Vec<Arrived>], time: Duration, shape: &Shape) -> Figures {
        let (seconds, viewers) = (time.as_secs_f64(), frames.len() as f64);
        let all = || frames.iter().flatten();
        let mut ages: Vec<f64> = all().map(|frame| frame.age().as_secs_f64() * 1e3).collect();
        ages.sort_by(f64::total_cmp);
        let age = |percent| percentile(&ages, percent).unwrap_or(f64::NAN);
        let stepped = |pair: &&[Arrived]| pair[0].comment.rung != pair[1].comment.rung;
        let steps: usize = frames.iter().map(|frames| frames.windows(2).filter(stepped).count()).sum();
        Figures {
            fps: all().count() as f64 / viewers / seconds,
            age_p50: age(50.0),
            age_p95: age(95.0),
            share: all().map(|frame| frame.bytes).sum::<u64>() as f64 * 8.0 / seconds / shape.rate_bps,
            steps: steps as f64 / viewers / seconds * 60.0,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { fps, age_p50, age_p95, share, steps } = self;
        write!(f, "{fps:>6.1} {age_p50:>8.0} {age_p95:>8.0} {share:>8.2} {steps:>10.1}")
    }
}

/// Each figure's median over the rounds, for each of `shapes`.
pub fn medians(rounds: &[Vec<Figures>], shapes: usize) -> Vec<Figures> {
    let middle = |n: usize, figure: fn(&Figures) -> f64| median(rounds.iter().map(|round| figure(&round[n])).collect());
    let of = |n| Figures {
        fps: middle(n, |figures| figures.fps),
        age_p50: middle(n, |figures| figures.age_p50),
        age_p95: middle(n, |figures| figures.age_p95),
        share: middle(n, |figures| figures.share),
        steps: middle(n, |figures| figures.steps),
    };
    (0..shapes).map(of).collect()
}

/// Makes the link, starts the server, watches, and takes both away again.
pub fn run(trial: &Trial) -> Result<Vec<Figures>, String> {
    let link = Link::new(trial.kind, &trial.shapes[0])?;
    link.use_congestion_control(&trial.control)?;
    let clip = clip().map(|clip| clip.to_string_lossy().into_owned());
    let source = clip.as_deref().unwrap_or("synthetic");
    let settings = ["--host", "0.0.0.0", "--source", source, "--file-fps", "34"];
    // A program stays on the side on which it was started. That everybody who reaches it can watch need not be said each time.
    let server = link.in_server(|| Server::steadycast_logging("error", &settings)).map_err(|error| error.to_string())?;
    let plan = plan(trial, &server);
    let (outcome, changed) = thread::scope(|scope| {
        let changes = scope.spawn(|| change(trial, &link));
        let outcome = link.in_viewer(|| watch(&plan));
        (outcome, changes.join().expect("changing a link does not panic"))
    });
    let (outcome, changed) = (outcome?, changed?);
    if let Some(told) = outcome.ended_early() {
        return Err(told);
    }
    let frames = |from: Instant| {
        let during = from..from + trial.judge;
        let seen = |viewer: &crowd::Watched| -> Vec<Arrived> {
            viewer.report.timeline.iter().filter(|frame| during.contains(&frame.at.at)).copied().collect()
        };
        outcome.viewers.iter().map(seen).collect::<Vec<_>>()
    };
    let figures = |(from, shape): (Instant, &Shape)| Figures::of(&frames(from), trial.judge, shape);
    Ok(changed.into_iter().zip(&trial.shapes).map(figures).collect())
}

fn plan(trial: &Trial, server: &Server) -> CrowdPlan {
    let addr = SocketAddr::from((SERVER, server.addr.port()));
    let (host, steering) = (addr.to_string(), trial.steering.clone());
    let path = steering.path();
    let spec = ViewerSpec { addr, host, path, pace: Pace::Full, ack: true, rcvbuf: None, timeline: true, steering };
    let shapes = trial.shapes.len() as u32;
    CrowdPlan {
        seats: vec![Seat { level: 0, spec }],
        viewers: trial.viewers,
        // Recording begins before the first shape is judged and ends after the last, because connecting takes time as well.
        warmup: trial.settle - trial.settle / 10,
        measured: trial.judge * shapes + trial.settle / 10,
        pid: Some(server.pid()),
    }
}

fn watch(plan: &CrowdPlan) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(crowd::run(plan)).map_err(|error| error.to_string())
}

/// Gives the link its shapes one after another; the moment from which each is measured.
fn change(trial: &Trial, link: &Link) -> Result<Vec<Instant>, String> {
    thread::sleep(trial.settle);
    let mut moments = vec![Instant::now()];
    for shape in &trial.shapes[1..] {
        thread::sleep(trial.judge);
        link.set(shape)?;
        moments.push(Instant::now());
    }
    Ok(moments)
}
