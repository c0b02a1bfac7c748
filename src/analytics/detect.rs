//! Detectors: a picture in, boxes with class and confidence out, each frame by itself.
//!
//! How a model's output is laid out is told from its file (`readings`) and from its first results (`trial`),
//! what its classes are called from its metadata, a file beside it, or COCO (`names`). Whether its results
//! look like something that was seen is `plausible`'s. Who is who from frame to frame is `track`'s.

mod apart;
mod candidate;
mod classes;
mod detection;
mod family;
#[cfg(test)]
mod fixtures;
mod grid;
mod gridded;
#[cfg(test)]
mod joined_tests;
mod judge;
mod labels;
mod layout;
#[cfg(test)]
mod model_files_tests;
mod names;
mod naming;
mod plan;
mod plausible;
mod queries;
mod ranges;
mod readings;
mod shapes;
mod spread;
mod suppress;
mod table;
mod told;
mod trial;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use thiserror::Error;

pub use self::detection::Detection;
use self::{
    candidate::Candidate,
    detection::{SURE, note_appearances},
    names::Names,
    naming::Naming,
    plausible::{Plausible, Seen},
    ranges::{DIM, Ranges},
    suppress::{Kept, suppressed},
    told::Told,
    trial::Trial,
};
use super::{
    appearance::Appearance,
    engine::{EngineError, Model, Tensor32},
    picture::{Letterbox, Range},
    shown::shown,
};
use crate::{
    frame::Picture,
    nouns::{picture::Planes, place::BBox},
};

/// Width and height of the input where the file leaves it open: half of 1280x720, in whole strides.
pub(super) const OPEN_SIZE: (usize, usize) = (640, 384);

/// Most boxes of a frame that are looked at: the surest ones.
const MOST_CANDIDATES: usize = 3000;

/// Most detections of a frame that are kept, the surest ones: as many people as can be told apart in a
/// picture, and a bound on what a model that sees things everywhere can cost.
const MOST_DETECTIONS: usize = 300;

/// Most values that are no numbers, as a part of a result, at which there is still one.
const MOST_BROKEN: f64 = 0.5;

/// What is asked of a detector.
#[derive(Clone, Debug)]
pub struct DetectSettings {
    /// Least confidence of a candidate, 0 to 1.
    pub confidence: f32,
    /// Boxes of one class that overlap more than this are one thing, as far as one picture tells.
    pub nms_iou: f32,
    /// Names of the classes that count, in letters of any case; empty: all.
    pub classes: HashSet<String>,
    /// Values that the input has, in place of what the file, or its layout, says.
    pub input: Option<Range>,
}

/// Why a detector cannot be loaded.
#[derive(Debug, Error)]
pub enum DetectError {
    /// The model cannot be loaded, or is none that is known here.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model was never taught a class that is asked for.
    #[error("model {} {why}", path.display())]
    Class {
        /// The file.
        path: PathBuf,
        /// What is asked for, and what can be.
        why: String,
    },
}

/// A loaded detector.
pub struct Detector {
    model: Arc<Model>,
    trial: Trial,
    ranges: Ranges,
    naming: Naming,
    plausible: Plausible,
    /// When the last result began.
    last: Option<Instant>,
    settings: DetectSettings,
}

impl Detector {
    /// Loads a model and finds out how its outputs may be laid out.
    ///
    /// # Errors
    /// [`DetectError`], also where the layout is none that is known.
    pub fn load(path: &Path, settings: DetectSettings) -> Result<Detector, DetectError> {
        Detector::of(Model::load(path, OPEN_SIZE)?, settings)
    }

    /// A detector of a loaded model.
    ///
    /// # Errors
    /// [`DetectError`], also where the layout is none that is known.
    pub(super) fn of(
        model: impl Into<Arc<Model>>,
        settings: DetectSettings,
    ) -> Result<Detector, DetectError> {
        let model = model.into();
        let names = Names::of(&model);
        let told = Told::of(|key| model.metadata(key), names.count()).by(model.producer());
        let layouts = readings::readings(model.outputs(), model.input(), &told, model.cut());
        let trial = Trial::new(layouts.map_err(|why| model.unknown(why))?);
        let trial = trial.ok_or_else(|| model.unknown("it gives no boxes".to_owned()))?;
        let asked = settings.classes.clone();
        let naming = Naming::new(names, asked, trial.layout(), trial.agrees_on_classes())
            .map_err(|why| DetectError::Class { path: model.path().to_owned(), why })?;
        let ranges = Ranges::new(settings.input.or(told.input), trial.layout().family.usual_range());
        let plausible = Plausible::new(naming.bound());
        Ok(Detector { model, trial, ranges, naming, plausible, last: None, settings })
    }

