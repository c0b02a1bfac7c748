//! The camera that the settings describe.

use crate::{
    analytics::AnalyticsSettings,
    cameras::Survey,
    capture::CaptureSettings,
    config::Config,
    registry::{CameraSettings, DEFAULT_CAMERA},
    source::{Address, Wish, scene},
};

/// Everything about the camera of the settings.
pub(super) fn settings(config: &Config) -> CameraSettings {
    let size = (config.capture_width as usize, config.capture_height as usize);
    let survey = survey(config, size);
    let source = CaptureSettings {
        address: config.source(),
        wish: Wish {
            fps: config.capture_fps,
            size,
            file_fps: config.file_fps.0,
            snapshot_fps: config.snapshot_fps,
        },
        frozen_after: config.frozen_after(),
    };
    let analytics = analytics(config, survey.clone());
    CameraSettings { name: DEFAULT_CAMERA.to_owned(), source, survey, analytics }
}

/// Lines, zones and calibration: from the cameras file, or the scene's own.
fn survey(config: &Config, size: (usize, usize)) -> Survey {
    match (config.survey(DEFAULT_CAMERA), config.source()) {
        (Some(survey), _) => survey.clone(),
        (None, Address::Synthetic(_)) => scene::survey(size),
        (None, _) => Survey::default(),
    }
}

/// What the models need; `None` where they are all off.
fn analytics(config: &Config, survey: Survey) -> Option<AnalyticsSettings> {
    let settings = AnalyticsSettings {
        camera: DEFAULT_CAMERA.to_owned(),
        survey,
        crowd_model: config.model(&config.crowd_model),
        detect_model: config.model(&config.detect_model),
        confidence: config.detect_confidence as f32,
        nms_iou: config.detect_nms_iou as f32,
        classes: config.detect_classes.iter().cloned().collect(),
        input: config.detect_input.0,
        density_borders: config.risk_thresholds,
        total_borders: config.risk_totals,
    };
    let is_off = settings.crowd_model.is_none() && settings.detect_model.is_none();
    (!is_off).then_some(settings)
}
