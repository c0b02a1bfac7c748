use super::*;
use crate::delta::{changes::Changes, estimate::Estimate};

const COLUMNS: usize = 8;
const ROWS: usize = 6;
/// Blocks of a row take 800 + 96 codes of 0.75 bytes and a run of two: 674 bytes, and what stands around them
/// 480.
const WEIGHT: u16 = 100;
const ROW_BYTES: usize = 674;
const HEAD_BYTES: usize = 480;

/// A stream of which all frames are remembered, and a viewer of it.
struct Bench {
    changes: Changes,
    /// Numbers of the frames that changed each block.
    history: Vec<Vec<u64>>,
    number: u64,
    held: Held,
    /// As of which frame the viewer has each block; 0: another picture.
    has: Vec<u64>,
}

impl Bench {
    /// A stream at frame 10, and a viewer that has a picture of another one.
    fn new() -> Self {
        let blocks = COLUMNS * ROWS;
        let held = Held { life: 0, number: 9, row: 4, below: Below::Number(3), refined: 8 };
        let (changes, history) = (Changes::new(COLUMNS, ROWS, 10), vec![vec![10]; blocks]);
        Bench { changes, history, number: 10, held, has: vec![0; blocks] }
    }

    /// The next frame, which changed those blocks.
    fn change(&mut self, blocks: impl IntoIterator<Item = u32>) {
        self.number += 1;
        for block in blocks {
            self.changes.set(block, self.number);
            self.history[block as usize].push(self.number);
        }
    }

    /// The next message of up to `most` bytes; its blocks.
    fn send(&mut self, most: usize) -> Vec<u32> {
        let (weights, estimate) = ([WEIGHT; COLUMNS * ROWS], Estimate::default());
        let state = State {
            changes: &self.changes,
            weights: &weights,
            estimate,
            whole: estimate,
            life: 1,
            number: self.number,
        };
        let (which, after) = sweep(&state, self.held, most);
        let row = usize::from(start(&state, self.held).row);
        let one_row = state.bytes(&which[..which.len().min(COLUMNS)]);
        assert!(state.bytes(&which) <= most.max(one_row), "{} blocks in {most} bytes", which.len());
        assert!(after.row as usize > row, "goes on");
        which.iter().for_each(|block| self.has[*block as usize] = self.number);
        self.held = after;
        self.check();
        which
    }

    /// Requires the viewer to have what it is said to have.
    fn check(&self) {
        for (block, (has, history)) in self.has.iter().zip(&self.history).enumerate() {
            let said = match self.held.below {
                _ if block / COLUMNS < usize::from(self.held.row) => self.held.number,
                Below::Number(number) => number,
                Below::Foreign => continue,
            };
            let must = history.iter().filter(|number| **number <= said).max().copied().unwrap_or_default();
            assert!(*has >= must, "block {block} is of frame {has}, not of {must}: {:?}", self.held);
        }
    }

    fn is_whole(&self) -> bool {
        usize::from(self.held.row) == ROWS
    }
}

#[test]
fn a_still_picture_comes_from_top_to_bottom_once() {
    let mut bench = Bench::new();
    let mut sent = Vec::new();
    for row in [2, 4, 6] {
        sent.append(&mut bench.send(HEAD_BYTES + 2 * ROW_BYTES));
        assert_eq!(bench.held.row, row);
        bench.change([]);
    }
    assert_eq!(sent, (0..48).collect::<Vec<_>>());
    assert_eq!((bench.is_whole(), bench.held.refined), (true, 0));
}

#[test]
fn what_moves_anywhere_goes_on_moving_meanwhile() {
    let mut bench = Bench::new();
    bench.send(HEAD_BYTES + 2 * ROW_BYTES);
    // One block above, one far below.
    bench.change([3, 45]);
    let sent = bench.send(HEAD_BYTES + 2 * ROW_BYTES);
    assert_eq!(sent, [3].into_iter().chain(16..24).chain([45]).collect::<Vec<_>>());
    assert_eq!((bench.held.number, bench.held.row), (11, 3));
}

#[test]
fn where_all_moves_what_is_below_waits_for_its_turn() {
    let mut bench = Bench::new();
    bench.send(HEAD_BYTES + ROW_BYTES);
    bench.change(0..48);
    let sent = bench.send(HEAD_BYTES + 2 * ROW_BYTES);
    assert_eq!(sent, (0..16).collect::<Vec<_>>());
    assert_eq!((bench.held.number, bench.held.row), (11, 2));
}

#[test]
fn a_pan_is_renewed_in_turn_and_never_stops() {
    let mut bench = Bench::new();
    let mut times = [0; COLUMNS * ROWS];
    for _ in 0..60 {
        let sent = bench.send(HEAD_BYTES + 2 * ROW_BYTES);
        sent.iter().for_each(|block| times[*block as usize] += 1);
        bench.change(0..48);
    }
    let (least, most) = (times.iter().min(), times.iter().max());
    assert!(least >= Some(&10) && most <= Some(&30), "{times:?}");
}

#[test]
fn a_whole_picture_of_this_life_lacks_only_what_changed() {
    let mut bench = Bench::new();
    while !bench.is_whole() {
        bench.send(10_000);
    }
    bench.held.refined = 5;
    bench.change((0..48).step_by(2));
    let mut sent = Vec::new();
    loop {
        sent.append(&mut bench.send(HEAD_BYTES + ROW_BYTES));
        if bench.is_whole() {
            break;
        }
        bench.change([]);
    }
    assert_eq!(sent, (0..48).step_by(2).collect::<Vec<_>>());
    assert_eq!(bench.held.refined, 5, "what did not change is as sharp as before");
}

#[test]
fn who_is_sent_a_block_that_it_has_may_have_lost_what_was_sharper() {
    let mut bench = Bench::new();
    while !bench.is_whole() {
        bench.send(10_000);
    }
    bench.held.refined = 5;
    // What moves does not fit, and all rows above it stand still.
    bench.change(40..48);
    assert_eq!(bench.send(HEAD_BYTES), [0]);
    assert_eq!((bench.held.row, bench.held.refined), (5, 0));
}

#[test]
fn whatever_moves_and_whatever_the_link_takes_nobody_is_said_to_have_what_it_lacks() {
    let mut state = 5_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..40 {
        let mut bench = Bench::new();
        let lively = random(24);
        for _ in 0..60 {
            // Some frames are skipped.
            for _ in 0..=random(3) {
                let count = if random(20) == 0 { 48 } else { lively };
                let moved: Vec<u32> = (0..count).map(|_| random(48) as u32).collect();
                bench.change(moved);
            }
            bench.send(HEAD_BYTES + random(4) as usize * ROW_BYTES);
        }
    }
}
