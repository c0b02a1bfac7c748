use super::*;
use crate::{
    coder::{Coefficients, fixtures::picture},
    nouns::picture::Planes,
};

/// Forty blocks: more than are measured at a time.
const SIZE: (usize, usize) = (128, 70);

/// Squared change of a block's head, in both classes.
fn change(now: &Coefficients, was: &Coefficients, block: usize) -> [u32; 2] {
    let of = |number: usize| -> u32 {
        let [now, was] = [now, was].map(|picture| &picture.mcus()[block][number].0[..HEAD]);
        now.iter().zip(was).map(|(now, was)| u32::from(now.abs_diff(*was)).pow(2)).sum()
    };
    [(0..4).map(of).sum(), (4..BLOCKS).map(of).sum()]
}

#[test]
fn either_way_of_measuring_finds_the_same() {
    let (before, now) = (picture(SIZE, 3), picture(SIZE, 8));
    let (mut motion, mut moved) = (Motion::new(), Moved::default());
    motion.measure(&before, 1, &mut moved);
    let mut heads = motion.heads.clone();
    motion.measure(&now, 2, &mut moved);
    let (mut slow_tails, mut energy) =
        (vec![[Tail::default(); BLOCKS]; moved.tails.len()], vec![[0; 2]; moved.tails.len()]);
    measure::tails(now.mcus(), &mut slow_tails);
    measure::compare(now.mcus(), &mut heads, Renewed::Part(2), &mut energy);
    assert_eq!((&moved.tails, &moved.energy, &motion.heads), (&slow_tails, &energy, &heads));
    assert!(slow_tails.iter().flatten().any(|tail| tail.energy > 0 && tail.peak > 0));
}

#[test]
fn every_block_is_compared_with_the_picture_of_its_last_turn() {
    let pictures: Vec<Coefficients> = (0..11).map(|seed| picture(SIZE, seed + 2)).collect();
    let (mut motion, mut moved) = (Motion::new(), Moved::default());
    let mut turns = [0; 40];
    for (number, picture) in pictures.iter().enumerate() {
        motion.measure(picture, 10 + 3 * number as u64, &mut moved);
        for (block, last) in turns.iter_mut().enumerate() {
            // The first frame is everybody's turn; numbers rise by three.
            let has_turn = number == 0 || block % TURN == (number + 1) % TURN;
            let was = &pictures[*last];
            if has_turn {
                *last = number;
            }
            let (since, energy) = moved.since(block).expect("is compared");
            assert_eq!(since, 10 + 3 * *last as u64, "block {block} of frame {number}");
            if number > 0 {
                assert_eq!(energy, change(picture, was, block), "block {block} of frame {number}");
            }
        }
    }
}

#[test]
fn a_late_frame_is_compared_with_nothing_and_one_of_another_size_begins_anew() {
    let (mut motion, mut moved) = (Motion::new(), Moved::default());
    motion.measure(&picture(SIZE, 3), 5, &mut moved);
    assert_eq!(moved.since(7).map(|(since, _)| since), Some(5));
    for number in [5, 4] {
        motion.measure(&picture(SIZE, 3), number, &mut moved);
        assert_eq!((moved.since(7), moved.number()), (None, number));
        assert_eq!(moved.tails.len(), 40);
    }
    motion.measure(&picture((64, 64), 3), 6, &mut moved);
    assert!((0..16).all(|block| moved.since(block).is_some_and(|(since, _)| since == 6)));
    assert_eq!(moved.since(16), None);
    motion.measure(&picture((64, 64), 3), 7, &mut moved);
    assert_eq!([moved.since(2), moved.since(3)], [Some((6, [0, 0])), Some((7, [0, 0]))]);
}

#[test]
fn a_picture_that_is_measured_while_it_is_taken_is_measured_as_any_other() {
    // Rows of 21 blocks are taken in two pieces, and only those of the first row begin at a turn.
    let planes = |seed: u64| {
        let (mut planes, mut random) = (Planes::grey(328, 70, 0), fastrand::Rng::with_seed(seed));
        planes.y.fill_with(|| random.u8(..));
        planes
    };
    let (mut motion, mut moved, mut picture) = (Motion::new(), Moved::default(), Coefficients::new());
    let (mut other_motion, mut other) = (Motion::new(), Moved::default());
    for number in [1, 2, 3, 3, 7] {
        let planes = planes(number);
        let gauge = Gauge { motion: &mut motion, number, moved: &mut moved };
        picture.load_planes_measured(&planes, Some(gauge)).expect("a picture");
        other_motion.measure(&picture, number, &mut other);
        let of = |moved: &Moved| (moved.number(), moved.noise(), moved.since.clone(), moved.energy.clone());
        assert_eq!((of(&moved), &moved.tails), (of(&other), &other.tails), "frame {number}");
        assert_eq!(motion.heads, other_motion.heads, "frame {number}");
    }
    assert!(moved.noise()[0] > 0);
}
