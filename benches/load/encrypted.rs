//! What TLS costs: the product under TLS beside itself without, in turn, in one run.
//!
//! In: the scene, or the clip where it is to be had. Out: bars. The generator shares the server's cores, and
//! viewers elsewhere would decrypt on their own. So one viewer in [`OPENED`] looks at what comes, with TLS
//! and without; the others' frames follow from their bytes.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::{
    compare::{Result, SEARCH_LEVEL, VIEWERS, cost, plan, search, watched},
    load::crowd::CrowdPlan,
    support::{Bars, Must, QUIET, Server, clip, free_address, median},
};

/// The level at which ages and CPU are compared.
const LEVEL: u8 = 80;

/// Of so many viewers one looks at what comes, and decrypts it.
const OPENED: usize = 16;

/// Time from listening to the first picture, at most: under TLS nobody asks for it here.
const START: Duration = Duration::from_secs(3);

/// One way of serving, measured round by round.
#[derive(Default)]
struct Figures {
    p50: Vec<f64>,
    p99: Vec<f64>,
    cost: Vec<f64>,
    most: Vec<f64>,
}

/// Plain and encrypted in turn, `rounds` times.
fn in_turn(
    rounds: usize,
    mut take: impl FnMut(&mut Figures, bool, &Path) -> Result<()>,
) -> Result<[Figures; 2]> {
    let folder = std::env::temp_dir().join(format!("steadycast-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (mut plain, mut encrypted) = (Figures::default(), Figures::default());
    for _ in 0..rounds {
        take(&mut plain, false, &folder)?;
        take(&mut encrypted, true, &folder)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok([plain, encrypted])
}

/// Ages of frames, and CPU a frame.
pub(crate) fn ages_and_costs(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let source = source();
    let [plain, encrypted] = in_turn(rounds, |figures, is_tls, folder| {
        let server = started("synthetic", is_tls, folder)?;
        let ages = watched(runtime, &crowd(&server, LEVEL, VIEWERS, is_tls))?.all.ages_ms;
        drop(server);
        let [half, _, most] = ages.ok_or("frames carry no time")?;
        figures.p50.push(half);
        figures.p99.push(most);
        let server = started(&source, is_tls, folder)?;
        figures.cost.push(cost(runtime, &server, &crowd(&server, LEVEL, VIEWERS, is_tls))?);
        Ok(())
    })?;
    let told = |what: &str| format!("32 viewers at {LEVEL} under TLS: {what}");
    let ratio = |of| ratio(&plain, &encrypted, of);
    bars.note(told("age p50"), median(encrypted.p50.clone()), "ms", Must::Be);
    bars.note(told("age p99"), median(encrypted.p99.clone()), "ms", Must::AtMost(15.0));
    bars.note(told("age p50, relative"), ratio(|figures| &figures.p50), "", Must::AtMost(1.5));
    bars.note(told("age p99, relative"), ratio(|figures| &figures.p99), "", Must::AtMost(1.5));
    bars.note(told("CPU a frame"), median(encrypted.cost.clone()), "us", Must::Be);
    bars.note(told("CPU a frame, relative"), ratio(|figures| &figures.cost), "", Must::AtMost(2.0));
    Ok(())
}

/// The most viewers that hold the rate.
pub(crate) fn most(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let source = source();
    let [plain, encrypted] = in_turn(rounds, |figures, is_tls, folder| {
        let name = if is_tls { "steadycast under TLS" } else { "steadycast" };
        let crowd = |server: &Server, viewers| crowd(server, SEARCH_LEVEL, viewers, is_tls);
        figures.most.push(search(runtime, name, || started(&source, is_tls, folder), crowd)?);
        Ok(())
    })?;
    let most = format!("most viewers at {SEARCH_LEVEL} under TLS that hold 33 FPS");
    bars.note(&*most, median(encrypted.most.clone()), "", Must::Be);
    let relative = ratio(&plain, &encrypted, |figures| &figures.most);
    bars.note(format!("{most}, relative"), relative, "", Must::AtLeast(0.5));
    Ok(())
}

/// The median of what TLS makes of it, round by round.
fn ratio(plain: &Figures, encrypted: &Figures, of: fn(&Figures) -> &Vec<f64>) -> f64 {
    median(of(encrypted).iter().zip(of(plain)).map(|(encrypted, plain)| encrypted / plain).collect())
}

/// The clip, named from the root since servers run in another folder; else the scene.
fn source() -> String {
    let clip = clip().and_then(|clip| clip.canonicalize().ok());
    clip.map_or_else(|| "synthetic".to_owned(), |clip| clip.to_string_lossy().into_owned())
}

/// The product; under TLS with a certificate of its own in `folder`.
fn started(source: &str, is_tls: bool, folder: &Path) -> Result<Server> {
    let addr = free_address()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_steadycast"));
    command.args(["--port", &addr.port().to_string(), "--max-viewers", "10000", "--source", source]);
    command.args(["--file-fps", "34", "--max-connections-per-address", "0"]).current_dir(folder);
    command.envs(QUIET).env("RUST_LOG", "warn");
    if is_tls {
        command.args(["--tls", "self-signed"]);
    }
    let server = Server::start(command, addr)?;
    thread::sleep(START);
    Ok(server)
}

/// Viewers of one level, under TLS or not, of whom one in [`OPENED`] looks at what comes: the last of each,
/// as whoever comes last may be served last.
fn crowd(server: &Server, level: u8, viewers: usize, is_tls: bool) -> CrowdPlan {
    let mut plan = plan(server, &[level], viewers);
    plan.seats.iter_mut().for_each(|seat| seat.spec.tls = is_tls);
    let mut sealed = plan.seats[0].clone();
    sealed.spec.is_sealed = true;
    plan.seats.splice(0..0, vec![sealed; OPENED - 1]);
    plan
}
