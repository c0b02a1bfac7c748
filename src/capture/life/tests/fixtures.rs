//! What the tests of lives share: a life in simulated time.

use std::time::{Duration, Instant};

use crate::{
    capture::life::{Life, Step, Traits},
    nouns::state::CameraState,
    source::{Reason, ReasonCode},
};

/// A life in simulated time that notes what it was told to do, and when.
pub struct Story {
    pub life: Life,
    pub start: Instant,
    pub now: Instant,
    pub opened: Vec<f64>,
    pub slates: Vec<(f64, String)>,
    pub states: Vec<CameraState>,
}

impl Story {
    pub fn new() -> Self {
        Story::of(Traits::default())
    }

    pub fn of(traits: Traits) -> Self {
        let start = Instant::now();
        let life = Life::new(start, 1, traits);
        let mut story = Story { life, start, now: start, opened: vec![], slates: vec![], states: vec![] };
        // It is opened before its first picture.
        story.run(0.01, None);
        story
    }

    /// Runs for `seconds` in steps of 10 ms; a picture arrives every `interval_ms`, if at all, the first at
    /// once.
    pub fn run(&mut self, seconds: f64, interval_ms: Option<u64>) -> &mut Self {
        let mut tick = 0;
        self.while_running(seconds, |life, now| {
            if interval_ms.is_some_and(|interval| (tick * 10) % interval == 0) {
                life.picture(now);
            }
            tick += 1;
        })
    }

    /// Runs for `seconds` in steps of 10 ms, each beginning with what `happens`.
    pub fn while_running(&mut self, seconds: f64, mut happens: impl FnMut(&mut Life, Instant)) -> &mut Self {
        let end = self.now + Duration::from_secs_f64(seconds);
        while self.now < end {
            happens(&mut self.life, self.now);
            while let Some(step) = self.life.step(self.now) {
                let at = (self.now - self.start).as_secs_f64();
                match step {
                    Step::Open => self.opened.push(at),
                    Step::Slate(why) => {
                        assert_eq!(why, self.life.why(self.now), "a slate says what the status says");
                        self.slates.push((at, why.text));
                    }
                }
            }
            let state = self.state();
            if self.states.last() != Some(&state) {
                self.states.push(state);
            }
            self.now += Duration::from_millis(10);
        }
        self
    }

    pub fn fail(&mut self, why: &str) -> &mut Self {
        self.fail_as(ReasonCode::HungUp, why)
    }

    pub fn fail_as(&mut self, code: ReasonCode, why: &str) -> &mut Self {
        self.life.failed(self.now, Reason::new(code, why));
        self
    }

    pub fn state(&self) -> CameraState {
        self.life.state(self.now)
    }

    pub fn why(&self) -> String {
        self.life.why(self.now).text
    }
}
