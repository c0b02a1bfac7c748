//! The detector's turn: what its thread does with a frame. Things are found, followed, counted, told.
//!
//! Finding is `detect`'s; who is who, how fast and across which line is `follower`'s.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    clock::Clock,
    detect::{Detection, Detector},
    engine::EngineError,
    fills::{Fills, Moment},
    follower::{Followed, Follower},
    glance::Glance,
    health::Outcome,
    lines::Crossing,
    pace::Pace,
    results::{Counted, Results},
    survey::SurveySlot,
    track::Look,
    zones::Loiterer,
};
use crate::{
    cameras::Survey,
    frame::Frame,
    nouns::{
        event::Event,
        result::{AnalyticsResult, FrameRef, Object, Timings},
    },
    tools::fence::caught,
};

/// Finds and follows what one camera shows.
pub(super) struct DetectorTurn {
    detector: Detector,
    follower: Follower,
    fills: Fills,
    clock: Clock,
    results: Arc<Results>,
    surveys: SurveySlot,
    pace: Pace,
    /// The survey that the follower has.
    survey: Arc<Survey>,
    /// The source whose pictures were followed last, as the slot numbers them.
    source: u64,
    /// The take whose pictures were followed last.
    take: u64,
    /// What the last picture that was followed showed, roughly.
    glance: Option<Glance>,
    /// True while a frame is being followed; still true at the next one where that panicked.
    midway: bool,
}

