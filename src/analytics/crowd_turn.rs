//! What the crowd model's thread does with a frame: people counted, how risky that is, told.
//!
//! Counting itself is `crowd`'s, when a risk changes is `risk`'s.

use std::{sync::Arc, time::Instant};

use super::{
    AnalyticsSettings,
    clock::Clock,
    crowd::{CrowdModel, Density},
    engine::EngineError,
    results::{Found, Results},
    risk::Risk,
};
use crate::{
    cameras::Calibration,
    frame::Frame,
    nouns::{
        event::Event,
        result::{Crowd, RiskLevel, Timings},
    },
};

/// Counts one camera's people.
pub(super) struct Counter {
    model: CrowdModel,
    calibration: Option<Calibration>,
    risk: Risk,
    shown: RiskLevel,
    clock: Clock,
    results: Arc<Results>,
}

impl Counter {
    /// Counts with this model.
    pub fn new(model: CrowdModel, settings: &AnalyticsSettings, results: Arc<Results>) -> Self {
        let calibration = settings.survey.calibration.clone();
        let borders = if calibration.is_some() { settings.density_borders } else { settings.total_borders };
        let (risk, shown) = (Risk::new(borders), RiskLevel::Low);
        Counter { model, calibration, risk, shown, clock: Clock::default(), results }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the model fails on it.
    pub fn look(&mut self, frame: &Frame) -> Result<(), EngineError> {
        let began = Instant::now();
        let density = self.model.count(&frame.picture)?;
        let value = self.crowding(&density, frame.picture.size());
        let risk = self.risk.step(value, self.clock.time(frame.captured_us));
        let from = std::mem::replace(&mut self.shown, risk);
        let changed =
            (from != risk).then_some(Event::RiskChanged { at_us: frame.captured_us, from, to: risk });
        let total = (density.total * 10.0).round() / 10.0;
        let crowd = Crowd { total, grid: density.into_grid(), risk };
        let timings = Timings { crowd: Some(self.results.timed("crowd", began)), ..Timings::default() };
        let events = changed.into_iter().collect();
        self.results.publish(frame, Found { crowd: Some(crowd), timings, events, objects: None });
        Ok(())
    }

    /// What the borders of the risk are about: people on a square metre of measured ground, else people in
    /// the frame.
    fn crowding(&self, density: &Density, size: (usize, usize)) -> f64 {
        match self.calibration.as_ref().map(|calibration| calibration.ground(size)) {
            Some(ground) => f64::from(density.within(ground.span())) / ground.area(),
            None => f64::from(density.total),
        }
    }
}
