//! What there is to tell of a camera: versions, and the news themselves, as the JSON routes give them.
//!
//! Reads the camera at the moment when a client can take something; nothing is kept.

use std::sync::Arc;

use serde_json::Value;

use super::kind::{Kind, Version, Versions};
use crate::{
    frame::now_us,
    history::HistoryState,
    hub::{FramedResult, NewestResults},
    registry::Camera,
    transport::{
        api::{camera_heatmap, camera_stats, camera_status},
        figures::fresh,
        shared::Shared,
    },
};

/// A camera, as a client is told of it.
pub struct News<'a> {
    shared: &'a Shared,
    camera: Arc<Camera>,
    /// Whether the client may change things.
    may_change: bool,
}

impl<'a> News<'a> {
    /// News of that camera, for a client that may change things or not.
    pub fn of(shared: &'a Shared, camera: Arc<Camera>, may_change: bool) -> Self {
        News { shared, camera, may_change }
    }

    /// What the newest news are made from.
    pub fn versions(&self) -> Versions {
        let (results, condition) = (self.camera.channel().results(), self.camera.channel().condition());
        let NewestResults { crowd, objects, .. } = &*results;
        let at_us = now_us();
        let version = |newest: &Option<FramedResult>| {
            newest.as_ref().filter(|newest| fresh(Some(newest), at_us).is_some()).map(|newest| newest.version)
        };
        let (crowd, objects) = (version(crowd), version(objects));
        // As the rate is written: in tenths.
        let fps = (condition.camera.fps * 10.0).round() as u64;
        let of = |kind| -> Option<Version> {
            match kind {
                Kind::Status => Some([condition.version, 0, 0, 0, 0]),
                // Not before today's counts are known, so that they are told from the first one on.
                Kind::Stats => self.knows_today().then(|| {
                    let [since, crossed] = self.shared.today.version(self.camera.name());
                    [objects.unwrap_or(0), crowd.unwrap_or(0), fps, since, crossed]
                }),
                Kind::Heatmap => crowd.map(|crowd| [crowd, 0, 0, 0, 0]),
            }
        };
        Kind::ALL.map(of)
    }

    fn knows_today(&self) -> bool {
        self.shared.history.state() == HistoryState::Off || self.shared.today.is_known(self.camera.name())
    }

    /// The newest news of a kind; `None` where there are none.
    pub fn newest(&self, kind: Kind) -> Option<Value> {
        match kind {
            Kind::Status => Some(camera_status(self.shared, &self.camera, self.may_change)),
            Kind::Stats => Some(camera_stats(self.shared, &self.camera)),
            Kind::Heatmap => camera_heatmap(&self.camera, self.may_change).ok(),
        }
    }
}
