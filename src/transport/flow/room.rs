//! How many bytes a link takes of a key frame, and of each message of a sweep: what it carries in, a room
//! out. Pure.
//!
//! A sweep goes on with new frames alone. So of a camera whose next frame comes later than a key frame takes
//! the link, the key frame is sent: a sweep would leave the picture torn until then, and spare nobody a wait.

use crate::delta::Room;

/// Bytes a second above which a link takes any frame at once: 20 Mbit/s.
const WIDE: f64 = 2_500_000.0;

/// Longest time for which a key frame may keep a link busy while the camera gives others, seconds: viewers of
/// live video see a picture that stands still for longer.
const KEY_S: f64 = 0.15;

/// Longest time for which any frame may keep a link busy, seconds, however slow the camera: a camera that
/// stood still for a while is told to be slow, and may go on at once.
const LONGEST_S: f64 = 5.0;

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
    let cut_s = if fps > 0.0 { (1.0 / fps).clamp(LEAST_CUT_S, LONGEST_S) } else { LEAST_CUT_S };
    Room { most: bytes(cut_s.max(KEY_S)), cut: bytes(cut_s) }
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
        assert_eq!([25.0, 10.0, 1.0].map(cut), [Some(4_608), Some(12_288), Some(124_928)]);
    }

    #[test]
    fn a_key_frame_goes_in_one_piece_where_the_next_frame_comes_later_than_it_takes() {
        // A megabit a second, and half of one: 62 KB take half a second, and one.
        for (capacity, fps, takes) in
            [(125_000.0, 1.0, true), (125_000.0, 0.05, true), (62_500.0, 0.9, true), (62_500.0, 2.0, false)]
        {
            assert_eq!(room(Some(capacity), fps).takes(62_000), takes, "{capacity} bytes, {fps} a second");
        }
    }

    #[test]
    fn a_camera_that_gives_nearly_nothing_lets_no_frame_keep_a_link_busy_for_longer_than_five_seconds() {
        let most = |fps| room(Some(12_500.0), fps).most;
        assert_eq!([0.05, 1e-9].map(most), [Some(62_464); 2]);
    }
}
