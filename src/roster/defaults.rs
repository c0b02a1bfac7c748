//! From how a camera is described to what runs: what is left out is as the settings say, numbers are checked.

use std::{collections::HashSet, fmt, ops::RangeInclusive, path::PathBuf, time::Duration};

use super::{
    bounds,
    entry::Entry,
    rules::{self, ALL},
    wrong::Wrong,
};
use crate::{
    analytics::{AnalyticsSettings, Borders, ModelChoice},
    cameras::{Described, Survey},
    capture::CaptureSettings,
    registry::{CameraSettings, DEFAULT_CAMERA},
    source::{Address, Wish, address::AddressError, scene},
};

/// Name that no camera can have: its path would be that of trying a source.
const TAKEN: &str = "test";

/// What cameras are like unless they are described otherwise.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// Source and wishes. The source is the default camera's only.
    pub capture: CaptureSettings,
    /// What models are asked for, of the default camera.
    pub models: AnalyticsSettings,
    /// Whether pictures are analysed.
    pub analytics: bool,
    /// Folder of the models.
    pub models_dir: PathBuf,
    /// Folder of the uploads; `None` where there are none.
    pub uploads_dir: Option<PathBuf>,
    /// Folder whose files may be set over HTTP, by its whole path; `None` where there is none.
    pub media_dir: Option<PathBuf>,
}

impl Defaults {
    /// The settings of the camera `name` that is described by `entry`.
    ///
    /// # Errors
    /// The field that is wrong, and what is allowed.
    pub fn camera(&self, name: &str, entry: &Entry) -> Result<CameraSettings, Wrong> {
        if name == TAKEN {
            return Err(Wrong::whole(format!(
                "the name {TAKEN} is taken: /api/cameras/{TAKEN} tries sources"
            )));
        }
        let capture = self.capture(name, entry)?;
        let survey = survey(entry, &capture)?;
        let settings = CameraSettings {
            name: name.to_owned(),
            rules: rules::of_camera(entry, &survey)?,
            survey,
            source: capture,
            on: entry.enabled.unwrap_or(true),
            analytics: self.analytics(name, entry)?,
        };
        settings.check().map_err(|bad| Wrong::whole(bad.to_string()))?;
        Ok(settings)
    }

    /// Tells whether what is described as `name` makes sense: a camera, or what all cameras have.
    ///
    /// # Errors
    /// The field that is wrong, and what is allowed.
    pub fn check(&self, name: &str, entry: &Entry) -> Result<(), Wrong> {
        match name {
            ALL => rules::of_all(entry).map(drop),
            _ => self.camera(name, entry).map(drop),
        }
    }

    /// Where the pictures of a camera come from.
    fn address(&self, name: &str, entry: &Entry) -> Result<Address, Wrong> {
        let address = match &entry.source {
            Some(text) => self.source(text)?,
            None if name == DEFAULT_CAMERA => self.capture.address.clone(),
            None => return Err(Wrong::of("source", "is missing: it says where pictures come from")),
        };
        match &self.uploads_dir {
            Some(uploads) => Ok(address.within(uploads)),
            None if matches!(address, Address::Upload(_)) => {
                Err(Wrong::of("source", "is an upload, and STEADYCAST_UPLOADS_DIR is none"))
            }
            None => Ok(address),
        }
    }

    /// The source that a description names. What was written by hand looks as what was set over HTTP does, so
    /// files of the folder of media are kept in it, whoever has named them.
    fn source(&self, text: &str) -> Result<Address, Wrong> {
        // What was given is not repeated: it may hold a password anywhere.
        let wrong = |error: AddressError| Wrong::of("source", error.to_string());
        let address: Address = text.parse().map_err(wrong)?;
        Ok(match &self.media_dir {
            Some(folder) => address.kept_in(folder),
            None => address,
        })
    }

    fn capture(&self, name: &str, entry: &Entry) -> Result<CaptureSettings, Wrong> {
        let address = self.address(name, entry)?;
        let Wish { fps, size: (width, height), file_fps, snapshot_fps } = self.capture.wish;
        let wish = Wish {
            fps: within("fps", entry.fps, bounds::FPS)?.unwrap_or(fps),
            size: (
                whole("width", entry.width, bounds::WIDTH)?.unwrap_or(width),
                whole("height", entry.height, bounds::HEIGHT)?.unwrap_or(height),
            ),
            file_fps: within("file_fps", entry.file_fps, bounds::FILE_FPS)?.or(file_fps),
            snapshot_fps: within("snapshot_fps", entry.snapshot_fps, bounds::SNAPSHOT_FPS)?
                .unwrap_or(snapshot_fps),
        };
        let frozen_after = match whole("frozen_after", entry.frozen_after, bounds::FROZEN_AFTER)? {
            Some(seconds) => (seconds > 0).then(|| Duration::from_secs(seconds as u64)),
            None => self.capture.frozen_after,
        };
        Ok(CaptureSettings { address, wish, frozen_after })
    }

