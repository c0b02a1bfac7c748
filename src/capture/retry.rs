//! How long to wait before a source is opened again: pure, seeded.
//!
//! A source that delivered is opened again at once; waits grow with attempts that bring nothing. One that was
//! there a short while ago is asked so often that it is back within two seconds of being good again; not so
//! one that refuses a login, since cameras lock out users who go on.

use std::time::Duration;

use crate::source::ReasonCode;

/// The first wait.
const FIRST: Duration = Duration::from_millis(300);

/// The longest wait for a source that has delivered lately, or that costs next to nothing to ask. With
/// [`JITTER`] and half a second for opening it is back within two seconds.
const LONGEST_FOR_NEAR: Duration = Duration::from_millis(1200);

/// The longest wait for any other: a camera that was never there is shown within this time of being switched
/// on.
const LONGEST: Duration = Duration::from_secs(10);

/// The first wait after a fault of this program in a source that had delivered: that is no trouble of the
/// source's.
const AFTER_OUR_FAULT: Duration = Duration::from_millis(100);

/// The longest wait after such a fault: the source is back within a second all the same, and cameras that
/// take long to let somebody in are not kept busy with that.
const LONGEST_AFTER_OUR_FAULT: Duration = Duration::from_millis(600);

/// Share by which each wait is shorter or longer at most, so that many cameras behind one switch do not all
/// come at once.
const JITTER: f64 = 0.2;

/// Time since the last picture for which a source counts as one that was there lately: a camera that
/// restarts, a cable that is changed.
const LATELY: Duration = Duration::from_secs(600);

/// Pictures for less than this time are no success: to open such a source at once, again and again, would
/// only keep it busy.
const SHORT: Duration = Duration::from_secs(1);

/// The waits after the first wrong logins: a camera that restarts may refuse a right login for a few seconds.
const AFTER_WRONG_LOGINS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// The wait after each further wrong login: cameras lock out users who go on, some for longer with each one
/// more.
const AFTER_MORE_WRONG_LOGINS: Duration = Duration::from_secs(60);

/// What came of the last attempt.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Why it ended.
    pub code: ReasonCode,
    /// For how long it brought pictures; `None` where none came.
    pub delivered: Option<Duration>,
    /// Time since the last picture of any attempt; `None` before the first.
    pub picture_age: Option<Duration>,
}

impl Attempt {
    /// The longest wait that may follow on anything but a refused login.
    fn longest_wait(&self) -> Duration {
        match self.code {
            // Asking a file system, or a host that answers that nothing listens, costs nobody anything.
            ReasonCode::Missing | ReasonCode::Empty | ReasonCode::Busy | ReasonCode::Refused => {
                LONGEST_FOR_NEAR
            }
            _ if self.picture_age.is_some_and(|age| age < LATELY) => LONGEST_FOR_NEAR,
            _ => LONGEST,
        }
    }
}

/// Capped exponential back-off.
#[derive(Debug)]
pub struct Retry {
    /// Attempts that brought nothing or next to nothing, since one brought more.
    failures: u32,
    /// Logins that were refused since then.
    refused_logins: usize,
    random: fastrand::Rng,
}

