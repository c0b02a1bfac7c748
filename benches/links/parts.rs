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
    /// The same with a viewer that reads slowly.
    Reader,
    /// Ten viewers on one link.
    Crowd,
    /// A minute each.
    Steady,
    /// The synthetic scene instead of the clip.
    Scene,
}

/// Mbit/s, one after another.
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
    /// Milliseconds.
    pub round_trips: Vec<u64>,
    /// Milliseconds.
    pub queues: Vec<u64>,
    /// Percent.
    pub losses: Vec<f64>,
    pub controls: Vec<String>,
    pub who: Who,
    /// Seconds.
    pub settle: u64,
    /// Seconds of the last shape.
    pub judge: u64,
}

/// Who watches what.
#[derive(Clone, Debug)]
pub struct Who {
    pub steering: Steering,
    pub acks: bool,
    /// As fast as frames come, or slower.
    pub pace: Pace,
    pub viewers: usize,
    /// The scene instead of the clip.
    pub scene: bool,
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
    /// From the last viewer's connection to the start of measuring.
    pub settle: Duration,
}

/// How long a shape is measured that is followed by another one.
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

    /// The most that its viewers read, bits a second.
    pub fn most_bps(&self) -> f64 {
        if let Pace::Kbps(kbps) = self.who.pace { kbps * 1e3 } else { f64::INFINITY }
    }
}

impl Sweep {
    /// What a part tries by itself.
    pub fn of(part: Part) -> Sweep {
        let each = |rates: &[f64]| rates.iter().map(|rate| Rates(vec![*rate])).collect();
        let who = Who { steering: Steering::Viewer, acks: true, pace: Pace::Full, viewers: 1, scene: false };
        let plain = Sweep {
            part,
            kind: Kind::Relay,
            rates: each(&[20.0, 8.0, 4.0, 2.0, 1.0, 0.5]),
            round_trips: vec![80],
            queues: vec![200],
            losses: vec![0.0],
            controls: ["bbr", "cubic"].map(str::to_owned).to_vec(),
            who: who.clone(),
            settle: 10,
            judge: 30,
        };
        let [bbr, cubic] = ["bbr", "cubic"].map(|control| vec![control.to_owned()]);
        let mute = |pace| Who { steering: Steering::Auto, acks: false, pace, ..who.clone() };
        match part {
            Part::Relay => plain,
            Part::Tbf => Sweep { kind: Kind::Tbf, rates: each(&[4.0, 1.0]), round_trips: vec![0], ..plain },
            Part::Steps => Sweep {
                rates: vec![Rates(vec![20.0, 2.0, 20.0])],
                round_trips: vec![80, 20],
                judge: 45,
                ..plain
            },
            Part::Far => Sweep { rates: each(&[20.0, 2.0]), round_trips: vec![200], ..plain },
            Part::Queue => Sweep { rates: each(&[4.0, 1.0]), queues: vec![1000], controls: cubic, ..plain },
            Part::Loss => Sweep { rates: each(&[8.0]), losses: vec![0.5], ..plain },
            Part::Silent => Sweep { rates: each(&[1.0]), controls: bbr, who: mute(Pace::Full), ..plain },
            Part::Reader => {
                let who = mute(Pace::Kbps(1000.0));
                Sweep { rates: each(&[100.0]), round_trips: vec![20], controls: bbr, who, ..plain }
            }
            Part::Crowd => {
                Sweep { rates: each(&[20.0]), controls: bbr, who: Who { viewers: 10, ..who }, ..plain }
            }
            Part::Steady => Sweep { rates: each(&[20.0, 4.0, 1.0]), controls: bbr, judge: 60, ..plain },
            Part::Scene => {
                Sweep { rates: each(&[20.0, 1.0]), controls: bbr, who: Who { scene: true, ..who }, ..plain }
            }
        }
    }

    /// Every combination.
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
