//! What cameras are like unless they are described otherwise, from the settings; and the task that looks at
//! the cameras file.

use std::{
    convert::Infallible,
    path::{Path, PathBuf, absolute},
    sync::Arc,
    time::Duration,
};

use crate::{
    analytics::{AnalyticsSettings, ModelChoice},
    capture::CaptureSettings,
    config::Config,
    registry::DEFAULT_CAMERA,
    roster::{self, Defaults, Roster},
    tools::fence::{Fences, Place},
};

/// Time between two looks at the cameras file.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What cameras are like unless they are described otherwise.
pub(super) fn defaults(config: &Config) -> Defaults {
    let capture = CaptureSettings {
        address: config.capture.source(),
        wish: config.capture.wish(),
        frozen_after: config.capture.frozen_after(),
    };
    Defaults {
        capture,
        models: models(config),
        analytics: config.analytics.is_on(),
        models_dir: config.analytics.models_dir().to_owned(),
        uploads_dir: config.uploads.settings().map(|uploads| uploads.folder),
        media_dir: config.cameras.media_dir().map(media_dir),
    }
}

/// What is wrong with the cameras that the file of these settings describes, or with the models that are set;
/// `None` where a server would take all of it over.
pub fn cameras_file_trouble(config: &Config) -> Option<String> {
    // One that is not there is told by itself.
    let file = config.cameras.file().filter(|file| file.is_file());
    let described = file.and_then(|file| roster::check(file.to_owned(), &defaults(config)).err());
    described.map(|wrong| wrong.to_string()).or_else(|| {
        let choices = [config.analytics.crowd_model(), config.analytics.detect_model()];
        choices.into_iter().find_map(|choice| match choice {
            ModelChoice::File(file) if !file.is_file() && !is_inside(&file) => {
                Some(format!("there is no model {}", file.display()))
            }
            _ => None,
        })
    })
}

/// Whether a model of that name is inside the program.
fn is_inside(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "crowd.onnx" || name == "detector.onnx")
}

/// The folder whose files may be set over HTTP, by its whole path: so they are written down. The log warns
/// where it is not there, since a share may be mounted later.
fn media_dir(folder: &Path) -> PathBuf {
    // There is a whole path, unless the folder in which the program runs is gone.
    let whole = absolute(folder).unwrap_or_else(|_| folder.to_owned());
    if !whole.is_dir() {
        log::warn!(
            "STEADYCAST_MEDIA_DIR: {} is no folder, so no file can be set over HTTP: make or mount it, or \
             name another one",
            whole.display()
        );
    }
    whole
}

/// What the models are asked for.
fn models(config: &Config) -> AnalyticsSettings {
    AnalyticsSettings {
        camera: DEFAULT_CAMERA.to_owned(),
        crowd_model: config.analytics.crowd_model(),
        crowd_scale: config.analytics.crowd_scale.0,
        detect_model: config.analytics.detect_model(),
        detect_fps: config.analytics.detect_fps,
        idle_fps: config.analytics.analytics_idle_fps,
        confidence: config.analytics.detect_confidence as f32,
        nms_iou: config.analytics.detect_nms_iou as f32,
        classes: config.analytics.detect_classes.iter().cloned().collect(),
        input: config.analytics.detect_input.0,
        density_borders: config.analytics.risk_thresholds,
        total_borders: config.analytics.risk_totals,
    }
}

/// Looks at the cameras file each second. Each look is fenced, on a thread that may wait for the disk and for
/// cameras that are taken down.
pub(super) async fn look(roster: Arc<Roster>, fences: Fences) -> Infallible {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let (roster, fences) = (Arc::clone(&roster), fences.clone());
        // What has panicked is counted; the next look is another.
        let _ = tokio::task::spawn_blocking(move || {
            fences.run(Place::Roster, || {
                fences.trip(Place::Roster);
                roster.look();
            })
        })
        .await;
    }
}
