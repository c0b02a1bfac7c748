//! What a sheet is told, asked of the stages that know it.

use std::sync::Arc;

use serde_json::Value;

use super::seen;
use crate::{
    nouns::result::RiskLevel,
    sheets::{Cameras, Seen},
    transport::counted_of,
};

/// What is known of cameras.
pub(super) struct Known(pub seen::Seen);

impl Cameras for Known {
    fn names(&self) -> Vec<Arc<str>> {
        self.0.names()
    }

    fn seen(&self, camera: &str) -> Option<Seen> {
        let camera = self.0.registry.camera(camera)?;
        let stats = counted_of(&camera);
        let risk = RiskLevel::ALL.map(RiskLevel::name).into_iter().find(|risk| stats["risk"] == *risk);
        let crossed = [&stats["inbound"], &stats["outbound"]].map(Value::as_u64);
        let crossed = crossed[0].zip(crossed[1]).map(<[u64; 2]>::from);
        Some(Seen { people: stats["people"].as_u64(), risk, crossed })
    }
}
