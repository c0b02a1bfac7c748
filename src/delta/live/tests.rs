use super::*;
use crate::{
    delta::{
        cut::Room,
        fixtures::{BLOCKS, Bench, Screen, rung},
    },
    nouns::form::Part,
    protocol::patch_of,
};

mod scenarios;

/// A stream at its first frame, and a viewer that has it.
fn begun(level: u32) -> (Bench, Screen) {
    let (mut bench, mut screen) = (Bench::new(rung(level)), Screen::new());
    bench.advance();
    screen.follow(&mut bench, Room::default());
    (bench, screen)
}

#[test]
fn who_comes_gets_a_key_frame_and_from_then_on_what_changes() {
    let mut bench = Bench::new(rung(60));
    let all = BLOCKS as u32;
    assert_eq!(bench.advance(), Looked { changed: all, blocks: all });
    let mut screen = Screen::new();
    assert_eq!(screen.follow(&mut bench, Room::default()).part, Part::Whole);
    bench.paint(45, 255);
    assert_eq!(bench.advance(), Looked { changed: 1, blocks: all });
    assert_eq!(Some(bench.live.usual().without_refinements()), screen.held);
    let delta = screen.follow(&mut bench, Room::default());
    let patch = patch_of(&delta.jpeg).expect("has a patch").expect("valid");
    assert_eq!((delta.part, patch.blocks().collect::<Vec<_>>()), (Part::Delta, vec![45]));
    assert_eq!(screen.planes, bench.believed());
    assert_eq!(bench.live.changes().behind(1).collect::<Vec<_>>(), [45]);
}

#[test]
fn a_block_that_has_just_moved_far_is_sent_where_it_moves_a_little() {
    let (mut bench, _) = begun(60);
    // So many frames that its reference is renewed in one of each kind.
    for n in 0..16 {
        let luma = if n % 2 == 0 { 255 } else { 0 };
        bench.paint(45, luma);
        assert_eq!(bench.advance().changed, 1, "far, {n}");
        bench.paint(45, luma.abs_diff(11));
        bench.advance();
        let changed: Vec<u32> = bench.live.changes().behind(bench.number - 1).collect();
        assert_eq!(changed, [45], "a little, {n}");
    }
}

#[test]
fn a_stream_of_720p_keeps_less_than_eight_megabytes_and_one_too_large_to_be_refined_nothing_twice() {
    assert!(Live::most_bytes(80 * 45) < 8_000_000);
    assert_eq!([120 * 68, 120 * 68 + 1].map(Live::most_bytes), [14_883_840, 7_442_832]);
}

#[test]
fn what_is_asked_for_twice_is_made_once() {
    let (mut bench, screen) = begun(60);
    let key = bench.live.serve(None, Room::default()).expect("has a frame");
    let again = bench.live.serve(None, Room { most: Some(10), cut: Some(10) }).expect("has a frame");
    assert!(Arc::ptr_eq(&key.frame, &again.frame));
    bench.advance();
    let rooms = [Room::default(), Room { most: Some(1 << 20), cut: Some(5000) }];
    let [one, other] = rooms.map(|room| bench.live.serve(screen.held, room).expect("has a frame").frame);
    assert!(Arc::ptr_eq(&one, &other) && !Arc::ptr_eq(&one, &key.frame));
}

#[test]
fn what_a_frame_takes_is_guessed_from_those_before() {
    let (mut bench, mut screen) = begun(60);
    for number in 2..40 {
        for block in (number % 7..BLOCKS).step_by(7) {
            bench.paint(block, (number * 40) as u8);
        }
        bench.advance();
        let which: Vec<u32> = bench.live.changes().behind(bench.number - 1).collect();
        let guessed = bench.live.state().bytes(&which);
        let taken = screen.follow(&mut bench, Room::default()).jpeg.len();
        if number > 20 {
            assert!(guessed.abs_diff(taken) < taken / 4, "{guessed} were guessed, {taken} taken");
        }
    }
}

#[test]
fn a_small_frame_has_codes_made_for_it() {
    let (mut bench, _) = begun(60);
    let frame = bench.live.packed(&[0], 1, false).expect("has a block");
    // Annex K's codes take 420 bytes, and what else stands around the block 300.
    assert!(frame.jpeg.len() < 600, "{}", frame.jpeg.len());
}

#[test]
fn of_many_different_viewers_each_gets_all_that_it_lacks_and_few_frames_are_made() {
    let (mut bench, screen) = begun(60);
    let mut screens = vec![screen];
    for number in 2..150 {
        for block in 0..6 {
            bench.paint((number * 37 + block * 50) % BLOCKS, (number * 25) as u8);
        }
        bench.advance();
        // Each stops at another frame.
        let mut next = screens.last().expect("there is one").clone();
        next.follow(&mut bench, Room::default());
        screens.push(next);
    }
    bench.paint(100, 255);
    bench.advance();
    let believed = bench.believed();
    let mut made: Vec<Arc<_>> = Vec::new();
    // As encoding does: the newest base is there first, and none of the others may be given that.
    let usual = bench.live.usual();
    bench.live.serve(Some(usual), Room::default()).expect("has a frame");
    for screen in screens.iter_mut().rev() {
        let frame = screen.follow(&mut bench, Room::default());
        assert_eq!((screen.planes == believed, screen.is_whole()), (true, true));
        if !made.iter().any(|other| Arc::ptr_eq(other, &frame)) {
            made.push(frame);
        }
    }
    assert!(made.len() <= 12, "{} frames for {} viewers", made.len(), screens.len());
}

#[test]
fn another_size_begins_another_life() {
    let (mut bench, screen) = begun(60);
    let held = screen.held.expect("has a frame");
    let picture = |planes: &crate::nouns::picture::Planes| {
        let mut picture = Coefficients::new();
        picture.load_planes(planes).expect("a picture");
        picture
    };
    let smaller = picture(&crate::nouns::picture::Planes::grey(64, 48, 90));
    let mut moved = Moved::default();
    crate::coder::Motion::new().measure(&smaller, 2, &mut moved);
    let facts = Facts { number: 2, ..Facts::default() };
    let looked = bench.live.advance(&smaller, &moved, facts, None).expect("a picture");
    assert_eq!(looked, Looked { changed: 12, blocks: 12 });
    let served = bench.live.serve(Some(held), Room::default()).expect("has a frame");
    assert_eq!(served.frame.part, Part::Whole);
    assert_ne!(served.held.life, held.life);
    assert!(bench.live.advance(&Coefficients::new(), &moved, facts, None).is_err());
}

#[test]
fn pictures_above_1080p_are_not_refined() {
    for (height, is_refined) in [(1088, true), (1104, false)] {
        let (mut picture, mut moved) = (Coefficients::new(), Moved::default());
        let planes = crate::nouns::picture::Planes::grey(1920, height, 90);
        picture.load_planes(&planes).expect("a picture");
        crate::coder::Motion::new().measure(&picture, 1, &mut moved);
        let (mut live, facts) =
            (Live::new(&Arc::from("main"), rung(50), Level::MAX), Facts { number: 1, ..Facts::default() });
        live.advance(&picture, &moved, facts, None).expect("a picture");
        assert_eq!(live.can_be_refined(), is_refined, "{height}");
    }
}
