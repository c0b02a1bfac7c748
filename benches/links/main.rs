//! Viewers over links of known rate, queue, delay and loss: what each link lets them see, with both
//! congestion controls.
//!
//! In: flags, or nothing for all parts. Out: a line a run, and bars. Not here: making links
//! (`tests/support/link/mod.rs`), what each part tries (`parts.rs`), watching (`run.rs`), figures
//! (`../load/figures.rs`), what they must be (`bars.rs`).
//!
//! ```text
//! links                                                                    everything; 30 minutes
//! links --parts far,crowd
//! links --parts relay --delta on                                           only what changed
//! links --parts relay --rates 4,1 --round-trips 20 --steer auto --acks off --timeline
//! ```
//!
//! `RUST_LOG=debug` tells why each rung was left.

mod bars;
#[path = "../../tests/support/link/mod.rs"]
mod link;
#[path = "../load/mod.rs"]
mod load;
mod parts;
mod run;
#[path = "../support.rs"]
mod support;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use link::Link;
use load::{
    client::Pace,
    figures::{Figures, medians},
    steering::Steering,
};
use parts::{Part, Rates, Sweep, Trial};
use run::run;
use support::Bars;

/// Watches the server over links of all these properties, one after another. What is not given is the part's
/// own.
#[derive(Parser)]
struct Cli {
    /// Parts that are measured; all if absent.
    #[arg(long, value_enum, value_delimiter = ',')]
    parts: Vec<Part>,
    /// Rates, Mbit/s; 20-2-20 is a link that changes.
    #[arg(long, value_delimiter = ',')]
    rates: Vec<Rates>,
    /// Round trips, milliseconds; the relay's alone.
    #[arg(long, value_delimiter = ',')]
    round_trips: Vec<u64>,
    /// Milliseconds that the bottleneck's queue holds.
    #[arg(long, value_delimiter = ',')]
    queues: Vec<u64>,
    /// Packets that vanish, percent; the relay's alone.
    #[arg(long, value_delimiter = ',')]
    losses: Vec<f64>,
    /// What controls congestion on the server's connections when they begin, bbr or cubic; bbr-only and
    /// cubic-only stay.
    #[arg(long, value_delimiter = ',')]
    controls: Vec<String>,
    /// Who chooses the rung: viewer, auto (the server), a level, or levels in turn such as 30-50-80.
    #[arg(long)]
    steer: Option<Steering>,
    /// Whether viewers acknowledge frames.
    #[arg(long)]
    acks: Option<Switch>,
    /// Whether viewers ask for only what changed.
    #[arg(long)]
    delta: Option<Switch>,
    /// The most that a viewer reads, kbit/s.
    #[arg(long)]
    reads: Option<f64>,
    /// Viewers that share the link.
    #[arg(long)]
    viewers: Option<usize>,
    /// Seconds until measuring begins.
    #[arg(long)]
    settle: Option<u64>,
    /// Seconds measured; where a link changes, of the last shape.
    #[arg(long)]
    judge: Option<u64>,
    /// Rounds, of which the median counts.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Tell when each viewer was at which rung.
    #[arg(long)]
    timeline: bool,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Cli {
    /// Every combination that the parts ask for.
    fn trials(&self) -> Vec<Trial> {
        let parts = if self.parts.is_empty() { Part::value_variants() } else { &self.parts };
        parts.iter().flat_map(|part| self.sweep(*part).trials()).collect()
    }

    fn sweep(&self, part: Part) -> Sweep {
        let mut sweep = Sweep::of(part);
        given(&mut sweep.rates, &self.rates);
        given(&mut sweep.round_trips, &self.round_trips);
        given(&mut sweep.queues, &self.queues);
        given(&mut sweep.losses, &self.losses);
        given(&mut sweep.controls, &self.controls);
        let who = &mut sweep.who;
        who.steering = self.steer.clone().unwrap_or_else(|| who.steering.clone());
        who.acks = self.acks.map_or(who.acks, |acks| acks == Switch::On);
        who.deltas = self.delta.map_or(who.deltas, |delta| delta == Switch::On);
        who.pace = self.reads.map_or(who.pace, Pace::Kbps);
        who.viewers = self.viewers.unwrap_or(who.viewers);
        sweep.settle = self.settle.unwrap_or(sweep.settle);
        sweep.judge = self.judge.unwrap_or(sweep.judge);
        sweep
    }
}

/// Takes over what was given, if anything was.
fn given<T: Clone>(values: &mut Vec<T>, given: &[T]) {
    if !given.is_empty() {
        *values = given.to_vec();
    }
}

fn main() -> ExitCode {
    env_logger::init();
    let cli = Cli::parse();
    if let Err(reason) = Link::allowed() {
        println!("no links can be made here: {reason}");
        return ExitCode::SUCCESS;
    }
    let (mut bars, mut failed) = (Bars::default(), false);
    println!("{} other CPU", Figures::HEAD);
    for trial in cli.trials() {
        match measure(&trial, &cli) {
            Ok(figures) => bars::note(&mut bars, &trial, &figures),
            Err(error) => {
                println!("{}: {error}", trial.name(0));
                failed = true;
            }
        }
    }
    let judged = bars.finish();
    if failed { ExitCode::FAILURE } else { judged }
}

/// The medians of all rounds, told with each round.
fn measure(trial: &Trial, cli: &Cli) -> Result<Vec<Figures>, String> {
    let mut rounds = Vec::new();
    for _ in 0..cli.rounds {
        let seen = run(trial)?;
        for (n, figures) in seen.figures.iter().enumerate() {
            println!("{:<57} {figures} {:>7.0} %", trial.name(n), seen.others_percent);
        }
        if cli.timeline {
            seen.rungs.iter().for_each(|rungs| println!("  {rungs}"));
        }
        rounds.push(seen.figures);
    }
    Ok(medians(&rounds, trial.phases.len()))
}
