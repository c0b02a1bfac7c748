//! What viewers of deltas get, and what each frame costs.

use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::{
    coder::Huffman,
    delta::{Held, Room, Served, Take},
    frame::Picture,
    jpeg::CameraJpeg,
    nouns::{
        form::Part,
        layers::Layers,
        picture::Planes,
        quality::{Level, Tier},
    },
    protocol::comment_of,
};

/// Width and height of most pictures: large enough that a delta of one block is far smaller than the whole.
const SIZE: (usize, usize) = (320, 240);

struct Bench {
    pool: Pool,
    advanced: Receiver<Arc<Advance>>,
    encoded: Receiver<Arc<EncodedFrame>>,
    metrics: Metrics,
    camera: Arc<str>,
}

fn bench() -> Bench {
    bench_of(2, true)
}

fn bench_of(threads: usize, fast_coder: bool) -> Bench {
    let metrics = Metrics::new().expect("names differ");
    let ((whole, encoded), (delta, advanced)) = (channel(), channel());
    let partners = Partners {
        on_encoded: Box::new(move |_: &Stream, frame: &Arc<EncodedFrame>| {
            whole.send(Arc::clone(frame)).expect("the test listens")
        }),
        on_advanced: Box::new(move |_: &Stream, advance: &Arc<Advance>| {
            delta.send(Arc::clone(advance)).expect("the test listens")
        }),
        painter: Box::new(Nothing),
        top: Level::MAX,
    };
    let pool = Encoder::start_by(threads, metrics.clone(), partners, fast_coder).expect("starts");
    let camera = Arc::from("main");
    pool.encoder().admit(&camera);
    Bench { pool, advanced, encoded, metrics, camera }
}

impl Bench {
    fn stream(&self) -> Stream {
        Stream::plain(&self.camera, Rung { tier: Tier::Full, level: Level::MIDDLE })
    }

    fn want(&self, form: Form) -> Want {
        self.pool.encoder().want(&self.stream(), form)
    }

    fn offer(&self, number: u64, picture: Picture) {
        let frame = Frame::new(number, number * 29_412, picture);
        self.pool.encoder().offer(&self.camera, &Arc::new(frame));
    }

    fn next(&self) -> Arc<Advance> {
        self.advanced.recv_timeout(Duration::from_secs(5)).expect("viewers of deltas are given something")
    }

    fn next_whole(&self) -> Arc<EncodedFrame> {
        self.encoded.recv_timeout(Duration::from_secs(5)).expect("something is encoded")
    }

    fn encodes(&self) -> u64 {
        self.metrics.encodes.with_label_values(&["main", "60", "1"]).get()
    }

    fn untouched(&self) -> u64 {
        self.metrics.frames_untouched.with_label_values(&["main"]).get()
    }
}

/// Noise that is another one for each seed, and of which a JPEG takes many bytes.
fn noise(seed: u64, (width, height): (usize, usize)) -> Planes {
    let mut planes = Planes::grey(width, height, 0);
    let mut random = fastrand::Rng::with_seed(seed);
    planes.y.iter_mut().for_each(|luma| *luma = random.u8(..));
    planes
}

fn picture(seed: u64) -> Picture {
    Picture::Planes(noise(seed, SIZE))
}

/// A camera's JPEG of noise.
fn camera_jpeg(seed: u64, quality: u8) -> Picture {
    let mut coefficients = Coefficients::new();
    coefficients.load_planes(&noise(seed, SIZE)).expect("a picture");
    let jpeg = coefficients.to_jpeg(quality, Huffman::Standard).expect("a picture");
    Picture::Jpeg(CameraJpeg::new(jpeg.into()).expect("is sound"))
}

/// A camera's JPEG whose first Huffman table has more codes of one bit than there are: sound from outside.
fn broken(sound: &Picture) -> Picture {
    let Picture::Jpeg(jpeg) = sound else { unreachable!("made so") };
    let mut bytes = jpeg.bytes().to_vec();
    let table = bytes.windows(2).position(|pair| pair == [0xFF, 0xC4]).expect("has a table");
    bytes[table + 5..table + 21].sort_unstable_by(|a, b| b.cmp(a));
    let jpeg = CameraJpeg::new(bytes.into()).expect("is sound from outside");
    assert!(jpeg.plain().is_some() && jpeg.clone().planes().is_err());
    Picture::Jpeg(jpeg)
}

