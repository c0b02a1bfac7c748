//! Viewers over links of known rate, queue, delay and loss: what each link lets them see, with both congestion controls.
//!
//! In: flags, or nothing for the usual links. Out: a line a run, medians where there were several rounds. Not here: making links
//! (`tests/support/link/mod.rs`), watching (`run.rs`).
//!
//! ```text
//! links                                                    twelve links each way and two that change; 25 minutes
//! links --parts relay --rates 4,1 --round-trips 80 --steer 50
//! links --parts relay,tbf --rates 20,8,4,2,1,0.5 --round-trips 0,20,80,200 --queues 200,1000 --losses 0,0.5      all; 2.5 hours
//! ```

#[path = "../../tests/support/link/mod.rs"]
mod link;
#[path = "../load/mod.rs"]
mod load;
mod run;
#[path = "../support.rs"]
mod support;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use link::{Kind, Link, Shape};
use load::steering::Steering;
use run::{Figures, Trial, run};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Part {
    /// Links with delay and loss.
    Relay,
    /// The kernel's own shaper.
    Tbf,
    /// A link whose rate changes: each `--steps`, with the relay.
    Steps,
}

/// Watches the server over links of all these properties, one after another.
#[derive(Parser)]
struct Cli {
    #[arg(long, value_enum, value_delimiter = ',', default_value = "relay,tbf,steps")]
    parts: Vec<Part>,
    /// Mbit/s.
    #[arg(long, value_delimiter = ',', default_value = "20,8,4,2,1,0.5")]
    rates: Vec<f64>,
    /// Milliseconds; the relay's alone.
    #[arg(long, value_delimiter = ',', default_value = "80")]
    round_trips: Vec<u64>,
    /// Milliseconds that the bottleneck's queue holds.
    #[arg(long, value_delimiter = ',', default_value = "200")]
    queues: Vec<u64>,
    /// Percent of the packets; the relay's alone.
    #[arg(long, value_delimiter = ',', default_value = "0")]
    losses: Vec<f64>,
    /// Congestion controls of the server's connections.
    #[arg(long, value_delimiter = ',', default_value = "bbr,cubic")]
    controls: Vec<String>,
    /// Rates in Mbit/s, one after another, each for --judge seconds.
    #[arg(long, value_delimiter = ',', default_value = "20-2-20,4-1-4")]
    steps: Vec<Steps>,
    /// Who chooses the level: a level, auto, or levels in turn such as 30-50-80.
    #[arg(long, default_value = "50")]
    steer: Steering,
    /// That share the link.
    #[arg(long, default_value_t = 1)]
    viewers: usize,
    /// Seconds until measuring begins.
    #[arg(long, default_value_t = 10)]
    settle: u64,
    /// Seconds measured.
    #[arg(long, default_value_t = 30)]
    judge: u64,
    /// Of which the median counts.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Rates that follow each other.
#[derive(Clone, Debug)]
struct Steps(Vec<f64>);

impl std::str::FromStr for Steps {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('-').map(str::parse).collect::<Result<_, _>>().map(Steps)
    }
}

impl Cli {
    /// Every combination that the parts ask for.
    fn trials(&self) -> Vec<Trial> {
        self.parts.iter().flat_map(|part| self.links(*part)).flat_map(|link| self.controlled(&link)).collect()
    }

    /// The links of one part: kind and shapes that follow each other.
    fn links(&self, part: Part) -> Vec<(Kind, Vec<Shape>)> {
        let ms = Duration::from_millis;
        let rates = match part {
            Part::Relay | Part::Tbf => self.rates.iter().map(|rate| vec![*rate]).collect(),
            Part::Steps => self.steps.iter().map(|steps| steps.0.clone()).collect::<Vec<_>>(),
        };
        let (kind, round_trips, losses) = match part {
            Part::Relay | Part::Steps => (Kind::Relay, &self.round_trips[..], &self.losses[..]),
            Part::Tbf => (Kind::Tbf, &[0][..], &[0.0][..]),
        };
        let mut links = Vec::new();
        for loss in losses {
            for queue in &self.queues {
                for round_trip in round_trips {
                    let shape = |rate: &f64| Shape {
                        queue: ms(*queue),
                        round_trip: ms(*round_trip),
                        loss: loss / 100.0,
                        ..Shape::mbit(*rate)
                    };
                    links.extend(rates.iter().map(|rates| (kind, rates.iter().map(shape).collect())));
                }
            }
        }
        links
    }

    fn controlled(&self, (kind, shapes): &(Kind, Vec<Shape>)) -> Vec<Trial> {
        let trial = |control: &String| Trial {
            kind: *kind,
            shapes: shapes.clone(),
            control: control.clone(),
            steering: self.steer.clone(),
            viewers: self.viewers,
            settle: Duration::from_secs(self.settle),
            judge: Duration::from_secs(self.judge),
        };
        self.controls.iter().map(trial).collect()
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(reason) = Link::allowed() {
        println!("no links can be made here: {reason}");
        return ExitCode::SUCCESS;
    }
    let trials = cli.trials();
    let mut measured: Vec<Vec<Vec<Figures>>> = trials.iter().map(|_| Vec::new()).collect();
    let mut failed = 0;
    println!("steering: {:?}, {} viewer(s)\n{}", cli.steer, cli.viewers, Figures::HEAD);
    for _ in 0..cli.rounds {
        for (trial, rounds) in trials.iter().zip(&mut measured) {
            match run(trial) {
                Ok(figures) => {
                    tell(trial, &figures);
                    rounds.push(figures);
                }
                Err(error) => {
                    println!("{}: {error}", trial.name(&trial.shapes[0]));
                    failed += 1;
                }
            }
        }
    }
    if cli.rounds > 1 {
        println!("\nmedians of {} rounds\n{}", cli.rounds, Figures::HEAD);
        for (trial, rounds) in trials.iter().zip(&measured) {
            tell(trial, &run::medians(rounds, trial.shapes.len()));
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(trial: &Trial, figures: &[Figures]) {
    for (shape, figures) in trial.shapes.iter().zip(figures) {
        println!("{:<68}{figures}", trial.name(shape));
    }
}
