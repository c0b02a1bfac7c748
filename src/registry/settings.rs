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
    /// Whether it is switched on.
    pub on: bool,
    /// Lines, zones and calibration of the camera.
    pub survey: Survey,
    /// What its models need; `None` where they are off.
    pub analytics: Option<AnalyticsSettings>,
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
        self.source == other.source && self.survey == other.survey && self.models() == other.models()
    }

    /// Checks the name and the rates.
    ///
    /// # Errors
    /// [`BadSettings`].
    pub fn check(&self) -> Result<(), BadSettings> {
        let known = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
        let good = (1..=LONGEST_NAME).contains(&self.name.len()) && self.name.chars().all(known);
        if !good {
            return Err(BadSettings::Name(self.name.chars().take(2 * LONGEST_NAME).collect()));
        }
        let wish = self.source.wish;
        let rates = [Some(wish.fps), Some(wish.snapshot_fps), wish.file_fps];
        let wrong = rates.into_iter().flatten().find(|rate| !(rate.is_finite() && *rate > 0.0));
        wrong.map_or(Ok(()), |rate| Err(BadSettings::Rate(rate)))
    }
}
