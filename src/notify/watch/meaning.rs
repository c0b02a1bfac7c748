//! What news mean for a rule: an event in, what happened out; a result in, whether what the rule waits for
//! holds. Pure.

use super::{Reading, Watch};
use crate::nouns::{event::Event, result::AnalyticsResult, rule::Occasion};

/// Share of a rule's number at which what was above it is over: people at the edge of it come and go.
const BACK_AT: f64 = 0.8;

/// Longest time for which the crowd model's figure stands before people are counted by their boxes,
/// microseconds.
const CROWD_STANDS_US: u64 = 60_000_000;

impl Watch {
    /// The zone of the rule, in words.
    pub(super) fn zone(&self) -> String {
        format!("zone {}", self.rule.zone.as_deref().unwrap_or_default())
    }

    /// What an event means for the rule, in plain words; `None` for nothing.
    pub(super) fn meaning(&self, event: &Event) -> Option<String> {
        let rule = &self.rule;
        let is = |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
        match (rule.when, event) {
            (Occasion::LineCrossed, Event::LineCrossed { line, direction, class, speed_kmh, .. }) => {
                let is_above = |least: f64| speed_kmh.is_some_and(|speed| f64::from(speed) > least);
                let is_way = rule.direction.is_none_or(|wanted| wanted == *direction);
                let is_told = is(&rule.line, line) && is_way && rule.faster_kmh.is_none_or(is_above);
                let speed = speed_kmh.map_or_else(String::new, |speed| format!(" at {speed:.0} km/h"));
                let words = || format!("{class} crossed line {line} {}{speed}", direction.name());
                (is_told && self.is_of(class)).then(words)
            }
            (Occasion::Loitering, Event::Loitering { zone, seconds, class, .. }) => {
                let words = || format!("{class} has been in zone {zone} for {seconds:.0} s");
                (is(&rule.zone, zone) && self.is_of(class)).then(words)
            }
            (Occasion::ModelFailed, Event::ModelFailed { model, reason, .. }) => {
                Some(format!("the model {model} was given up: {reason}"))
            }
            _ => None,
        }
    }

    /// Whether a class is that of the rule, in letters of any case.
    fn is_of(&self, class: &str) -> bool {
        self.rule.class.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(class))
    }

    /// What a result says of what the rule waits for; `None` for nothing.
    pub(super) fn found(
        &mut self,
        result: &AnalyticsResult,
        is_person: fn(&str) -> bool,
        at_us: u64,
    ) -> Option<Reading> {
        match self.rule.when {
            Occasion::People => {
                let people = self.people(result, is_person, at_us)?;
                Some(self.above(people, |above| format!("{people:.0} people, above {above}")))
            }
            Occasion::Zone => {
                let zone = result.zones.iter().find(|zone| Some(&zone.id) == self.rule.zone.as_ref());
                let inside = zone.filter(|_| result.counted.is_some())?.occupancy;
                let name = self.zone();
                Some(self.above(inside as f64, |above| format!("{inside} in {name}, above {above}")))
            }
            Occasion::Risk => {
                let risk = result.crowd.as_ref()?.risk;
                let holds = self.rule.risk.is_none_or(|least| risk >= least);
                Some(Reading {
                    holds: Some(holds),
                    figure: 0.0,
                    words: format!("the risk is {}", risk.name()),
                })
            }
            Occasion::Seen => {
                let objects = result.objects.as_ref()?;
                let holds = objects.iter().any(|object| self.is_of(&object.class));
                let class = self.rule.class.as_deref().unwrap_or("something");
                Some(Reading { holds: Some(holds), figure: 0.0, words: format!("{class} seen") })
            }
            _ => None,
        }
    }

    /// What a figure says where a rule waits for more than `above`.
    fn above(&self, figure: f64, words: impl FnOnce(f64) -> String) -> Reading {
        let above = self.rule.above.unwrap_or(0.0);
        let holds = match figure {
            figure if figure > above => Some(true),
            figure if figure <= above * BACK_AT => Some(false),
            _ => None,
        };
        Reading { holds, figure, words: words(above) }
    }

    /// Number of people in a result: by the crowd model where it runs, as `/api/stats` has them, and else by
    /// their boxes.
    fn people(&mut self, result: &AnalyticsResult, is_person: fn(&str) -> bool, at_us: u64) -> Option<f64> {
        if let Some(crowd) = &result.crowd {
            self.crowd_us = Some(at_us);
            return Some(f64::from(crowd.total).round());
        }
        if self.crowd_us.is_some_and(|said_us| at_us.saturating_sub(said_us) < CROWD_STANDS_US) {
            return None;
        }
        let objects = result.objects.as_ref()?;
        Some(objects.iter().filter(|object| is_person(&object.class)).count() as f64)
    }
}
