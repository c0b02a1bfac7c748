//! What of a camera's trouble is worth a line in the log or an event: pure, with time passed in.
//!
//! In go the state and what is wrong, look by look, out come what is news. What a state is called and who is
//! told belong to the supervisor.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use crate::{
    nouns::state::CameraState,
    source::{Reason, ReasonCode},
    tools::log_limit::LogLimit,
};

/// How long an outage that is a fault of this program may last before it is an event: the fence has counted
/// and logged it, and the ring of events has room for a few only.
const FAULT_TOLD_AFTER: Duration = Duration::from_secs(1);

/// What one look has brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Whether the trouble is worth a warning.
    pub trouble: bool,
    /// The state that was told before, where it is another one now.
    pub before: Option<CameraState>,
    /// Whether an outage has ended that was too short to be told.
    pub hiccup: bool,
}

/// What has been said about one camera.
#[derive(Debug)]
pub(super) struct Said {
    /// The state that was told last.
    state: CameraState,
    /// When each kind of trouble was last in the log, across outages.
    codes: HashMap<ReasonCode, LogLimit>,
    /// Since when the camera has been lost.
    lost_since: Option<Instant>,
}

impl Said {
    pub(super) fn new() -> Self {
        Said { state: CameraState::Connecting, codes: HashMap::new(), lost_since: None }
    }

    /// Takes the state and what is wrong; gives what is to be told of it.
    pub(super) fn look(&mut self, state: CameraState, trouble: Option<&Reason>, now: Instant) -> News {
        let lost = state == CameraState::Reconnecting;
        let since = lost.then(|| self.lost_since.unwrap_or(now));
        let ended = self.lost_since.take().is_some() && !lost;
        self.lost_since = since;
        let ours = trouble.is_some_and(|why| why.code == ReasonCode::Internal);
        if ours && since.is_some_and(|since| now.saturating_duration_since(since) < FAULT_TOLD_AFTER) {
            return News::default();
        }
        let trouble = trouble.is_some_and(|why| self.codes.entry(why.code).or_default().is_due(now));
        let before = std::mem::replace(&mut self.state, state);
        let before = (before != state).then_some(before);
        News { trouble, before, hiccup: ended && before.is_none() }
    }
}

#[cfg(test)]
mod tests {
    use CameraState::{Reconnecting, Streaming};

    use super::*;

    /// Looks ten times a second for `seconds`, each time at what `seen` gives for the time so far; gives the
    /// warnings and the changes.
    fn told(seconds: u64, seen: impl Fn(Duration) -> (CameraState, Option<ReasonCode>)) -> (usize, usize) {
        let (mut said, start) = (Said::new(), Instant::now());
        said.look(Streaming, None, start);
        let looks = (0..seconds * 10).map(|look| Duration::from_millis(look * 100)).map(|at| {
            let (state, code) = seen(at);
            said.look(state, code.map(|code| Reason::new(code, "why")).as_ref(), start + at)
        });
        looks.fold((0, 0), |(warnings, changes), news| {
            (warnings + usize::from(news.trouble), changes + usize::from(news.before.is_some()))
        })
    }

    /// Lost for `away` at the beginning of every `every`.
    fn lost(
        code: ReasonCode,
        away: Duration,
        every: u128,
    ) -> impl Fn(Duration) -> (CameraState, Option<ReasonCode>) {
        move |at| {
            if at.as_millis() % every < away.as_millis() {
                (Reconnecting, Some(code))
            } else {
                (Streaming, None)
            }
        }
    }

    #[test]
    fn a_camera_that_hangs_up_every_three_seconds_is_one_warning_a_minute_and_each_change_is_told() {
        let hangs_up = lost(ReasonCode::HungUp, Duration::from_millis(500), 3_000);
        assert_eq!(told(180, hangs_up), (3, 120));
    }

    #[test]
    fn a_fault_of_ours_that_is_over_within_a_second_is_neither_a_warning_nor_an_event() {
        let fault = lost(ReasonCode::Internal, Duration::from_millis(900), 2_000);
        assert_eq!(told(180, fault), (0, 0));
    }

    #[test]
    fn a_fault_of_ours_that_lasts_is_told_as_any_other() {
        let fault = lost(ReasonCode::Internal, Duration::from_millis(1_500), 60_000);
        assert_eq!(told(120, fault), (2, 4));
    }

    #[test]
    fn a_fault_of_ours_behind_which_the_camera_is_gone_is_told_at_once() {
        let gone = |at: Duration| match at.as_millis() {
            0..300 => (Reconnecting, Some(ReasonCode::Internal)),
            _ => (Reconnecting, Some(ReasonCode::Refused)),
        };
        assert_eq!((told(1, gone), told(60, gone)), ((1, 1), (1, 1)));
    }

    #[test]
    fn an_outage_that_was_not_told_is_a_hiccup_once_it_is_over() {
        let (mut said, now) = (Said::new(), Instant::now());
        said.look(Streaming, None, now);
        let fault = Reason::new(ReasonCode::Internal, "why");
        assert_eq!(said.look(Reconnecting, Some(&fault), now), News::default());
        let over = |said: &mut Said| said.look(Streaming, None, now + Duration::from_millis(200)).hiccup;
        assert_eq!((over(&mut said), over(&mut said)), (true, false));
    }
}
