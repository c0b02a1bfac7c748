//! The step in which everything moves.

use std::time::Duration;

/// The step of all motion.
pub const TICK: Duration = Duration::from_millis(40);
/// The step of all motion in seconds.
pub const TICK_S: f32 = 0.04;
/// Ticks in a span of seconds.
pub fn seconds(span: f32) -> u32 {
    (span / TICK_S) as u32
}
