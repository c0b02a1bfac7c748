//! One rule at work: what is news of its camera in, what is told out. Pure.
//!
//! Moments are microseconds of a clock that is never set; times of day are the notifier's matter.

use super::{
    gate::{Gate, Gathered},
    lasting::{Lasting, Turn},
};
use crate::nouns::{
    event::Event,
    result::AnalyticsResult,
    rule::{Occasion, Rule},
};

mod meaning;

/// Shortest time for which something of a class must be out of sight before it is seen anew, microseconds.
const GONE_US: u64 = 10_000_000;

/// Shortest time for which no pictures must come before a source counts as lost, microseconds: to open one
/// takes some seconds.
const LOST_US: u64 = 10_000_000;

/// Time after which what nobody has looked at is not known any more, microseconds: three of the rarest
/// looks.
const STALE_US: u64 = 30_000_000;

/// Something that a rule tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Something happened, or began: in plain words.
    Happened(String),
    /// Further occasions since the last message.
    More {
        /// How many, and since when.
        gathered: Gathered,
        /// What holds now of that, in plain words; `None` where nothing does, or where it does not last.
        now: Option<String>,
    },
    /// What had begun is over: in plain words.
    Over(String),
}

/// What becomes of what happens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What is told now.
    pub told: Option<Told>,
    /// Whether something was gathered that is told later.
    pub gathered: bool,
    /// Whether something happened outside of the rule's hours, and is not told.
    pub quiet: bool,
}

/// How a camera's source is, or the disk of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Pictures come, or are kept.
    Delivers,
    /// No pictures come, or none is kept; why, in plain words.
    Lost(String),
    /// Somebody has switched it off.
    Off,
}

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The moment.
    pub at_us: u64,
    /// Whether it lies in the hours of the rule.
    pub in_hours: bool,
}

/// A rule at work.
#[derive(Clone, Debug)]
pub struct Watch {
    rule: Rule,
    gate: Gate,
    lasting: Lasting,
    /// What has begun outside of the rule's hours, and is told in them if it holds then.
    pending: Option<String>,
    /// What held when that was looked at last, in plain words.
    held: String,
    /// Whether somebody was told that it began, so that its end is told too.
    is_told: bool,
    /// When the crowd model last said how many there are.
    crowd_us: Option<u64>,
}

/// What is known at a moment of something that lasts.
struct Reading {
    /// Whether it holds; `None` where it lies between the thresholds.
    holds: Option<bool>,
    /// The figure, such as the number of people.
    figure: f64,
    /// What is said where it begins.
    words: String,
}

impl Watch {
    /// A rule that has told nothing.
    pub fn new(rule: Rule) -> Self {
        let gate = Gate::new(rule.most_an_hour);
        let (lasting, pending, held) = (Lasting::default(), None, String::new());
        Watch { rule, gate, lasting, pending, held, is_told: false, crowd_us: None }
    }

    /// Returns the rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// A rule that goes on where this one is: it waits for what this one waits for, at other hours or more
    /// or less often told.
    pub fn going_on_as(self, rule: Rule) -> Self {
        let gate = self.gate.going_on_with(rule.most_an_hour);
        Watch { rule, gate, ..self }
    }

    /// Returns the number of occasions that were gathered and not told yet.
    pub fn untold(&self) -> u64 {
        self.gate.untold()
    }

    /// Takes an event of the rule's camera.
    pub fn hear(&mut self, event: &Event, when: When) -> Outcome {
        match self.meaning(event) {
            Some(words) => self.happened(words, when),
            None => Outcome::default(),
        }
    }

    /// Takes what a model found; `is_person` tells which classes are people.
    pub fn look(&mut self, result: &AnalyticsResult, is_person: fn(&str) -> bool, when: When) -> Outcome {
        match self.found(result, is_person, when.at_us) {
            Some(reading) => self.take(reading, when),
            None => Outcome::default(),
        }
    }

