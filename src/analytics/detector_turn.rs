//! The detector's turn: what its thread does with a frame. Things are found, followed, counted, told.
//!
//! Finding is `detect`'s; who is who, how fast and across which line is `follower`'s.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use super::{
    clock::Clock,
    detect::{Detection, Detector},
    engine::EngineError,
    follower::{Followed, Follower},
    health::Look,
    lines::Crossing,
    results::{Counted, Results},
    settings::AnalyticsSettings,
    survey::SurveySlot,
};
use crate::{
    cameras::Survey,
    frame::Frame,
    nouns::{
        event::Event,
        result::{AnalyticsResult, FrameRef, Object, Timings},
    },
};

/// Finds and follows what one camera shows.
pub(super) struct DetectorTurn {
    detector: Detector,
    follower: Follower,
    clock: Clock,
    results: Arc<Results>,
    surveys: SurveySlot,
    /// The survey that the follower has.
    survey: Arc<Survey>,
    /// The source whose pictures were followed last, as the slot numbers them.
    source: u64,
    /// True while a frame is being followed; still true at the next one where that panicked.
    midway: bool,
}

impl DetectorTurn {
    /// Takes turns with this detector, and remembers nobody yet.
    pub fn new(
        detector: Detector,
        settings: &AnalyticsSettings,
        surveys: SurveySlot,
        results: Arc<Results>,
    ) -> Self {
        let survey = surveys.get();
        let follower = Follower::new(&survey, settings.confidence);
        DetectorTurn {
            detector,
            follower,
            clock: Clock::default(),
            results,
            surveys,
            survey,
            source: 0,
            midway: false,
        }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the detector fails on it.
    pub fn take(&mut self, frame: &Frame) -> Result<Look, EngineError> {
        let began = Instant::now();
        let results = Arc::clone(&self.results);
        let sight = Sight { results: &results, kept: false };
        let detections = self.detector.detect(&frame.picture)?;
        let detect_ms = self.results.timed("detect", began);
        let began = Instant::now();
        let Followed { objects, crossings, .. } = self.follow(frame, &detections);
        sight.keep();
        let look = Look { found: Some(objects.len()), warning: None };
        let events = crossings.into_iter().map(|crossing| event(frame, crossing, &objects)).collect();
        let track_ms = self.results.timed("track", began);
        let timings_ms = Timings { detect: Some(detect_ms), track: Some(track_ms), crowd: None };
        let result = AnalyticsResult { objects: Some(objects), timings_ms, ..self.results.of(frame) };
        self.results.publish(result, events);
        Ok(look)
    }

    /// Finds out who is who, and notes the counts for this result and the next ones.
    fn follow(&mut self, frame: &Frame, detections: &[Detection]) -> Followed {
        let elsewhere = self.surveys.is_elsewhere(&mut self.source);
        if std::mem::replace(&mut self.midway, true) || elsewhere {
            self.follower.start_anew();
        }
        if self.surveys.renew(&mut self.survey) {
            self.follower.set_survey(&self.survey);
        }
        let (now, size) = (self.clock.time(frame.captured_us), frame.picture.size());
        let followed = self.follower.step(now, size, detections);
        let counts = counts_of(&followed.objects);
        let from = FrameRef { frame: frame.number, captured_us: frame.captured_us };
        let (zones, lines) = (followed.zones.clone(), self.follower.line_counts());
        self.results.count(Counted { from: Some(from), counts, lines, zones });
        self.midway = false;
        followed
    }
}

/// Forgets what the detector has counted where it fails on a frame, be it by a panic.
struct Sight<'a> {
    results: &'a Results,
    kept: bool,
}

impl Sight<'_> {
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Sight<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.results.lose_sight();
        }
    }
}

/// Objects of each class.
fn counts_of(objects: &[Object]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for object in objects {
        *counts.entry(object.class.clone()).or_default() += 1;
    }
    counts
}

/// The event of a line that was crossed in a frame.
fn event(frame: &Frame, crossing: Crossing, objects: &[Object]) -> Event {
    let crosser = objects.iter().find(|object| object.track_id == crossing.track_id);
    Event::LineCrossed {
        at_us: frame.captured_us,
        class: crosser.map_or("", |object| &object.class).to_owned(),
        line: crossing.line,
        direction: crossing.direction,
        track_id: crossing.track_id,
    }
}