    /// Names of the classes, in the model's order.
    pub fn names(&self) -> &[Arc<str>] {
        self.naming.names()
    }

    /// How the model is read, in a line: its layout and what it is shown.
    pub fn reading(&self) -> String {
        let sure = if self.trial.is_settled() { "" } else { "probably " };
        format!("{sure}{}{}; it is shown {}", self.trial.layout(), self.naming.words(), self.shown())
    }

    /// The values that the model is shown.
    fn shown(&self) -> Range {
        shown(&self.model, self.ranges.range())
    }

    /// What is wrong with the results so far, in a sentence; `None` where nothing is.
    pub fn warning(&self) -> Option<String> {
        let looks_wrong = self.plausible.warning().map(str::to_owned);
        looks_wrong.or_else(|| self.ranges.warning()).or_else(|| self.naming.warning())
    }

    /// Width and height of the input in pixels.
    pub fn input(&self) -> (usize, usize) {
        self.model.input()
    }

    /// Finds things in a picture, the surest first, and those that may be behind them.
    ///
    /// # Errors
    /// [`EngineError::Run`]; [`EngineError::Unknown`] where the first results fit no layout.
    pub fn detect(&mut self, picture: &Picture) -> Result<Vec<Detection>, EngineError> {
        let began = Instant::now();
        let (outputs, letterbox) = self.look(picture)?;
        let kept = if self.trial.is_plausible() { self.kept(&outputs)? } else { Vec::new() };
        self.try_other_values(picture, &outputs)?;
        let after = self.last.replace(began).map(|last| began.saturating_duration_since(last));
        self.note(&kept, &letterbox, after);
        let mut found: Vec<Detection> =
            kept.into_iter().filter_map(|kept| self.detection(&kept, &letterbox)).collect();
        note_appearances(&mut found, picture);
        Ok(found)
    }

    /// Runs the model on a grey picture for nothing: the first run takes longer than those that follow.
    ///
    /// # Errors
    /// [`EngineError::Run`].
    pub fn rehearse(&self) -> Result<(), EngineError> {
        let (width, height) = self.input();
        let grey = Picture::Planes(Planes::grey(width, height, 128));
        self.run(&grey, self.shown()).map(drop)
    }

    /// What the model gives for a picture, and where that lies in its input. Once more where that tells that
    /// it is to be shown otherwise.
    fn look(&mut self, picture: &Picture) -> Result<(Vec<Tensor32>, Letterbox), EngineError> {
        let before = (self.shown(), self.trial.layout().family.align());
        let seen = self.run(picture, self.shown())?;
        if self.trial.is_settled() {
            return Ok(seen);
        }
        self.find_layout(&seen.0)?;
        if before == (self.shown(), self.trial.layout().family.align()) {
            return Ok(seen);
        }
        self.run(picture, self.shown())
    }

    /// Shows the model a picture with values of that range.
    fn run(&self, picture: &Picture, range: Range) -> Result<(Vec<Tensor32>, Letterbox), EngineError> {
        let align = self.trial.layout().family.align();
        let letterbox = Letterbox::new(picture.size(), self.model.input(), align);
        let outputs = self.model.run_all(&letterbox.fill(picture, shown(&self.model, range)))?;
        if broken(&outputs) > MOST_BROKEN {
            let why = "most values of its result are no numbers".to_owned();
            return Err(EngineError::Run { path: self.model.path().to_owned(), why });
        }
        Ok((outputs, letterbox))
    }

    /// Learns from a result how the outputs are laid out, and says so once that is found.
    fn find_layout(&mut self, outputs: &[Tensor32]) -> Result<(), EngineError> {
        let before = self.trial.layout().clone();
        self.trial.note(outputs, self.model.input()).map_err(|why| self.model.unknown(why))?;
        let layout = self.trial.layout();
        let is_sure = self.trial.is_settled();
        if *layout != before {
            self.ranges.set_usual(layout.family.usual_range());
        }
        if *layout != before || is_sure {
            let read = self.naming.read_by(layout, is_sure);
            read.map_err(|why| self.model.unknown(format!("it {why}")))?;
            self.plausible = Plausible::new(self.naming.bound());
        }
        if is_sure {
            log::info!("model {}: {}", self.model.path().display(), self.reading());
        }
        Ok(())
    }

