//! The named parts of the bench: which links, who watches over them, and for how long.
//!
//! In: a part's name, and flags that say something else. Out: [`Trial`]s. Not here: running them.

use std::{str::FromStr, time::Duration};

use crate::{
    link::{Kind, Shape},
    load::{client::Pace, steering::Steering},
};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Part {
    /// Links with delay.
    Relay,
    /// The kernel's own shaper.
    Tbf,
    /// A link whose rate changes.
    Steps,
    /// Round trips of 200 ms.
    Far,
    /// A queue of a second.
    Queue,
    /// Packets that vanish.
    Loss,
    /// The server decides, and the viewer does not ack: a slow link.
    Silent,
    /// The server decides, and the viewer does not ack: a viewer that reads slowly.
    Reader,
    /// Ten viewers on one link.
    Crowd,
    /// Links that stay the same for a minute.
    Steady,
    /// The synthetic scene instead of the clip.
    Scene,
    /// Only what changed of the scene, on links that are thin for it.
    Thin,
    /// Only what changed of the clip.
    Changed,
    /// Only what changed, of a file that cuts to another picture.
    Cut,
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// The clip.
    Clip,
    /// The synthetic scene.
    Scene,
    /// The clip, with a cut to another picture now and then.
    Cuts,
}

/// Rates that a link has one after another, Mbit/s.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates(pub Vec<f64>);

impl FromStr for Rates {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('-').map(str::parse).collect::<Result<_, _>>().map(Rates)
    }
}

/// What a part tries, every combination of it.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub part: Part,
    pub kind: Kind,
    pub rates: Vec<Rates>,
    /// Round trips of the link, milliseconds.
    pub round_trips: Vec<u64>,
    /// Longest queues of the link, milliseconds.
    pub queues: Vec<u64>,
    /// Shares of the packets that vanish, percent.
    pub losses: Vec<f64>,
    pub controls: Vec<String>,
    pub who: Who,
    /// Time between the last viewer's connection and measuring, seconds.
    pub settle: u64,
    /// Time that the last shape is measured, seconds.
    pub judge: u64,
}

/// Who watches what.
#[derive(Clone, Debug)]
pub struct Who {
    pub steering: Steering,
    pub acks: bool,
    /// How fast the viewers read.
    pub pace: Pace,
    pub viewers: usize,
    /// What is watched.
    pub what: What,
    /// Whether only what changed is asked for.
    pub deltas: bool,
}

/// A link and who watches over it.
#[derive(Clone, Debug)]
pub struct Trial {
    pub part: Part,
    pub kind: Kind,
    /// What the link is like, one after another, and for how long each; the first from the beginning.
    pub phases: Vec<(Shape, Duration)>,
    /// Congestion control of the server's connections when they begin; `-only` behind it has them keep it.
    pub control: String,
    pub who: Who,
    /// Time between the last viewer's connection and the start of measuring.
    pub settle: Duration,
}

/// Time that a shape is measured which is followed by another one.
const CHANGES_AFTER: Duration = Duration::from_secs(20);

impl Trial {
    /// What is measured while the link has the shape of that number.
    pub fn name(&self, shape: usize) -> String {
        let Shape { rate_bps, queue, round_trip, loss } = self.phases[shape].0;
        let (part, control, rate) =
            (format!("{:?}", self.part).to_lowercase(), &self.control, rate_bps / 1e6);
        let (queue, round_trip, loss) = (queue.as_millis(), round_trip.as_millis(), loss * 100.0);
        let link = format!("{rate:>4} Mbit/s {round_trip:>3} ms, queue {queue}, loss {loss} %");
        format!("{part:<6} {control:<8} {link}")
    }

    /// Returns the most that its viewers read, bits a second.
    pub fn most_bps(&self) -> f64 {
        if let Pace::Kbps(kbps) = self.who.pace { kbps * 1e3 } else { f64::INFINITY }
    }
}

/// Returns rates of which each is a trial's only one.
fn each(rates: &[f64]) -> Vec<Rates> {
    rates.iter().map(|rate| Rates(vec![*rate])).collect()
}

/// Returns viewers who do not ack, with the server deciding for them.
fn mute(pace: Pace) -> Who {
    Who { steering: Steering::Auto, acks: false, pace, ..Who::plain() }
}

impl Who {
    /// One viewer of the clip who decides and acks, and reads as fast as frames come.
    fn plain() -> Who {
        let (steering, what) = (Steering::Viewer, What::Clip);
        Who { steering, acks: true, pace: Pace::Full, viewers: 1, what, deltas: false }
    }

