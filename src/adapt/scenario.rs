//! A language for what happens to a viewer's link, and a link in simulated time that it happens to. For tests
//! only.
//!
//! A scenario is told in steps: the link as it is, for so many seconds, what is expected of the last of them.
//! A camera of 34 FPS, the real window and the real controller stand at its ends; between them are a
//! bottleneck with a queue and a way in each direction. What is random is seeded. Time goes on by a
//! millisecond, so that hundreds of scenarios take a second.

mod deltas;
mod link;
mod outcome;
pub mod scenes;
mod way;

use std::collections::VecDeque;

use super::{Controller, Decision, Input, Rungs, Style, Window, rungs::cost};
use crate::nouns::{
    form::Part,
    quality::{Level, Rung, Tier},
};
use deltas::{Deltas, Scene};
pub use link::Bottleneck;
pub use outcome::Outcome;
use outcome::{Seen, Watched};

/// How often a controller decides.
const TICK_MS: u64 = 250;

/// A viewer's life.
pub struct Scenario {
    pub controller: Controller,
    /// The viewer's own part in when it tries, 0 to 1.
    pub chance: f64,
    window: Window,
    now: u64,
    random: fastrand::Rng,
    pub link: Bottleneck,
    one_way_ms: f64,
    jitter_ms: f64,
    /// What the viewer's program takes from a frame's arrival to its ack.
    ack_ms: f64,
    /// Bytes of a frame at full size and level 60.
    unit: f64,
    /// Frames a second that the device can paint at a rung.
    paints: fn(Rung) -> f64,
    /// Whether the server tells how the camera fares.
    tells: bool,
    camera_fps: f64,
    /// Frames hold what changed, where the viewer wants it so.
    deltas: Option<Deltas>,
    /// The picture stands still: one frame a second, none missing.
    frozen: bool,
    /// The camera's newest frame and when it was captured.
    captured: (u64, f64),
    next_capture: f64,
    sent_rung: Rung,
    /// Requests for a rung under way to the server.
    requests: VecDeque<(f64, Rung)>,
    /// Frames under way: when they arrive.
    frames: VecDeque<(f64, Sent)>,
    acks: VecDeque<(f64, u64)>,
    newest: u64,
    last_arrival: f64,
    pub seen: Vec<Seen>,
    pub steps: Vec<(f64, Rung, Rung)>,
    /// What the controller was told and decided, for golden files.
    pub record: Vec<(f64, Input, Decision)>,
}

#[derive(Clone, Copy)]
struct Sent {
    number: u64,
    rung: Rung,
    bytes: f64,
    captured: f64,
    part: Part,
}

/// Every rung of every tier.
pub fn rungs(style: Style) -> Rungs {
    let levels: Vec<Level> = (30..=95).step_by(5).filter_map(Level::at_or_below).collect();
    Rungs::new(&levels, &Tier::OFFERED, style).expect("there are levels and tiers")
}

pub fn rung(scale: u32, quality: u32) -> Rung {
    Rung {
        tier: Tier::from_scale(scale).expect("offered"),
        level: Level::at_or_below(quality).expect("on the ladder"),
    }
}

impl Scenario {
    /// A viewer of a street that begins at level 60, on a link of so many megabits a second.
    pub fn on(mbit: f64) -> Self {
        let start = rung(1, 60);
        let mut viewer = Scenario {
            controller: Controller::new(rungs(Style::Smooth), start, 0.5, 0.0),
            chance: 0.5,
            window: Window::default(),
            now: 0,
            random: fastrand::Rng::with_seed(1),
            link: Bottleneck { mbit, queue_ms: 200.0, cross: 0.0, busy_until: 0.0 },
            one_way_ms: 10.0,
            jitter_ms: 0.0,
            ack_ms: 0.0,
            unit: 67_000.0,
            paints: |_| 1000.0,
            tells: true,
            camera_fps: 34.0,
            deltas: None,
            frozen: false,
            captured: (0, 0.0),
            next_capture: 0.0,
            sent_rung: start,
            requests: VecDeque::new(),
            frames: VecDeque::new(),
            acks: VecDeque::new(),
            newest: 0,
            last_arrival: 0.0,
            seen: Vec::new(),
            steps: Vec::new(),
            record: Vec::new(),
        };
        viewer.feed(Input::Connected(true));
        viewer
    }

    pub fn style(mut self, style: Style) -> Self {
        self.feed(Input::Rungs(rungs(style)));
        self
    }

