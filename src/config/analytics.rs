//! Settings of analytics: the models, what counts as a detection, and where risks begin.

use std::path::Path;

use super::{
    models::ModelsFolder,
    values::{CrowdScale, DetectInput, Switch, number_in},
};
use crate::{
    analytics::{Borders, ModelChoice},
    roster::bounds,
};

/// Whether and how pictures are analysed.
#[derive(Clone, Debug, clap::Args)]
pub struct Analytics {
    /// Whether pictures are analysed
    #[arg(long, env = "STEADYCAST_ANALYTICS", default_value = "on", value_enum)]
    analytics: Switch,

    /// Where models are.
    #[command(flatten)]
    models: ModelsFolder,

    /// Crowd model (CSRNet, ONNX): a name or file of that folder, a path with a /, or none; unless given, the
    /// one inside the program, with the drawn scene only
    #[arg(long, env = "STEADYCAST_CROWD_MODEL", default_value = "", hide_default_value = true)]
    crowd_model: String,

    /// What one person adds up to in the crowd model's map, by which the map is divided (0.000001 to
    /// 1000000); none: what its file says, or else 1
    #[arg(long, env = "STEADYCAST_CROWD_SCALE", default_value = "", hide_default_value = true)]
    pub crowd_scale: CrowdScale,

    /// Detector (YOLO, ONNX): a name or file of that folder, a path with a /, or none; unless given, the one
    /// inside the program, with the drawn scene only
    #[arg(long, env = "STEADYCAST_DETECT_MODEL", default_value = "", hide_default_value = true)]
    detect_model: String,

    /// Detections a second at most, a camera (0.1 to 15)
    #[arg(long, env = "STEADYCAST_DETECT_FPS", default_value = "15",
          value_parser = |text: &str| number_in(text, bounds::DETECT_FPS))]
    pub detect_fps: f64,

    /// Looks a second of each model at a camera that nobody watches, that counts nothing (no line, no zone
    /// with above or loiter_s) and whose risk is below high (0.1 to 15)
    #[arg(long, env = "STEADYCAST_ANALYTICS_IDLE_FPS", default_value = "2",
          value_parser = |text: &str| number_in(text, bounds::DETECT_FPS))]
    pub analytics_idle_fps: f64,

    /// Least confidence of a detection (0.01 to 1)
    #[arg(long, env = "STEADYCAST_DETECT_CONFIDENCE", default_value = "0.3",
          value_parser = |text: &str| number_in(text, bounds::CONFIDENCE))]
    pub detect_confidence: f64,

    /// Boxes of one class that overlap more than this are one thing (0.05 to 1)
    #[arg(long, env = "STEADYCAST_DETECT_NMS_IOU", default_value = "0.45",
          value_parser = |text: &str| number_in(text, bounds::NMS_IOU))]
    pub detect_nms_iou: f64,

    /// Classes that count, separated by commas, such as person,car; none: all that the detector knows
    #[arg(long, env = "STEADYCAST_DETECT_CLASSES", value_delimiter = ',')]
    pub detect_classes: Vec<String>,

    /// What the detector wants to see: rgb01, rgb255, bgr255, imagenet or bgr-imagenet; none: told
    /// from its file
    #[arg(long, env = "STEADYCAST_DETECT_INPUT", default_value = "", hide_default_value = true)]
    pub detect_input: DetectInput,

    /// Borders between low, moderate, high and critical risk, people on a square metre, for calibrated
    /// cameras
    #[arg(long, env = "STEADYCAST_RISK_THRESHOLDS", default_value_t = Borders([0.3, 0.7, 1.5]))]
    pub risk_thresholds: Borders,

    /// Borders of the risk for cameras that are not calibrated, people in the picture
    #[arg(long, env = "STEADYCAST_RISK_TOTALS", default_value_t = Borders([20.0, 50.0, 100.0]))]
    pub risk_totals: Borders,
}

impl Analytics {
    /// Takes blanks off the names of classes, and leaves out the empty ones.
    pub(super) fn trim_classes(&mut self) {
        self.detect_classes.iter_mut().for_each(|class| *class = class.trim().to_owned());
        self.detect_classes.retain(|class| !class.is_empty());
    }

    /// Returns whether pictures are analysed.
    pub fn is_on(&self) -> bool {
        self.analytics == Switch::On
    }

    /// Returns which crowd model is wanted.
    pub fn crowd_model(&self) -> ModelChoice {
        ModelChoice::named(&self.crowd_model, self.models_dir())
    }

    /// Returns which detector is wanted.
    pub fn detect_model(&self) -> ModelChoice {
        ModelChoice::named(&self.detect_model, self.models_dir())
    }

    /// Returns the folder of the models.
    pub fn models_dir(&self) -> &Path {
        self.models.path()
    }
}
