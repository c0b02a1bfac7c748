//! What a camera's analytics have to know.

use std::{collections::HashSet, sync::Arc};

use super::{choice::ModelChoice, detect::DetectSettings, kind::Kind, picture::Range, risk::Borders};

/// Least confidence of a doubtful detection, which may keep a track alive; see `track`.
const DOUBTFUL: f32 = 0.1;

/// What a camera's analytics have to know besides its survey: its models, and what they are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsSettings {
    /// The camera's name.
    pub camera: String,
    /// The crowd model, if people are to be counted.
    pub crowd_model: ModelChoice,
    /// What one person adds up to in the crowd model's map; `None`: what its file says, or else 1.
    pub crowd_scale: Option<f32>,
    /// The detector, if things are to be found.
    pub detect_model: ModelChoice,
    /// Detections a second at most.
    pub detect_fps: f64,
    /// Looks a second of each model at a camera that nobody watches, that counts nothing (no line, no zone
    /// with `above` or `loiter_s`) and whose risk is below high.
    pub idle_fps: f64,
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
    /// Settings of a camera without models, for tests, which change what they are about.
    pub fn without_models(camera: &str) -> AnalyticsSettings {
        AnalyticsSettings {
            camera: camera.to_owned(),
            crowd_model: ModelChoice::Off,
            crowd_scale: None,
            detect_model: ModelChoice::Off,
            detect_fps: 15.0,
            idle_fps: 2.0,
            confidence: 0.3,
            nms_iou: 0.45,
            classes: HashSet::new(),
            input: None,
            density_borders: Borders([0.3, 0.7, 1.5]),
            total_borders: Borders([20.0, 50.0, 100.0]),
        }
    }

    /// What is asked for where the pictures are the drawn scene's, or another source's.
    pub fn fitted(&self, is_drawn: bool) -> AnalyticsSettings {
        let [crowd_model, detect_model] =
            [&self.crowd_model, &self.detect_model].map(|choice| choice.fitted(is_drawn));
        AnalyticsSettings { crowd_model, detect_model, ..self.clone() }
    }

    /// Whether a detector that knows these classes tells people, and is asked to.
    pub(super) fn counts_people(&self, names: &[Arc<str>]) -> bool {
        tells_people(names, &self.classes)
    }

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

/// Whether one of a detector's classes is of people, by whatever name, and asked for; nothing asked for: all
/// are.
fn tells_people(names: &[Arc<str>], asked: &HashSet<String>) -> bool {
    let is_asked = |name: &str| {
        asked.is_empty() || asked.iter().any(|one| one.trim().to_lowercase() == name.trim().to_lowercase())
    };
    names.iter().any(|name| Kind::of(name) == Kind::Person && is_asked(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_by_whatever_name_the_model_has_for_them() {
        let tells = |names: &[&str], asked: &[&str]| {
            let names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(*name)).collect();
            tells_people(&names, &asked.iter().map(|name| (*name).to_owned()).collect())
        };
        assert!(tells(&["car", "Person"], &[]) && tells(&["pedestrian"], &[" Pedestrian"]));
        assert!(!tells(&["car", "cyclist"], &[]), "a cyclist is a two-wheeler");
        assert!(!tells(&["car", "pedestrian"], &["car"]), "nobody is asked for");
        assert!(!tells(&["car", "pedestrian"], &["person"]), "what the model does not know is not found");
    }
}
