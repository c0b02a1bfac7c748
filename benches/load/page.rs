//! A viewer that decides for itself as the page does, with the same controller. Pure: frames, messages and
//! time in, rungs to ask for and pings out.
//!
//! Not here: sockets, and any decision; those are `steadycast::adapt`'s, as they are the page's own
//! (`frontend/src/live/session.ts`).

use std::time::{Duration, Instant};

use serde_json::Value;
use steadycast::{
    adapt::{Controller, Decision, Input, Rungs, Style},
    nouns::{
        form::Part,
        quality::{self, Level, Tier},
    },
};

use super::record::{Arrival, Arrived};
use super::wire::{DeltaKind, Rung};

/// Rung that the page begins with.
pub const START: Rung = Rung { level: 60, scale: 1 };

/// Time between two decisions of the page.
pub const TICK: Duration = Duration::from_millis(250);

/// Ticks of the first pings: those nearest to 0, 0.3, 0.6 and 1 s, when the page pings.
const FIRST_PINGS: [u32; 4] = [0, 1, 2, 4];
/// Ticks between later pings: the page pings every 2 s.
const PING_EVERY: u32 = 8;

/// Time for which a ping's answer is believed, milliseconds, as on the page.
const SAMPLE_LIFE_MS: f64 = 30_000.0;

/// A ping's answer.
#[derive(Clone, Copy, Debug)]
struct Sample {
    round_trip_us: u64,
    /// What the answer itself took.
    way_us: f64,
    at_ms: f64,
}

/// The page's part of one viewer.
#[derive(Debug)]
pub struct Page {
    began: Instant,
    ticks: u32,
    controller: Controller,
    samples: Vec<Sample>,
}

impl Page {
    /// Makes a page that is connected since `now`. Pages that share a link differ in their `jitter`, 0 to 1.
    pub fn new(jitter: f64, now: Instant) -> Page {
        let mut controller = Controller::new(ladder(), on_ladder(START), jitter, 0.0);
        controller.take(Input::Connected(true), 0.0);
        Page { began: now, ticks: 0, controller, samples: Vec::new() }
    }

    /// Takes a frame that arrived.
    pub fn arrived(&mut self, frame: &Arrived) {
        let now_ms = self.ms(frame.at.at);
        let best = self.samples.iter().min_by_key(|sample| sample.round_trip_us);
        let late_ms = best.map(|sample| (frame.age().as_secs_f64() * 1e3 - sample.way_us / 1e3).max(0.0));
        let (number, rung, bytes) = (frame.comment.frame, on_ladder(frame.comment.rung), frame.bytes as f64);
        let part = frame.comment.delta.map_or(Part::Whole, |delta| part_of(delta.kind));
        self.controller.take(Input::Frame { number, rung, bytes, late_ms, slate: false, part }, now_ms);
    }

    /// Takes a text message that arrived; the page hears its status, its changes of level and its pongs.
    pub fn heard(&mut self, text: &[u8], arrival: Arrival) {
        // What is longer than was kept of it is none of these.
        let Ok(message) = serde_json::from_slice::<Value>(text) else { return };
        let now_ms = self.ms(arrival.at);
        match message["type"].as_str() {
            Some("status") => {
                let streaming = matches!(message["state"].as_str(), Some("streaming" | "frozen"));
                let fps = message["fps"].as_f64().unwrap_or_default();
                self.controller.take(Input::Status { streaming, fps }, now_ms);
            }
            Some("level") if message["reason"] != "requested" => {
                let number =
                    |field: &str| message[field].as_u64().and_then(|number| u8::try_from(number).ok());
                if let Some((level, scale)) = number("level").zip(number("scale")) {
                    self.controller.take(Input::Given(on_ladder(Rung { level, scale })), now_ms);
                }
            }
            Some("pong") => {
                if let Some((sent_us, server_us)) = message["t"].as_u64().zip(message["server_us"].as_u64()) {
                    let round_trip_us = arrival.utc_us.saturating_sub(sent_us);
                    let way_us = arrival.utc_us as f64 - server_us as f64;
                    self.samples.retain(|sample| now_ms - sample.at_ms < SAMPLE_LIFE_MS);
                    self.samples.push(Sample { round_trip_us, way_us, at_ms: now_ms });
                }
            }
            _ => {}
        }
    }

    /// Returns the rung to ask for when a [`TICK`] is over, and whether to ping.
    pub fn tick(&mut self, now: Instant) -> (Option<Rung>, bool) {
        let ping = FIRST_PINGS.contains(&self.ticks) || self.ticks.is_multiple_of(PING_EVERY);
        self.ticks += 1;
        let now_ms = self.ms(now);
        let wish = match self.controller.take(Input::Tick { painted_fps: None }, now_ms) {
            Decision::Step { from, to, reason } => {
                let [from, to] = [from, to].map(|rung| format!("{}/{}", rung.level, rung.tier.scale()));
                log::debug!("{:.2} s: {to} after {from}: {reason:?}", now_ms / 1e3);
                Some(self.controller.rung())
            }
            Decision::Hold(_) | Decision::None => None,
        };
        (wish.map(|rung| Rung { level: rung.level.quality(), scale: rung.tier.scale() as u8 }), ping)
    }

