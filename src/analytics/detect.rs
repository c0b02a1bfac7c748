//! YOLO: a picture in, boxes with class and confidence out, each frame by itself.
//!
//! Any detector of the family: how its output is laid out is told from the file (`layout`), what its classes
//! are called from its metadata, a file beside it, or COCO (`names`). Who is who from frame to frame is
//! `track`'s.

mod layout;
mod names;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;

use self::layout::{Candidate, Layout};
use super::{
    appearance::Appearance,
    engine::{EngineError, Model},
    picture::{Letterbox, Range},
};
use crate::{frame::Picture, nouns::place::BBox};

/// Width and height of the input where the file leaves it open: half of 1280x720, in whole strides.
const OPEN_SIZE: (usize, usize) = (640, 384);

/// Most boxes of a frame that are looked at: the surest ones.
const MOST_CANDIDATES: usize = 3000;

/// Most detections of a frame that are kept, the surest ones: as many people as can be told apart in a
/// picture, and a bound on what a model that sees things everywhere can cost.
const MOST_DETECTIONS: usize = 300;

/// Most overlap with any other box at which one that lies under a surer one of its class is kept: beyond, it
/// is the same thing once more.
const UNDER_IOU: f32 = 0.65;

/// Least confidence of a detection that hides what is behind it.
const HIDING_CONFIDENCE: f32 = 0.3;

/// What is asked of a detector.
#[derive(Clone, Debug)]
pub struct DetectSettings {
    /// Least confidence of a candidate, 0 to 1.
    pub confidence: f32,
    /// Boxes of one class that overlap more than this are one thing, as far as one picture tells.
    pub nms_iou: f32,
    /// Names of the classes that count; empty: all.
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
    #[error("model {} knows no class {class:?}; it knows {known}", path.display())]
    Class {
        /// The file.
        path: PathBuf,
        /// What is asked for.
        class: String,
        /// What can be asked for.
        known: String,
    },
}

/// One thing that the model found in a frame, by a box around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// What it is.
    pub class: Arc<str>,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Box around it, in pixels of the picture.
    pub bbox: BBox,
    /// What it looks like.
    pub appearance: Appearance,
    /// Whether the box lies under a surer one of its class: the same thing once more, or somebody behind. One
    /// picture does not tell; `track` can.
    pub is_under: bool,
}

/// A loaded detector.
pub struct Detector {
    model: Model,
    layout: Layout,
    range: Range,
    names: Vec<Arc<str>>,
    settings: DetectSettings,
}

impl Detector {
    /// Loads a model and finds out how its output is laid out.
    ///
    /// # Errors
    /// [`DetectError`], also where the layout is none that is known.
    pub fn load(path: &Path, settings: DetectSettings) -> Result<Detector, DetectError> {
        let model = Model::load(path, OPEN_SIZE)?;
        let layout = Layout::of(model.output(), model.input()).ok_or_else(|| {
            model.wrong_output(
                "[1, N, 5+classes] (v5, YOLOX), [1, 4+classes, N] (v8, v11) or [1, K, 6] (end to end)",
            )
        })?;
        let told = model.metadata("input").and_then(|range| range.parse().ok());
        let range = settings.input.or(told).unwrap_or(layout.usual_range());
        let names = names::names(&model, layout.classes());
        check_classes(path, &names, &settings.classes)?;
        log::debug!("model {}: {layout:?}, {range:?}", path.display());
        Ok(Detector { model, layout, range, names, settings })
    }

    /// Names of the classes, in the model's order.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Width and height of the input in pixels.
    pub fn input(&self) -> (usize, usize) {
        self.model.input()
    }

    /// How the model's output and input are read, in a few words for people.
    pub fn layout(&self) -> String {
        let told = format!("{:?}", self.layout);
        let kind = told.split([' ', '(', '{']).next().unwrap_or_default();
        format!("{kind}, {:?} input", self.range).to_lowercase()
    }

    /// Finds things in a picture, the surest first, and those that may be behind them.
    ///
    /// # Errors
    /// [`EngineError::Run`].
    pub fn detect(&self, picture: &Picture) -> Result<Vec<Detection>, EngineError> {
        let letterbox = Letterbox::new(picture.size(), self.model.input(), self.layout.align());
        let output = self.model.run(&letterbox.fill(picture, self.range))?;
        let candidates = self.candidates(&output.values);
        let mut found = match self.layout {
            Layout::EndToEnd { .. } => {
                candidates.into_iter().map(|candidate| Kept { candidate, is_under: false }).collect()
            }
            _ => suppressed(candidates, self.settings.nms_iou),
        };
        found.truncate(MOST_DETECTIONS);
        let mut found: Vec<Detection> =
            found.into_iter().filter_map(|kept| self.detection(&kept, &letterbox)).collect();
        note_appearances(&mut found, picture);
        Ok(found)
    }