    /// Shows the model other values, where the usual ones show it nothing of any class.
    fn try_other_values(&mut self, picture: &Picture, outputs: &[Tensor32]) -> Result<(), EngineError> {
        // Bytes hold no other values.
        if self.ranges.is_over() || self.model.takes_bytes() || !self.trial.is_plausible() {
            return Ok(());
        }
        let surest = self.surest(outputs);
        let Some(range) = self.ranges.note(surest) else { return Ok(()) };
        let (outputs, _) = self.run(picture, range)?;
        let surest = self.surest(&outputs);
        if self.ranges.tried(range, surest)
            && let Some(warning) = self.ranges.warning()
        {
            log::warn!("model {}: {warning}", self.model.path().display());
        }
        Ok(())
    }

    /// Confidence of the surest candidate of a result, also of a class that does not count; 0 where it is
    /// dim.
    fn surest(&self, outputs: &[Tensor32]) -> f32 {
        let all = self.trial.layout().candidates(outputs, self.model.input(), DIM);
        all.iter().map(|one| one.confidence).fold(0.0, f32::max)
    }

    /// The candidates of a result that count and are no others once more.
    ///
    /// # Errors
    /// Where a class shows that the model has none that is asked for.
    fn kept(&mut self, outputs: &[Tensor32]) -> Result<Vec<Kept>, EngineError> {
        let layout = self.trial.layout();
        let mut candidates = layout.candidates(outputs, self.model.input(), self.settings.confidence);
        let sure = candidates.iter().filter(|one| one.confidence >= SURE);
        if let Some(class) = sure.map(|one| one.class).max() {
            self.naming.note(class).map_err(|why| self.model.unknown(format!("it {why}")))?;
        }
        candidates.retain(|candidate| self.naming.classes().is_wanted(candidate.class));
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        candidates.truncate(MOST_CANDIDATES);
        let mut kept = if layout.suppressed {
            candidates.into_iter().map(|candidate| Kept { candidate, is_under: false }).collect()
        } else {
            suppressed(candidates, self.settings.nms_iou)
        };
        kept.truncate(MOST_DETECTIONS);
        Ok(kept)
    }

    /// Takes in what a result looks like.
    fn note(&mut self, kept: &[Kept], letterbox: &Letterbox, after: Option<std::time::Duration>) {
        let [[left, top], [right, bottom]] = [[0.0, 0.0], [1.0, 1.0]].map(|at| letterbox.place(at));
        let part = |at: f32, from: f64, to: f64| ((f64::from(at) - from) / (to - from)) as f32;
        let seen = |Candidate { class, confidence, bbox }: Candidate| Seen {
            class,
            confidence,
            place: [
                part(bbox.x1, left, right),
                part(bbox.y1, top, bottom),
                part(bbox.x2, left, right),
                part(bbox.y2, top, bottom),
            ],
        };
        let sure = kept.iter().filter(|one| !one.is_under && one.candidate.confidence >= SURE);
        self.plausible.note(sure.map(|one| seen(one.candidate)).collect(), after);
        if let Some(warning) = self.plausible.news() {
            log::warn!("model {}: {warning}", self.model.path().display());
        }
    }

    /// The detection of a candidate, in the picture's pixels; `None` where it lies outside the picture.
    fn detection(&self, kept: &Kept, letterbox: &Letterbox) -> Option<Detection> {
        let Kept { candidate, is_under } = kept;
        let BBox { x1, y1, x2, y2 } = candidate.bbox;
        let ([x1, y1], [x2, y2]) = (letterbox.to_picture([x1, y1]), letterbox.to_picture([x2, y2]));
        // What lies outside the picture has no area in it.
        let bbox = (x1 < x2 && y1 < y2).then_some(BBox { x1, y1, x2, y2 })?;
        // One above 1 is `plausible`'s to warn of.
        let (class, confidence) =
            (self.naming.classes().name(candidate.class), candidate.confidence.min(1.0));
        Some(Detection { class, confidence, bbox, appearance: Appearance::default(), is_under: *is_under })
    }
}

/// Values that are no numbers, as a part of all.
fn broken(outputs: &[Tensor32]) -> f64 {
    let all: usize = outputs.iter().map(|output| output.values.len()).sum();
    let broken = outputs.iter().flat_map(|output| &output.values).filter(|value| !value.is_finite()).count();
    broken as f64 / all.max(1) as f64
}
