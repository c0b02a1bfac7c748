//! The `analytics` message: what is in one frame, as viewers are told, and the drawn lines and zones that
//! `hello` announces.
//!
//! Shapes and units only; how the figures come about is `analytics`'.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// A place in the frame: x and y as fractions of its width and height, from the upper left.
pub type Fraction = [f64; 2];

/// A line that is counted. Inbound is from its left to its right, looking from `from` towards `to`: downwards
/// for a line drawn from left to right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its name, unique within the camera.
    pub id: String,
    /// Where it begins.
    pub from: Fraction,
    /// Where it ends.
    pub to: Fraction,
}

/// An area whose occupancy is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its name, unique within the camera.
    pub id: String,
    /// Its corners, at least three.
    pub points: Vec<Fraction>,
}

/// An upright box in pixels of the full-size frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BBox {
    /// Left.
    pub x1: f32,
    /// Top.
    pub y1: f32,
    /// Right.
    pub x2: f32,
    /// Bottom.
    pub y2: f32,
}

impl BBox {
    /// Width in pixels.
    pub fn width(&self) -> f32 {
        self.x2 - self.x1
    }

    /// Height in pixels.
    pub fn height(&self) -> f32 {
        self.y2 - self.y1
    }

    /// Middle of its lower edge: where a thing stands.
    pub fn foot(&self) -> [f32; 2] {
        [(self.x1 + self.x2) / 2.0, self.y2]
    }

    /// Shared area by united area, 0 to 1.
    pub fn iou(&self, other: &BBox) -> f32 {
        let width = (self.x2.min(other.x2) - self.x1.max(other.x1)).max(0.0);
        let height = (self.y2.min(other.y2) - self.y1.max(other.y1)).max(0.0);
        let shared = width * height;
        let united = self.width() * self.height() + other.width() * other.height() - shared;
        if united > 0.0 { shared / united } else { 0.0 }
    }
}

/// A speed in the frame, pixels of the full-size frame a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Velocity {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// One thing that is followed from frame to frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Object {
    /// The same in every frame, never used again within a run of the server.
    pub track_id: u64,
    /// What it is, named as the model names it.
    pub class: String,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Where it is.
    pub bbox: BBox,
    /// How it moves in the frame.
    pub velocity: Velocity,
    /// How fast it is on the ground, kilometres an hour; absent until that is trustworthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_kmh: Option<f32>,
}

/// How crowded it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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

/// Where people are: `cols` x `rows` cells over the whole frame, one byte each in base64, row by row; a byte
/// of 255 means `max` people in that cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grid {
    /// Cells in a row.
    pub cols: usize,
    /// Rows.
    pub rows: usize,
    /// People in the fullest cell.
    pub max: f32,
    /// The cells.
    pub data: String,
}

impl Grid {
    /// A grid of `cells` in rows of `cols`; none below zero.
    pub fn new(cols: usize, cells: &[f32]) -> Self {
        let max = cells.iter().copied().fold(0.0, f32::max);
        let byte = |cell: &f32| if max > 0.0 { (cell / max * 255.0).round() as u8 } else { 0 };
        let bytes: Vec<u8> = cells.iter().map(byte).collect();
        Grid { cols, rows: cells.len() / cols.max(1), max, data: STANDARD.encode(bytes) }
    }

    /// People in each cell, row by row, as exact as a byte allows.
    pub fn people(&self) -> Vec<Vec<f32>> {
        let bytes = STANDARD.decode(&self.data).unwrap_or_default();
        let people = |byte: &u8| f32::from(*byte) / 255.0 * self.max;
        bytes.chunks_exact(self.cols.max(1)).map(|row| row.iter().map(people).collect()).collect()
    }
}

/// The crowd in a frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crowd {
    /// People in the frame, estimated.
    pub total: f32,
    /// Where they are.
    pub grid: Grid,
    /// How crowded that is.
    pub risk: RiskLevel,
}

/// Who crossed a line so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineCount {
    /// The line.
    pub id: String,
    /// Tracks that crossed it inwards.
    pub inbound: u64,
    /// Tracks that crossed it outwards.
    pub outbound: u64,
}

/// Who is in a zone now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneCount {
    /// The zone.
    pub id: String,
    /// Tracks that stand in it.
    pub occupancy: usize,
}

/// What each step took, milliseconds; absent where it did not run.
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

/// Which frame something was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FrameRef {
    /// Number of the frame.
    pub frame: u64,
    /// When the source returned it, microseconds since the Unix epoch.
    pub captured_us: u64,
}

/// What is in one frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analytics {
    /// Name of the camera.
    pub camera: String,
    /// Number of the frame.
    pub frame: u64,
    /// When the source returned it, microseconds since the Unix epoch.
    pub captured_us: u64,
    /// When this result was ready, microseconds since the Unix epoch.
    pub finished_us: u64,
    /// The crowd, where its model ran on this frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crowd: Option<Crowd>,
    /// What was found, where the detector ran on this frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<Object>>,
    /// The frame that `counts`, `lines` and `zones` were made from, which is an earlier one in a result of
    /// the crowd model. Absent while no detector counts: then `counts` and `zones` are empty, and nothing has
    /// been added to `lines`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<FrameRef>,
    /// Objects of each class.
    pub counts: BTreeMap<String, usize>,
    /// Counts of each line so far.
    pub lines: Vec<LineCount>,
    /// Occupancy of each zone.
    pub zones: Vec<ZoneCount>,
    /// What it took.
    pub timings_ms: Timings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_keeps_its_people() {
        let grid = Grid::new(3, &[0.5, 0.25, 0.0, 0.0, 0.0, 0.1]);
        assert_eq!((grid.cols, grid.rows, grid.max), (3, 2, 0.5));
        let people = grid.people();
        assert_eq!((people.len(), people[0][0], people[0][2]), (2, 0.5, 0.0));
        assert!((people[1][2] - 0.1).abs() < 0.001, "{people:?}");
        assert_eq!(Grid::new(2, &[0.0; 4]).people(), [[0.0; 2]; 2], "nobody");
    }

    #[test]
    fn overlap_is_a_share_of_the_united_area() {
        let at = |x1, x2| BBox { x1, y1: 0.0, x2, y2: 10.0 };
        assert_eq!(at(0.0, 10.0).iou(&at(0.0, 10.0)), 1.0);
        assert_eq!(at(0.0, 10.0).iou(&at(10.0, 20.0)), 0.0);
        assert!((at(0.0, 10.0).iou(&at(5.0, 15.0)) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(at(3.0, 3.0).iou(&at(3.0, 3.0)), 0.0, "nothing has no overlap");
    }
}