/// What somebody is sent who holds `held`, while no thread is at the stream.
fn served(advance: &Advance, held: Option<Held>) -> Served {
    match advance.take(held, Room::default()) {
        Take::Frame(served) => served,
        Take::Later => panic!("no thread is at the stream"),
    }
}

#[test]
fn a_stream_is_looked_at_once_a_frame_however_many_want_it() {
    let bench = bench();
    let _wants = [(); 3].map(|()| bench.want(Form::Delta));
    let mut held = None;
    for number in 1..=5 {
        bench.offer(number, picture(1));
        let advance = bench.next();
        let next = served(&advance, held);
        assert_eq!((advance.number, next.frame.number), (number, number));
        assert_eq!(next.frame.part, if number == 1 { Part::Whole } else { Part::Delta });
        held = Some(next.held);
    }
    assert_eq!(bench.encodes(), 5);
    assert!(bench.encoded.try_recv().is_err(), "nobody wants complete pictures");
    assert!(bench.pool.encoder().deltas());
}

#[test]
fn a_frame_that_was_made_in_one_form_is_made_in_the_other_for_who_comes_later() {
    for (first, second) in [(Form::Whole, Form::Delta), (Form::Delta, Form::Whole)] {
        let bench = bench();
        let next = |form| match form {
            Form::Whole => bench.next_whole().number,
            Form::Delta => bench.next().number,
        };
        let _first = bench.want(first);
        bench.offer(1, picture(1));
        assert_eq!(next(first), 1);
        let _second = bench.want(second);
        assert_eq!((next(second), bench.encodes()), (1, 2));
        bench.offer(2, picture(1));
        assert_eq!([next(first), next(second)], [2; 2]);
        assert_eq!(bench.encodes(), 4);
        assert!(bench.encoded.try_recv().is_err() && bench.advanced.try_recv().is_err(), "nothing twice");
        let lately = bench.pool.encoder().lately();
        assert_eq!(lately.viewers[&bench.stream()], 2);
    }
}

#[test]
fn who_comes_back_before_the_next_frame_finds_the_stream_and_who_comes_later_another_one() {
    let bench = bench();
    bench.offer(1, picture(1));
    let lives: Vec<u64> = (0..20)
        .map(|_| {
            let _want = bench.want(Form::Delta);
            served(&bench.next(), None).held.life
        })
        .collect();
    assert!(lives.iter().all(|life| *life == lives[0]), "{lives:?}");
    assert_eq!(bench.encodes(), 1);
    bench.offer(2, picture(1));
    let _want = bench.want(Form::Delta);
    let advance = bench.next();
    assert_eq!(advance.number, 2);
    assert_ne!(served(&advance, None).held.life, lives[0]);
}

#[test]
fn a_slate_is_made_once_for_both_forms_and_ends_the_stream() {
    let bench = bench();
    let _wants = [bench.want(Form::Delta), bench.want(Form::Whole)];
    bench.offer(1, picture(1));
    let first = served(&bench.next(), None);
    bench.next_whole();
    let slate = Frame::slate(2, 2 * 29_412, Planes::grey(SIZE.0, SIZE.1, 40));
    bench.pool.encoder().offer(&bench.camera, &Arc::new(slate));
    let second = served(&bench.next(), Some(first.held));
    assert!(Arc::ptr_eq(&second.frame, &bench.next_whole()));
    assert_eq!(bench.encodes(), 3);
    bench.offer(3, picture(1));
    let third = served(&bench.next(), Some(second.held));
    assert_eq!([first.frame.part, second.frame.part, third.frame.part], [Part::Whole; 3]);
    assert_eq!((second.held.life, third.frame.number), (0, 3));
    assert!(first.held.life > 0 && third.held.life > first.held.life);
}

#[test]
fn a_picture_of_another_size_begins_the_stream_anew() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    bench.offer(1, picture(1));
    let first = served(&bench.next(), None);
    bench.offer(2, Picture::Planes(noise(1, (200, 120))));
    let advance = bench.next();
    let second = served(&advance, Some(first.held));
    assert_eq!((advance.size, second.frame.part), ((200, 120), Part::Whole));
    assert!(second.held.life > first.held.life);
}

