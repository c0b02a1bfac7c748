//! Whether a device keeps up with the frames that arrive: painted rates in, a verdict out. Pure.
//!
//! What follows from it is the controller's.

/// Of the frames that arrive, a device that keeps up paints at least this share.
const PAINTED: f64 = 0.85;

/// Least factor by which a step down has a slow device paint more frames, if the step was of use.
const DEVICE_GAIN: f64 = 1.1;

/// Most steps down in a row that may be of no use; after one more the device is slow for another reason.
const DEVICE_TRIES: u32 = 2;

/// What a device does with the frames that arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The device paints them.
    KeepsUp,
    /// The device paints too few, and cheaper ones may help.
    Slow,
    /// The device paints too few, and cheaper ones did not help.
    SlowAnyway,
}

/// One viewer's device.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What it painted before the last step for its sake.
    painted_fps: f64,
    /// How many such steps in a row were of no use.
    useless: u32,
}

impl Device {
    /// Judges a device that paints `painted_fps` of `arriving_fps` frames a second, where fewer than `least`
    /// are too few.
    pub fn judge(&mut self, painted_fps: f64, arriving_fps: f64, least: f64) -> Verdict {
        if painted_fps >= least.min(arriving_fps * PAINTED) {
            *self = Device::default();
            return Verdict::KeepsUp;
        }
        let useless = if painted_fps >= self.painted_fps * DEVICE_GAIN { 0 } else { self.useless + 1 };
        if useless > DEVICE_TRIES {
            return Verdict::SlowAnyway;
        }
        *self = Device { painted_fps, useless };
        Verdict::Slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_do_not_help_end() {
        let mut device = Device::default();
        let verdicts = [15.0, 15.5, 15.0, 15.0].map(|painted_fps| device.judge(painted_fps, 34.0, 29.0));
        assert_eq!(verdicts, [Verdict::Slow, Verdict::Slow, Verdict::Slow, Verdict::SlowAnyway]);
    }

    #[test]
    fn steps_that_help_go_on_until_the_device_keeps_up() {
        let mut device = Device::default();
        for painted_fps in [10.0, 12.0, 14.0, 17.0, 20.0, 24.0] {
            assert_eq!(device.judge(painted_fps, 34.0, 29.0), Verdict::Slow);
        }
        assert_eq!(device.judge(29.0, 34.0, 29.0), Verdict::KeepsUp);
    }

    #[test]
    fn a_device_that_paints_all_that_few_frames_keeps_up() {
        assert_eq!(Device::default().judge(12.0, 13.0, 29.0), Verdict::KeepsUp);
    }
}
