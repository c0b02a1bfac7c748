//! Which rung a viewer should have: what it sees of its link in, steps with their reasons out. Pure, with
//! time passed in.
//!
//! The same decisions are made in two languages: by the viewer's page for itself
//! (`frontend/src/quality/controller.ts`), and here for clients that cannot adapt. `tests/golden/adapt/`
//! keeps them alike. A step is carried out by whoever called.

use super::{
    arrivals::{Arrivals, Arrived},
    decision::{Decision, Input, Pause, Reason},
    device::{Device, Verdict},
    patience::{PROVED_MS, Patience, TooMuch},
    reference::Reference,
    rungs::{Rungs, USUAL_FPS, cost},
    trial::{SLOW_ON_TRIAL_MS, TRIAL_FPS, Trial},
};
use crate::nouns::quality::Rung;

/// A step up needs this much time since the last step.
const UP_EVERY_MS: f64 = 1_000.0;

/// A step up that may be too much waits until a rung has been held this long.
const TRY_AFTER_MS: f64 = 2_000.0;

/// No judgement on less than this: right after a step one late frame would look like a slow link.
const JUDGE_AFTER_MS: f64 = 2_000.0;

/// That every frame arrives is seen sooner.
const JUDGE_ENOUGH_MS: f64 = 700.0;

/// Unless the rate is this share of what is too few already; then this much time is enough.
const FAR_TOO_FEW: f64 = 0.6;
const JUDGE_SOON_MS: f64 = 1_000.0;

/// A rate that is only a little too low has to be so for this long: senders let their queues empty for a
/// fifth of a second now and then to measure the way (BBR, each ten seconds), which a rate over a second
/// remembers for a second.
const SLOW_FOR_MS: f64 = 1_400.0;

/// Without any frame for this long a rung is too much.
const SILENT_MS: f64 = 1_500.0;

/// Predicted bytes may take up this share of what the link carries: on the way down, and on the way up.
const DOWN_FITS: f64 = 0.95;
const UP_FITS: f64 = 0.85;

/// On the way down, the rate that must fit by the rate that is too few: 31 for 29.5 FPS.
const ROOM: f64 = 31.0 / 29.5;

/// A link that lets less than this share of the camera's frames through is full, and what it carries is known
/// exactly.
const FULL: f64 = 0.97;

/// Where less than this share of the link is needed, the link is not what makes frames few.
const CLEARLY_FREE: f64 = 0.8;

/// A device that paints too few frames is judged over this time.
const JUDGE_PAINT_MS: f64 = 3_000.0;

/// Frames a second, and what is too few of them.
#[derive(Clone, Copy, Debug)]
struct Rate {
    fps: f64,
    least: f64,
}

/// One viewer's controller.
#[derive(Clone, Debug)]
pub struct Controller {
    rung: Rung,
    automatic: bool,
    rungs: Rungs,
    connected: bool,
    visible: bool,
    streaming: bool,
    slate: bool,
    reference: Reference,
    arrivals: Arrivals,
    patience: Patience,
    /// Bytes of a frame at full size and level 60, as far as frames so far tell.
    unit: Option<f64>,
    device: Device,
    reached_ms: f64,
    proved_ms: f64,
    /// Since when the rate has been a little too low.
    slow_since_ms: Option<f64>,
    /// Of the present rung, where it was tried without knowing whether it fits.
    trial: Option<Trial>,
}

impl Controller {
    /// A controller that begins at the ladder's rung nearest to `rung`. `jitter`, 0 to 1, should differ from
    /// viewer to viewer.
    pub fn new(rungs: Rungs, rung: Rung, jitter: f64, now_ms: f64) -> Self {
        Controller {
            rung: rungs.nearest(rung),
            automatic: true,
            rungs,
            connected: false,
            visible: true,
            streaming: true,
            slate: false,
            reference: Reference::default(),
            arrivals: Arrivals::new(now_ms),
            patience: Patience::new(jitter),
            unit: None,
            device: Device::default(),
            reached_ms: now_ms,
            proved_ms: now_ms,
            slow_since_ms: None,
            trial: None,
        }
    }

