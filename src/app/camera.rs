//! The camera that the settings describe.

use crate::{
    analytics::{AnalyticsSettings, ModelChoice},
    cameras::Survey,
    capture::CaptureSettings,
    config::Config,
    registry::{CameraSettings, DEFAULT_CAMERA},
    source::{Address, scene},
};

/// Everything about the camera of the settings.
pub(super) fn settings(config: &Config) -> CameraSettings {
    let wish = config.capture.wish();
    let survey = survey(config, wish.size);
    let source = CaptureSettings {
        address: config.capture.source(),
        wish,
        frozen_after: config.capture.frozen_after(),
    };
    let analytics = analytics(config);
    CameraSettings { name: DEFAULT_CAMERA.to_owned(), source, survey, analytics }
}

/// Lines, zones and calibration: from the cameras file, or the scene's own.
fn survey(config: &Config, size: (usize, usize)) -> Survey {
    match (config.cameras.survey(DEFAULT_CAMERA), config.capture.source()) {
        (Some(survey), _) => survey.clone(),
        (None, Address::Synthetic(params)) => scene::survey_of(params.kind, size),
        (None, _) => Survey::default(),
    }
}

/// What the models need; `None` where they are all off.
fn analytics(config: &Config) -> Option<AnalyticsSettings> {
    let settings = AnalyticsSettings {
        camera: DEFAULT_CAMERA.to_owned(),
        crowd_model: config.analytics.crowd_model(),
        crowd_scale: config.analytics.crowd_scale.0,
        detect_model: config.analytics.detect_model(),
        confidence: config.analytics.detect_confidence as f32,
        nms_iou: config.analytics.detect_nms_iou as f32,
        classes: config.analytics.detect_classes.iter().cloned().collect(),
        input: config.analytics.detect_input.0,
        density_borders: config.analytics.risk_thresholds,
        total_borders: config.analytics.risk_totals,
    };
    let is_off = settings.crowd_model == ModelChoice::Off && settings.detect_model == ModelChoice::Off;
    (!is_off).then_some(settings)
}
