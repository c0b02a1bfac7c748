use super::*;
use crate::{
    coder::{Coefficients, Motion},
    delta::decide::Rotation,
    nouns::picture::Planes,
};

/// A row of eight blocks whose fourth one can be made brighter.
struct Bench {
    motion: Motion,
    moved: Moved,
    number: u64,
    sight: Sight,
}

/// A block whose references are renewed in frames 4 and 12.
const BLOCK: u32 = 4;

impl Bench {
    fn new() -> Self {
        Bench { motion: Motion::new(), moved: Moved::default(), number: 0, sight: Sight::new(8) }
    }

    /// The next frame; the blocks to look at in it.
    fn next(&mut self, brighter: u8) -> Vec<u32> {
        self.number += 1;
        let mut planes = Planes::grey(128, 16, 100);
        for row in planes.y.chunks_mut(128) {
            row[64..80].fill(100 + brighter);
        }
        let mut picture = Coefficients::new();
        picture.load_planes(&planes).expect("a picture");
        self.motion.measure(&picture, self.number, &mut self.moved);
        self.sight.suspects(&self.moved, &nobodys())
    }

    /// Takes that looks found room at those blocks.
    fn saw(&mut self, blocks: &[u32], room: u64) {
        blocks.iter().for_each(|block| self.sight.saw(&self.moved, *block, [room, room], false));
    }
}

/// A turn of no block.
fn nobodys() -> Turn {
    Rotation::default().next(8, 0)
}

/// Squared error of a block that is brighter by so much, doubled as by [`SPREAD`].
fn doubled(brighter: u64) -> u64 {
    2 * 64 * 256 * brighter * brighter
}

#[test]
fn what_stands_still_is_looked_at_every_eighth_frame() {
    let mut bench = Bench::new();
    let first = bench.next(0);
    assert_eq!(first.len(), 8);
    bench.saw(&first, 1000);
    let mut looks = Vec::new();
    for _ in 0..16 {
        let picked = bench.next(0);
        assert!(picked.iter().all(|block| u64::from(*block) % 8 == bench.number % 8), "{picked:?}");
        bench.saw(&picked, 1000);
        looks.extend(picked);
    }
    looks.sort_unstable();
    assert_eq!(looks, (0..8).flat_map(|block| [block, block]).collect::<Vec<_>>());
}

#[test]
fn what_moved_by_more_than_there_was_room_for_is_looked_at_at_once() {
    for (room, is_picked) in [(doubled(3) - 1, true), (doubled(3), false)] {
        let mut bench = Bench::new();
        let first = bench.next(0);
        bench.saw(&first, room);
        assert_eq!(bench.next(3).contains(&BLOCK), is_picked, "room for {room}");
    }
}

#[test]
fn a_level_that_loses_noise_has_room_for_noise_besides() {
    let mut pictures = [1_u32, 2].map(|seed| {
        let mut planes = Planes::grey(640, 480, 100);
        let mut random = seed;
        for sample in &mut planes.y {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = 99 + (random >> 30).min(2) as u8;
        }
        planes
    });
    // Something large moves besides.
    pictures[1].y[..640 * 240].fill(30);
    let (mut motion, mut moved) = (Motion::new(), Moved::default());
    for (number, planes) in (1..).zip(&pictures) {
        let mut picture = Coefficients::new();
        picture.load_planes(planes).expect("a picture");
        motion.measure(&picture, number, &mut moved);
    }
    // Values 0, 1, 2 and 2: their variance is 11/16, a difference has twice that, a quarter of it in heads.
    let expected = 64.0 * 256.0 * 2.0 * 11.0 / 16.0 / 4.0;
    let [luma, chroma] = moved.noise();
    assert!((0.6..1.2).contains(&(f64::from(luma) / expected)), "{luma} of {expected}");
    assert_eq!(chroma, 0);
    let noise = u64::from(luma);
    let rooms = [4 * noise - 1, 4 * noise].map(|own| Sight::room_for_noise(&moved, 0, own));
    assert_eq!(rooms, [0, 2 * (noise + noise / 2)]);
}

#[test]
fn what_is_kept_between_turns_is_looked_at_until_its_turn() {
    let mut bench = Bench::new();
    let first = bench.next(0);
    bench.saw(&first, 1000);
    bench.next(0);
    bench.sight.saw(&bench.moved, BLOCK, [1000, 1000], true);
    for number in [3, 4] {
        let picked = bench.next(0);
        assert!(picked.contains(&BLOCK), "frame {number}");
        bench.saw(&picked, 1000);
    }
    assert!(!bench.next(0).contains(&BLOCK));
}

#[test]
fn of_a_late_frame_all_is_looked_at_and_so_is_a_block_whose_turn_it_is() {
    let mut bench = Bench::new();
    let first = bench.next(0);
    bench.saw(&first, 1000);
    let everybodys = Rotation::default().next(8, 10_000_000);
    bench.next(0);
    assert_eq!(bench.sight.suspects(&bench.moved, &everybodys).len(), 8);
    bench.number = 0;
    assert_eq!(bench.next(0).len(), 8);
}