    /// The rung that the viewer should have.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Takes what happened at `now_ms`, milliseconds of any steady clock, and says what to do.
    pub fn take(&mut self, input: Input, now_ms: f64) -> Decision {
        match input {
            Input::Tick { painted_fps } => return self.decide(painted_fps, now_ms),
            Input::Rungs(rungs) => return self.fit(rungs, now_ms),
            Input::Choose(choice) => return self.choose(choice, now_ms),
            Input::Given(rung) => self.given(rung, now_ms),
            Input::Frame { number, rung, bytes, late_ms, slate } => {
                self.observe(now_ms, |it| it.slate = slate);
                if !slate {
                    self.arrivals.add(Arrived { number, bytes, late_ms }, rung == self.rung, now_ms);
                }
            }
            Input::Status { streaming, fps } => self.observe(now_ms, |it| {
                it.streaming = streaming;
                match (streaming, fps > 0.0) {
                    (false, _) => it.reference.clear(),
                    (true, true) => it.reference.add(fps, now_ms),
                    // The server has not seen two frames yet, so it has measured nothing.
                    (true, false) => {}
                }
            }),
            Input::Connected(connected) => {
                self.observe(now_ms, |it| {
                    (it.connected, it.streaming, it.slate) = (connected, true, false);
                    it.reference.clear();
                });
            }
            Input::Visible(visible) => self.observe(now_ms, |it| it.visible = visible),
        }
        Decision::None
    }

    /// Takes over what was seen. A pause that ends starts anew: what came before it must not be judged.
    fn observe(&mut self, now_ms: f64, change: impl FnOnce(&mut Self)) {
        let paused = self.pause().is_some();
        change(self);
        if paused && self.pause().is_none() {
            self.arrivals = Arrivals::new(now_ms);
            self.judge_from(now_ms);
        }
    }

    fn pause(&self) -> Option<Pause> {
        if !self.connected {
            Some(Pause::Disconnected)
        } else if !self.visible {
            Some(Pause::Hidden)
        } else if self.slate || !self.streaming {
            Some(Pause::CameraAway)
        } else if self.reference.is_stills() {
            Some(Pause::Stills)
        } else {
            (!self.automatic).then_some(Pause::ByHand)
        }
    }

    fn decide(&mut self, painted_fps: Option<f64>, now_ms: f64) -> Decision {
        if let Some(pause) = self.pause() {
            return Decision::Hold(Reason::Paused(pause));
        }
        if let Some(bytes) = self.arrivals.bytes() {
            self.unit = Some(bytes / cost(self.rung));
        }
        if self.arrivals.silence_ms(now_ms) >= SILENT_MS {
            return self.silent(now_ms);
        }
        let (span_ms, (fps, latest)) = (self.arrivals.span_ms(now_ms), self.rates(now_ms));
        let least = self.least(now_ms);
        if span_ms < JUDGE_ENOUGH_MS {
            return Decision::Hold(Reason::Measuring);
        }
        let enough = self.reference.enough();
        if fps > enough && latest > enough {
            self.slow_since_ms = None;
            return self.faster(Rate { fps, least }, painted_fps, now_ms);
        }
        if span_ms < JUDGE_SOON_MS {
            return Decision::Hold(Reason::Measuring);
        }
        if latest < least * FAR_TOO_FEW {
            return self.slower(Rate { fps: latest, least }, now_ms);
        }
        if span_ms < JUDGE_AFTER_MS {
            return Decision::Hold(Reason::Measuring);
        }
        // What was bad and is not any more is over.
        if fps < least && latest < least {
            let since_ms = *self.slow_since_ms.get_or_insert(now_ms);
            let patient_ms = if self.tried_from(now_ms).is_some() { SLOW_ON_TRIAL_MS } else { SLOW_FOR_MS };
            return if now_ms - since_ms >= patient_ms {
                self.slower(Rate { fps, least }, now_ms)
            } else {
                Decision::Hold(Reason::Measuring)
            };
        }
        self.slow_since_ms = None;
        if let Some(slow) = self.slow_device(least, painted_fps, now_ms) {
            return slow;
        }
        self.prove(now_ms);
        Decision::Hold(Reason::InBand { fps })
    }

