//! What streams of pictures cost and what viewers see of them.

use super::*;
use crate::delta::fixtures::{FRAME_US, error, errors, waves};

/// Frames in ten seconds: all blocks have had their turn then.
const TEN_SECONDS: u64 = 10_000_000 / FRAME_US;

/// A link that carries 1 KB between two frames, and 2 KB in the time that a key frame may take.
const THIN: Room = Room { most: Some(2000), cut: Some(1024) };

#[test]
fn where_nothing_moves_a_block_a_frame_is_sent() {
    let (mut bench, mut screen) = begun(60);
    for _ in 0..TEN_SECONDS {
        assert_eq!(bench.advance().changed, 1);
        assert!(screen.follow(&mut bench, Room::default()).message.len() < 700);
    }
    assert_eq!(screen.planes, bench.believed());
}

#[test]
fn noise_alone_is_not_sent_but_in_rotation() {
    let still = waves(0);
    for level in [30, 60, 80] {
        let mut bench = Bench::new(rung(level));
        bench.show(&still, 1);
        bench.advance();
        let mut changed = 0;
        for _ in 0..TEN_SECONDS {
            bench.show(&still, 1);
            changed += bench.advance().changed;
        }
        // At most one for each frame and one for each block.
        assert!(changed <= TEN_SECONDS as u32 + BLOCKS as u32, "{changed} blocks at level {level}");
    }
}

#[test]
fn a_lamp_that_dims_by_a_hundredth_a_second_is_followed() {
    let still = waves(0);
    let (mut bench, mut screen) = begun(60);
    for number in 0..2 * TEN_SECONDS {
        let light = 1.0 - (number * FRAME_US) as f64 / 1e8;
        let mut planes = still.clone();
        planes.y.iter_mut().for_each(|sample| *sample = (f64::from(*sample) * light).round() as u8);
        bench.show(&planes, 0);
        bench.advance();
        screen.follow(&mut bench, Room::default());
        if number % 34 == 33 {
            let (held, own) =
                (errors(&screen.planes, &bench.planes), errors(&bench.whole(60), &bench.planes));
            // What is decoded is rounded: a twelfth of a squared grey value, and more where it is cut off.
            let worse = held.iter().zip(&own).filter(|(held, own)| **held > 2.0 * (**own + 2.5));
            assert_eq!(worse.count(), 0, "at frame {number}");
        }
    }
    let (held, own) = (error(&screen.planes, &bench.planes), error(&bench.whole(60), &bench.planes));
    assert!(held < 1.5 * own + 2.5, "{held} where a complete picture has {own}");
}

#[test]
fn a_cut_is_a_key_frame_and_on_a_thin_link_a_sweep() {
    let (mut bench, mut wide) = begun(60);
    let mut thin = wide.clone();
    bench.planes = waves(101);
    bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    assert!(bench.advance().changed > BLOCKS as u32 * 8 / 10);
    assert_eq!(wide.follow(&mut bench, Room::default()).part, Part::Whole);
    let mut messages = 0;
    loop {
        let frame = thin.follow(&mut bench, THIN);
        messages += 1;
        assert_eq!(frame.part, Part::Sweep);
        // The first guesses of what a block takes are rough.
        assert!(frame.message.len() < 3 * 1024, "{} bytes", frame.message.len());
        if thin.is_whole() {
            break;
        }
        bench.advance();
    }
    assert_eq!(thin.planes, bench.believed());
    assert!((3..30).contains(&messages), "{messages} messages");
}

#[test]
fn a_pan_is_seen_as_it_is_however_it_is_sent() {
    let (mut bench, mut screen) = begun(60);
    for shift in 1..20 {
        bench.planes = waves(3 * shift);
        assert!(bench.advance().changed > BLOCKS as u32 / 2);
        screen.follow(&mut bench, Room::default());
        assert_eq!(screen.planes, bench.believed());
    }
}

#[test]
fn of_a_flickering_block_no_other_is_sent() {
    let (mut bench, mut screen) = begun(60);
    for number in 2..100 {
        bench.paint(77, if number % 2 == 0 { 255 } else { 0 });
        assert!(bench.advance().changed <= 2);
        assert_eq!(bench.live.changes().newest(77), number);
        screen.follow(&mut bench, Room::default());
    }
    assert_eq!(screen.planes, bench.believed());
}

#[test]
fn who_skips_frames_and_whose_link_is_thin_sees_the_same_in_the_end() {
    let (mut bench, screen) = begun(60);
    let mut screens = [screen.clone(), screen.clone(), screen];
    for number in 2_usize..120 {
        bench.paint(number * 31 % BLOCKS, (number * 70) as u8);
        if number == 60 {
            bench.planes = waves(50);
        }
        bench.advance();
        for (skips, screen) in [1, 7, 40].into_iter().zip(&mut screens) {
            if number.is_multiple_of(skips) {
                screen.follow(&mut bench, if skips == 7 { THIN } else { Room::default() });
            }
        }
    }
    let mut left = 0;
    while !screens.iter().all(Screen::is_whole) || left == 0 {
        bench.advance();
        for (skips, screen) in [1, 7, 40].into_iter().zip(&mut screens) {
            screen.follow(&mut bench, if skips == 7 { THIN } else { Room::default() });
        }
        left += 1;
        assert!(left < 100, "a sweep ends");
    }
    // Who renewed a moving picture in turn has it of an earlier frame.
    bench.advance();
    let believed = bench.believed();
    for screen in &mut screens {
        screen.follow(&mut bench, Room::default());
        assert!(screen.planes == believed);
    }
}

#[test]
fn who_comes_from_another_rung_is_given_a_key_frame_or_a_sweep_over_what_it_has() {
    let (mut bench, screen) = begun(60);
    bench.paint(3, 255);
    bench.advance();
    let (changes, number) = (bench.live.changes().clone(), bench.number);
    let mut other = Bench::new(rung(30));
    (other.planes, other.number) = (bench.planes.clone(), number);
    other.advance_from(Some(&changes));
    // What changed before this life began is known.
    assert_eq!(other.live.changes().behind(1).collect::<Vec<_>>(), [3]);
    let mut wide = screen.clone();
    assert_eq!(wide.follow(&mut other, Room::default()).part, Part::Whole);
    let mut thin = screen;
    while !thin.is_whole() || thin.held.map(|held| held.life) != wide.held.map(|held| held.life) {
        assert_eq!(thin.follow(&mut other, Room { most: Some(1000), ..THIN }).part, Part::Sweep);
        other.paint(299, (other.number * 90) as u8);
        other.advance();
    }
    let last = thin.follow(&mut other, Room::default());
    assert_eq!((last.part, thin.planes), (Part::Delta, other.believed()));
}
