//! Tracks and looks for the tests of whatever judges tracks: places, velocities and times in, the nouns out.

use std::{sync::Arc, time::Duration};

use super::{Look, Track};
use crate::nouns::place::{BBox, Velocity};

/// A track that is seen, and goes to the right at `speed` pixels a second; its box in pixels.
pub fn track(id: u64, class: &str, [x1, y1, x2, y2]: [f32; 4], speed: f32) -> Track {
    let bbox = BBox { x1, y1, x2, y2 };
    Track {
        id,
        class: Arc::from(class),
        confidence: 0.8,
        bbox,
        found: bbox,
        steady: bbox,
        velocity: Velocity { x: speed, y: 0.0 },
        is_seen: true,
        before: Vec::new(),
    }
}

/// A look at a time in milliseconds, a tenth of a second from others.
pub fn look(at_ms: u64) -> Look {
    Look { at: Duration::from_millis(at_ms), apart: Duration::from_millis(100) }
}