    /// Too few frames arrive: down, by as many rungs as their predicted bytes demand.
    fn slower(&mut self, Rate { fps, least }: Rate, now_ms: f64) -> Decision {
        let nearly = fps >= least * FAR_TOO_FEW;
        let back = self.tried_from(now_ms).filter(|_| nearly);
        let capacity = match back {
            Some(_) => self.arrivals.capacity(now_ms),
            None => self.arrivals.latest_capacity(now_ms).map(|capacity| DOWN_FITS * capacity),
        };
        // Without a measurement the link is to blame, but not known.
        let capacity = capacity.filter(|capacity| self.needed(self.rung, least) > CLEARLY_FREE * capacity);
        let fits = |rung| capacity.is_none_or(|capacity| self.needed_at_least(rung) <= capacity);
        let to = self
            .rungs
            .below(self.rung, |rung| back.is_none_or(|back| cost(rung) <= cost(back)) && fits(rung));
        let Some(to) = to else { return Decision::Hold(Reason::Lowest { fps }) };
        self.patience.left(TooMuch { rung: self.rung, capacity, nearly }, self.reached_ms, now_ms);
        let step = self.step(to, Reason::Slow { fps, least }, now_ms);
        // Whether that one fits is not known either.
        self.trial = back.map(|_| Trial::new(to, now_ms));
        step
    }

    /// Nothing arrives: down to half the bytes. That is no failure of the rung, since nobody knows whether
    /// the link stands still.
    fn silent(&mut self, now_ms: f64) -> Decision {
        match self.rungs.below(self.rung, |rung| cost(rung) <= cost(self.rung) / 2.0) {
            Some(to) => self.step(to, Reason::Silent, now_ms),
            None => Decision::Hold(Reason::Lowest { fps: 0.0 }),
        }
    }

    /// Frames arrive, but the device does not keep up with them.
    fn slow_device(&mut self, least: f64, painted_fps: Option<f64>, now_ms: f64) -> Option<Decision> {
        let painted_fps = painted_fps.filter(|_| self.arrivals.span_ms(now_ms) >= JUDGE_PAINT_MS)?;
        match self.device.judge(painted_fps, self.arrivals.clock_fps(now_ms), least) {
            Verdict::KeepsUp => None,
            Verdict::SlowAnyway => Some(Decision::Hold(Reason::DeviceAnyway { painted_fps })),
            Verdict::Slow => {
                let to = self.rungs.below(self.rung, |_| true)?;
                self.patience.failed(TooMuch::not_for_the_link(self.rung), now_ms);
                Some(self.step(to, Reason::Device { painted_fps }, now_ms))
            }
        }
    }

    /// All frames arrive: up by one rung, if that fits or may be tried.
    fn faster(&mut self, Rate { fps, least }: Rate, painted_fps: Option<f64>, now_ms: f64) -> Decision {
        if let Some(slow) = self.slow_device(least, painted_fps, now_ms) {
            return slow;
        }
        self.prove(now_ms);
        self.patience.carried(self.needed(self.rung, fps));
        let capacity = self.arrivals.capacity(now_ms).unwrap_or_default();
        let refuge = self.rungs.refuge_above(self.rung);
        let refuge = refuge.filter(|refuge| self.needed_up(*refuge) <= DOWN_FITS * capacity);
        let Some(next) = refuge.or_else(|| self.rungs.above(self.rung)) else {
            return Decision::Hold(Reason::Highest { fps });
        };
        let needed = self.needed_up(next);
        if needed > UP_FITS * capacity && self.arrivals.clock_fps(now_ms) < least {
            // What so few frames say about the link is not enough to try.
            return Decision::Hold(Reason::Still);
        }
        let wait_ms = self.patience.wait_ms(next, needed, capacity, now_ms);
        if wait_ms > 0.0 {
            return Decision::Hold(Reason::NotYet { next, wait_ms });
        }
        if needed > capacity && self.rates(now_ms).1.min(fps) < FULL * self.reference.highest() {
            return Decision::Hold(Reason::NoRoom { next });
        }
        let held_ms = now_ms - self.reached_ms;
        let patient_ms = if needed <= UP_FITS * capacity { UP_EVERY_MS } else { TRY_AFTER_MS };
        if held_ms < patient_ms {
            return Decision::Hold(Reason::Measuring);
        }
        let trial = (needed > UP_FITS * capacity).then(|| Trial::new(self.rung, now_ms));
        let step = self.step(next, Reason::Room { fps }, now_ms);
        self.trial = trial;
        step
    }

