//! Scenes of which a part changes from frame to frame: the times of two frames in, milliseconds, the share of
//! a picture's bytes that has changed out. For tests only.

use std::f64::consts::TAU;

/// Time from one cut to the next, ms.
pub const CUT_EVERY_MS: f64 = 20_000.0;

/// When the bus of [`bus`] comes, and when it has gone, ms.
pub const BUS_MS: (f64, f64) = (60_000.0, 68_000.0);

/// When the camera of [`pan`] begins to turn, and when it has turned, ms.
pub const PAN_MS: (f64, f64) = (25_000.0, 33_000.0);

/// Nothing moves.
pub fn still(_: f64, _: f64) -> f64 {
    0.02
}

/// Noise all over, and people who come and go.
pub fn breathing(_: f64, now: f64) -> f64 {
    0.3 * (1.0 + 0.2 * (now / 10_000.0 * TAU).sin())
}

/// Another picture each twenty seconds, in which little moves.
pub fn cut(before: f64, now: f64) -> f64 {
    let pictures = |at: f64| (at / CUT_EVERY_MS).floor();
    if pictures(now) > pictures(before) { 1.0 } else { 0.1 }
}

/// The camera turns once.
pub fn pan(_: f64, now: f64) -> f64 {
    if (PAN_MS.0..PAN_MS.1).contains(&now) { 0.85 } else { 0.1 }
}

/// A bus drives through a street.
pub fn bus(_: f64, now: f64) -> f64 {
    if (BUS_MS.0..BUS_MS.1).contains(&now) { 0.3 } else { 0.15 }
}