#[test]
fn frames_of_a_stream_come_in_order_and_each_gives_what_changed_since_the_one_before() {
    let bench = bench_of(4, true);
    let _want = bench.want(Form::Delta);
    bench.offer(1, picture(1));
    let mut held = served(&bench.next(), None).held;
    // Faster than they can be made: some are given up.
    (2..=40).for_each(|number| bench.offer(number, picture(number / 8)));
    while held.number < 40 {
        // What nearly all need is given also while a thread is at the next frame.
        let next = served(&bench.next(), Some(held));
        let comment = comment_of(&next.frame.jpeg).expect("carries its comment");
        assert!(comment.delta.is_none_or(|delta| delta.base == held.number), "{comment:?}");
        assert!(next.held.number > held.number && next.held.life == held.life);
        held = next.held;
    }
}

#[test]
fn a_cameras_jpegs_give_way_to_deltas_where_little_moves() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    let mut held = None;
    let mut parts = Vec::new();
    for number in 1..=4 {
        bench.offer(number, camera_jpeg(1, 60));
        let next = served(&bench.next(), held);
        held = Some(next.held);
        parts.push((next.frame.part, next.held.life > 0));
    }
    let (theirs, key, delta) = ((Part::Whole, false), (Part::Whole, true), (Part::Delta, true));
    assert_eq!(parts, [theirs, key, delta, delta]);
    assert_eq!((bench.untouched(), bench.encodes()), (1, 3));
}

#[test]
fn a_cameras_jpegs_go_out_where_deltas_would_be_larger() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    let mut held = None;
    for number in 1..=10 {
        bench.offer(number, camera_jpeg(number, 30));
        let next = served(&bench.next(), held);
        held = Some(next.held);
        assert_eq!((next.frame.number, next.frame.part, next.held.life), (number, Part::Whole, 0));
    }
    assert_eq!(bench.untouched(), 10);
    assert!((1..5).contains(&bench.encodes()), "{} were weighed", bench.encodes());
}

#[test]
fn who_wants_deltas_where_there_are_none_gets_complete_pictures() {
    for (fast_coder, layers) in [(true, Layers::ALL), (false, Layers::NONE)] {
        let bench = bench_of(2, fast_coder);
        let encoder = bench.pool.encoder();
        assert_eq!(encoder.deltas(), fast_coder);
        let _want = encoder.want(&Stream { layers, ..bench.stream() }, Form::Delta);
        let mut held = None;
        for number in 1..=3 {
            bench.offer(number, picture(1));
            let next = served(&bench.next(), held);
            held = Some(next.held);
            assert_eq!((next.frame.number, next.frame.part, next.held.life), (number, Part::Whole, 0));
        }
    }
}

#[test]
fn who_gets_complete_pictures_waits_for_no_delta_and_loses_nothing_where_one_fails() {
    let (metrics, (whole, encoded)) = (Metrics::new().expect("names differ"), channel());
    let partners = Partners {
        on_encoded: Box::new(move |_: &Stream, frame: &Arc<EncodedFrame>| {
            whole.send(frame.number).expect("the test listens")
        }),
        on_advanced: Box::new(|_: &Stream, advance: &Arc<Advance>| assert_eq!(advance.number, 0, "a fault")),
        painter: Box::new(Nothing),
        top: Level::MAX,
    };
    let pool = Encoder::start_by(1, metrics.clone(), partners, true).expect("starts");
    let (encoder, camera) = (pool.encoder(), Arc::from("main"));
    encoder.admit(&camera);
    let stream = Stream::plain(&camera, Rung { tier: Tier::Full, level: Level::MIDDLE });
    let _wants = [Form::Delta, Form::Whole].map(|form| encoder.want(&stream, form));
    for number in 1..=3 {
        encoder.offer(&camera, &Arc::new(Frame::new(number, 0, picture(1))));
        assert_eq!(encoded.recv_timeout(Duration::from_secs(5)), Ok(number));
    }
    assert!(metrics.fences.panics()[Place::Encode as usize] >= 2);
}

#[test]
fn for_a_link_that_does_not_take_a_cameras_jpegs_the_stream_goes_on_beside_them() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    let (mut wide, mut thin) = (None, None);
    let room = Room { most: Some(4_000), cut: Some(4_000) };
    for number in 1..=10 {
        bench.offer(number, camera_jpeg(number, 30));
        let advance = bench.next();
        let next = served(&advance, wide);
        wide = Some(next.held);
        assert_eq!((next.frame.part, next.held.life), (Part::Whole, 0), "frame {number}");
        let Take::Frame(next) = advance.take(thin, room) else { panic!("no thread is at the stream") };
        // Who comes is given the camera's.
        assert_eq!(next.frame.part, if number == 1 { Part::Whole } else { Part::Sweep }, "frame {number}");
        thin = Some(next.held);
    }
    assert_eq!(bench.untouched(), 10);
}

