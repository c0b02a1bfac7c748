//! What a controller is told, and what it says: the words of [`super::Controller`].

use super::rungs::Rungs;
use crate::nouns::{form::Part, quality::Rung};

/// What a controller is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A frame has arrived.
    Frame {
        /// Number of the frame, among all that the camera gave.
        number: u64,
        /// The rung it was made at.
        rung: Rung,
        /// Size of its JPEG.
        bytes: f64,
        /// How much longer the frame took than an empty message takes, milliseconds; `None` while that is not
        /// known.
        late_ms: Option<f64>,
        /// Whether the frame is a slate.
        slate: bool,
        /// What the frame holds.
        part: Part,
    },
    /// How the camera fares: whether pictures arrive, and at which rate.
    Status {
        /// Whether there are pictures.
        streaming: bool,
        /// Measured capture rate; 0 while none has been measured.
        fps: f64,
    },
    /// A connection is there, or gone.
    Connected(bool),
    /// Somebody can see the pictures, or not.
    Visible(bool),
    /// What may be chosen from.
    Rungs(Rungs),
    /// The server has given another rung than the one asked for.
    Given(Rung),
    /// Automatic from now on, or this rung.
    Choose(Option<Rung>),
    /// Time to decide; frames a second that the device paints, where that is known.
    Tick {
        /// Painted frames a second.
        painted_fps: Option<f64>,
    },
}

/// Turns a frame's number into the kind of number that both twins reckon with. TypeScript knows `f64` only,
/// which holds whole numbers exactly up to 2^53: 34 frames a second for eight million years.
pub fn frame_number(number: u64) -> f64 {
    number as f64
}

/// Why a rung is left or kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// Too few frames arrive.
    Slow {
        /// What arrives; 0 where pictures stay incomplete.
        fps: f64,
        /// What is too few.
        least: f64,
    },
    /// No frame at all arrives.
    Silent,
    /// Frames arrive, but the device paints too few.
    Device {
        /// What is painted.
        painted_fps: f64,
    },
    /// All frames arrive, so there may be room.
    Room {
        /// What arrives.
        fps: f64,
    },
    /// The rate is where it should be.
    InBand {
        /// What arrives.
        fps: f64,
    },
    /// The device paints too few, and cheaper frames did not change that.
    DeviceAnyway {
        /// What is painted.
        painted_fps: f64,
    },
    /// All frames arrive, but they are few: the camera's picture stands still.
    Still,
    /// All frames arrive at the dearest rung.
    Highest {
        /// What arrives.
        fps: f64,
    },
    /// Too few arrive at the cheapest rung.
    Lowest {
        /// What arrives.
        fps: f64,
    },
    /// The next rung was too much, and its time has not come yet.
    NotYet {
        /// The next rung.
        next: Rung,
        /// Until it may be tried, milliseconds.
        wait_ms: f64,
    },
    /// The next rung needs more than the link carries.
    NoRoom {
        /// The next rung.
        next: Rung,
    },
    /// Not enough has been seen since the last step.
    Measuring,
    /// Nothing is judged now.
    Paused(Pause),
    /// Somebody chose it.
    Chosen,
    /// The server offers no other.
    Offered,
}

/// Why nothing is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// There is no connection.
    Disconnected,
    /// Nobody sees the pictures.
    Hidden,
    /// The camera gives no pictures.
    CameraAway,
    /// The camera gives single pictures.
    Stills,
    /// Somebody chose the rung.
    ByHand,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// Nothing was decided.
    None,
    /// Stay.
    Hold(Reason),
    /// Go to another rung.
    Step {
        /// The rung until now.
        from: Rung,
        /// The rung from now on.
        to: Rung,
        /// Why.
        reason: Reason,
    },
}
