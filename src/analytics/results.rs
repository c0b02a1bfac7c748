//! The way out for results of one camera's models.
//!
//! Each result is one model's, of one frame; what the detector counted last goes along, with the frame that
//! was counted in. How results reach viewers is `hub`'s.

use std::{collections::BTreeMap, time::Instant};

use parking_lot::Mutex;

use crate::{
    frame::{Frame, now_us},
    nouns::{
        count::{LineCount, ZoneCount},
        event::Event,
        result::{AnalyticsResult, FrameRef, Timings},
    },
    tools::metrics::{Histogram, IntCounter, Metrics},
};

/// Takes each result with the events that came of it. Must not block.
pub type OnResult = Box<dyn Fn(AnalyticsResult, Vec<Event>) + Send + Sync>;

/// What the detector has counted; empty without one.
#[derive(Clone, Default)]
pub(super) struct Counted {
    /// The frame that was counted in.
    pub from: Option<FrameRef>,
    pub counts: BTreeMap<String, usize>,
    pub lines: Vec<LineCount>,
    pub zones: Vec<ZoneCount>,
}

/// One camera's way out, shared by the threads of its models.
pub(super) struct Results {
    camera: String,
    metrics: Metrics,
    /// Results of the crowd model and of the detector, looked up once: what still counts when the camera has
    /// been removed counts in none of the server's.
    published: [IntCounter; 2],
    /// Seconds from a frame's capture to its result.
    delay: Histogram,
    on_result: OnResult,
    /// Guards what was counted last; held to copy it.
    counted: Mutex<Counted>,
}

impl Results {
    /// The way out of a camera's results.
    pub fn new(camera: String, metrics: Metrics, on_result: OnResult) -> Self {
        let of = |model| metrics.analytics_results.with_label_values(&[camera.as_str(), model]);
        let published = ["crowd", "detect"].map(of);
        let delay = metrics.analytics_delay.with_label_values(&[&camera]);
        Results { camera, metrics, published, delay, on_result, counted: Mutex::default() }
    }

    /// Takes over what the detector has counted.
    pub fn count(&self, counted: Counted) {
        *self.counted.lock() = counted;
    }

    /// Forgets what was counted, since it says nothing about now; only the lines keep their counts, to which
    /// no frame has added since.
    pub fn lose_sight(&self) {
        let mut counted = self.counted.lock();
        (counted.from, counted.counts, counted.zones) = Default::default();
    }

    /// Milliseconds since a step began, noted in the metrics.
    pub fn timed(&self, stage: &str, began: Instant) -> f64 {
        let seconds = began.elapsed().as_secs_f64();
        self.metrics.analytics_seconds.with_label_values(&[stage]).observe(seconds);
        (seconds * 1e4).round() / 10.0
    }

    /// The result of a frame to which a model adds what it has found: it holds what was counted last.
    pub fn of(&self, frame: &Frame) -> AnalyticsResult {
        let Counted { from, counts, lines, zones } = self.counted.lock().clone();
        AnalyticsResult {
            camera: self.camera.clone(),
            frame: frame.number,
            captured_us: frame.captured_us,
            finished_us: 0,
            crowd: None,
            objects: None,
            counted: from,
            counts,
            lines,
            zones,
            timings_ms: Timings::default(),
        }
    }

    /// Finishes a result and hands it on, with the events that came of it.
    pub fn publish(&self, result: AnalyticsResult, events: Vec<Event>) {
        let [of_crowd, of_detector] = &self.published;
        let published = if result.objects.is_some() { of_detector } else { of_crowd };
        published.inc();
        let finished_us = now_us();
        self.delay.observe(finished_us.saturating_sub(result.captured_us) as f64 / 1e6);
        (self.on_result)(AnalyticsResult { finished_us, ..result }, events);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::nouns::picture::Planes;

    fn results() -> (Results, Receiver<AnalyticsResult>) {
        let (sender, told) = channel();
        let on_result: OnResult = Box::new(move |result, _| sender.send(result).expect("the test listens"));
        (Results::new("main".into(), Metrics::new().expect("names differ"), on_result), told)
    }

    #[test]
    fn a_result_of_the_crowd_tells_what_was_counted_last_and_in_which_frame() {
        let (results, told) = results();
        let counts = BTreeMap::from([("person".to_owned(), 3)]);
        let lines = vec![LineCount { id: "gate".into(), inbound: 1, outbound: 2, ..LineCount::default() }];
        let from = Some(FrameRef { frame: 5, captured_us: 1_000 });
        results.count(Counted { from, counts: counts.clone(), lines: lines.clone(), zones: Vec::new() });
        let frame = Frame::slate(7, 0, Planes::grey(2, 2, 0));
        results.publish(results.of(&frame), Vec::new());
        let first = told.recv().expect("is told");
        assert_eq!((first.frame, first.counted, first.counts, &first.lines), (7, from, counts, &lines));
        results.lose_sight();
        results.publish(results.of(&frame), Vec::new());
        let second = told.recv().expect("is told");
        assert!(second.counted.is_none() && second.counts.is_empty() && second.lines == lines);
    }
}
