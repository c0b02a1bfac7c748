//! The crowd model's turn: what its thread does with a frame. People are counted, and how risky that is, is
//! told.
//!
//! Counting is `crowd`'s, when a risk changes is `risk`'s.

use std::{sync::Arc, time::Instant};

use super::{
    clock::Clock,
    crowd::{CrowdModel, Density},
    engine::EngineError,
    health::Outcome,
    interest::Interest,
    results::Results,
    risk::{Borders, Risk},
    settings::AnalyticsSettings,
    survey::SurveySlot,
};
use crate::{
    cameras::Survey,
    frame::Frame,
    nouns::{
        event::Event,
        result::{AnalyticsResult, Crowd, RiskLevel, Timings},
    },
};

/// Counts one camera's people.
pub(super) struct CrowdTurn {
    model: CrowdModel,
    surveys: SurveySlot,
    /// The survey that the borders of the risk go by.
    survey: Arc<Survey>,
    limits: Limits,
    risk: Risk,
    shown: RiskLevel,
    clock: Clock,
    results: Arc<Results>,
    /// Learns when the risk is high.
    interest: Arc<Interest>,
}

/// Borders of the risk, of which one kind holds for a camera.
struct Limits {
    /// By people on a square metre, for a calibrated camera.
    density: Borders,
    /// By people in the frame, for any other.
    total: Borders,
}

impl Limits {
    fn of(settings: &AnalyticsSettings) -> Self {
        Limits { density: settings.density_borders, total: settings.total_borders }
    }

    /// The borders that hold for a survey.
    fn borders(&self, survey: &Survey) -> Borders {
        if survey.calibration.is_some() { self.density } else { self.total }
    }
}

impl CrowdTurn {
    /// Takes turns with this model; the risk is low at first.
    pub fn new(
        model: CrowdModel,
        settings: &AnalyticsSettings,
        surveys: SurveySlot,
        results: Arc<Results>,
    ) -> Self {
        let (survey, limits) = (surveys.get(), Limits::of(settings));
        let (risk, shown) = (Risk::new(limits.borders(&survey)), RiskLevel::Low);
        let (clock, interest) = (Clock::default(), Arc::default());
        CrowdTurn { model, surveys, survey, limits, risk, shown, clock, results, interest }
    }

    /// Tells `interest` when the risk is high.
    pub fn alarming(self, interest: Arc<Interest>) -> Self {
        CrowdTurn { interest, ..self }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the model fails on it.
    pub fn take(&mut self, frame: &Frame) -> Result<Outcome, EngineError> {
        if self.surveys.renew(&mut self.survey) {
            self.risk.set_borders(self.limits.borders(&self.survey));
        }
        let began = Instant::now();
        let density = self.model.count(&frame.picture)?;
        let value = self.crowding(&density, frame.picture.size());
        let changed = self.change(frame, value);
        let total = (density.total * 10.0).round() / 10.0;
        let crowd = Crowd { total, grid: density.into_grid(), risk: self.shown };
        let timings_ms = Timings { crowd: Some(self.results.timed("crowd", began)), ..Timings::default() };
        let result = AnalyticsResult { crowd: Some(crowd), timings_ms, ..self.results.of(frame) };
        self.results.publish(result, changed.into_iter().collect());
        Ok(Outcome { found: None, warning: self.model.warning() })
    }

    /// Takes a frame's crowding into the risk; gives the event where that changes.
    fn change(&mut self, frame: &Frame, value: f64) -> Option<Event> {
        let to = self.risk.step(value, self.clock.time(frame.captured_us));
        let from = std::mem::replace(&mut self.shown, to);
        self.interest.alarmed(to >= RiskLevel::High);
        (from != to).then_some(Event::RiskChanged { at_us: frame.captured_us, from, to })
    }

    /// What the borders of the risk are about: people on a square metre of measured ground, else people in
    /// the frame.
    fn crowding(&self, density: &Density, size: (usize, usize)) -> f64 {
        match self.survey.calibration.as_ref().map(|calibration| calibration.ground(size)) {
            Some(ground) => f64::from(density.within(ground.span())) / ground.area(),
            None => f64::from(density.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::{
        analytics::{engine::made::Made, results::OnResult},
        frame::Picture,
        nouns::picture::Planes,
        tools::metrics::Metrics,
    };

    /// A model that counts as many people as a picture of 8x8 pixels is bright, 0 to 255.
    fn model() -> CrowdModel {
        let mut made = Made::new();
        made.bytes("x", &[1, 3, 8, 8]).node("Cast", "x", "f").with("to", 1);
        made.node("ReduceMean", "f", "y").with_all("axes", &[1]).output("y");
        CrowdModel::of(made.load().expect("fits"), Some(64.0)).expect("gives a map")
    }

    #[test]
    fn a_risk_that_changes_is_an_event_of_the_frame_in_which_it_does() {
        let (sender, told) = channel();
        let on_result: OnResult =
            Box::new(move |result, events| sender.send((result, events)).expect("the test listens"));
        let metrics = Metrics::new().expect("names differ");
        let results = Arc::new(Results::new("main".into(), metrics, on_result));
        let settings = AnalyticsSettings::without_models("main");
        let mut turn = CrowdTurn::new(model(), &settings, SurveySlot::new(Survey::default()), results);
        let mut look = |second: u64, people: u8| {
            let picture = Picture::Planes(Planes::grey(8, 8, people));
            turn.take(&Frame::new(second, second * 1_000_000, picture)).expect("is looked at");
            let (result, events) = told.recv().expect("is told");
            (result.crowd.expect("people are counted").risk, events)
        };
        let changed = |second: u64, from: RiskLevel, to: RiskLevel| {
            (to, vec![Event::RiskChanged { at_us: second * 1_000_000, from, to }])
        };
        let same = |risk: RiskLevel| (risk, Vec::<Event>::new());
        assert_eq!(look(10, 120), same(RiskLevel::Low));
        assert_eq!(look(12, 120), changed(12, RiskLevel::Low, RiskLevel::Critical));
        assert_eq!(look(13, 120), same(RiskLevel::Critical));
        assert_eq!(look(14, 0), same(RiskLevel::Critical));
        assert_eq!(look(18, 0), changed(18, RiskLevel::Critical, RiskLevel::Low));
    }
}