    fn ms(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.began).as_secs_f64() * 1e3
    }
}

fn part_of(kind: DeltaKind) -> Part {
    match kind {
        DeltaKind::Changed => Part::Delta,
        DeltaKind::Sweep => Part::Sweep,
        DeltaKind::Refined => Part::Refined,
    }
}

/// Returns how many rungs of the page's ladder cost less than `rung`.
pub fn height(rung: Rung) -> usize {
    let (ladder, rung) = (ladder(), on_ladder(rung));
    std::iter::successors(ladder.below(rung, |_| true), |below| ladder.below(*below, |_| true)).count()
}

/// Returns the page's ladder on a server with its usual settings.
fn ladder() -> Rungs {
    let levels: Vec<Level> = (u32::from(Level::MIN.quality())..=u32::from(Level::MAX.quality()))
        .step_by(usize::from(quality::LEVEL_STEP))
        .filter_map(Level::at_or_below)
        .collect();
    Rungs::new(&levels, &Tier::OFFERED, Style::Smooth).expect("there are levels and tiers")
}

/// Returns a rung in the product's own words; the nearest there is.
fn on_ladder(rung: Rung) -> quality::Rung {
    let level = Level::at_or_below(u32::from(rung.level)).unwrap_or(Level::MIN);
    quality::Rung { tier: Tier::from_scale(u32::from(rung.scale)).unwrap_or(Tier::Full), level }
}

#[cfg(test)]
mod tests {
    use super::super::wire::Comment;
    use super::*;

    const BEFORE_US: u64 = 1_732_147_200_000_000;

    /// A page that is told everything in simulated time.
    struct Scenario {
        page: Page,
        start: Instant,
        rung: Rung,
    }

    impl Scenario {
        fn new() -> Scenario {
            let start = Instant::now();
            Scenario { page: Page::new(0.0, start), start, rung: START }
        }

        fn arrival(&self, ms: u64) -> Arrival {
            Arrival { at: self.start + Duration::from_millis(ms), utc_us: BEFORE_US + ms * 1000 }
        }

        /// Frames that take 20 ms, and a tick when it is time; which rungs were asked for.
        fn watch(&mut self, seconds: u64, fps: u64) -> Vec<Rung> {
            let mut asked = Vec::new();
            for ms in 1..seconds * 1000 {
                let at = self.arrival(ms);
                if ms % (1000 / fps) == 0 {
                    let comment = Comment {
                        frame: ms * 34 / 1000,
                        captured_us: at.utc_us - 20_000,
                        rung: self.rung,
                        slate: false,
                        delta: None,
                    };
                    self.page.arrived(&Arrived { comment, bytes: 10_000, at });
                }
                if ms.is_multiple_of(250)
                    && let (Some(rung), _) = self.page.tick(at.at)
                {
                    self.rung = rung;
                    asked.push(rung);
                }
            }
            asked
        }
    }

    #[test]
    fn few_frames_have_the_page_ask_for_less_and_many_for_more() {
        let few = Scenario::new().watch(4, 20);
        assert!(few.first().is_some_and(|rung| height(*rung) < height(START)), "{few:?}");
        let all = Scenario::new().watch(4, 34);
        assert!(all.first().is_some_and(|rung| height(*rung) > height(START)), "{all:?}");
    }

    #[test]
    fn a_camera_that_gives_few_frames_is_no_slow_link() {
        let mut scenario = Scenario::new();
        let status = br#"{"type":"status","state":"streaming","fps":20.0,"viewers":1,"skipped":0}"#;
        scenario.page.heard(status, scenario.arrival(0));
        let asked = scenario.watch(4, 20);
        assert!(asked.iter().all(|rung| height(*rung) > height(START)), "{asked:?}");
    }

    #[test]
    fn the_page_pings_often_at_first() {
        let mut page = Page::new(0.0, Instant::now());
        let pings: Vec<u32> = (0..20).filter(|n| page.tick(page.began + TICK * *n).1).collect();
        assert_eq!(pings, [0, 1, 2, 4, 8, 16]);
    }

    #[test]
    fn the_quickest_answer_tells_what_an_empty_message_takes() {
        let mut scenario = Scenario::new();
        for (sent_ms, server_ms, at_ms) in [(0, 150, 200), (300, 310, 330), (600, 640, 700)] {
            let [sent, server] = [sent_ms, server_ms].map(|ms| BEFORE_US + ms * 1000);
            let pong = format!(r#"{{"type":"pong","t":{sent},"server_us":{server}}}"#);
            scenario.page.heard(pong.as_bytes(), scenario.arrival(at_ms));
        }
        let best =
            scenario.page.samples.iter().min_by_key(|sample| sample.round_trip_us).expect("three answers");
        assert_eq!((best.round_trip_us, best.way_us), (30_000, 20_000.0));
    }

    #[test]
    fn heights_count_from_the_cheapest_rung() {
        assert_eq!(height(Rung { level: 30, scale: 8 }), 0);
        assert_eq!(height(Rung { level: 95, scale: 1 }), height(Rung { level: 90, scale: 1 }) + 1);
        assert!(height(Rung { level: 30, scale: 1 }) > height(Rung { level: 30, scale: 2 }));
    }
}
