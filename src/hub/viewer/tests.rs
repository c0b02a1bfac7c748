//! Viewers who get deltas, of a real stream whose frames come from the test.

use std::collections::BTreeSet;

use parking_lot::Mutex;

use super::*;
use crate::{
    cameras::Survey,
    coder::{Coefficients, Motion, Moved as MovedBlocks},
    delta::{Advance, Live, Room},
    encode::Encoder,
    frame::{Facts, Frame},
    hub::{Audiences, Door, Supply},
    nouns::{
        form::Part,
        picture::Planes,
        quality::{Level, Tier},
    },
    protocol::{comment_of, patch_of},
};

const RUNG: Rung = Rung { tier: Tier::Full, level: Level::MAX };

/// Width and height of the pictures: 20 x 20 blocks.
const SIDE: usize = 320;

/// A camera with a door before it, and one stream of deltas.
struct Bench {
    audiences: Arc<Audiences>,
    door: Door,
    channel: Arc<Channel>,
    metrics: Metrics,
    rung: Rung,
    live: Arc<Mutex<Live>>,
    motion: Motion,
    planes: Planes,
    number: u64,
}

impl Bench {
    fn new() -> Self {
        Bench::at(RUNG)
    }

    fn at(rung: Rung) -> Self {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("starts");
        let audiences = Arc::new(Audiences::default());
        let supply = Supply::Pool(pool.encoder());
        let door = Door::new(Arc::clone(&audiences), supply, metrics.clone(), 10);
        let channel = audiences.add("main", (4, 4), Survey::default());
        pool.stop();
        let live = Arc::new(Mutex::new(Live::new(channel.camera(), rung, Level::MAX)));
        // Noise: what little is sent of it must be far less than all of it.
        let mut rng = fastrand::Rng::with_seed(7);
        let mut planes = Planes::grey(SIDE, SIDE, 0);
        planes.y.fill_with(|| rng.u8(..));
        let motion = Motion::new();
        Bench { audiences, door, channel, metrics, rung, live, motion, planes, number: 0 }
    }

    fn join(&self) -> Viewer {
        self.door.join(&self.channel, View::plain(self.rung), Form::Delta).expect("joins")
    }

    /// The next frame, in which one block has another grey.
    fn advance(&mut self, block: usize) {
        let (x, y) = (block % (SIDE / 16) * 16, block / (SIDE / 16) * 16);
        for row in self.planes.y.chunks_mut(SIDE).skip(y).take(16) {
            row[x..x + 16].fill((self.number * 50 % 250) as u8);
        }
        self.stand_still();
    }

    /// The next frame, in which nothing changes.
    fn stand_still(&mut self) {
        self.number += 1;
        let (mut picture, mut moved) = (Coefficients::new(), MovedBlocks::default());
        picture.load_planes(&self.planes).expect("a picture");
        self.motion.measure(&picture, self.number, &mut moved);
        let captured_us = self.number * 29_412;
        let facts = Facts { number: self.number, captured_us, size: (SIDE, SIDE), ..Facts::default() };
        let mut live = self.live.lock();
        live.advance(&picture, &moved, facts, None).expect("a picture");
        let from = live.usual();
        let usual = live.serve(Some(from), Room::default()).expect("has a frame");
        drop(live);
        self.publish(Advance::of(usual, from, &self.live));
    }

    fn slate(&mut self) {
        self.number += 1;
        let slate = Frame::slate(self.number, 0, Planes::grey(4, 4, 0));
        let frame = EncodedFrame::new("main", &slate, self.rung, &[0xFF, 0xD8, 0xFF, 0xD9]);
        self.publish(Advance::lone(&Arc::new(frame)));
    }

    fn publish(&self, advance: Advance) {
        let stream = Stream::of(self.channel.camera(), View::plain(self.rung));
        self.audiences.publish_advance(&stream, &Arc::new(advance));
    }

    /// Frames that were counted, and those of which it was measured how long they took.
    fn delivered(&self) -> [u64; 2] {
        let sent = self.metrics.frames_sent.with_label_values(&["main", &*self.rung.level.to_string()]);
        [sent.get(), self.metrics.delivery.with_label_values(&["main"]).get_sample_count()]
    }

    fn counted(&self, kind: &str) -> u64 {
        let level = self.rung.level.to_string();
        self.metrics.deltas.frames.with_label_values(&["main", &level, "1", kind]).get()
    }
}

