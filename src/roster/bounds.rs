//! What the numbers of a camera may be, whoever gives them: command line, cameras file or API.

use std::ops::RangeInclusive;

/// Frames a second at most that a camera is captured at.
pub const FPS: RangeInclusive<f64> = 1.0..=34.0;

/// Frames a second at which a file is played.
pub const FILE_FPS: RangeInclusive<f64> = 1.0..=240.0;

/// Pictures a second that are asked of a page that gives one each time.
pub const SNAPSHOT_FPS: RangeInclusive<f64> = 0.05..=10.0;

/// Seconds after which an unchanged picture counts as frozen; 0: never.
pub const FROZEN_AFTER: RangeInclusive<i64> = 0..=86_400;

/// Width of a picture that a webcam or the scene is asked for, pixels.
pub const WIDTH: RangeInclusive<i64> = 160..=3840;

/// Height of a picture that a webcam or the scene is asked for, pixels.
pub const HEIGHT: RangeInclusive<i64> = 90..=2160;

/// What one person adds up to in a crowd model's map.
pub const CROWD_SCALE: RangeInclusive<f64> = 1e-6..=1e6;

/// Detections a second at most: more often helps no track, and heats the machine.
pub const DETECT_FPS: RangeInclusive<f64> = 0.1..=15.0;

/// Least confidence of a detection.
pub const CONFIDENCE: RangeInclusive<f64> = 0.01..=1.0;

/// Overlap above which two boxes of a class are one thing.
pub const NMS_IOU: RangeInclusive<f64> = 0.05..=1.0;
