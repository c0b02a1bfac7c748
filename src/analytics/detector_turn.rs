//! What the detector's thread does with a frame: things found, followed, counted, told.
//!
//! Finding itself is `detect`'s, who is who, how fast and across which line is `follow`'s.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use super::{
    AnalyticsSettings,
    clock::Clock,
    detect::Detector,
    engine::EngineError,
    follow::{Followed, Follower},
    lines::Crossing,
    results::{Counted, Found, Results},
};
use crate::{
    frame::Frame,
    nouns::{
        event::Event,
        result::{FrameRef, Object, Timings},
    },
};

/// Finds and follows one camera's things.
pub(super) struct Finder {
    detector: Detector,
    follower: Follower,
    clock: Clock,
    results: Arc<Results>,
    /// True while a frame is being followed; still true at the next one where that panicked.
    midway: bool,
}

impl Finder {
    /// Finds with this detector.
    pub fn new(detector: Detector, settings: &AnalyticsSettings, results: Arc<Results>) -> Self {
        let follower = Follower::new(&settings.survey, settings.confidence);
        Finder { detector, follower, clock: Clock::default(), results, midway: false }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the detector fails on it.
    pub fn look(&mut self, frame: &Frame) -> Result<(), EngineError> {
        let began = Instant::now();
        let sight = Sight { results: &self.results, kept: false };
        let detections = self.detector.detect(&frame.picture)?;
        let detect_ms = self.results.timed("detect", began);
        let began = Instant::now();
        if std::mem::replace(&mut self.midway, true) {
            self.follower.start_anew();
        }
        let (now, size) = (self.clock.time(frame.captured_us), frame.picture.size());
        let Followed { objects, zones, crossings } = self.follower.step(now, size, &detections);
        let mut counts = BTreeMap::new();
        for object in &objects {
            *counts.entry(object.class.clone()).or_default() += 1;
        }
        let from = FrameRef { frame: frame.number, captured_us: frame.captured_us };
        self.results.count(Counted { from: Some(from), counts, zones, lines: self.follower.line_counts() });
        self.midway = false;
        sight.keep();
        let events = crossings.into_iter().map(|crossing| event(frame, crossing, &objects)).collect();
        let timings =
            Timings { detect: Some(detect_ms), track: Some(self.results.timed("track", began)), crowd: None };
        self.results.publish(frame, Found { objects: Some(objects), timings, events, crowd: None });
        Ok(())
    }
}

/// What the detector has counted says nothing about now where it fails on a frame, be it by a panic.
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