fn take(viewer: &mut Viewer) -> Arc<EncodedFrame> {
    match viewer.take(Room::default()) {
        Taken::Frame(frame) => frame,
        other => panic!("{other:?} is no frame"),
    }
}

fn blocks(frame: &EncodedFrame) -> Vec<u32> {
    patch_of(&frame.jpeg).expect("has a patch").expect("valid").blocks().collect()
}

#[test]
fn who_comes_gets_a_key_frame_then_what_changed_and_after_a_gap_all_that_changed_in_it() {
    let mut bench = Bench::new();
    let mut viewer = bench.join();
    assert!(matches!(viewer.take(Room::default()), Taken::Nothing));
    assert!(!viewer.is_behind());
    bench.advance(3);
    assert!(viewer.is_behind());
    let key = take(&mut viewer);
    assert_eq!((key.number, key.part, viewer.is_behind()), (1, Part::Whole, false));
    assert!(matches!(viewer.take(Room::default()), Taken::Nothing), "it has had that one");
    bench.advance(44);
    let delta = take(&mut viewer);
    assert_eq!((delta.number, delta.part), (2, Part::Delta));
    assert!(blocks(&delta).contains(&44));
    bench.advance(105);
    bench.advance(206);
    let late = take(&mut viewer);
    let said = comment_of(&late.jpeg).expect("is ours").delta.expect("is a delta");
    assert!(said.base <= 2, "{said:?}");
    assert!([105, 206].iter().all(|block| blocks(&late).contains(block)));
    assert_eq!((late.number, viewer.status().skipped), (4, 1));
    assert_eq!((bench.counted("key"), bench.counted("delta")), (1, 2));
    let counted = bench.metrics.deltas.blocks.with_label_values(&["main"]).get();
    assert_eq!(counted, u64::from(delta.blocks + late.blocks));
}

#[test]
fn who_asks_for_a_key_frame_gets_one_next_and_others_are_not_disturbed() {
    let mut bench = Bench::new();
    let [mut asking, mut other] = [bench.join(), bench.join()];
    bench.advance(3);
    for viewer in [&mut asking, &mut other] {
        take(viewer);
    }
    asking.need_key();
    bench.advance(44);
    assert_eq!([&mut asking, &mut other].map(|viewer| take(viewer).part), [Part::Whole, Part::Delta]);
    bench.advance(45);
    assert_eq!(take(&mut asking).part, Part::Delta);
    assert_eq!(bench.metrics.deltas.keys_asked.with_label_values(&["main"]).get(), 1);
}

#[test]
fn where_there_is_no_other_frame_the_last_one_is_given_again_as_a_key_frame() {
    let mut bench = Bench::new();
    let mut viewer = bench.join();
    bench.advance(3);
    take(&mut viewer);
    bench.advance(44);
    assert_eq!(take(&mut viewer).part, Part::Delta);
    viewer.need_key();
    let again = take(&mut viewer);
    assert_eq!((again.number, again.part), (2, Part::Whole));
    assert!(matches!(viewer.take(Room::default()), Taken::Nothing), "once");
    assert_eq!(viewer.status().skipped, 0);
    assert_eq!((bench.counted("key"), bench.counted("delta")), (2, 1));
    assert_eq!(bench.delivered(), [2; 2], "no frame comes twice");
    bench.advance(45);
    assert_eq!(take(&mut viewer).part, Part::Delta);
}

#[test]
fn behind_a_slate_comes_a_key_frame() {
    let mut bench = Bench::new();
    let mut viewer = bench.join();
    bench.advance(3);
    take(&mut viewer);
    bench.slate();
    assert_eq!(take(&mut viewer).part, Part::Whole);
    assert_eq!(viewer.channel().condition().size, (4, 4), "everybody is told of the size");
    bench.advance(44);
    assert_eq!(take(&mut viewer).part, Part::Whole);
    bench.advance(45);
    assert_eq!(take(&mut viewer).part, Part::Delta);
}

