//! YOLO: a picture in, boxes with class and confidence out, each frame by itself.
//!
//! Any detector of the family: how its output is laid out is told from the file (`layout`), what its classes are called from
//! its metadata, a file beside it, or COCO (`names`). Who is who from frame to frame is `track`'s.

mod layout;
mod names;

use std::{collections::HashSet, path::Path, sync::Arc};

use self::layout::{Candidate, Layout};
use super::{
    engine::{EngineError, Model},
    look::Look,
    picture::{Letterbox, Range},
};
use crate::{frame::Picture, protocol::BBox};

/// Width and height of the input where the file leaves it open: half of 1280x720, in whole strides.
const OPEN_SIZE: (usize, usize) = (640, 384);

/// More boxes than this are not looked at: the surest ones come first.
const MOST_CANDIDATES: usize = 3000;

/// The surest detections of a frame that are kept: as many people as can be told apart in a picture, and a bound on what a model that
/// sees things everywhere can cost.
const MOST_DETECTIONS: usize = 300;

/// What is asked of a detector.
#[derive(Clone, Debug)]
pub struct DetectSettings {
    /// Least confidence of a candidate, 0 to 1.
    pub confidence: f32,
    /// Boxes of one class that overlap more than this are one thing.
    pub nms_iou: f32,
    /// Names of the classes that count; empty: all.
    pub classes: HashSet<String>,
    /// Overrides what the file, or its layout, says about its input.
    pub input: Option<Range>,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// What it is.
    pub class: Arc<str>,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Where it is, in pixels of the picture.
    pub bbox: BBox,
    /// What it looks like.
    pub look: Look,
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
    /// [`EngineError`], also where the layout is none that is known, or where a class is asked for that the model does not know.
    pub fn load(path: &Path, settings: DetectSettings) -> Result<Detector, EngineError> {
        let model = Model::load(path, OPEN_SIZE)?;
        let layout = Layout::of(model.output(), model.input()).ok_or_else(|| {
            model.wrong_output("[1, N, 5+classes] (v5, YOLOX), [1, 4+classes, N] (v8, v11) or [1, K, 6] (end to end)")
        })?;
        let told = model.metadata("input").and_then(|range| range.parse().ok());
        let range = settings.input.or(told).unwrap_or(layout.usual_range());
        let names = names::names(&model, layout.classes());
        if let Some(class) = settings.classes.iter().find(|class| !names.iter().any(|name| **name == ***class)) {
            return Err(EngineError::Class { path: path.to_owned(), class: class.clone(), known: names.join(", ") });
        }
        log::debug!("model {}: {layout:?}, {range:?}", path.display());
        Ok(Detector { model, layout, range, names, settings })
    }

    /// What its classes are called, in the model's order.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Finds things in a picture, the surest first.
    ///
    /// # Errors
    /// [`EngineError::Run`].
    pub fn detect(&self, picture: &Picture) -> Result<Vec<Detection>, EngineError> {
        let letterbox = Letterbox::new(picture.size(), self.model.input(), self.layout.align());
        let output = self.model.run(&letterbox.fill(picture, self.range))?;
        let mut candidates = self.layout.candidates(&output.values, self.settings.confidence);
        candidates.retain(|candidate| self.is_wanted(candidate.class));
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        candidates.truncate(MOST_CANDIDATES);
        if !matches!(self.layout, Layout::EndToEnd { .. }) {
            candidates = suppressed(candidates, self.settings.nms_iou);
        }
        candidates.truncate(MOST_DETECTIONS);
        Ok(candidates.into_iter().filter_map(|candidate| self.detection(&candidate, &letterbox, picture)).collect())
    }

    fn name(&self, class: usize) -> Arc<str> {
        self.names.get(class).cloned().unwrap_or_else(|| Arc::from(format!("class {class}")))
    }

    fn is_wanted(&self, class: usize) -> bool {
        self.settings.classes.is_empty() || self.settings.classes.contains(&*self.name(class))
    }

    fn detection(&self, candidate: &Candidate, letterbox: &Letterbox, picture: &Picture) -> Option<Detection> {
        let BBox { x1, y1, x2, y2 } = candidate.bbox;
        let ([x1, y1], [x2, y2]) = (letterbox.to_picture([x1, y1]), letterbox.to_picture([x2, y2]));
        // What lies outside the picture has no area in it.
        let bbox = (x1 < x2 && y1 < y2).then_some(BBox { x1, y1, x2, y2 })?;
        let look = Look::of(picture, &bbox);
        Some(Detection { class: self.name(candidate.class), confidence: candidate.confidence, bbox, look })
    }
}

/// Without those that overlap a surer one of their class too much. `candidates` come surest first.
fn suppressed(candidates: Vec<Candidate>, most_iou: f32) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let same = |other: &&Candidate| other.class == candidate.class;
        if kept.iter().filter(same).all(|other| other.bbox.iou(&candidate.bbox) <= most_iou) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_overlapping_boxes_of_a_class_the_surest_stays() {
        let candidate =
            |class, confidence, x1: f32| Candidate { class, confidence, bbox: BBox { x1, y1: 0.0, x2: x1 + 10.0, y2: 10.0 } };
        let kept = suppressed(
            vec![candidate(0, 0.9, 0.0), candidate(0, 0.8, 2.0), candidate(1, 0.7, 1.0), candidate(0, 0.6, 30.0)],
            0.45,
        );
        let kept: Vec<f32> = kept.iter().map(|candidate| candidate.confidence).collect();
        assert_eq!(kept, [0.9, 0.7, 0.6]);
    }
}
