use super::*;
use crate::{
    coder::Motion,
    nouns::{form::Part, picture::Planes, quality::Level},
    protocol::patch_of,
};

const RUNG: Rung = Rung { tier: Tier::Half, level: Level::MIDDLE };

/// A stream, and what it is fed by.
struct Bench {
    live: Live,
    motion: Motion,
    planes: Planes,
    number: u64,
}

impl Bench {
    fn new() -> Self {
        let live = Live::new(&Arc::from("main"), RUNG);
        Bench { live, motion: Motion::new(), planes: Planes::grey(96, 80, 90), number: 0 }
    }

    /// The next frame, with luma of one pixel's surroundings changed.
    fn advance(&mut self, change: Option<(usize, usize)>) -> Looked {
        self.number += 1;
        if let Some((x, y)) = change {
            for row in 0..8 {
                let at = (y + row) * 96 + x;
                self.planes.y[at..at + 8].fill(200);
            }
        }
        let (mut picture, mut moved) = (Coefficients::new(), Moved::default());
        picture.load_planes(&self.planes).expect("a picture");
        self.motion.measure(&picture, self.number, &mut moved);
        let captured_us = self.number * 29_412;
        let facts = Facts { number: self.number, captured_us, size: (192, 160), ..Facts::default() };
        self.live.advance(&picture, &moved, facts, None).expect("a picture")
    }

    fn serve(&mut self, held: Option<Held>) -> Served {
        self.live.serve(held, Room::default()).expect("has a frame")
    }
}

#[test]
fn who_comes_gets_a_key_frame_and_from_then_on_what_changes() {
    let mut bench = Bench::new();
    assert_eq!(bench.advance(None), Looked { changed: 30, blocks: 30 });
    let key = bench.serve(None);
    assert_eq!(key.frame.part, Part::Whole);
    assert_eq!(bench.advance(Some((40, 20))), Looked { changed: 1, blocks: 30 });
    assert_eq!(bench.live.usual(), key.held);
    // Of so small a picture the whole is hardly larger than its tables.
    let delta = bench.live.packed(&[8], 1, false).expect("has a block");
    let patch = patch_of(&delta.jpeg).expect("has a patch").expect("valid");
    assert_eq!((delta.part, patch.blocks().collect::<Vec<_>>()), (Part::Delta, vec![8]));
    assert_eq!(bench.live.changes().behind(1).collect::<Vec<_>>(), [8]);
}

#[test]
fn what_is_asked_for_twice_is_made_once() {
    let mut bench = Bench::new();
    bench.advance(None);
    let (one, other) = (bench.serve(None), bench.serve(None));
    assert!(Arc::ptr_eq(&one.frame, &other.frame));
    bench.advance(None);
    assert!(!Arc::ptr_eq(&one.frame, &bench.serve(None).frame));
}