    /// The candidates of an output that count, the surest first.
    fn candidates(&self, values: &[f32]) -> Vec<Candidate> {
        let mut candidates = self.layout.candidates(values, self.settings.confidence);
        candidates.retain(|candidate| self.is_wanted(candidate.class));
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        candidates.truncate(MOST_CANDIDATES);
        candidates
    }

    /// Name of a class by its number.
    fn name(&self, class: usize) -> Arc<str> {
        self.names.get(class).cloned().unwrap_or_else(|| Arc::from(format!("class {class}")))
    }

    /// Whether a class counts.
    fn is_wanted(&self, class: usize) -> bool {
        self.settings.classes.is_empty() || self.settings.classes.contains(&*self.name(class))
    }

    /// The detection of a candidate, in the picture's pixels; `None` where it lies outside the picture.
    fn detection(&self, kept: &Kept, letterbox: &Letterbox) -> Option<Detection> {
        let Kept { candidate, is_under } = kept;
        let BBox { x1, y1, x2, y2 } = candidate.bbox;
        let ([x1, y1], [x2, y2]) = (letterbox.to_picture([x1, y1]), letterbox.to_picture([x2, y2]));
        // What lies outside the picture has no area in it.
        let bbox = (x1 < x2 && y1 < y2).then_some(BBox { x1, y1, x2, y2 })?;
        let (class, confidence) = (self.name(candidate.class), candidate.confidence);
        Some(Detection { class, confidence, bbox, appearance: Appearance::default(), is_under: *is_under })
    }
}

/// Refuses classes that the model was never taught.
fn check_classes(path: &Path, names: &[Arc<str>], asked: &HashSet<String>) -> Result<(), DetectError> {
    match asked.iter().find(|class| !names.iter().any(|name| **name == ***class)) {
        Some(class) => {
            let (path, class, known) = (path.to_owned(), class.clone(), names.join(", "));
            Err(DetectError::Class { path, class, known })
        }
        None => Ok(()),
    }
}

/// Gives each detection its appearance. Who stands lower in the picture stands before the others.
fn note_appearances(found: &mut [Detection], picture: &Picture) {
    let hides = |one: &&Detection| !one.is_under && one.confidence >= HIDING_CONFIDENCE;
    let hiding: Vec<BBox> = found.iter().filter(hides).map(|one| one.bbox).collect();
    for one in found {
        let is_before = |other: &&BBox| other.y2 > one.bbox.y2 && other.iou(&one.bbox) > 0.0;
        let before: Vec<BBox> = hiding.iter().filter(is_before).copied().collect();
        one.appearance = Appearance::of(picture, &one.bbox, &before);
    }
}

/// A candidate that is not dropped.
struct Kept {
    candidate: Candidate,
    /// Whether a surer one of its class lies over it.
    is_under: bool,
}

/// The candidates that no surer one of their class overlaps too much, and those that lie under one and may
/// still be others. `candidates` come surest first.
fn suppressed(candidates: Vec<Candidate>, most_iou: f32) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for candidate in candidates {
        let most = |under: bool| {
            let of_class =
                kept.iter().filter(|one| one.candidate.class == candidate.class && (under || !one.is_under));
            of_class.map(|one| one.candidate.bbox.iou(&candidate.bbox)).fold(0.0, f32::max)
        };
        let is_under = most(false) > most_iou;
        if !is_under || most(true) <= UNDER_IOU {
            kept.push(Kept { candidate, is_under });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_overlapping_boxes_of_a_class_the_surest_stays_and_another_may_be_under_it() {
        let candidate = |class, confidence, x1: f32| Candidate {
            class,
            confidence,
            bbox: BBox { x1, y1: 0.0, x2: x1 + 10.0, y2: 10.0 },
        };
        let all = vec![
            candidate(0, 0.9, 0.0),
            candidate(0, 0.8, 1.0),
            candidate(1, 0.7, 1.0),
            candidate(0, 0.6, 30.0),
            candidate(0, 0.5, 3.0),
            candidate(0, 0.1, 31.0),
        ];
        let kept: Vec<(f32, bool)> =
            suppressed(all, 0.45).into_iter().map(|one| (one.candidate.confidence, one.is_under)).collect();
        assert_eq!(kept, [(0.9, false), (0.7, false), (0.6, false), (0.5, true)]);
    }
}