    /// Frames a second that arrive: over the whole window, and of late.
    fn rates(&self, now_ms: f64) -> (f64, f64) {
        let offered = self.reference.highest();
        (self.arrivals.fps(offered, now_ms), self.arrivals.latest_fps(offered, now_ms))
    }

    /// Where the rung was tried from, while it is on trial.
    fn tried_from(&self, now_ms: f64) -> Option<Rung> {
        self.trial.and_then(|trial| trial.from(now_ms))
    }

    /// Too few frames a second.
    fn least(&self, now_ms: f64) -> f64 {
        let usual = self.rungs.least_fps(self.rung);
        let on_trial = usual == USUAL_FPS && self.tried_from(now_ms).is_some();
        self.reference.too_few(if on_trial { TRIAL_FPS } else { usual })
    }

    /// Bytes a second that a rung is predicted to take at a frame rate.
    fn needed(&self, rung: Rung, fps: f64) -> f64 {
        self.unit.map_or(0.0, |unit| unit * cost(rung) * fps)
    }

    /// The same at the rate it would have when it is reached from below.
    fn needed_up(&self, rung: Rung) -> f64 {
        if self.rungs.least_fps(rung) < USUAL_FPS {
            self.needed_at_least(rung)
        } else {
            self.needed(rung, self.reference.highest())
        }
    }

    /// The same at the least rate it is held at, with some room.
    fn needed_at_least(&self, rung: Rung) -> f64 {
        self.needed(rung, self.reference.too_few(self.rungs.least_fps(rung)) * ROOM)
    }

    fn prove(&mut self, now_ms: f64) {
        if now_ms - self.proved_ms >= PROVED_MS {
            self.patience.proved(self.rung);
            self.proved_ms = now_ms;
        }
    }

    fn step(&mut self, to: Rung, reason: Reason, now_ms: f64) -> Decision {
        let from = self.rung;
        self.move_to(to, now_ms);
        Decision::Step { from, to, reason }
    }

    /// What arrived at the rung before must not speak for this one.
    fn move_to(&mut self, rung: Rung, now_ms: f64) {
        (self.rung, self.trial) = (rung, None);
        self.arrivals.restart(now_ms);
        self.judge_from(now_ms);
    }

    fn judge_from(&mut self, now_ms: f64) {
        (self.reached_ms, self.proved_ms, self.slow_since_ms) = (now_ms, now_ms, None);
    }

    /// The server gave another rung than the one asked for: that one is not to be had now.
    fn given(&mut self, rung: Rung, now_ms: f64) {
        if rung == self.rung {
            return;
        }
        if cost(rung) < cost(self.rung) {
            self.patience
                .failed(TooMuch::not_for_the_link(self.rungs.above(rung).unwrap_or(self.rung)), now_ms);
        }
        self.move_to(rung, now_ms);
    }

    fn fit(&mut self, rungs: Rungs, now_ms: f64) -> Decision {
        self.rungs = rungs;
        if self.automatic {
            self.step_onto(self.rungs.nearest(self.rung), Reason::Offered, now_ms)
        } else {
            Decision::None
        }
    }

    fn choose(&mut self, choice: Option<Rung>, now_ms: f64) -> Decision {
        match choice {
            None => {
                self.observe(now_ms, |it| it.automatic = true);
                self.step_onto(self.rungs.nearest(self.rung), Reason::Offered, now_ms)
            }
            Some(rung) => {
                self.automatic = false;
                self.step_onto(rung, Reason::Chosen, now_ms)
            }
        }
    }

    fn step_onto(&mut self, to: Rung, reason: Reason, now_ms: f64) -> Decision {
        if to == self.rung { Decision::None } else { self.step(to, reason, now_ms) }
    }
}
