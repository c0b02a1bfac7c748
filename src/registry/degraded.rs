//! What does not work as it should, in sentences for people: a source that is stuck, a model given up, levels
//! merged, threads that failed. Pure, with time passed in.
//!
//! In goes how things are at a moment, out come the sentences of that moment. Looking is `report`'s, showing
//! them `transport`'s.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::{
    analytics::{Health, Report},
    nouns::state::CameraState,
    tools::fence::Place,
};

/// For how long a thread's failure is told.
const TOLD_FOR: Duration = Duration::from_secs(600);

/// Time between two sums that are remembered: a failure is told for at most this much longer.
const REMEMBERED_EVERY: Duration = Duration::from_secs(10);

/// Panics so far, in the order of [`Place::ALL`].
pub(super) type Panics = [u64; Place::ALL.len()];

/// How things are at one moment.
pub(super) struct Seen {
    /// What the camera is doing.
    pub state: CameraState,
    /// Why nothing comes from it, or nothing new.
    pub reason: Option<String>,
    /// How the models fare.
    pub models: Report,
    /// Rungs whose viewers get another one.
    pub merged: usize,
    /// Panics so far.
    pub panics: Panics,
}

/// Knows which failures are recent.
#[derive(Default)]
pub(super) struct Degradations {
    /// Sums of earlier moments, oldest first; of those that are older than [`TOLD_FOR`] one is kept.
    sums: VecDeque<(Instant, Panics)>,
}

impl Degradations {
    /// Tells of failures from `now` on, when there had been so many panics.
    pub fn since(panics: Panics, now: Instant) -> Self {
        Degradations { sums: VecDeque::from([(now, panics)]) }
    }

    /// What is to be said `now`, one sentence each, without a full stop.
    pub fn step(&mut self, seen: &Seen, now: Instant) -> Vec<String> {
        let mut said = Vec::new();
        if seen.state == CameraState::Frozen {
            let reason = seen.reason.clone();
            said.push(reason.unwrap_or_else(|| "the camera sends the same picture over and over".to_owned()));
        }
        for (name, health) in [("crowd model", &seen.models.crowd), ("detector", &seen.models.detect)] {
            match health {
                Health::Failed(_) => said.push(format!("the {name} was given up; /api/status says why")),
                Health::Running { warning: Some(warning) } => said.push(format!("the {name}: {warning}")),
                _ => {}
            }
        }
        match seen.merged {
            0 => {}
            1 => said
                .push("one level is merged into a lower one, because encoding all takes too long".to_owned()),
            merged => said.push(format!(
                "{merged} levels are merged into lower ones, because encoding all takes too long"
            )),
        }
        let lately = self.lately(seen.panics, now);
        said.extend(Place::ALL.into_iter().zip(lately).filter_map(|(place, panics)| failed(place, panics)));
        said
    }

    /// Panics of the last ten minutes.
    fn lately(&mut self, panics: Panics, now: Instant) -> Panics {
        // What happened before the first look is recent.
        let oldest = self.sums.front().map_or([0; Place::ALL.len()], |(_, sums)| *sums);
        let due =
            self.sums.back().is_none_or(|(at, _)| now.saturating_duration_since(*at) >= REMEMBERED_EVERY);
        if due {
            let sums = if self.sums.is_empty() { oldest } else { panics };
            self.sums.push_back((now, sums));
        }
        while self.sums.get(1).is_some_and(|(at, _)| now.saturating_duration_since(*at) >= TOLD_FOR) {
            self.sums.pop_front();
        }
        let oldest = self.sums.front().map_or(oldest, |(_, sums)| *sums);
        std::array::from_fn(|place| panics[place] - oldest[place])
    }
}

fn failed(place: Place, panics: u64) -> Option<String> {
    let often = match panics {
        0 => return None,
        1 => "once".to_owned(),
        panics => format!("{panics} times"),
    };
    Some(format!("{place} failed {often} in the last 10 minutes and {}", place.outcome()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine() -> Seen {
        Seen {
            state: CameraState::Streaming,
            reason: None,
            models: Report::default(),
            merged: 0,
            panics: Panics::default(),
        }
    }

    fn panics(encode: u64, merge: u64) -> Seen {
        let mut seen = fine();
        seen.panics[Place::Encode as usize] = encode;
        seen.panics[Place::Merge as usize] = merge;
        seen
    }

    #[test]
    fn where_all_is_well_nothing_is_said() {
        assert!(Degradations::default().step(&fine(), Instant::now()).is_empty());
    }

    #[test]
    fn each_trouble_is_one_sentence() {
        let given_up = Health::Failed("model a.onnx: no such file".into());
        let silent = Health::Running { warning: Some("no result for 12 s".to_owned()) };
        let models = Report { crowd: silent, detect: given_up, tells_people: false };
        let reason = Some("the camera sends the same picture since noon".to_owned());
        let seen = Seen { state: CameraState::Frozen, reason, models, merged: 2, ..panics(1, 0) };
        let said = Degradations::default().step(&seen, Instant::now());
        let expected = [
            "the camera sends the same picture since noon",
            "the crowd model: no result for 12 s",
            "the detector was given up; /api/status says why",
            "2 levels are merged into lower ones, because encoding all takes too long",
            "an encoding thread failed once in the last 10 minutes and went on",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn nothing_is_said_to_go_on_that_has_ended() {
        let mut seen = fine();
        let ended = [Place::Viewer, Place::Request, Place::Analytics];
        ended.iter().for_each(|place| seen.panics[*place as usize] = 2);
        let expected = [
            "a model's thread failed 2 times in the last 10 minutes and gave no result each time",
            "a viewer's connection failed 2 times in the last 10 minutes and was closed each time",
            "the answer to a request failed 2 times in the last 10 minutes and was an error instead",
        ];
        assert_eq!(Degradations::default().step(&seen, Instant::now()), expected);
    }

    #[test]
    fn failures_are_told_for_ten_minutes_and_counted_place_by_place() {
        let (mut degradations, start) = (Degradations::default(), Instant::now());
        let mut at = |second: u64, seen: Seen| degradations.step(&seen, start + Duration::from_secs(second));
        for second in 0..100 {
            assert!(at(second, panics(0, 0)).is_empty());
        }
        assert_eq!(at(100, panics(3, 1)).len(), 2);
        for second in 101..400 {
            assert_eq!(at(second, panics(3, 1)).len(), 2, "after {second} s");
        }
        assert!(at(400, panics(4, 1))[0].contains("failed 4 times"));
        for second in 401..700 {
            at(second, panics(4, 1));
        }
        for second in 711..1000 {
            let said = at(second, panics(4, 1));
            assert!(
                said.len() == 1 && said[0].contains("an encoding thread failed once"),
                "after {second} s: {said:?}"
            );
        }
        assert!(
            (1000..1011).map(|second| at(second, panics(4, 1))).last().is_some_and(|said| said.is_empty())
        );
        assert!(degradations.sums.len() <= 62, "{}", degradations.sums.len());
    }
}
