//! Servers side by side in one run: the product, the straightforward server, and the bare sender of the same
//! bytes.
//!
//! In: the clip and the servers' programs. Out: a table of bars. Not here: viewers and searching, which are
//! the library's.

use std::{
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use tokio::runtime::Runtime;

use crate::{
    deltas, encrypted,
    load::{
        client::{Steering, ViewerSpec},
        crowd::{self, CrowdPlan, Seat},
        process::usage,
        report::Summary,
        search::{Goal, most_viewers},
    },
    support::{Bars, Must, Server, clip, free_address, median},
};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Time that each measurement lasts, after the viewers are connected and warm.
pub(crate) const MEASURED: Duration = Duration::from_secs(10);
/// Time between the last viewer's connection and measuring.
const WARMUP: Duration = Duration::from_secs(4);

/// Viewers of the comparison by CPU.
pub(crate) const VIEWERS: usize = 32;

/// The level of the search for the most viewers.
pub(crate) const SEARCH_LEVEL: u8 = 50;

/// Levels of the comparison by CPU; the bare sender's pictures are of the first.
const COST_LEVELS: [u8; 4] = [80, 70, 60, 50];

/// Pictures that the bare sender sends in turn.
const SENDER_FRAMES: usize = 8;

/// What can be compared.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum Part {
    /// How old frames are.
    Ages,
    /// CPU for each delivered frame.
    Costs,
    /// Most viewers that all hold the rate.
    Most,
    /// What TLS costs of ages and CPU.
    Tls,
    /// What TLS costs of the most viewers.
    TlsMost,
    /// What deltas save of bytes and CPU, beside complete pictures.
    Deltas,
}

/// The `parts`, `rounds` times, of which the median counts.
pub fn all(runtime: &Runtime, rounds: usize, parts: &[Part]) -> Result<ExitCode> {
    let mut bars = Bars::default();
    if parts.contains(&Part::Ages) {
        ages(&mut bars, runtime, rounds)?;
    }
    match clip() {
        Some(clip) => {
            if parts.contains(&Part::Costs) {
                costs(&mut bars, runtime, &clip, rounds)?;
            }
            if parts.contains(&Part::Most) {
                most(&mut bars, runtime, &clip, rounds)?;
            }
        }
        None => println!("the real clip is not there: servers are not compared"),
    }
    if parts.contains(&Part::Tls) {
        encrypted::ages_and_costs(&mut bars, runtime, rounds)?;
    }
    if parts.contains(&Part::TlsMost) {
        encrypted::most(&mut bars, runtime, rounds)?;
    }
    if parts.contains(&Part::Deltas) {
        deltas::all(&mut bars, runtime, rounds)?;
    }
    Ok(bars.finish())
}

fn steadycast_with(clip: &Path) -> Result<Server> {
    steadycast_of(&clip.to_string_lossy())
}

/// The product with any source, and as many viewers as come.
pub(crate) fn steadycast_of(source: &str) -> Result<Server> {
    serving(source, &[])
}

/// The product with any source and no models.
pub(crate) fn without_models(source: &str) -> Result<Server> {
    serving(source, &["--analytics", "off"])
}

fn serving(source: &str, besides: &[&str]) -> Result<Server> {
    // All viewers here come from one address.
    let many = ["--max-viewers", "10000", "--max-connections-per-address", "0"];
    Ok(Server::steadycast(&[&["--source", source, "--file-fps", "34"], &many[..], besides].concat())?)
}

pub(crate) fn plan(server: &Server, levels: &[u8], viewers: usize) -> CrowdPlan {
    let seat = |&level: &u8| Seat { level, spec: ViewerSpec::new(server.addr, Steering::Fixed(level)) };
    let seats = levels.iter().map(seat).collect();
    CrowdPlan { seats, viewers, warmup: WARMUP, measured: MEASURED, pid: Some(server.pid()) }
}

pub(crate) fn watched(runtime: &Runtime, plan: &CrowdPlan) -> Result<Summary> {
    let outcome = runtime.block_on(crowd::run(plan))?;
    if let Some(told) = outcome.ended_early() {
        return Err(told.into());
    }
    let summary = Summary::new(&outcome);
    print!("{}", summary.table());
    Ok(summary)
}

fn ages(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let (mut p50, mut p99) = (vec![], vec![]);
    for _ in 0..rounds {
        let server = Server::steadycast(&["--source", "synthetic"])?;
        let summary = watched(runtime, &plan(&server, &[80], VIEWERS))?;
        let [half, _, most] = summary.all.ages_ms.ok_or("frames carry no time")?;
        p50.push(half);
        p99.push(most);
    }
    bars.note("32 viewers at 80, synthetic: age p50", median(p50), "ms", Must::AtMost(5.0));
    bars.note("32 viewers at 80, synthetic: age p99", median(p99), "ms", Must::AtMost(15.0));
    Ok(())
}

/// Microseconds of CPU per delivered frame, above what the server uses with no viewer.
pub(crate) fn cost(runtime: &Runtime, server: &Server, plan: &CrowdPlan) -> Result<f64> {
    let before = usage(server.pid())?.cpu_seconds;
    std::thread::sleep(MEASURED / 2);
    let idle = (usage(server.pid())?.cpu_seconds - before) / (MEASURED / 2).as_secs_f64();
    let summary = watched(runtime, plan)?;
    let used = summary.server.ok_or("the server's process was not measured")?.cpu_percent / 100.0;
    Ok((used - idle) * MEASURED.as_secs_f64() / summary.all.frames as f64 * 1e6)
}

