//! What a camera's analytics have to know.

use std::{collections::HashSet, path::PathBuf};

use super::{detect::DetectSettings, picture::Range, risk::Borders};

/// Least confidence of a doubtful detection, which may keep a track alive; see `track`.
const DOUBTFUL: f32 = 0.1;

/// What a camera's analytics have to know besides its survey: its models, and what they are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsSettings {
    /// The camera's name.
    pub camera: String,
    /// The crowd model's file, if people are to be counted.
    pub crowd_model: Option<PathBuf>,
    /// What one person adds up to in the crowd model's map; `None`: what its file says, or else 1.
    pub crowd_scale: Option<f32>,
    /// The detector's file, if things are to be found.
    pub detect_model: Option<PathBuf>,
    /// Least confidence of a detection that is shown, 0 to 1.
    pub confidence: f32,
    /// Boxes of one class that overlap more than this are one thing.
    pub nms_iou: f32,
    /// Classes that count; empty: all.
    pub classes: HashSet<String>,
    /// Values that the detector's input has, in place of what its file says.
    pub input: Option<Range>,
    /// Borders of the risk by people on a square metre, for a calibrated camera.
    pub density_borders: Borders,
    /// Borders of the risk by people in the frame, for any other.
    pub total_borders: Borders,
}

impl AnalyticsSettings {
    /// What the detector is asked for.
    pub(super) fn detector_settings(&self) -> DetectSettings {
        DetectSettings {
            confidence: self.confidence.min(DOUBTFUL),
            nms_iou: self.nms_iou,
            classes: self.classes.clone(),
            input: self.input,
        }
    }
}