#[test]
fn a_cameras_jpeg_that_does_not_decode_goes_out_also_where_the_stream_goes_on_beside_it() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    let (mut thin, room) = (None, Room { most: Some(4_000), cut: Some(4_000) });
    let mut parts = Vec::new();
    for number in 1..=6 {
        let sound = camera_jpeg(number, 30);
        bench.offer(number, if number == 5 { broken(&sound) } else { sound });
        let advance = bench.next();
        let wide = served(&advance, None).frame;
        assert_eq!((wide.number, wide.part), (number, Part::Whole), "frame {number}");
        let Take::Frame(next) = advance.take(thin, room) else { panic!("no thread is at the stream") };
        parts.push(next.frame.part);
        thin = Some(next.held);
    }
    let (whole, sweep) = (Part::Whole, Part::Sweep);
    assert_eq!(parts, [whole, sweep, sweep, sweep, whole, sweep], "the stream begins anew");
    assert_eq!(bench.untouched(), 6);
}

#[test]
fn a_cameras_jpeg_that_does_not_decode_goes_out_also_where_deltas_do() {
    let bench = bench();
    let _want = bench.want(Form::Delta);
    let (mut held, mut parts) = (None, Vec::new());
    for number in 1..=7 {
        // What stands still takes fewer bytes as deltas than any JPEG of the camera.
        let sound = camera_jpeg(1, 95);
        bench.offer(number, if number == 4 { broken(&sound) } else { sound });
        let next = served(&bench.next(), held);
        assert_eq!(next.frame.number, number);
        held = Some(next.held);
        parts.push(next.frame.part);
    }
    let (whole, delta) = (Part::Whole, Part::Delta);
    assert_eq!(parts, [whole, whole, delta, whole, whole, whole, delta], "the stream begins anew");
    assert_eq!(bench.untouched(), 3, "the first one, the one that does not decode, and the one behind it");
}

#[test]
fn what_nobody_wants_of_cameras_that_have_stopped_leaves_its_memory_to_others() {
    // One thread: jobs are done in the order in which they come.
    let bench = bench_of(1, true);
    let encoder = bench.pool.encoder();
    let camera = |name: String| {
        let camera: Arc<str> = name.into();
        encoder.admit(&camera);
        camera
    };
    let offer = |camera, planes| encoder.offer(camera, &Arc::new(Frame::new(1, 0, Picture::Planes(planes))));
    let yard = camera("yard".to_owned());
    let want_yard = || encoder.want(&Stream { camera: Arc::clone(&yard), ..bench.stream() }, Form::Delta);
    let stopped = want_yard();
    offer(&yard, noise(1, (64, 48)));
    assert_eq!(bench.next().size, (64, 48));
    drop(stopped);
    // 63 streams of 4096 x 2304 and one of 4096 x 2000, of whose pictures nothing is there, take all but a
    // quarter of a megabyte.
    let gates: Vec<Arc<str>> = (0..6).map(|n| camera(format!("gate{n}"))).collect();
    let wants: Vec<Want> = (0..64)
        .map(|n| {
            let level = Level::at_or_below(30 + n / 5 * 5).expect("on the ladder");
            let gate = if n < 63 { n as usize % 5 } else { 5 };
            encoder.want(&Stream::plain(&gates[gate], Rung { tier: Tier::Full, level }), Form::Delta)
        })
        .collect();
    for (gate, height) in gates.iter().zip([2304, 2304, 2304, 2304, 2304, 2000]) {
        offer(gate, Planes { width: 4096, height, ..Planes::default() });
    }
    let _want = bench.want(Form::Delta);
    let life = |number| {
        bench.offer(number, picture(1));
        served(&bench.next(), None).held.life
    };
    assert_eq!([1, 2].map(life), [0; 2], "complete pictures alone");
    drop(wants);
    // What follows the frame with which they went; the thread may still be at one of theirs.
    assert!((3..30).any(|number| life(number) > 0), "the memory is there for others");
    let _want = want_yard();
    assert_eq!(bench.next().size, (64, 48), "who comes back has its frame made anew");
}
