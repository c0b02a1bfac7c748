//! How many bytes a second a rung will take: sizes of frames so far in, predictions out. Pure.
//!
//! Whether a link carries that does not belong here.

use super::{
    reference::Reference,
    rungs::{Rungs, USUAL_FPS, cost},
};
use crate::nouns::quality::Rung;

/// Room on the way down: the rate at which a rung must fit, as a multiple of the rate that is too few for it;
/// 31 for 29.5 FPS.
const ROOM: f64 = 31.0 / 29.5;

/// What frames of one viewer take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forecast {
    /// Bytes of a frame at full size and level 60, as far as frames so far tell.
    unit: Option<f64>,
}

impl Forecast {
    /// Learns that frames of a rung have `bytes` bytes.
    pub fn learn(&mut self, rung: Rung, bytes: f64) {
        self.unit = Some(bytes / cost(rung));
    }

    /// Bytes a second of a rung at a frame rate; zero before any frame has come.
    pub fn needed(&self, rung: Rung, fps: f64) -> f64 {
        self.unit.map_or(0.0, |unit| unit * cost(rung) * fps)
    }

    /// Bytes a second of a rung at the rate that it would have when it is reached from below.
    pub fn needed_up(&self, rung: Rung, rungs: &Rungs, reference: &Reference) -> f64 {
        if rungs.least_fps(rung) < USUAL_FPS {
            self.needed_at_least(rung, rungs, reference)
        } else {
            self.needed(rung, reference.highest())
        }
    }

    /// Bytes a second of a rung at the least rate that it is held at, with some room.
    pub fn needed_at_least(&self, rung: Rung, rungs: &Rungs, reference: &Reference) -> f64 {
        self.needed(rung, reference.too_few(rungs.least_fps(rung)) * ROOM)
    }
}
