//! Which rung a viewer should have: what it sees of its link in, steps with their reasons out. Pure, with
//! time passed in.
//!
//! Decisions are made in two languages: by the viewer's page for itself
//! (`frontend/src/quality/controller.ts`), and here for clients that cannot adapt. `tests/golden/adapt/`
//! keeps them alike. A step is carried out by whoever called.

use super::{
    arrivals::{Arrivals, Arrived},
    candidate::Candidate,
    decision::{Decision, Input, Pause, Reason, frame_number},
    device::{Device, Verdict},
    forecast::Forecast,
    judgement::{Judgement, Rate, Rates},
    patience::{Patience, TooMuch},
    presence::Presence,
    reference::Reference,
    rungs::{Rungs, USUAL_FPS, cost},
    stay::Stay,
    trial::{TRIAL_FPS, Trial},
};
use crate::nouns::quality::Rung;

/// Longest time without any frame before a rung is too much, ms.
const SILENT_MS: f64 = 1_500.0;

/// Largest share of what the link carries that a rung's predicted bytes may take on the way down.
const DOWN_FITS: f64 = 0.95;

/// Where less than this share of the link is needed, the link is not what makes frames few.
const CLEARLY_FREE: f64 = 0.8;

/// Shortest time over which a device that paints too few frames is judged, ms.
const JUDGE_PAINT_MS: f64 = 3_000.0;

/// One viewer's controller.
#[derive(Clone, Debug)]
pub struct Controller {
    rung: Rung,
    automatic: bool,
    rungs: Rungs,
    presence: Presence,
    reference: Reference,
    arrivals: Arrivals,
    patience: Patience,
    forecast: Forecast,
    device: Device,
    stay: Stay,
}

impl Controller {
    /// A controller that begins at the ladder's rung nearest to `rung`. `jitter`, 0 to 1, should differ from
    /// viewer to viewer.
    pub fn new(rungs: Rungs, rung: Rung, jitter: f64, now_ms: f64) -> Self {
        Controller {
            rung: rungs.nearest(rung),
            automatic: true,
            rungs,
            presence: Presence::default(),
            reference: Reference::default(),
            arrivals: Arrivals::new(now_ms),
            patience: Patience::new(jitter),
            forecast: Forecast::default(),
            device: Device::default(),
            stay: Stay::new(now_ms),
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
            Input::Rungs(rungs) => return self.take_ladder(rungs, now_ms),
            Input::Choose(choice) => return self.choose(choice, now_ms),
            Input::Given(rung) => self.given(rung, now_ms),
            Input::Frame { number, rung, bytes, late_ms, slate, part } => {
                self.observe(now_ms, |it| it.presence.slate = slate);
                if !slate {
                    let arrived = Arrived { number: frame_number(number), bytes, late_ms, part };
                    self.arrivals.add(arrived, rung == self.rung, now_ms);
                }
            }
            Input::Status { streaming, fps } => {
                self.observe(now_ms, |it| it.hear(streaming, fps, now_ms));
            }
            Input::Connected(connected) => self.observe(now_ms, |it| {
                it.presence.connect(connected);
                it.reference.clear();
            }),
            Input::Visible(visible) => self.observe(now_ms, |it| it.presence.visible = visible),
        }
        Decision::None
    }

    /// Takes how the camera fares.
    fn hear(&mut self, streaming: bool, fps: f64, now_ms: f64) {
        self.presence.streaming = streaming;
        if !streaming {
            self.reference.clear();
        } else if fps > 0.0 {
            // Zero: the server has not seen two frames yet, so it has measured nothing.
            self.reference.add(fps, now_ms);
        }
    }

    /// Takes over what was seen. A pause that ends starts anew: what came before it must not be judged.
    fn observe(&mut self, now_ms: f64, change: impl FnOnce(&mut Self)) {
        let paused = self.pause().is_some();
        change(self);
        if paused && self.pause().is_none() {
            self.arrivals = Arrivals::new(now_ms);
            self.stay.resume(now_ms);
        }
    }

