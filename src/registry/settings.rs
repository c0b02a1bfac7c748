//! What there is to know of a camera before it runs.

use thiserror::Error;

use crate::{analytics::AnalyticsSettings, cameras::Survey, capture::CaptureSettings};

/// Most characters of a camera's name, which stands in paths, messages and labels.
const LONGEST_NAME: usize = 32;

/// Everything about one camera.
#[derive(Clone, Debug)]
pub struct CameraSettings {
    /// Name of the camera: 1 to 32 of a–z, 0–9, `-` and `_`.
    pub name: String,
    /// Where its pictures come from.
    pub source: CaptureSettings,
    /// Lines, zones and calibration of the camera.
    pub survey: Survey,
    /// What its models need; `None` where they are off.
    pub analytics: Option<AnalyticsSettings>,
}

/// A name that no camera can have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a camera's name has 1 to {LONGEST_NAME} of a-z, 0-9, - and _; {0:?} has not")]
pub struct BadName(String);

impl CameraSettings {
    /// Checks the name.
    ///
    /// # Errors
    /// [`BadName`].
    pub(super) fn check(&self) -> Result<(), BadName> {
        let known = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
        let good = (1..=LONGEST_NAME).contains(&self.name.len()) && self.name.chars().all(known);
        if good { Ok(()) } else { Err(BadName(self.name.chars().take(2 * LONGEST_NAME).collect())) }
    }
}
