use super::*;
use crate::{
    coder::Motion,
    frame::{Frame, Picture},
    nouns::{
        picture::Planes,
        quality::{Level, Rung},
    },
};

/// Width and height of the pictures at full size: 8 x 6 blocks.
const SIZE: (usize, usize) = (128, 96);

/// Streams, and what they are fed by.
struct Bench {
    deltas: Deltas,
    motion: Motion,
    camera: Arc<str>,
}

impl Bench {
    fn new() -> Self {
        Bench { deltas: Deltas::new(Level::MAX), motion: Motion::new(), camera: Arc::from("main") }
    }

    fn stream(&self, tier: Tier, quality: u32) -> Stream {
        let level = Level::at_or_below(quality).expect("on the ladder");
        Stream::plain(&self.camera, Rung { tier, level })
    }

    /// Frame `number` of a stream, white in its last block where `corner` says so.
    fn advance(&mut self, stream: &Stream, number: u64, corner: bool) -> Arc<Advance> {
        let scale = stream.rung.tier.scale() as usize;
        let (width, height) = (SIZE.0 / scale, SIZE.1 / scale);
        let mut planes = Planes::grey(width, height, 90);
        for row in planes.y.chunks_mut(width).skip(height.saturating_sub(16)).filter(|_| corner) {
            row[width - 16..].fill(250);
        }
        let (mut picture, mut moved) = (Coefficients::new(), Moved::default());
        picture.load_planes(&planes).expect("a picture");
        self.motion.measure(&picture, number, &mut moved);
        let frame = Arc::new(Frame::new(number, number * 29_412, Picture::Planes(planes)));
        let job = Job { stream: stream.clone(), frame };
        let shown = Shown { picture: &picture, moved: &moved };
        let advance = self.deltas.advance(&job, shown).expect("a picture").advance;
        self.deltas.give(stream, &advance);
        advance
    }

    /// Blocks of a stream that changed behind frame `number`.
    fn behind(&self, stream: &Stream, number: u64) -> Vec<u32> {
        let live = self.deltas.streams.get(stream).and_then(|entry| entry.live.clone());
        let live = live.expect("the stream goes on");
        let changes = live.lock().changes().clone();
        changes.behind(number).collect()
    }
}

fn lone(stream: &Stream, number: u64) -> Arc<EncodedFrame> {
    let frame = Frame::slate(number, 0, Planes::grey(2, 2, 0));
    Arc::new(EncodedFrame::new(&stream.camera, &frame, stream.rung, &[0xFF, 0xD8, 0xFF, 0xD9]))
}

#[test]
fn a_stream_that_begins_knows_what_moved_from_one_that_goes_on() {
    let mut bench = Bench::new();
    let (full, half) = (bench.stream(Tier::Full, 60), bench.stream(Tier::Half, 60));
    bench.advance(&full, 1, false);
    bench.advance(&full, 2, true);
    assert_eq!(bench.behind(&full, 1), [47]);
    bench.advance(&half, 3, true);
    assert_eq!((bench.behind(&half, 1), bench.behind(&half, 2)), (vec![11], vec![]));
}

#[test]
fn a_stream_that_begins_knows_what_moved_from_one_that_was_interrupted() {
    let mut bench = Bench::new();
    let (full, eighth) = (bench.stream(Tier::Full, 60), bench.stream(Tier::Eighth, 60));
    bench.advance(&eighth, 1, false);
    bench.deltas.interrupt(&eighth);
    bench.advance(&full, 1, false);
    bench.advance(&full, 2, true);
    bench.deltas.interrupt(&full);
    let advance = bench.deltas.give_lone(&full, &lone(&full, 3));
    assert!(Arc::ptr_eq(&advance, &bench.deltas.last(&full).expect("was given")));
    bench.advance(&full, 4, true);
    assert_eq!((bench.behind(&full, 1), bench.behind(&full, 2)), (vec![47], vec![]), "of the nearest size");
}

#[test]
fn what_nobody_wants_is_forgotten_with_the_tiers_that_nobody_else_wants() {
    let mut bench = Bench::new();
    let streams = [(Tier::Full, 60), (Tier::Full, 80), (Tier::Half, 60)];
    let streams = streams.map(|(tier, quality)| bench.stream(tier, quality));
    for stream in &streams {
        bench.advance(stream, 1, false);
    }
    assert!(bench.deltas.forget_unwanted("main", |_| true).is_empty());
    assert!(bench.deltas.forget_unwanted("other", |_| false).is_empty());
    let tiers = bench.deltas.forget_unwanted("main", |stream| *stream == streams[1]);
    assert_eq!(tiers, [Tier::Half]);
    let there = streams.each_ref().map(|stream| bench.deltas.last(stream).is_some());
    assert_eq!(there, [false, true, false]);
    bench.deltas.forget("main");
    assert!(bench.deltas.streams.is_empty() && bench.deltas.left.is_empty());
}

#[test]
fn a_stream_that_could_not_take_a_picture_ends() {
    let mut bench = Bench::new();
    let stream = bench.stream(Tier::Full, 60);
    bench.advance(&stream, 1, false);
    let frame = Arc::new(Frame::new(2, 0, Picture::Planes(Planes::default())));
    let job = Job { stream: stream.clone(), frame };
    let (picture, moved) = (Coefficients::new(), Moved::default());
    let taken = bench.deltas.take(&job, Shown { picture: &picture, moved: &moved });
    assert_eq!(taken.err(), Some(CoderError::Empty));
    assert!(bench.deltas.streams.get(&stream).is_some_and(|entry| entry.live.is_none()));
    // Another one begins with the next frame.
    bench.advance(&stream, 3, true);
    assert_eq!(bench.behind(&stream, 2).len(), 48);
}

#[test]
fn a_frame_that_comes_late_is_not_kept_for_who_comes() {
    let bench = Bench::new();
    let stream = bench.stream(Tier::Full, 60);
    for number in [5, 4] {
        bench.deltas.give_lone(&stream, &lone(&stream, number));
    }
    assert_eq!(bench.deltas.last(&stream).map(|advance| advance.number), Some(5));
}

#[test]
fn streams_keep_two_gigabytes_together_and_no_other_one_begins_before_one_goes_or_shrinks() {
    let bench = Bench::new();
    let blocks = 256 * 144;
    let gate = |n: usize| Stream { camera: format!("gate{n}").into(), ..bench.stream(Tier::Full, 60) };
    let admits = |n: usize| bench.deltas.admits(&gate(n), blocks);
    assert_eq!((0..100).filter(|n| admits(*n)).count(), 63);
    assert!(admits(0) && admits(62) && !admits(63), "who is in stays in");
    bench.deltas.forget("gate0");
    assert!(admits(70) && !admits(0));
    assert!(bench.deltas.admits(&gate(1), 100) && admits(0));
    assert!(!admits(1), "who grows asks anew");
}

#[test]
fn a_stream_that_nobody_wants_any_more_leaves_its_place_to_others() {
    let bench = Bench::new();
    let gate = |n: usize| Stream { camera: format!("gate{n}").into(), ..bench.stream(Tier::Full, 60) };
    let admits = |n: usize| bench.deltas.admits(&gate(n), 256 * 144);
    assert_eq!((0..63).filter(|n| admits(*n)).count(), 63);
    assert!(bench.deltas.unwanted(|_| true).is_empty() && !bench.deltas.take_short());
    assert!(!admits(63) && bench.deltas.take_short());
    assert_eq!(bench.deltas.unwanted(|stream| *stream != gate(7)), [gate(7)]);
    bench.deltas.forget_unwanted("gate7", |_| false);
    assert!(admits(63) && !admits(64));
}