    /// One viewer who gets only what changed.
    fn of_changes(what: What) -> Who {
        Who { what, deltas: true, ..Who::plain() }
    }
}

impl Sweep {
    /// What most parts try.
    fn plain(part: Part) -> Sweep {
        Sweep {
            part,
            kind: Kind::Relay,
            rates: each(&[20.0, 8.0, 4.0, 2.0, 1.0, 0.5]),
            round_trips: vec![80],
            queues: vec![200],
            losses: vec![0.0],
            controls: ["bbr", "cubic"].map(str::to_owned).to_vec(),
            who: Who::plain(),
            settle: 10,
            judge: 30,
        }
    }

    /// What a part tries by itself.
    pub fn of(part: Part) -> Sweep {
        let plain = Sweep::plain(part);
        match part {
            Part::Relay => plain,
            Part::Tbf => Sweep { kind: Kind::Tbf, rates: each(&[4.0, 1.0]), round_trips: vec![0], ..plain },
            Part::Steps => {
                let rates = vec![Rates(vec![20.0, 2.0, 20.0])];
                Sweep { rates, round_trips: vec![80, 20], judge: 45, ..plain }
            }
            Part::Far => Sweep { rates: each(&[20.0, 2.0]), round_trips: vec![200], ..plain },
            Part::Queue => {
                let controls = vec!["cubic".to_owned()];
                Sweep { rates: each(&[4.0, 1.0]), queues: vec![1000], controls, ..plain }
            }
            Part::Loss => Sweep { rates: each(&[8.0]), losses: vec![0.5], ..plain },
            Part::Silent | Part::Reader | Part::Crowd | Part::Steady | Part::Scene => plain.with_bbr(),
            Part::Thin | Part::Changed | Part::Cut => plain.of_changes(),
        }
    }

    /// What a part tries with BBR alone.
    fn with_bbr(self) -> Sweep {
        let plain = Sweep { controls: vec!["bbr".to_owned()], ..self };
        match plain.part {
            Part::Silent => Sweep { rates: each(&[1.0]), who: mute(Pace::Full), ..plain },
            Part::Reader => {
                let who = mute(Pace::Kbps(1000.0));
                Sweep { rates: each(&[100.0]), round_trips: vec![20], who, ..plain }
            }
            Part::Crowd => Sweep { rates: each(&[20.0]), who: Who { viewers: 10, ..Who::plain() }, ..plain },
            Part::Steady => Sweep { rates: each(&[20.0, 4.0, 1.0]), judge: 60, ..plain },
            Part::Scene => {
                Sweep { rates: each(&[20.0, 1.0]), who: Who { what: What::Scene, ..Who::plain() }, ..plain }
            }
            _ => plain,
        }
    }

    /// What a part of viewers tries who get only what changed.
    fn of_changes(self) -> Sweep {
        let plain = Sweep { controls: vec!["bbr".to_owned()], judge: 60, ..self };
        match plain.part {
            Part::Thin => Sweep { rates: each(&[1.0, 0.5]), who: Who::of_changes(What::Scene), ..plain },
            Part::Changed => Sweep { rates: each(&[8.0, 2.0]), who: Who::of_changes(What::Clip), ..plain },
            _ => Sweep { rates: each(&[1.0]), who: Who::of_changes(What::Cuts), ..plain },
        }
    }

    /// Returns every combination.
    pub fn trials(&self) -> Vec<Trial> {
        let mut trials = Vec::new();
        for loss in &self.losses {
            for queue in &self.queues {
                for round_trip in &self.round_trips {
                    for rates in &self.rates {
                        let link = (*queue, *round_trip, *loss);
                        trials.extend(self.controls.iter().map(|control| self.trial(rates, link, control)));
                    }
                }
            }
        }
        trials
    }

    fn trial(
        &self,
        Rates(rates): &Rates,
        (queue, round_trip, loss): (u64, u64, f64),
        control: &str,
    ) -> Trial {
        let [queue, round_trip] = [queue, round_trip].map(Duration::from_millis);
        let shape = |rate: &f64| Shape { queue, round_trip, loss: loss / 100.0, ..Shape::mbit(*rate) };
        let mut phases: Vec<(Shape, Duration)> =
            rates.iter().map(|rate| (shape(rate), CHANGES_AFTER)).collect();
        if let Some((_, lasts)) = phases.last_mut() {
            *lasts = Duration::from_secs(self.judge);
        }
        let (part, kind, who, control) = (self.part, self.kind, self.who.clone(), control.to_owned());
        Trial { part, kind, phases, control, who, settle: Duration::from_secs(self.settle) }
    }
}