    /// Another viewer than the usual one; before anything else happens.
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self.chance = self.random.f64();
        self.controller = Controller::new(rungs(Style::Smooth), self.controller.rung(), self.chance, 0.0);
        self.record.clear();
        self.feed(Input::Connected(true));
        self
    }

    pub fn round_trip(mut self, ms: f64) -> Self {
        self.one_way_ms = ms / 2.0;
        self.window.set_round_trip(ms);
        self
    }

    pub fn queue(mut self, ms: f64) -> Self {
        self.link.queue_ms = ms;
        self
    }

    /// Each frame comes up to so much later, at random.
    pub fn jitter(mut self, ms: f64) -> Self {
        self.jitter_ms = ms;
        self
    }

    /// The viewer's program acks a frame so much later than it has it.
    pub fn acks_after(mut self, ms: f64) -> Self {
        self.ack_ms = ms;
        self
    }

    /// Kilobytes of a frame at full size and level 60.
    pub fn frame_kb(mut self, kb: f64) -> Self {
        self.unit = kb * 1000.0;
        self
    }

    /// The device paints no more frames a second than this.
    pub fn paints(mut self, fps: fn(Rung) -> f64) -> Self {
        self.paints = fps;
        self
    }

    /// The server tells nothing by itself.
    pub fn quiet(mut self) -> Self {
        self.tells = false;
        self
    }

    pub fn camera(mut self, fps: f64) -> Self {
        self.camera_fps = fps;
        self
    }

    /// Frames hold what changes of a scene.
    pub fn deltas(mut self, scene: Scene) -> Self {
        self.deltas = Some(Deltas::new(scene));
        self
    }

    pub fn set_mbit(&mut self, mbit: f64) -> &mut Self {
        self.link.mbit = mbit;
        self
    }

    /// The device paints no more frames a second than this from now on.
    pub fn set_paints(&mut self, fps: fn(Rung) -> f64) -> &mut Self {
        self.paints = fps;
        self
    }

    /// The server gives another rung than it was asked for.
    pub fn give(&mut self, rung: Rung) -> &mut Self {
        self.sent_rung = rung;
        self.feed(Input::Given(rung));
        self
    }

    /// The camera's picture stands still from now on, or moves again.
    pub fn freeze(&mut self, frozen: bool) -> &mut Self {
        self.frozen = frozen;
        self
    }

    /// Others use this share of the link from now on.
    pub fn set_cross(&mut self, share: f64) -> &mut Self {
        self.link.cross = share;
        self
    }

    /// Nothing gets through for so long.
    pub fn stall(&mut self, ms: f64) -> &mut Self {
        self.link.busy_until = self.link.busy_until.max(self.now as f64) + ms;
        self
    }

    pub fn feed(&mut self, input: Input) -> Decision {
        let now = self.now as f64;
        let decision = self.controller.take(input.clone(), now);
        self.record.push((now, input, decision));
        if let Decision::Step { from, to, .. } = decision {
            self.steps.push((now, from, to));
            self.requests.push_back((now + self.one_way_ms, to));
        }
        decision
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: f64) -> &mut Self {
        let end = self.now + (seconds * 1000.0) as u64;
        while self.now < end {
            self.pass();
        }
        self
    }

    /// Lets a millisecond pass.
    pub fn pass(&mut self) {
        self.now += 1;
        self.step(self.now as f64);
    }

    /// The rung that most of the frames of so many seconds until now were of.
    pub fn usual_rung(&self, seconds: f64) -> Rung {
        let since = self.now as f64 - seconds * 1000.0;
        let mut rungs: Vec<Rung> =
            self.seen.iter().filter(|seen| seen.at > since).map(|seen| seen.rung).collect();
        rungs.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)));
        rungs.get(rungs.len() / 2).copied().unwrap_or(self.controller.rung())
    }

    /// Lets time pass and tells what came of it.
    pub fn judge(&mut self, seconds: f64) -> Outcome {
        let (begin, steps) = (self.now as f64, self.steps.len());
        self.wait(seconds);
        let watched = Watched::after(&self.seen, begin, seconds);
        Outcome {
            fps: watched.fps(),
            in_band: watched.share_with((self.camera_fps * 28.0 / 34.0).floor()),
            worst: watched.by_second().min().unwrap_or_default(),
            age_p95: watched.age(0.95),
            age_most: watched.age(1.0),
            used: watched.rate() / 1e3 / self.link.rate(),
            steps: self.steps.len() - steps,
            rung: self.controller.rung(),
        }
    }

    fn step(&mut self, now: f64) {
        while let Some((_, to)) = self.requests.front().copied().filter(|(at, _)| *at <= now) {
            self.requests.pop_front();
            self.sent_rung = to;
        }
        while let Some((_, number)) = self.acks.front().copied().filter(|(at, _)| *at <= now) {
            self.acks.pop_front();
            self.window.acked(number, now);
        }
        self.arrive(now);
        self.send(now);
        if self.tells && self.now.is_multiple_of(1000) {
            let fps = self.camera_fps;
            self.feed(Input::Status { streaming: true, fps });
        }
        if self.now.is_multiple_of(TICK_MS) {
            let lately =
                self.seen.iter().rev().take_while(|seen| seen.at > now - 2000.0).count() as f64 / 2.0;
            let painted_fps = Some(lately.min((self.paints)(self.controller.rung())));
            self.feed(Input::Tick { painted_fps });
        }
    }
}