    /// Why nothing is judged; `None` where something is.
    fn pause(&self) -> Option<Pause> {
        let stills = || self.reference.is_stills().then_some(Pause::Stills);
        let by_hand = || (!self.automatic).then_some(Pause::ByHand);
        self.presence.pause().or_else(stills).or_else(by_hand)
    }

    fn decide(&mut self, painted_fps: Option<f64>, now_ms: f64) -> Decision {
        if let Some(pause) = self.pause() {
            return Decision::Hold(Reason::Paused(pause));
        }
        if let Some(sizes) = self.arrivals.sizes(now_ms) {
            self.forecast.learn(self.rung, sizes, now_ms);
        }
        if self.arrivals.silence_ms(now_ms) >= SILENT_MS {
            return self.silent(now_ms);
        }
        let rates = self.rates(now_ms);
        match rates.judge(self.reference.enough(), self.arrivals.span_ms(now_ms)) {
            Judgement::Measuring => Decision::Hold(Reason::Measuring),
            Judgement::Enough => self.faster(rates, painted_fps, now_ms),
            Judgement::InBand => self.in_band(rates, painted_fps, now_ms),
            Judgement::TooFew => self.rather_slow(rates.overall(), now_ms),
            Judgement::FarTooFew => self.slower(rates.of_late(), now_ms),
        }
    }

    /// Waits while the rate is only a little too low, but not for long.
    fn rather_slow(&mut self, rate: Rate, now_ms: f64) -> Decision {
        if self.stay.rather_slow(now_ms) {
            self.slower(rate, now_ms)
        } else {
            Decision::Hold(Reason::Measuring)
        }
    }

    /// Stays where the rate is as it should be, unless the device is slow.
    fn in_band(
        &mut self,
        Rates { fps, least, .. }: Rates,
        painted_fps: Option<f64>,
        now_ms: f64,
    ) -> Decision {
        self.stay.well();
        if let Some(slow) = self.slow_device(least, painted_fps, now_ms) {
            return slow;
        }
        self.prove(now_ms);
        Decision::Hold(Reason::InBand { fps })
    }

    /// Goes down where too few frames arrive, by as many rungs as their predicted bytes demand.
    fn slower(&mut self, rate: Rate, now_ms: f64) -> Decision {
        let (Rate { fps, least }, nearly) = (rate, rate.is_nearly_enough());
        let back = self.stay.tried_from(now_ms).filter(|_| nearly);
        let capacity = self.known_capacity(back, least, now_ms);
        let fits = |rung| {
            let needed = self.forecast.needed_at_least(rung, &self.rungs, &self.reference);
            capacity.is_none_or(|capacity| needed <= capacity)
        };
        let to = self
            .rungs
            .below(self.rung, |rung| back.is_none_or(|back| cost(rung) <= cost(back)) && fits(rung));
        let Some(to) = to else { return Decision::Hold(Reason::Lowest { fps }) };
        self.patience.left(TooMuch { rung: self.rung, capacity, nearly }, self.stay.reached_ms, now_ms);
        let step = self.step(to, Reason::Slow { fps, least }, now_ms);
        // Whether that one fits is not known either.
        self.stay.trial = back.map(|_| Trial::new(to, now_ms));
        step
    }

    /// Bytes a second that the link is known to carry and that a rung below may take; `back` is where a trial
    /// that ends now began. `None` where nothing has been measured, or the link is not what makes frames few.
    fn known_capacity(&self, back: Option<Rung>, least: f64, now_ms: f64) -> Option<f64> {
        let capacity = match back {
            Some(_) => self.arrivals.capacity(now_ms),
            None => self.arrivals.latest_capacity(now_ms).map(|capacity| DOWN_FITS * capacity),
        };
        let needed = self.forecast.needed_now(self.rung, least);
        capacity.filter(|capacity| needed > CLEARLY_FREE * capacity)
    }

    /// Goes down to half the bytes where nothing arrives. That is no failure of the rung, since nobody knows
    /// whether the link stands still.
    fn silent(&mut self, now_ms: f64) -> Decision {
        match self.rungs.below(self.rung, |rung| cost(rung) <= cost(self.rung) / 2.0) {
            Some(to) => self.step(to, Reason::Silent, now_ms),
            None => Decision::Hold(Reason::Lowest { fps: 0.0 }),
        }
    }

