//! Evidence that a track is a thing: its detections' times and confidences in, whether it is shown and how
//! long it is waited for out. Pure.
//!
//! One detection may be anything; two that agree, apart in time, are a thing. What agrees is `cost`'s.

use std::time::Duration;

/// Least sum of the confidences of a track's detections at which it is shown: two good ones, or three that
/// are barely sure.
const ENOUGH: f32 = 0.9;

/// Least time between the first and the last detection of a track that is shown: what flickers up in two
/// pictures in a row, a thirtieth of a second apart, is one mistake.
const APART: Duration = Duration::from_millis(90);

/// Least sum of the confidences where something known is in the same place: detectors give people in a crowd
/// second boxes, for a few pictures each.
const ENOUGH_BESIDE: f32 = 2.0;

/// Least time between the first and the last detection there.
const APART_BESIDE: Duration = Duration::from_millis(400);

/// Time between results from which on one sure detection is a thing: nobody waits for a second one.
const SELDOM: Duration = Duration::from_secs(1);

/// Longest time that a confirmed track is kept while it is not seen: somebody who stands behind others or a
/// tree mostly comes back within that.
const KEPT_UNSEEN: Duration = Duration::from_secs(6);

/// Longest time that an unconfirmed track is kept while it is not seen, where results come often.
const UNCONFIRMED_KEPT: Duration = Duration::from_millis(400);

/// Results that a track may miss where they come so seldom that the times above are shorter.
const MISSES: u32 = 2;

/// What a track's detections amount to.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    first: Duration,
    /// Sum of the confidences.
    sum: f32,
    is_enough: bool,
}

impl Evidence {
    /// The evidence of a first detection at `now`, of that confidence.
    pub fn new(now: Duration, confidence: f32) -> Self {
        Evidence { first: now, sum: confidence, is_enough: false }
    }

    /// Whether the track is a thing.
    pub fn is_enough(&self) -> bool {
        self.is_enough
    }

    /// Adds another detection at `now`; one that lies `beside` something known may be that once more.
    pub fn add(&mut self, now: Duration, confidence: f32, beside: bool) {
        self.sum += confidence;
        let (enough, apart) = if beside { (ENOUGH_BESIDE, APART_BESIDE) } else { (ENOUGH, APART) };
        self.is_enough |= self.sum >= enough && now.saturating_sub(self.first) >= apart;
    }

    /// Takes the one detection for enough where the next result is `apart` away.
    pub fn settle_for_one(&mut self, apart: Duration) {
        self.is_enough |= apart >= SELDOM;
    }

    /// Longest time that the track is kept unseen, where results are `apart`.
    pub fn kept(&self, apart: Duration) -> Duration {
        let least = if self.is_enough { KEPT_UNSEEN } else { UNCONFIRMED_KEPT };
        // Where results come seldom, the next one has to find it all the same.
        least.max(apart * MISSES + apart / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    /// Whether detections of that confidence at these times are enough.
    fn enough(confidence: f32, times: &[u64]) -> bool {
        let mut evidence = Evidence::new(millis(times[0]), confidence);
        times[1..].iter().for_each(|time| evidence.add(millis(*time), confidence, false));
        evidence.is_enough()
    }

    #[test]
    fn two_sure_detections_are_enough_and_barely_sure_ones_take_more() {
        assert!(enough(0.5, &[0, 100]) && enough(0.5, &[0, 900]));
        assert!(!enough(0.3, &[0, 500]) && enough(0.31, &[0, 500, 900]));
    }

    #[test]
    fn what_flickers_up_at_a_high_rate_is_nothing() {
        assert!(!enough(0.9, &[0, 30]) && !enough(0.9, &[0, 30, 60]) && enough(0.9, &[0, 30, 60, 90]));
    }

    #[test]
    fn beside_something_known_it_takes_longer() {
        let mut evidence = Evidence::new(millis(0), 0.7);
        let mut add = |time| {
            evidence.add(millis(time), 0.7, true);
            evidence.is_enough()
        };
        assert_eq!([100, 300, 400].map(&mut add), [false, false, true]);
    }

    #[test]
    fn one_is_enough_where_nobody_can_wait_for_a_second() {
        let mut evidence = Evidence::new(millis(0), 0.5);
        evidence.settle_for_one(millis(500));
        assert!(!evidence.is_enough());
        evidence.settle_for_one(millis(3_000));
        assert!(evidence.is_enough());
    }

    #[test]
    fn the_next_results_are_waited_for_however_seldom_they_come() {
        let evidence = Evidence::new(millis(0), 0.5);
        assert_eq!(evidence.kept(millis(30)), UNCONFIRMED_KEPT);
        assert_eq!(evidence.kept(millis(4_000)), millis(10_000));
    }
}
