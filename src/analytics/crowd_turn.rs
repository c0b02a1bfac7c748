//! The crowd model's turn: what its thread does with a frame. People are counted, and how risky that is, is
//! told.
//!
//! Counting is `crowd`'s, when a risk changes is `risk`'s.

use std::{sync::Arc, time::Instant};

use super::{
    clock::Clock,
    crowd::{CrowdModel, Density},
    engine::EngineError,
    results::Results,
    risk::Risk,
    settings::AnalyticsSettings,
};
use crate::{
    cameras::Calibration,
    frame::Frame,
    nouns::{
        event::Event,
        result::{AnalyticsResult, Crowd, RiskLevel, Timings},
    },
};

/// Counts one camera's people.
pub(super) struct CrowdTurn {
    model: CrowdModel,
    calibration: Option<Calibration>,
    risk: Risk,
    shown: RiskLevel,
    clock: Clock,
    results: Arc<Results>,
}

impl CrowdTurn {
    /// Takes turns with this model; the risk is low at first.
    pub fn new(model: CrowdModel, settings: &AnalyticsSettings, results: Arc<Results>) -> Self {
        let calibration = settings.survey.calibration.clone();
        let borders = if calibration.is_some() { settings.density_borders } else { settings.total_borders };
        let (risk, shown) = (Risk::new(borders), RiskLevel::Low);
        CrowdTurn { model, calibration, risk, shown, clock: Clock::default(), results }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the model fails on it.
    pub fn take(&mut self, frame: &Frame) -> Result<(), EngineError> {
        let began = Instant::now();
        let density = self.model.count(&frame.picture)?;
        let value = self.crowding(&density, frame.picture.size());
        let changed = self.change(frame, value);
        let total = (density.total * 10.0).round() / 10.0;
        let crowd = Crowd { total, grid: density.into_grid(), risk: self.shown };
        let timings_ms = Timings { crowd: Some(self.results.timed("crowd", began)), ..Timings::default() };
        let result = AnalyticsResult { crowd: Some(crowd), timings_ms, ..self.results.of(frame) };
        self.results.publish(result, changed.into_iter().collect());
        Ok(())
    }

    /// Takes a frame's crowding into the risk; gives the event where that changes.
    fn change(&mut self, frame: &Frame, value: f64) -> Option<Event> {
        let to = self.risk.step(value, self.clock.time(frame.captured_us));
        let from = std::mem::replace(&mut self.shown, to);
        (from != to).then_some(Event::RiskChanged { at_us: frame.captured_us, from, to })
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