    /// Goes down, or says why not, where frames arrive but the device does not keep up with them; `None`
    /// where it does.
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

    /// Goes up by one rung where all frames arrive, if that fits or may be tried.
    fn faster(&mut self, rates: Rates, painted_fps: Option<f64>, now_ms: f64) -> Decision {
        let fps = rates.fps;
        self.stay.well();
        if let Some(slow) = self.slow_device(rates.least, painted_fps, now_ms) {
            return slow;
        }
        self.prove(now_ms);
        self.patience.carried(self.forecast.needed(self.rung, fps));
        let Some(candidate) = self.candidate(now_ms) else {
            return Decision::Hold(Reason::Highest { fps });
        };
        if let Some(reason) = self.keeps_from(candidate, rates, now_ms) {
            return Decision::Hold(reason);
        }
        let trial = (!candidate.fits()).then(|| Trial::new(self.rung, now_ms));
        let step = self.step(candidate.rung, Reason::Room { fps }, now_ms);
        self.stay.trial = trial;
        step
    }

    /// The rung that would be next on the way up: a refuge that fits, else the next dearer one.
    fn candidate(&self, now_ms: f64) -> Option<Candidate> {
        let capacity = self.arrivals.capacity(now_ms).unwrap_or_default();
        let needed = |rung| self.forecast.needed_up(rung, &self.rungs, &self.reference);
        let refuge = self.rungs.refuge_above(self.rung).filter(|rung| needed(*rung) <= DOWN_FITS * capacity);
        let rung = refuge.or_else(|| self.rungs.above(self.rung))?;
        Some(Candidate { rung, needed: needed(rung), capacity })
    }

    /// Why the step up to a rung is not taken now; `None` where it is.
    fn keeps_from(&self, candidate: Candidate, rates: Rates, now_ms: f64) -> Option<Reason> {
        let Candidate { rung: next, needed, capacity } = candidate;
        if !candidate.fits() && self.arrivals.clock_fps(now_ms) < rates.least {
            // What so few frames say about the link is not enough to try.
            return Some(Reason::Still);
        }
        let wait_ms = self.patience.wait_ms(next, needed, capacity, now_ms);
        if wait_ms > 0.0 {
            return Some(Reason::NotYet { next, wait_ms });
        }
        if candidate.has_no_room(rates, self.reference.highest()) {
            return Some(Reason::NoRoom { next });
        }
        (now_ms - self.stay.reached_ms < candidate.patient_ms()).then_some(Reason::Measuring)
    }

    /// Frames a second that arrive, and what is too few.
    fn rates(&self, now_ms: f64) -> Rates {
        let offered = self.reference.highest();
        Rates {
            fps: self.arrivals.fps(offered, now_ms),
            latest: self.arrivals.latest_fps(offered, now_ms),
            least: self.least(now_ms),
        }
    }

    /// Frames a second that are too few at this rung now.
    fn least(&self, now_ms: f64) -> f64 {
        let usual = self.rungs.least_fps(self.rung);
        let on_trial = usual == USUAL_FPS && self.stay.tried_from(now_ms).is_some();
        self.reference.too_few(if on_trial { TRIAL_FPS } else { usual })
    }

    /// Tells the patience each time that the rung has been held for long enough.
    fn prove(&mut self, now_ms: f64) {
        if self.stay.held(now_ms) {
            self.patience.proved(self.rung);
        }
    }

    fn step(&mut self, to: Rung, reason: Reason, now_ms: f64) -> Decision {
        let from = self.rung;
        self.move_to(to, now_ms);
        Decision::Step { from, to, reason }
    }

    /// Takes another rung. What arrived at the one before must not speak for it.
    fn move_to(&mut self, rung: Rung, now_ms: f64) {
        (self.rung, self.stay) = (rung, Stay::new(now_ms));
        self.arrivals.restart(now_ms);
    }

    /// Takes the rung that the server gave. One that was asked for and not given is not to be had now.
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

    /// Takes another ladder.
    fn take_ladder(&mut self, rungs: Rungs, now_ms: f64) -> Decision {
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