impl DetectorTurn {
    /// Takes turns with this detector, which is `sure` from that confidence on, and remembers nobody yet.
    /// Runs it once, for nothing.
    pub fn new(detector: Detector, sure: f32, surveys: SurveySlot, results: Arc<Results>) -> Self {
        let survey = surveys.get();
        let began = Instant::now();
        // What goes wrong here does so again with the first frame, where it is counted and told.
        if let Err(why) = caught(|| detector.rehearse().map_err(|error| error.to_string())).flatten() {
            log::debug!("a picture of nothing makes the detector fail: {why}");
        }
        let pace = Pace::new(began.elapsed());
        let follower = Follower::new(&survey, sure);
        DetectorTurn {
            detector,
            follower,
            fills: Fills::default(),
            clock: Clock::default(),
            results,
            surveys,
            pace,
            survey,
            source: 0,
            take: 0,
            glance: None,
            midway: false,
        }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// Where the detector fails on it.
    pub fn take(&mut self, frame: &Frame) -> Result<Outcome, EngineError> {
        let began = Instant::now();
        let results = Arc::clone(&self.results);
        let sight = Sight { results: &results, kept: false };
        let detections = self.detector.detect(&frame.picture)?;
        let detect_ms = self.results.timed("detect", began);
        let began = Instant::now();
        let apart = self.pace.step(Duration::from_secs_f64(detect_ms / 1e3));
        let Followed { objects, zones, crossings, loiterers } = self.follow(frame, apart, &detections);
        sight.keep();
        let now = self.clock.last();
        let crossings = crossings.into_iter().map(|crossing| crossed(frame, now, crossing, &objects));
        let loiterers = loiterers.into_iter().map(|loiterer| loitering(frame, loiterer));
        let fills = self.fills.step(&self.survey.zones, &zones, Moment { at: now, at_us: frame.captured_us });
        let events = crossings.chain(loiterers).chain(fills).collect();
        let outcome = Outcome { found: Some(objects.len()), warning: self.warning() };
        let track_ms = self.results.timed("track", began);
        let timings_ms = Timings { detect: Some(detect_ms), track: Some(track_ms), crowd: None };
        let result = AnalyticsResult { objects: Some(objects), timings_ms, ..self.results.of(frame) };
        self.results.publish(result, events);
        Ok(outcome)
    }

    /// What makes results doubtful, in words.
    fn warning(&self) -> Option<String> {
        self.detector.warning().or_else(|| self.follower.unknown_class(self.detector.names()))
    }

    /// Whether the picture shows another place or time than the last one: another take, or a jump of the
    /// picture, such as a recording has inside, or a camera that turns to another view at once.
    fn is_cut(&mut self, frame: &Frame) -> bool {
        let another_take = std::mem::replace(&mut self.take, frame.take) != frame.take;
        let glance = Glance::of(&frame.picture);
        let jumps = self.glance.as_ref().is_some_and(|before| before.jumps_to(&glance));
        self.glance = Some(glance);
        another_take || jumps
    }

    /// Finds out who is who, and notes the counts for this result and the next ones.
    fn follow(&mut self, frame: &Frame, apart: Duration, detections: &[Detection]) -> Followed {
        let elsewhere = self.surveys.is_elsewhere(&mut self.source);
        let cut = self.is_cut(frame);
        if std::mem::replace(&mut self.midway, true) || elsewhere || cut {
            self.follower.start_anew();
        }
        if self.surveys.renew(&mut self.survey) {
            self.follower.set_survey(&self.survey);
        }
        // Some models show only by their first results how many classes they have.
        self.follower.know(self.detector.names());
        let look = Look { at: self.clock.time(frame.captured_us), apart };
        let followed = self.follower.step(look, frame.picture.size(), detections);
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

/// The event of a line that was crossed, which became sure in this frame, of the time `now`.
fn crossed(frame: &Frame, now: Duration, crossing: Crossing, objects: &[Object]) -> Event {
    let ago = now.saturating_sub(crossing.at).as_micros();
    let object = objects.iter().find(|object| object.track_id == crossing.track_id);
    let (width, height) = frame.picture.size();
    let place = object.map(|object| {
        let [x, y] = object.bbox.foot();
        // A thousandth of the frame is finer than any box.
        [f64::from(x) / width as f64, f64::from(y) / height as f64].map(|part| (part * 1e3).round() / 1e3)
    });
    Event::LineCrossed {
        at_us: frame.captured_us.saturating_sub(u64::try_from(ago).unwrap_or(0)),
        class: crossing.class.to_string(),
        line: crossing.line,
        direction: crossing.direction,
        track_id: crossing.track_id,
        place,
        speed_kmh: object.and_then(|object| object.speed_kmh),
    }
}

/// The event of somebody who has been in a zone for long by this frame.
fn loitering(frame: &Frame, loiterer: Loiterer) -> Event {
    Event::Loitering {
        at_us: frame.captured_us,
        zone: loiterer.zone,
        seconds: loiterer.dwell.as_secs_f64().round(),
        track_id: loiterer.track_id,
        class: loiterer.class.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::mpsc::channel};

    use super::*;
    use crate::{
        analytics::{detect::DetectSettings, results::OnResult},
        frame::Picture,
        source::scene::{Scene, SceneParams},
        tools::metrics::Metrics,
    };

    /// Numbers of the tracks in six frames of the plaza, a tenth of a second apart. `take` says of which take
    /// each is, and may change more.
    fn tracks(take: impl Fn(u64, &SurveySlot) -> u64) -> Vec<Vec<u64>> {
        let asked =
            DetectSettings { confidence: 0.1, nms_iou: 0.45, classes: Default::default(), input: None };
        let detector = Detector::load(Path::new("models/detector.onnx"), asked).expect("loads");
        let (sender, told) = channel();
        let on_result: OnResult = Box::new(move |result, _| sender.send(result).expect("the test listens"));
        let metrics = Metrics::new().expect("names differ");
        let results = Arc::new(Results::new("main".into(), metrics, on_result));
        let slot = SurveySlot::new(Survey::default());
        let mut turn = DetectorTurn::new(detector, 0.3, slot.clone(), results);
        let mut scene = Scene::new(&SceneParams { seed: 3, ..SceneParams::default() }, 1280, 720);
        let mut tracks = |number: u64| -> Vec<u64> {
            let at = Duration::from_millis(10_000 + number * 100);
            let picture = Picture::Planes(scene.draw(at, number, ""));
            let frame = Frame::new(number, at.as_micros() as u64, picture).of_take(take(number, &slot));
            turn.take(&frame).expect("is looked at");
            let AnalyticsResult { objects, .. } = told.recv().expect("is told");
            objects.expect("the detector tells them").iter().map(|object| object.track_id).collect()
        };
        (1..=6).map(&mut tracks).collect()
    }

    #[test]
    fn another_take_or_source_ends_all_tracks() {
        let another_take = tracks(|number, _| u64::from(number > 3));
        let another_source = tracks(|number, slot| {
            if number == 4 {
                slot.start_anew();
            }
            0
        });
        for seen in [another_take, another_source] {
            assert!(seen[2].len() >= 10 && seen[5].len() >= 10, "{seen:?}");
            assert!(seen[3..].iter().flatten().all(|id| !seen[2].contains(id)), "{seen:?}");
        }
        let on = tracks(|_, _| 0);
        assert!(on[5].iter().filter(|id| on[2].contains(id)).count() >= 10, "{on:?}");
    }
}