impl Retry {
    /// No attempt has failed yet.
    pub fn new(seed: u64) -> Self {
        Retry { failures: 0, refused_logins: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// How long to wait after one more attempt.
    pub fn next_wait(&mut self, attempt: Attempt) -> Duration {
        if attempt.delivered.is_some_and(|delivered| delivered >= SHORT) {
            (self.failures, self.refused_logins) = (0, 0);
        }
        let doubled = |first: Duration| first.saturating_mul(1 << self.failures.min(16));
        let ours = attempt.code == ReasonCode::Internal && attempt.delivered.is_some();
        let wait = if attempt.code.is_refused_login() {
            self.refused_logins += 1;
            *AFTER_WRONG_LOGINS.get(self.refused_logins - 1).unwrap_or(&AFTER_MORE_WRONG_LOGINS)
        } else if ours {
            doubled(AFTER_OUR_FAULT).min(LONGEST_AFTER_OUR_FAULT)
        } else {
            doubled(FIRST).min(attempt.longest_wait())
        };
        self.failures += 1;
        wait.mul_f64(1.0 + JITTER * (self.random.f64() * 2.0 - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A camera that never was there, and does not answer.
    const NOWHERE: Attempt = Attempt { code: ReasonCode::Unreachable, delivered: None, picture_age: None };

    fn seconds(retry: &mut Retry, count: usize, attempt: Attempt) -> Vec<f64> {
        (0..count).map(|_| retry.next_wait(attempt).as_secs_f64()).collect()
    }

    fn assert_near(waits: &[f64], nominal: &[f64]) {
        for (wait, nominal) in waits.iter().zip(nominal) {
            assert!((wait / nominal - 1.0).abs() <= JITTER, "{wait} for {nominal} in {waits:?}");
        }
    }

    #[test]
    fn waits_for_a_camera_that_never_was_there_double_up_to_the_cap() {
        let waits = seconds(&mut Retry::new(1), 40, NOWHERE);
        assert_near(&waits, &[0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 10.0, 10.0]);
        assert!(waits.iter().all(|wait| *wait <= 12.0));
    }

    #[test]
    fn a_fault_of_ours_costs_less_than_a_second_however_often_unless_it_comes_before_the_first_picture() {
        let fault = Attempt { code: ReasonCode::Internal, ..NOWHERE };
        let at_once = Attempt { delivered: Some(Duration::from_millis(50)), ..fault };
        let waits = seconds(&mut Retry::new(1), 100, at_once);
        assert_near(&waits, &[0.1, 0.2, 0.4, 0.6, 0.6, 0.6]);
        assert!(waits.iter().all(|wait| *wait < 0.8), "{waits:?}");
        let after_a_while = Attempt { delivered: Some(SHORT), ..fault };
        assert!(seconds(&mut Retry::new(1), 100, after_a_while).iter().all(|wait| *wait < 0.2));
        assert_near(&seconds(&mut Retry::new(1), 4, fault), &[0.3, 0.6, 1.2, 2.4]);
    }

    #[test]
    fn a_camera_that_was_there_lately_is_asked_often_enough_to_be_back_in_two_seconds() {
        let gone = Attempt { picture_age: Some(Duration::from_secs(500)), ..NOWHERE };
        let waits = seconds(&mut Retry::new(1), 400, gone);
        assert!(waits.iter().all(|wait| *wait <= 1.5), "{waits:?}");
        let long_gone = Attempt { picture_age: Some(Duration::from_secs(700)), ..NOWHERE };
        assert!(seconds(&mut Retry::new(1), 40, long_gone)[39] > 7.0);
    }

    #[test]
    fn what_costs_nothing_to_ask_is_asked_often() {
        for code in [ReasonCode::Missing, ReasonCode::Refused] {
            assert!(
                seconds(&mut Retry::new(1), 40, Attempt { code, ..NOWHERE }).iter().all(|wait| *wait <= 1.5)
            );
        }
    }

    #[test]
    fn a_source_that_hangs_up_after_some_pictures_is_opened_again_at_once() {
        let mut retry = Retry::new(1);
        seconds(&mut retry, 6, NOWHERE);
        let hung_up = Attempt {
            code: ReasonCode::HungUp,
            delivered: Some(Duration::from_secs(3)),
            picture_age: Some(Duration::ZERO),
        };
        assert!(seconds(&mut retry, 40, hung_up).iter().all(|wait| *wait <= 0.4));
        let at_once = Attempt { delivered: Some(Duration::from_millis(100)), ..hung_up };
        assert_near(&seconds(&mut Retry::new(1), 5, at_once), &[0.3, 0.6, 1.2, 1.2, 1.2]);
    }

    #[test]
    fn a_wrong_login_is_not_repeated_until_the_camera_locks_the_user_out() {
        for code in [ReasonCode::LoginWrong, ReasonCode::LoginUnsupported] {
            let wrong = Attempt { code, picture_age: Some(Duration::from_secs(9)), ..NOWHERE };
            let waits = seconds(&mut Retry::new(1), 10, wrong);
            assert_near(&waits, &[1.0, 4.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0]);
        }
    }

    #[test]
    fn a_camera_that_asks_for_a_login_and_was_shown_none_is_back_as_soon_as_any_other() {
        let asks = Attempt { code: ReasonCode::LoginMissing, ..NOWHERE };
        let waits = seconds(&mut Retry::new(1), 8, asks);
        assert_near(&waits, &[0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 10.0, 10.0]);
        let lately = Attempt { picture_age: Some(Duration::from_secs(9)), ..asks };
        assert!(seconds(&mut Retry::new(1), 400, lately).iter().all(|wait| *wait <= 1.5));
    }

    #[test]
    fn logins_are_counted_across_other_failures_until_pictures_come() {
        let mut retry = Retry::new(1);
        let wrong = Attempt { code: ReasonCode::LoginWrong, ..NOWHERE };
        let mut waits = |attempts: &[Attempt]| -> Vec<f64> {
            attempts.iter().map(|attempt| retry.next_wait(*attempt).as_secs_f64()).collect()
        };
        assert_near(
            &waits(&[NOWHERE, wrong, NOWHERE, wrong, NOWHERE, wrong]),
            &[0.3, 1.0, 1.2, 4.0, 4.8, 60.0],
        );
        let again = Attempt { delivered: Some(SHORT), picture_age: Some(Duration::ZERO), ..NOWHERE };
        assert_near(&waits(&[again, wrong, wrong, wrong]), &[0.3, 1.0, 4.0, 60.0]);
    }

    #[test]
    fn two_cameras_do_not_come_at_once() {
        assert_ne!(seconds(&mut Retry::new(1), 5, NOWHERE), seconds(&mut Retry::new(2), 5, NOWHERE));
    }
}