    /// Lets time pass; `standing` says how the camera's source is, or the server's disk where the rule is
    /// about the server.
    pub fn tick(&mut self, standing: &Standing, when: When) -> Outcome {
        if *standing == Standing::Off {
            return self.switched_off();
        }
        if matches!(self.rule.when, Occasion::SourceLost | Occasion::StorageTrouble) {
            let outcome = self.stand(standing, when);
            if outcome != Outcome::default() {
                return outcome;
            }
        }
        if !when.in_hours {
            return Outcome::default();
        }
        let holds = self.lasting.holds_at(when.at_us, STALE_US);
        if let Some(words) = self.pending.take().filter(|_| holds) {
            let outcome = self.happened(words, when);
            self.is_told = outcome.told.is_some();
            return outcome;
        }
        let now = holds.then(|| self.held.clone());
        let told = self.gate.tick(when.at_us).map(|gathered| Told::More { gathered, now });
        // What has begun may be among what is told.
        self.is_told |= told.is_some() && holds;
        Outcome { told, ..Outcome::default() }
    }

    /// Ends what has begun, since nothing more will be known of it.
    fn switched_off(&mut self) -> Outcome {
        let is_told = std::mem::take(&mut self.is_told) && self.over(0, 0.0).is_some();
        self.lasting.forget();
        self.pending = None;
        let told = is_told.then(|| Told::Over("the camera was switched off".to_owned()));
        Outcome { told, ..Outcome::default() }
    }

    /// Takes how a source or a disk is.
    fn stand(&mut self, standing: &Standing, when: When) -> Outcome {
        let (holds, words) = match standing {
            // History says itself what is wrong with it.
            Standing::Lost(reason) if self.rule.when.is_of_server() => (true, reason.clone()),
            Standing::Lost(reason) => (true, format!("no pictures: {reason}")),
            Standing::Delivers | Standing::Off => (false, String::new()),
        };
        self.take(Reading { holds: Some(holds), figure: 0.0, words }, when)
    }

    fn take(&mut self, Reading { holds, figure, words }: Reading, when: When) -> Outcome {
        if holds == Some(true) {
            self.held.clone_from(&words);
        }
        match self.lasting.step(holds, figure, when.at_us, (self.turn_us(), STALE_US)) {
            None => Outcome::default(),
            Some(Turn::Began) if !when.in_hours => {
                (self.pending, self.is_told) = (Some(words), false);
                Outcome { quiet: true, ..Outcome::default() }
            }
            Some(Turn::Began) => {
                let outcome = self.happened(words, when);
                (self.pending, self.is_told) = (None, outcome.told.is_some());
                outcome
            }
            Some(Turn::Over { lasted_us, most }) => {
                self.pending = None;
                let is_told = std::mem::take(&mut self.is_told);
                let told = self.over(lasted_us, most).filter(|_| is_told);
                Outcome { told: told.map(Told::Over), ..Outcome::default() }
            }
        }
    }

    fn happened(&mut self, words: String, when: When) -> Outcome {
        if !when.in_hours {
            return Outcome { quiet: true, ..Outcome::default() };
        }
        let now = self.gate.happen(when.at_us);
        Outcome { told: now.then_some(Told::Happened(words)), gathered: !now, quiet: false }
    }

    /// Time that a turn takes, microseconds.
    fn turn_us(&self) -> u64 {
        let for_us = (self.rule.for_s.unwrap_or(0.0) * 1e6) as u64;
        match self.rule.when {
            // Whoever is hidden for a moment is no other one.
            Occasion::Seen if self.lasting.has_begun() => for_us.max(GONE_US),
            Occasion::SourceLost if !self.lasting.has_begun() => for_us.max(LOST_US),
            _ => for_us,
        }
    }

    /// What is said once something is over; `None` where its end is no news.
    fn over(&self, lasted_us: u64, most: f64) -> Option<String> {
        let lasted = in_words(lasted_us);
        match self.rule.when {
            Occasion::People => Some(format!("no longer crowded after {lasted}; at most {most:.0} people")),
            Occasion::Zone => {
                Some(format!("{} is free again after {lasted}; at most {most:.0}", self.zone()))
            }
            Occasion::Risk => Some(format!("the risk is lower again after {lasted}")),
            Occasion::SourceLost => Some(format!("pictures are back after {lasted}")),
            Occasion::StorageTrouble => Some(format!("history is written again after {lasted}")),
            Occasion::LineCrossed | Occasion::Seen | Occasion::Loitering | Occasion::ModelFailed => None,
        }
    }
}

/// A time in words, of microseconds.
fn in_words(us: u64) -> String {
    match us / 1_000_000 {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests;
