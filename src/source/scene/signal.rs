//! The signal at the zebra crossing: who is on it in, who may go out.
//!
//! How people and drivers obey it is in `people` and `traffic`.

use super::tick::seconds;

/// How long each phase lasts at least, in seconds: usual values for a 7 m crossing (walking pace 1 m/s).
const DRIVE_S: f32 = 34.0;
const CLEAR_ROAD_S: f32 = 3.0;
const WALK_S: f32 = 8.0;
const CLEAR_ZEBRA_S: f32 = 4.0;

/// What the signal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Vehicles may go.
    Drive,
    /// Nobody may start; vehicles leave the crossing.
    ClearRoad,
    /// People may start across.
    Walk,
    /// Nobody may start; people leave the crossing.
    ClearZebra,
}

/// The signal at one moment.
#[derive(Clone, Debug)]
pub struct Signal {
    phase: Phase,
    ticks_left: u32,
}

impl Signal {
    /// A signal that has just turned to [`Phase::Drive`].
    pub fn new() -> Signal {
        Signal { phase: Phase::Drive, ticks_left: seconds(DRIVE_S) }
    }

    /// What it shows.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// One tick on. The crossing is handed over only when it is empty of those who had it.
    pub fn step(&mut self, people_on_it: bool, vehicles_on_it: bool) {
        self.ticks_left = self.ticks_left.saturating_sub(1);
        if self.ticks_left > 0 {
            return;
        }
        let (phase, lasts) = match self.phase {
            Phase::Drive => (Phase::ClearRoad, CLEAR_ROAD_S),
            Phase::ClearRoad if vehicles_on_it => return,
            Phase::ClearRoad => (Phase::Walk, WALK_S),
            Phase::Walk => (Phase::ClearZebra, CLEAR_ZEBRA_S),
            Phase::ClearZebra if people_on_it => return,
            Phase::ClearZebra => (Phase::Drive, DRIVE_S),
        };
        *self = Signal { phase, ticks_left: seconds(lasts) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vehicles_wait_until_the_last_person_is_across() {
        let mut signal = Signal::new();
        while signal.phase() != Phase::ClearZebra {
            signal.step(false, false);
        }
        for _ in 0..seconds(60.0) {
            signal.step(true, false);
        }
        assert_eq!(signal.phase(), Phase::ClearZebra);
        signal.step(false, false);
        assert_eq!(signal.phase(), Phase::Drive);
    }

    #[test]
    fn people_wait_until_the_last_vehicle_is_through() {
        let mut signal = Signal::new();
        for _ in 0..seconds(DRIVE_S + 30.0) {
            signal.step(false, true);
        }
        assert_eq!(signal.phase(), Phase::ClearRoad);
        signal.step(false, false);
        assert_eq!(signal.phase(), Phase::Walk);
    }
}