#[test]
fn over_a_slate_nobody_is_shown_a_part_of_a_picture_also_where_a_link_is_thin() {
    let mut bench = Bench::new();
    let mut viewer = bench.join();
    let thin = Room { most: Some(512), cut: Some(512) };
    bench.advance(3);
    take(&mut viewer);
    bench.slate();
    assert_eq!(take(&mut viewer).part, Part::Whole);
    assert!(matches!(viewer.take(thin), Taken::Nothing), "the slate comes once");
    bench.advance(45);
    assert!(matches!(viewer.take(thin), Taken::Frame(frame) if frame.part == Part::Whole));
}

#[test]
fn while_somebody_is_at_the_stream_whoever_lacks_more_than_usual_comes_again() {
    let mut bench = Bench::new();
    let mut usual = bench.join();
    bench.advance(3);
    take(&mut usual);
    let mut joining = bench.join();
    bench.advance(44);
    let live = Arc::clone(&bench.live);
    let busy = live.lock();
    assert!(matches!(joining.take(Room::default()), Taken::Later));
    assert_eq!(take(&mut usual).part, Part::Delta, "what nearly all lack is made already");
    drop(busy);
    assert_eq!(take(&mut joining).part, Part::Whole);
}

#[test]
fn each_form_has_an_audience_of_its_own() {
    let mut bench = Bench::new();
    let mut whole = bench.door.join(&bench.channel, View::plain(RUNG), Form::Whole).expect("joins");
    let mut delta = bench.join();
    bench.advance(3);
    assert!(whole.take_frame().is_none() && matches!(whole.take(Room::default()), Taken::Nothing));
    take(&mut delta);
    let frame = Frame::slate(9, 0, Planes::grey(4, 4, 0));
    let frame = EncodedFrame::new("main", &frame, RUNG, &[0xFF, 0xD8, 0xFF, 0xD9]);
    bench.audiences.publish(&Stream::of(&Arc::from("main"), View::plain(RUNG)), &Arc::new(frame));
    assert!(matches!(delta.take(Room::default()), Taken::Nothing));
    assert!(matches!(whole.take(Room::default()), Taken::Frame(frame) if frame.number == 9));
    assert_eq!(bench.counted("key"), 1, "of those who get deltas alone");
    whole.need_key();
    assert_eq!(bench.metrics.deltas.keys_asked.with_label_values(&["main"]).get(), 0);
    drop(delta);
    bench.advance(4);
    let mut later = bench.join();
    assert!(matches!(later.take(Room::default()), Taken::Nothing), "an old frame is not shown");
}

#[test]
fn after_a_switch_what_comes_first_needs_nothing_of_the_stream_before() {
    let mut bench = Bench::new();
    let mut viewer = bench.join();
    bench.advance(3);
    take(&mut viewer);
    let lower = Rung { level: Level::MIN, ..RUNG };
    assert_eq!(viewer.ask(lower), lower);
    bench.advance(44);
    assert!(matches!(viewer.take(Room::default()), Taken::Nothing), "that one is for others");
    viewer.ask(RUNG);
    bench.live = Arc::new(Mutex::new(Live::new(bench.channel.camera(), RUNG, Level::MAX)));
    bench.advance(45);
    assert_eq!(take(&mut viewer).part, Part::Whole, "a sweep only where the link is known to be thin");
}

#[test]
fn what_stands_still_is_sharpened_by_messages_that_are_no_frames() {
    let mut bench = Bench::at(Rung { level: Level::MIN, ..RUNG });
    let mut viewer = bench.join();
    let (mut sharp, mut messages) = (BTreeSet::new(), 0);
    for number in 1..=300 {
        bench.stand_still();
        assert_eq!(take(&mut viewer).number, number);
        let Some(refined) = viewer.take_refined(8_192) else { continue };
        // A second of 34 FPS, and the frame that it begins with.
        assert!(number > 34, "nothing has stood still for long");
        assert_eq!((refined.number, refined.part, refined.rung), (number, Part::Refined, bench.rung));
        // Bytes are reckoned beforehand, and noise takes more than pictures do.
        assert!(refined.jpeg.len() <= 2 * 8_192, "{} bytes", refined.jpeg.len());
        sharp.extend(blocks(&refined));
        messages += 1;
    }
    assert!(sharp.len() > 200, "{} of 400 blocks", sharp.len());
    assert_eq!((bench.counted("refined"), viewer.status().skipped), (messages, 0));
    let sent = bench.metrics.frames_sent.with_label_values(&["main", "30"]).get();
    assert_eq!(sent, 300);
}
