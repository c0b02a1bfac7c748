//! How many bytes a link takes of a key frame, and of each message of a sweep: what it carries in, a room
//! out. Pure.

use crate::delta::Room;

/// Bytes a second above which a link takes any frame at once: 20 Mbit/s.
const WIDE: f64 = 2_500_000.0;

/// Longest time for which a key frame may keep a link busy, seconds: viewers of live video see a picture that
/// stands still for longer.
const KEY_S: f64 = 0.15;

/// Least time of the link that one message of a sweep may take, seconds: a little more than from one frame to
/// the next at 34 FPS, since the window lets a frame wait for its turn.
const LEAST_CUT_S: f64 = 1.0 / 30.0;

/// Bytes to which rooms are rounded, so that viewers of like links get one frame between them.
const STEP: usize = 512;

/// The room on a link that carries so many bytes a second, for a camera of that rate, frames a second;
/// without bounds where the link is not known. A rate of 0 is one that is not known.
pub(super) fn room(capacity: Option<f64>, fps: f64) -> Room {
    let Some(capacity) = capacity.filter(|capacity| *capacity <= WIDE) else { return Room::default() };
    let bytes = |seconds: f64| Some(((capacity * seconds) as usize / STEP * STEP).max(STEP));
    // A slow camera leaves the link more time for each message.
    let cut_s = if fps > 0.0 { (1.0 / fps).clamp(LEAST_CUT_S, KEY_S) } else { LEAST_CUT_S };
    Room { most: bytes(KEY_S), cut: bytes(cut_s) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_link_bounds_frames_and_a_wide_or_unknown_one_does_not() {
        let thin = Room { most: Some(18_432), cut: Some(4_096) };
        assert_eq!([0.0, 34.0, 120.0].map(|fps| room(Some(125_000.0), fps)), [thin; 3]);
        assert_eq!(room(Some(1_000.0), 34.0), Room { most: Some(512), cut: Some(512) }, "never nothing");
        for capacity in [None, Some(2_600_000.0), Some(f64::INFINITY)] {
            assert_eq!(room(capacity, 34.0), Room::default(), "{capacity:?}");
        }
    }

    #[test]
    fn links_that_are_alike_have_one_room() {
        assert_eq!(room(Some(125_000.0), 34.0), room(Some(125_300.0), 33.7));
    }

    #[test]
    fn a_slow_camera_leaves_more_time_for_each_message() {
        let cut = |fps| room(Some(125_000.0), fps).cut;
        assert_eq!([25.0, 10.0, 1.0].map(cut), [Some(4_608), Some(12_288), Some(18_432)]);
    }
}
