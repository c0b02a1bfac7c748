use super::*;
use crate::{coder::Motion, nouns::picture::Planes};

const SECOND_US: u64 = 1_000_000;

fn picture(luma: u8) -> Coefficients {
    let mut picture = Coefficients::new();
    picture.load_planes(&Planes::grey(160, 48, luma)).expect("a picture");
    picture
}

/// Thirty blocks that changed at 0 s, of which the last ten did at 0.5 s.
fn changed_us() -> Vec<u64> {
    (0..30).map(|block| if block < 20 { 0 } else { SECOND_US / 2 }).collect()
}

fn wanted(now_us: u64) -> Sharp {
    let mut sharp = Sharp::new(Level::MAX, 30);
    sharp.want(now_us);
    sharp.refine(&picture(90), now_us, &changed_us());
    sharp
}

#[test]
fn what_stands_still_for_a_second_is_refined_and_longest_first() {
    assert_eq!(wanted(SECOND_US - 1).next(0, 100_000), None);
    let blocks = |sharp: Sharp| sharp.next(0, 100_000).map(|(blocks, _)| blocks);
    assert_eq!(blocks(wanted(SECOND_US)), Some((0..20).collect()));
    let mut sharp = wanted(2 * SECOND_US);
    let (first, reached) = sharp.next(0, 100_000).expect("all stand still");
    assert_eq!(first.len(), MOST_AT_ONCE);
    assert!((0..20).all(|block| first.contains(&block)), "{first:?}");
    sharp.refine(&picture(90), 2 * SECOND_US + 29_412, &changed_us());
    let (rest, _) = sharp.next(reached, 100_000).expect("six are left");
    let mut all = [first, rest].concat();
    all.sort_unstable();
    assert_eq!(all, (0..30).collect::<Vec<_>>());
}

#[test]
fn a_small_message_holds_fewer_blocks_and_one_that_holds_none_is_not_made() {
    let sharp = wanted(SECOND_US);
    let (most, _) = sharp.next(0, 100_000).expect("some stand still");
    let (some, reached) = sharp.next(0, sharp.bytes(&most) - 1).expect("fewer fit");
    assert_eq!((some.len(), reached), (10, 10));
    assert_eq!(sharp.next(0, 10), None);
}

#[test]
fn nothing_is_refined_that_nobody_wants_and_what_viewers_show_is_kept() {
    let mut sharp = Sharp::new(Level::MAX, 30);
    sharp.refine(&picture(90), 9 * SECOND_US, &changed_us());
    assert!(sharp.next(0, 100_000).is_none() && sharp.kept().is_none());
    let mut sharp = wanted(SECOND_US);
    let (_, reached) = sharp.next(0, 100_000).expect("some stand still");
    sharp.refine(&picture(90), 60 * SECOND_US, &changed_us());
    assert!(sharp.next(reached, 100_000).is_none() && sharp.kept().is_some() && sharp.has(3));
}

#[test]
fn refinements_are_as_far_from_the_picture_as_that_has_moved() {
    let (mut sharp, blocks) = (wanted(SECOND_US), (0..20).collect::<Vec<u32>>());
    let looked = |luma: u8| {
        let (picture, mut moved) = (picture(luma), Moved::default());
        Motion::new().measure(&picture, 1, &mut moved);
        sharp.look(&picture, &moved, &blocks, SECOND_US)
    };
    // 64 times a grey value for each of 256 samples; the top has none of its own where all is grey.
    let brighter = |by: u64| vec![Errors { held: [64 * 256 * by * by, 0], ..Errors::default() }; 20];
    assert_eq!([90, 91, 93].map(looked), [0, 1, 3].map(brighter));
    assert!(Sharp::new(Level::MAX, 30).look(&picture(90), &Moved::default(), &[], SECOND_US).is_empty());
}

#[test]
fn what_is_refined_when_a_clock_is_set_back_is_wanted_for_a_second_only() {
    let mut sharp = wanted(3_600 * SECOND_US);
    sharp.refine(&picture(90), 9 * SECOND_US, &changed_us());
    assert!(sharp.is_wanted(9 * SECOND_US) && !sharp.is_wanted(10 * SECOND_US));
}

#[test]
fn a_refined_block_is_looked_at_again_a_quarter_of_a_second_later() {
    let mut sharp = wanted(SECOND_US);
    let (picture, mut moved) = (picture(90), Moved::default());
    Motion::new().measure(&picture, 1, &mut moved);
    let due = |sharp: &Sharp, after_us| sharp.is_due(3, SECOND_US + after_us);
    assert!(!due(&sharp, 249_999) && due(&sharp, 250_000));
    sharp.look(&picture, &moved, &[3], SECOND_US + 250_000);
    assert!(!due(&sharp, 499_999) && due(&sharp, 500_000) && sharp.is_due(4, SECOND_US + 250_000));
}
