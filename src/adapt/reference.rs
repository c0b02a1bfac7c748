//! What frame rate to expect: the capture rates that the server measured in, the thresholds of the band out.
//! Pure.
//!
//! A camera that gives 25 FPS must not drive its viewers to the lowest rung.

use super::arrivals::WINDOW_MS;

/// Frames a second of the camera that the band of 28 to 32 was made for; assumed until a rate has been
/// measured.
pub const DESIGN_FPS: f64 = 34.0;

/// Frames a second, of a camera of 34, above which a dearer rung may be tried.
const UP_FPS: f64 = 32.0;

/// Frames a second below which a camera gives stills, and a frame rate says nothing about the link: one frame
/// more or less in the window of five seconds is then more than lies between the thresholds.
const STILLS_FPS: f64 = 2.0;

/// Capture rates of the recent past.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    rates: Vec<Measured>,
}

/// A capture rate, and when it was measured.
#[derive(Clone, Copy, Debug)]
struct Measured {
    at_ms: f64,
    fps: f64,
}

impl Reference {
    /// Adds a measurement and forgets those that no frame in the window can still stem from.
    pub fn add(&mut self, fps: f64, now_ms: f64) {
        self.rates.retain(|rate| now_ms - rate.at_ms <= WINDOW_MS);
        self.rates.push(Measured { at_ms: now_ms, fps });
    }

    /// Forgets everything: the camera is away.
    pub fn clear(&mut self) {
        self.rates.clear();
    }

    /// Whether the camera gives stills.
    pub fn is_stills(&self) -> bool {
        self.lowest() < STILLS_FPS
    }

    /// Frames a second that are too few of a camera as slow as this one was lately, where `of_design` are too
    /// few of a camera of 34 FPS.
    pub fn too_few(&self, of_design: f64) -> f64 {
        of_design / DESIGN_FPS * self.lowest()
    }

    /// Frames a second above which there is room for more.
    pub fn enough(&self) -> f64 {
        UP_FPS / DESIGN_FPS * self.highest()
    }

    /// The lowest recent rate. The frames in the window may stem from before and after a change of the
    /// camera's rate, which is no reason to step.
    fn lowest(&self) -> f64 {
        self.rates.iter().map(|rate| rate.fps).reduce(f64::min).unwrap_or(DESIGN_FPS)
    }

    /// The highest recent rate.
    pub fn highest(&self) -> f64 {
        self.rates.iter().map(|rate| rate.fps).reduce(f64::max).unwrap_or(DESIGN_FPS)
    }
}