    /// What the models need; `None` where they are all off.
    fn analytics(&self, name: &str, entry: &Entry) -> Result<Option<AnalyticsSettings>, Wrong> {
        let usual = &self.models;
        let model = |setting: &Option<String>, usual: &ModelChoice| match setting {
            Some(named) => ModelChoice::named(named, &self.models_dir),
            None => usual.clone(),
        };
        let input = match &entry.detect_input {
            Some(text) => Some(text.parse().map_err(|why: String| Wrong::of("detect_input", why))?),
            None => usual.input,
        };
        let settings = AnalyticsSettings {
            camera: name.to_owned(),
            crowd_model: model(&entry.crowd_model, &usual.crowd_model),
            crowd_scale: within("crowd_scale", entry.crowd_scale, bounds::CROWD_SCALE)?
                .map_or(usual.crowd_scale, |scale| Some(scale as f32)),
            detect_model: model(&entry.detect_model, &usual.detect_model),
            detect_fps: within("detect_fps", entry.detect_fps, bounds::DETECT_FPS)?
                .unwrap_or(usual.detect_fps),
            idle_fps: usual.idle_fps,
            confidence: within("detect_confidence", entry.detect_confidence, bounds::CONFIDENCE)?
                .map_or(usual.confidence, |least| least as f32),
            nms_iou: within("detect_nms_iou", entry.detect_nms_iou, bounds::NMS_IOU)?
                .map_or(usual.nms_iou, |most| most as f32),
            classes: entry
                .detect_classes
                .as_ref()
                .map_or_else(|| usual.classes.clone(), |named| cleaned(named)),
            input,
            density_borders: borders("risk_thresholds", entry.risk_thresholds, usual.density_borders)?,
            total_borders: borders("risk_totals", entry.risk_totals, usual.total_borders)?,
        };
        let has_model = settings.crowd_model != ModelChoice::Off || settings.detect_model != ModelChoice::Off;
        Ok((entry.analytics.unwrap_or(self.analytics) && has_model).then_some(settings))
    }
}

/// Lines, zones and calibration: as described, or else the scene's own.
fn survey(entry: &Entry, capture: &CaptureSettings) -> Result<Survey, Wrong> {
    let described = Described {
        lines: entry.lines.clone(),
        zones: entry.zones.clone(),
        min_height: entry.min_height,
        ignored: entry.ignored.clone(),
        calibration: entry.calibration.clone(),
        metres_across: entry.metres_across,
    };
    match &capture.address {
        Address::Synthetic(params) if described == Described::default() => {
            Ok(scene::survey_of(params.kind, capture.wish.size))
        }
        _ => described.survey().map_err(|(field, why)| Wrong { field: Some(field), at: None, why }),
    }
}

/// A number within its bounds.
fn within<T: PartialOrd + fmt::Display>(
    field: &'static str,
    value: Option<T>,
    bounds: RangeInclusive<T>,
) -> Result<Option<T>, Wrong> {
    match value {
        Some(value) if !bounds.contains(&value) => {
            Err(Wrong::of(field, format!("is {value}, must be {} to {}", bounds.start(), bounds.end())))
        }
        value => Ok(value),
    }
}

/// A whole number within its bounds, none of which is negative.
fn whole(
    field: &'static str,
    value: Option<i64>,
    bounds: RangeInclusive<i64>,
) -> Result<Option<usize>, Wrong> {
    Ok(within(field, value, bounds)?.map(|value| value as usize))
}

fn borders(field: &'static str, given: Option<[f64; 3]>, usual: Borders) -> Result<Borders, Wrong> {
    let given = given.map(Borders::rising).transpose();
    Ok(given.map_err(|why| Wrong::of(field, why))?.unwrap_or(usual))
}

/// Names of classes without blanks and without empty ones.
fn cleaned(classes: &[String]) -> HashSet<String> {
    classes.iter().map(|class| class.trim().to_owned()).filter(|class| !class.is_empty()).collect()
}
