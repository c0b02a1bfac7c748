//! What TLS costs: the product under TLS beside itself without, in turn, in one run.
//!
//! In: the scene, or the clip where it is to be had. Out: bars. The generator shares the server's cores, and
//! viewers elsewhere would decrypt on their own: of CPU only the server's counts, and where the most viewers
//! are looked for, one in [`OPENED`] decrypts what comes, and the others' frames follow from their bytes.

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

/// Of so many viewers under TLS one decrypts, where the most are looked for.
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
pub(crate) fn all(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("steadycast-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (mut plain, mut encrypted) = (Figures::default(), Figures::default());
    for _ in 0..rounds {
        for (is_tls, figures) in [(false, &mut plain), (true, &mut encrypted)] {
            let start = |source: &str| started(source, is_tls, &folder);
            figures.take(runtime, is_tls, start)?;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    tell(bars, &plain, &encrypted);
    Ok(())
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

/// Viewers of one level, under TLS or not.
fn plan_of(server: &Server, level: u8, viewers: usize, is_tls: bool) -> CrowdPlan {
    let mut plan = plan(server, &[level], viewers);
    plan.seats.iter_mut().for_each(|seat| seat.spec.tls = is_tls);
    plan
}

impl Figures {
    fn take(
        &mut self,
        runtime: &Runtime,
        is_tls: bool,
        start: impl Fn(&str) -> Result<Server>,
    ) -> Result<()> {
        let server = start("synthetic")?;
        let ages = watched(runtime, &plan_of(&server, LEVEL, VIEWERS, is_tls))?.all.ages_ms;
        drop(server);
        let [half, _, most] = ages.ok_or("frames carry no time")?;
        self.p50.push(half);
        self.p99.push(most);
        // Elsewhere than this folder, so named from its root.
        let source = clip().and_then(|clip| clip.canonicalize().ok());
        let source =
            source.map_or_else(|| "synthetic".to_owned(), |clip| clip.to_string_lossy().into_owned());
        let server = start(&source)?;
        self.cost.push(cost(runtime, &server, &plan_of(&server, LEVEL, VIEWERS, is_tls))?);
        drop(server);
        let name = if is_tls { "steadycast under TLS" } else { "steadycast" };
        let crowd = |server: &Server, viewers| {
            let mut plan = plan_of(server, SEARCH_LEVEL, viewers, is_tls);
            if is_tls {
                let mut sealed = plan.seats[0].clone();
                sealed.spec.is_sealed = true;
                plan.seats.extend(vec![sealed; OPENED - 1]);
            }
            plan
        };
        self.most.push(search(runtime, name, || start(&source), crowd)?);
        Ok(())
    }
}

fn tell(bars: &mut Bars, plain: &Figures, encrypted: &Figures) {
    let told = |what: &str| format!("32 viewers at {LEVEL} under TLS: {what}");
    let ratio = |of: fn(&Figures) -> &Vec<f64>| {
        median(of(encrypted).iter().zip(of(plain)).map(|(encrypted, plain)| encrypted / plain).collect())
    };
    bars.note(told("age p50"), median(encrypted.p50.clone()), "ms", Must::Be);
    bars.note(told("age p99"), median(encrypted.p99.clone()), "ms", Must::AtMost(15.0));
    bars.note(told("age p50, relative"), ratio(|figures| &figures.p50), "", Must::AtMost(1.5));
    bars.note(told("age p99, relative"), ratio(|figures| &figures.p99), "", Must::AtMost(1.5));
    bars.note(told("CPU a frame"), median(encrypted.cost.clone()), "us", Must::Be);
    bars.note(told("CPU a frame, relative"), ratio(|figures| &figures.cost), "", Must::AtMost(2.0));
    let most = format!("most viewers at {SEARCH_LEVEL} under TLS that hold 33 FPS");
    bars.note(&*most, median(encrypted.most.clone()), "", Must::Be);
    bars.note(format!("{most}, relative"), ratio(|figures| &figures.most), "", Must::AtLeast(0.5));
}
