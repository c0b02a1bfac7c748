//! What a model found in one frame: things that are followed, the crowd, counts.
//!
//! Shapes and units only. The figures come about in `analytics`, and are written in `protocol`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    count::{LineCount, ZoneCount},
    place::{BBox, Velocity},
};

/// One thing that is followed from frame to frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Object {
    /// Number of the track: one thing keeps it from frame to frame, and no other gets it in the same run of
    /// the server.
    pub track_id: u64,
    /// Class of the thing, named as the model names it.
    pub class: String,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Where the thing is.
    pub bbox: BBox,
    /// How the thing moves in the frame.
    pub velocity: Velocity,
    /// Speed on the ground, kilometres an hour; absent until that is trustworthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_kmh: Option<f32>,
    /// Places where the thing stood in the last three seconds, oldest first, pixels of the full-size frame
    /// from the upper left; at most one each quarter of a second. Empty for what has not moved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<[f32; 2]>,
}

/// Risk that the crowd is: how close together people are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Room for everybody.
    Low,
    /// Filling.
    Moderate,
    /// Crowded.
    High,
    /// Dangerously crowded.
    Critical,
}

impl RiskLevel {
    /// Every risk, the lowest first.
    pub const ALL: [RiskLevel; 4] =
        [RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High, RiskLevel::Critical];

    /// Returns the risk as messages name it.
    pub fn name(self) -> &'static str {
        match self {
            RiskLevel::Low => "low",
            RiskLevel::Moderate => "moderate",
            RiskLevel::High => "high",
            RiskLevel::Critical => "critical",
        }
    }
}

/// Where people are: rows of `cols` cells over the whole frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Cells in a row.
    pub cols: usize,
    /// People in each cell, row by row; none below zero.
    pub people: Vec<f32>,
}

impl Grid {
    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.people.len() / self.cols.max(1)
    }

    /// Returns the number of people in the fullest cell.
    pub fn max(&self) -> f32 {
        self.people.iter().copied().fold(0.0, f32::max)
    }
}

/// The crowd in a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowd {
    /// People in the frame, estimated.
    pub total: f32,
    /// Where they are.
    pub grid: Grid,
    /// Risk that the crowd is.
    pub risk: RiskLevel,
}

/// Time that each step took, milliseconds; absent where it did not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// The crowd model with its preparation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crowd: Option<f64>,
    /// The detector with its preparation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detect: Option<f64>,
    /// Tracks, speeds, lines and zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<f64>,
}

/// The frame that something was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FrameRef {
    /// Number of the frame.
    pub frame: u64,
    /// When the source returned the frame, microseconds since the Unix epoch.
    pub captured_us: u64,
}

/// What one model found in one frame, with what was counted last.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsResult {
    /// Name of the camera.
    pub camera: String,
    /// Number of the frame.
    pub frame: u64,
    /// When the source returned the frame, microseconds since the Unix epoch.
    pub captured_us: u64,
    /// When this result was ready, microseconds since the Unix epoch.
    pub finished_us: u64,
    /// The crowd, where its model ran on this frame.
    pub crowd: Option<Crowd>,
    /// Things that were found, where the detector ran on this frame.
    pub objects: Option<Vec<Object>>,
    /// The frame that `counts`, `lines` and `zones` were made from, which is an earlier one in a result of
    /// the crowd model. Absent while no detector counts: then `counts` and `zones` are empty, and nothing has
    /// been added to `lines`.
    pub counted: Option<FrameRef>,
    /// Objects of each class.
    pub counts: BTreeMap<String, usize>,
    /// Counts of each line so far.
    pub lines: Vec<LineCount>,
    /// Occupancy of each zone.
    pub zones: Vec<ZoneCount>,
    /// Time that this result took.
    pub timings_ms: Timings,
}
