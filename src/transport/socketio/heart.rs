//! Whether a client is there: it is asked at intervals, and has so long to answer. Pure, with time passed in.

use std::time::{Duration, Instant};

/// Time between an answer and the next question: requests that wait for something to say end before proxies
/// give them up, mostly after a minute.
pub const PING_EVERY: Duration = Duration::from_secs(25);

/// Time that a client has to answer, in which it must also fetch the question.
pub const PONG_WITHIN: Duration = Duration::from_secs(20);

/// When a client is asked, and when it has to have answered.
#[derive(Debug)]
pub struct Heart {
    ask_at: Instant,
    /// Whether the question has still to be sent.
    due: bool,
    answer_by: Option<Instant>,
}

impl Heart {
    /// A client that has just been heard of.
    pub fn new(now: Instant) -> Self {
        Heart { ask_at: now + PING_EVERY, due: false, answer_by: None }
    }

    /// Goes on to `now`; false once the client is to be given up.
    pub fn step(&mut self, now: Instant) -> bool {
        match self.answer_by {
            Some(by) => now < by,
            None => {
                if now >= self.ask_at {
                    (self.due, self.answer_by) = (true, Some(now + PONG_WITHIN));
                }
                true
            }
        }
    }

    /// Returns true once for each time that the client is to be asked.
    pub fn take(&mut self) -> bool {
        std::mem::take(&mut self.due)
    }

    /// Notes that the client has answered.
    pub fn answered(&mut self, now: Instant) {
        *self = Heart::new(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answers_is_asked_again_and_who_does_not_is_given_up() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut heart = Heart::new(start);
        assert!(heart.step(at(24)) && !heart.take());
        assert!(heart.step(at(25)) && heart.take() && !heart.take(), "asked once");
        assert!(heart.step(at(44)));
        heart.answered(at(44));
        assert!(heart.step(at(68)) && !heart.take());
        assert!(heart.step(at(69)) && heart.take());
        assert!(heart.step(at(88)) && !heart.step(at(89)));
    }

    #[test]
    fn who_never_fetches_the_question_is_given_up_as_well() {
        let start = Instant::now();
        let mut heart = Heart::new(start);
        assert!(heart.step(start + PING_EVERY) && !heart.step(start + PING_EVERY + PONG_WITHIN));
    }
}
