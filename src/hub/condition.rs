//! How a camera fares, as its viewers are told: one version of everything, replaced as a whole.

use std::sync::Arc;

use super::events::Events;
use crate::{
    cameras::Survey,
    nouns::{layers::View, quality::Rung, reason::Reason, state::CameraState},
};

/// How the camera itself fares at one moment.
#[derive(Clone, Debug)]
pub struct CameraNow {
    /// What the camera is doing.
    pub state: CameraState,
    /// Measured capture rate, frames a second.
    pub fps: f64,
    /// Why no picture comes, or none that changes; `None` where nothing is wrong.
    pub reason: Option<Reason>,
    /// What of the camera does not work as it should, one sentence each.
    pub degraded: Vec<String>,
    /// What else of the server does not work as it should, one sentence each.
    pub server_degraded: Vec<String>,
}

/// How the camera fares, as viewers are told.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The camera itself.
    pub camera: Arc<CameraNow>,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// Number of the frame that the size is of: a rung may finish an earlier frame later.
    pub(super) sized_by: u64,
    /// Rises each time viewers should be told how the camera fares.
    pub version: u64,
    /// What happened lately.
    pub events: Events,
    /// Whether results of analytics can be expected.
    pub analytics: bool,
    /// The camera's lines, zones and calibration.
    pub survey: Arc<Survey>,
    /// Views that are closed, because all that are wanted are too many for the processors, and the rung that
    /// is given instead.
    pub merged: Arc<[(View, Rung)]>,
}

impl Condition {
    /// A camera of which nothing is known but what is expected.
    pub(super) fn new(size: (usize, usize), survey: Survey) -> Self {
        let camera = CameraNow {
            state: CameraState::Connecting,
            fps: 0.0,
            reason: None,
            degraded: vec![],
            server_degraded: vec![],
        };
        Condition {
            camera: Arc::new(camera),
            size,
            sized_by: 0,
            version: 0,
            events: Events::default(),
            analytics: false,
            survey: Arc::new(survey),
            merged: Arc::default(),
        }
    }

    /// The rung that who asks for a view gets, with the same layers.
    pub fn given(&self, asked: View) -> Rung {
        self.merged.iter().find(|(closed, _)| *closed == asked).map_or(asked.rung, |(_, given)| *given)
    }
}
