//! What there is to know of a camera before it runs.

use thiserror::Error;

use crate::{
    analytics::AnalyticsSettings,
    cameras::{Calibration, Survey},
    capture::CaptureSettings,
    nouns::{
        name::{LONGEST_NAME, is_name},
        rule::Rule,
    },
};

/// Everything about one camera.
#[derive(Clone, Debug)]
pub struct CameraSettings {
    /// Name of the camera: 1 to 32 of a–z, 0–9, `-` and `_`.
    pub name: String,
    /// Where its pictures come from.
    pub source: CaptureSettings,
    /// Whether it is switched on.
    pub on: bool,
    /// Lines, zones and calibration of the camera.
    pub survey: Survey,
    /// What its models need; `None` where they are off.
    pub analytics: Option<AnalyticsSettings>,
    /// What somebody is told of the camera.
    pub rules: Vec<Rule>,
}

/// Settings that no camera can have.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BadSettings {
    /// The name is none.
    #[error("a camera's name has 1 to {LONGEST_NAME} of a-z, 0-9, - and _; {0:?} has not")]
    Name(String),
    /// A rate is none.
    #[error("a camera's rate must be above 0 frames a second; {0} is not")]
    Rate(f64),
}

impl CameraSettings {
    /// What the models need with this source: the models inside the program know the drawn scene only.
    pub(super) fn models(&self) -> Option<AnalyticsSettings> {
        let is_drawn = self.source.address.is_drawn();
        self.analytics.as_ref().map(|analytics| analytics.fitted(is_drawn))
    }

    /// Whether all else is as in `other` but for being switched on or off.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.source == other.source
            && self.survey == other.survey
            && self.models() == other.models()
            && self.rules == other.rules
    }

    /// Names of the settings that differ from those of `other`, as the cameras file has them, but for being
    /// switched on or off. Their values are told nowhere: one may hold a password.
    pub fn changes(&self, other: &Self) -> Vec<&'static str> {
        let named = |(name, differs): (&'static str, bool)| differs.then_some(name);
        let sources = sources_apart(&self.source, &other.source).into_iter().filter_map(named);
        let surveys = surveys_apart(&self.survey, &other.survey).into_iter().filter_map(named);
        let models = models_apart(self.analytics.as_ref(), other.analytics.as_ref());
        let rules = named(("rules", self.rules != other.rules));
        sources.chain(surveys).chain(models.into_iter().filter_map(named)).chain(rules).collect()
    }

    /// Checks the name and the rates.
    ///
    /// # Errors
    /// [`BadSettings`].
    pub fn check(&self) -> Result<(), BadSettings> {
        if !is_name(&self.name) {
            return Err(BadSettings::Name(self.name.chars().take(2 * LONGEST_NAME).collect()));
        }
        let wish = self.source.wish;
        let rates = [Some(wish.fps), Some(wish.snapshot_fps), wish.file_fps];
        let wrong = rates.into_iter().flatten().find(|rate| !(rate.is_finite() && *rate > 0.0));
        wrong.map_or(Ok(()), |rate| Err(BadSettings::Rate(rate)))
    }
}

/// Which settings of two sources differ.
fn sources_apart(one: &CaptureSettings, other: &CaptureSettings) -> [(&'static str, bool); 7] {
    let (wish, others) = (one.wish, other.wish);
    [
        ("source", one.address != other.address),
        ("fps", wish.fps != others.fps),
        ("width", wish.size.0 != others.size.0),
        ("height", wish.size.1 != others.size.1),
        ("file_fps", wish.file_fps != others.file_fps),
        ("snapshot_fps", wish.snapshot_fps != others.snapshot_fps),
        ("frozen_after", one.frozen_after != other.frozen_after),
    ]
}

/// Which settings of two surveys differ. A calibration has one of two names, by its kind.
fn surveys_apart(one: &Survey, other: &Survey) -> [(&'static str, bool); 6] {
    let is_other = one.calibration != other.calibration;
    let has = |kind: fn(&Calibration) -> bool| {
        is_other && [one, other].iter().filter_map(|survey| survey.calibration.as_ref()).any(kind)
    };
    [
        ("lines", one.lines != other.lines),
        ("zones", one.zones != other.zones),
        ("min_height", one.min_height != other.min_height),
        ("ignored", one.ignored != other.ignored),
        ("calibration", has(|calibration| matches!(calibration, Calibration::Points(_)))),
        ("metres_across", has(|calibration| matches!(calibration, Calibration::Across(_)))),
    ]
}

/// Which settings of two cameras' models differ; of models that are off, only that they are.
fn models_apart(
    one: Option<&AnalyticsSettings>,
    other: Option<&AnalyticsSettings>,
) -> Vec<(&'static str, bool)> {
    let (Some(one), Some(other)) = (one, other) else {
        return vec![("analytics", one.is_some() != other.is_some())];
    };
    vec![
        ("crowd_model", one.crowd_model != other.crowd_model),
        ("crowd_scale", one.crowd_scale != other.crowd_scale),
        ("detect_model", one.detect_model != other.detect_model),
        ("detect_fps", one.detect_fps != other.detect_fps),
        ("detect_confidence", one.confidence != other.confidence),
        ("detect_nms_iou", one.nms_iou != other.nms_iou),
        ("detect_classes", one.classes != other.classes),
        ("detect_input", one.input != other.input),
        ("risk_thresholds", one.density_borders != other.density_borders),
        ("risk_totals", one.total_borders != other.total_borders),
    ]
}