/// CPU for each delivered frame: ours, the straightforward server's, and the bare sender's, which is what the
/// system takes for the bytes alone.
#[derive(Default)]
struct Costs {
    ours: Vec<f64>,
    naive: Vec<f64>,
    sender: Vec<f64>,
}

fn costs(bars: &mut Bars, runtime: &Runtime, clip: &Path, rounds: usize) -> Result<()> {
    let frames = pictures(&steadycast_with(clip)?, COST_LEVELS[0])?;
    for (name, levels, must) in [("one level", &COST_LEVELS[..1], 0.7), ("four levels", &COST_LEVELS, 0.6)] {
        let mut costs = Costs::default();
        for _ in 0..rounds {
            let Some(naive) = Server::naive(clip) else {
                println!("the straightforward server cannot be run here: not compared");
                return Ok(());
            };
            let cost = |server: &Server| cost(runtime, server, &plan(server, levels, VIEWERS));
            costs.ours.push(cost(&steadycast_with(clip)?)?);
            costs.naive.push(cost(&naive)?);
            drop(naive);
            costs.sender.push(cost(&bare_sender(&frames)?)?);
        }
        let Costs { ours, naive, sender } = &costs;
        let ratios = ours.iter().zip(naive).map(|(ours, naive)| ours / naive).collect();
        let above = |n: usize| (ours[n] - sender[n]) / (naive[n] - sender[n]);
        let above = (0..rounds).map(above).collect();
        let told = |whose: &str| format!("32 viewers, {name}: CPU a frame{whose}");
        bars.note(told(""), median(ours.clone()), "us", Must::Be);
        bars.note(told(", straightforward server"), median(naive.clone()), "us", Must::Be);
        bars.note(told(", bare sender"), median(sender.clone()), "us", Must::Be);
        bars.note(format!("32 viewers, {name}: ratio"), median(ratios), "", Must::AtMost(must));
        if levels.len() == 1 {
            let name = "32 viewers, one level: ratio above the bare sender";
            bars.note(name, median(above), "", Must::AtMost(0.5));
        }
    }
    Ok(())
}

fn most(bars: &mut Bars, runtime: &Runtime, clip: &Path, rounds: usize) -> Result<()> {
    let frames = pictures(&steadycast_with(clip)?, SEARCH_LEVEL)?;
    for _ in 0..rounds {
        let plain = |server: &Server, viewers| plan(server, &[SEARCH_LEVEL], viewers);
        let ours = search(runtime, "steadycast", || steadycast_with(clip), plain)?;
        let sender = search(runtime, "the bare sender", || bare_sender(&frames), plain)?;
        bars.note("most viewers at level 50 that hold 33 FPS", ours, "", Must::Be);
        bars.note("most viewers, bare sender of the same bytes", sender, "", Must::Be);
        bars.note("relative to the bare sender", ours / sender, "", Must::AtLeast(0.75));
        if Server::naive(clip).is_some() {
            let naive = || Server::naive(clip).ok_or_else(|| "it is gone".into());
            let naive = search(runtime, "the straightforward server", naive, plain)?;
            bars.note("most viewers, straightforward server", naive, "", Must::Be);
            bars.note("relative to the straightforward server", ours / naive, "", Must::AtLeast(1.5));
        }
    }
    Ok(())
}

/// The most viewers that a server holds; it is started afresh for each probe, since an overloaded one takes
/// its time to recover.
pub(crate) fn search(
    runtime: &Runtime,
    name: &str,
    start: impl Fn() -> Result<Server>,
    plan: impl Fn(&Server, usize) -> CrowdPlan,
) -> Result<f64> {
    let goal = Goal { start: 512, ..Goal::default() };
    let probe = async |viewers| -> Result<f64> {
        let server = start()?;
        let outcome = crowd::run(&plan(&server, viewers)).await;
        let slowest = outcome.map(|outcome| Summary::new(&outcome)).map(|summary| summary.all.fps_slowest);
        println!("{name}: {viewers} viewers, slowest {:.1} FPS", slowest.as_ref().unwrap_or(&0.0));
        // One that does not let all of them in holds fewer.
        Ok(slowest.unwrap_or(0.0))
    };
    Ok(runtime.block_on(most_viewers(goal, probe))?.viewers as f64)
}

/// Starts this program as the bare sender.
fn bare_sender(frames: &[PathBuf]) -> Result<Server> {
    let addr = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["sender", "--listen", &addr.to_string(), "--jpeg"]).args(frames);
    Ok(Server::start(command, addr)?)
}

/// A few pictures of the clip at a level, as files.
fn pictures(server: &Server, level: u8) -> Result<Vec<PathBuf>> {
    let folder = std::env::temp_dir().join(format!("steadycast-frames-{}-{level}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut files = Vec::new();
    for n in 0..SENDER_FRAMES {
        std::thread::sleep(Duration::from_millis(500));
        let mut stream = TcpStream::connect(server.addr)?;
        write!(stream, "GET /api/snapshot/main?level={level} HTTP/1.0\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let start =
            answer.windows(2).position(|pair| pair == [0xFF, 0xD8]).ok_or("the snapshot is no JPEG")?;
        let file = folder.join(format!("{n}.jpg"));
        std::fs::write(&file, &answer[start..])?;
        files.push(file);
    }
    Ok(files)
}
