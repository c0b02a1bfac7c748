//! What viewers of the pool get, and what each frame costs.

use std::{
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, channel},
    },
    time::Instant,
};

use super::*;
use crate::{
    coder::{Coefficients, Huffman},
    encode::{paint::FrameAt, turbo::planes_of},
    frame::Picture,
    jpeg::CameraJpeg,
    nouns::{
        layers::{Layers, View},
        picture::{Bgr, Planes},
        quality::{Level, Tier},
    },
};

struct Bench {
    pool: Pool,
    encoded: Receiver<(u64, u8)>,
    metrics: Metrics,
    camera: Arc<str>,
}

fn bench() -> Bench {
    bench_with(Box::new(Nothing))
}

fn bench_with(painter: Box<dyn Paint>) -> Bench {
    bench_of(2, painter)
}

fn bench_of(threads: usize, painter: Box<dyn Paint>) -> Bench {
    let metrics = Metrics::new().expect("names differ");
    let (sender, encoded) = channel();
    let on_encoded: OnEncoded = Box::new(move |stream, frame| {
        sender.send((frame.number, stream.rung.level.quality())).expect("the test listens");
    });
    let partners =
        Partners { on_encoded, on_advanced: Box::new(|_: &_, _: &_| ()), painter, top: Level::MAX };
    let pool = Encoder::start_with(threads, metrics.clone(), partners).expect("starts");
    let camera = Arc::from("main");
    pool.encoder().admit(&camera);
    Bench { pool, encoded, metrics, camera }
}

impl Bench {
    fn offer(&self, number: u64) {
        let frame = Frame::new(number, 0, Picture::Planes(Planes::grey(64, 48, 100)));
        self.pool.encoder().offer(&self.camera, &Arc::new(frame));
    }

    fn want(&self, quality: u32) -> Want {
        let rung = Rung { tier: Tier::Full, level: Level::at_or_below(quality).expect("on the ladder") };
        self.pool.encoder().want(&Stream::plain(&self.camera, rung), Form::Whole)
    }

    fn next(&self) -> (u64, u8) {
        self.encoded.recv_timeout(Duration::from_secs(5)).expect("something is encoded")
    }

    fn encodes(&self) -> u64 {
        let of = |level: &str| self.metrics.encodes.with_label_values(&["main", level, "1"]).get();
        ["30", "80", "95"].map(of).iter().sum()
    }
}

/// A camera's JPEG of those planes, at quality 80.
fn camera_jpeg(planes: &Planes) -> Picture {
    let mut coefficients = Coefficients::new();
    coefficients.load_planes(planes).expect("a picture");
    let jpeg = coefficients.to_jpeg(80, Huffman::Standard).expect("a picture");
    Picture::Jpeg(CameraJpeg::new(jpeg.into()).expect("is sound"))
}

#[test]
fn a_cameras_jpeg_goes_out_where_ours_would_be_larger_and_is_encoded_to_compare() {
    let bench = bench();
    let _wants = [bench.want(95), bench.want(30)];
    for number in 1..=20 {
        let mut planes = Planes::grey(64, 48, 0);
        planes.y.iter_mut().enumerate().for_each(|(n, luma)| *luma = (n * (n / 7 + number as usize)) as u8);
        let picture = camera_jpeg(&planes);
        bench.pool.encoder().offer(&bench.camera, &Arc::new(Frame::new(number, 0, picture)));
        let mut levels = [bench.next(), bench.next()];
        levels.sort();
        assert_eq!(levels, [(number, 30), (number, 95)]);
    }
    let encodes = |level| bench.metrics.encodes.with_label_values(&["main", level, "1"]).get();
    assert_eq!((encodes("30"), bench.metrics.frames_untouched.with_label_values(&["main"]).get()), (20, 20));
    assert!((1..20).contains(&encodes("95")), "{} at the top", encodes("95"));
}

#[test]
fn a_camera_that_sends_what_does_not_decode_loses_that_frame_and_no_other() {
    let bench = bench();
    let _wants = [bench.want(30), bench.want(80)];
    let Picture::Jpeg(jpeg) = camera_jpeg(&Planes::grey(64, 48, 9)) else { unreachable!("made so") };
    let mut bytes = jpeg.bytes().to_vec();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
    // A component that the frame header does not know.
    bytes[scan + 5] = 9;
    let broken = Picture::Jpeg(CameraJpeg::new(bytes.into()).expect("is sound from outside"));
    bench.pool.encoder().offer(&bench.camera, &Arc::new(Frame::new(1, 0, broken)));
    let counted = || bench.metrics.frames_skipped.with_label_values(&["main", "broken"]).get();
    let deadline = Instant::now() + Duration::from_secs(5);
    while counted() == 0 {
        assert!(Instant::now() < deadline, "it is counted");
        std::thread::yield_now();
    }
    bench.offer(2);
    let mut levels = [bench.next(), bench.next()];
    levels.sort();
    assert_eq!((levels, counted()), ([(2, 30), (2, 80)], 1));
}

#[test]
fn a_panic_costs_one_frame_of_one_level_and_no_thread() {
    let bench = bench();
    let _wants = [bench.want(30), bench.want(95)];
    bench.metrics.fences.arm(Place::Encode, 100, 2);
    for number in 1..=100 {
        bench.offer(number);
        // Of each two jobs one panics; the other one is encoded whichever thread has it.
        assert_eq!(bench.next().0, number);
        let deadline = Instant::now() + Duration::from_secs(5);
        while bench.metrics.fences.panics()[0] < number {
            assert!(Instant::now() < deadline, "frame {number} panics once");
            std::thread::yield_now();
        }
    }
    bench.offer(101);
    let mut levels = [bench.next(), bench.next()];
    levels.sort();
    assert_eq!(levels, [(101, 30), (101, 95)]);
    assert!(bench.pool.threads.iter().all(|thread| !thread.is_finished()));
}

#[test]
fn nothing_is_encoded_that_nobody_wants() {
    let bench = bench();
    drop(bench.want(80));
    (1..=20).for_each(|number| bench.offer(number));
    let metrics = bench.metrics.clone();
    bench.pool.stop();
    assert_eq!(metrics.encodes.with_label_values(&["main", "80", "1"]).get(), 0);
}

#[test]
fn a_level_is_encoded_once_however_many_want_it() {
    let bench = bench();
    let _wants = [bench.want(80), bench.want(80), bench.want(80)];
    bench.offer(1);
    assert_eq!(bench.next(), (1, 80));
    bench.offer(2);
    assert_eq!(bench.next(), (2, 80));
    assert_eq!(bench.encodes(), 2);
}

#[test]
fn who_joins_late_gets_the_newest_frame_at_once() {
    let bench = bench();
    bench.offer(1);
    bench.offer(2);
    let _want = bench.want(95);
    assert_eq!(bench.next(), (2, 95));
}

#[test]
fn who_comes_and_goes_has_no_frame_encoded_twice() {
    let bench = bench();
    bench.offer(1);
    for _ in 0..20 {
        let _want = bench.want(95);
        assert_eq!(bench.next(), (1, 95));
    }
    assert_eq!(bench.encodes(), 1);
}

#[test]
fn every_tier_is_encoded_by_either_coder_with_the_same_bytes() {
    let pixels = |n: usize| [(n % 97) as u8, (n / 97 * 5) as u8, (n * n / 300) as u8];
    let bgr = Bgr { width: 97, height: 50, data: (0..97 * 50).flat_map(pixels).collect() };
    let planes = planes_of(&bgr);
    let encoded = |fast_coder: bool, picture: &Picture| {
        let (sender, encoded) = channel();
        let on_encoded: OnEncoded =
            Box::new(move |_, frame| sender.send(Arc::clone(frame)).expect("the test listens"));
        let metrics = Metrics::new().expect("names differ");
        let on_advanced: OnAdvanced = Box::new(|_: &_, _: &_| ());
        let partners = Partners { on_encoded, on_advanced, painter: Box::new(Nothing), top: Level::MAX };
        let pool = Encoder::start_by(2, metrics, partners, fast_coder).expect("starts");
        let camera = Arc::from("main");
        let stream = |tier| Stream::plain(&camera, Rung { tier, level: Level::MAX });
        let _wants = Tier::OFFERED.map(|tier| pool.encoder().want(&stream(tier), Form::Whole));
        pool.encoder().admit(&camera);
        pool.encoder().offer(&camera, &Arc::new(Frame::new(1, 0, picture.clone())));
        let mut frames = Tier::OFFERED
            .map(|_| encoded.recv_timeout(Duration::from_secs(5)).expect("something is encoded"));
        frames.sort_by_key(|frame| frame.rung);
        frames
    };
    let jpeg = camera_jpeg(&planes);
    for picture in [Picture::Bgr(bgr), Picture::Planes(planes), jpeg] {
        let (ours, turbos) = (encoded(true, &picture), encoded(false, &picture));
        for (number, (ours, turbos)) in ours.iter().zip(&turbos).enumerate() {
            assert_eq!((ours.rung, ours.size), (turbos.rung, (97, 50)));
            // At full size an odd width is filled up differently where colours are converted on the way.
            assert!(ours.jpeg == turbos.jpeg || number == 0, "{:?}", ours.rung);
        }
    }
}

#[test]
fn every_wanted_level_of_a_frame_is_encoded() {
    let bench = bench();
    let _wants = [bench.want(30), bench.want(80), bench.want(95)];
    bench.offer(1);
    let mut levels = [bench.next(), bench.next(), bench.next()];
    levels.sort();
    assert_eq!(levels, [(1, 30), (1, 80), (1, 95)]);
}

/// A painter that makes pictures black, and counts how often; and how often it was told that nobody watches.
#[derive(Default)]
struct Black {
    painted: AtomicU64,
    forgot: AtomicU64,
}

impl Paint for Arc<Black> {
    fn paint(&self, _: FrameAt, planes: &mut Planes) {
        self.painted.fetch_add(1, Ordering::SeqCst);
        planes.y.fill(0);
    }

    fn forget(&self, _: &str) {
        self.forgot.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bench {
    /// The stream of a level with layers.
    fn layered(&self, quality: u32, layers: Layers) -> Stream {
        let rung = Rung { tier: Tier::Full, level: Level::at_or_below(quality).expect("on the ladder") };
        Stream::of(&self.camera, View { rung, layers })
    }

    /// Whether the last JPEG of a stream is kept.
    fn is_kept(&self, stream: &Stream) -> bool {
        self.pool.encoder.inner.maker.finished(stream).is_some()
    }
}

#[test]
fn layers_are_painted_once_for_all_and_leave_nothing_behind() {
    let black = Arc::new(Black::default());
    let bench = bench_with(Box::new(Arc::clone(&black)));
    let want = |quality| bench.pool.encoder().want(&bench.layered(quality, Layers::ALL), Form::Whole);
    let _plain = bench.want(95);
    let wants = [want(80), want(80), want(30)];
    for number in 1..=3 {
        bench.offer(number);
        let mut levels = [bench.next(), bench.next(), bench.next()];
        levels.sort();
        assert_eq!(levels, [(number, 30), (number, 80), (number, 95)]);
    }
    assert_eq!(black.painted.load(Ordering::SeqCst), 3, "once a frame");
    let kept = || [80, 30].map(|quality| bench.is_kept(&bench.layered(quality, Layers::ALL)));
    assert_eq!(kept(), [true; 2]);
    drop(wants);
    assert!(black.forgot.load(Ordering::SeqCst) > 0);
    bench.offer(4);
    assert_eq!(bench.next(), (4, 95));
    // A thread that was late with the frame before forgets it as well.
    let deadline = Instant::now() + Duration::from_secs(5);
    while kept() != [false; 2] {
        assert!(Instant::now() < deadline, "what was made of the layers is forgotten");
        std::thread::yield_now();
    }
    assert!(bench.is_kept(&bench.layered(95, Layers::NONE)), "what others watch is kept");
    let _again = want(80);
    assert_eq!(bench.next(), (4, 80), "at once, and of the newest frame");
}

#[test]
fn who_asks_again_for_layers_of_the_newest_frame_gets_what_was_made_for_the_first() {
    let black = Arc::new(Black::default());
    let bench = bench_with(Box::new(Arc::clone(&black)));
    let stream = bench.layered(80, Layers::ALL);
    for number in 1..=3 {
        bench.offer(number);
        for _ in 0..20 {
            let _want = bench.pool.encoder().want(&stream, Form::Whole);
            assert_eq!(bench.next(), (number, 80));
        }
        assert_eq!((bench.encodes(), black.painted.load(Ordering::SeqCst)), (number, number));
    }
    bench.offer(4);
    assert!(!bench.is_kept(&stream), "until the next frame");
}

#[test]
fn what_is_kept_for_who_may_ask_again_is_bounded() {
    let bench = bench();
    bench.offer(1);
    let levels = (30..=95).step_by(5);
    let asked: Vec<Stream> = Layers::NAMES
        .iter()
        .flat_map(|name| {
            let layers = Layers::NONE.with(name).expect("is a layer");
            levels.clone().map(move |quality| (quality, layers))
        })
        .map(|(quality, layers)| bench.layered(quality, layers))
        .collect();
    for stream in &asked {
        let _want = bench.pool.encoder().want(stream, Form::Whole);
        bench.next();
    }
    let kept = asked.iter().filter(|stream| bench.is_kept(stream)).count();
    assert!((1..=MOST_KEPT).contains(&kept), "{kept} of {} pictures", asked.len());
}

#[test]
fn a_slate_is_encoded_once_whatever_layers_are_asked_for_and_none_is_painted_over_it() {
    let black = Arc::new(Black::default());
    let bench = bench_of(1, Box::new(Arc::clone(&black)));
    let boxes = Layers { boxes: true, ..Layers::NONE };
    let streams = [Layers::ALL, boxes, Layers::NONE].map(|layers| bench.layered(80, layers));
    let _wants = streams.each_ref().map(|stream| bench.pool.encoder().want(stream, Form::Whole));
    for number in 1..=3 {
        let slate = Frame::slate(number, 0, Planes::grey(64, 48, 100));
        bench.pool.encoder().offer(&bench.camera, &Arc::new(slate));
        assert_eq!([bench.next(), bench.next(), bench.next()], [(number, 80); 3]);
        assert_eq!(bench.encodes(), number);
    }
    assert_eq!(black.painted.load(Ordering::SeqCst), 0);
    bench.offer(4);
    assert_eq!([bench.next(), bench.next(), bench.next()], [(4, 80); 3]);
    assert_eq!(
        (bench.encodes(), black.painted.load(Ordering::SeqCst)),
        (6, 2),
        "a picture is another matter"
    );
}

#[test]
fn a_slate_that_several_threads_are_asked_for_is_encoded_by_one() {
    let bench = bench_of(4, Box::new(Nothing));
    let boxes = Layers { boxes: true, ..Layers::NONE };
    let heat = Layers { heat: true, ..Layers::NONE };
    let streams = [Layers::ALL, boxes, heat, Layers::NONE].map(|layers| bench.layered(80, layers));
    let _wants = streams.each_ref().map(|stream| bench.pool.encoder().want(stream, Form::Whole));
    for number in 1..=5 {
        // So large that all threads have come before the first has made it.
        let slate = Frame::slate(number, 0, Planes::grey(1920, 1080, 100));
        bench.pool.encoder().offer(&bench.camera, &Arc::new(slate));
        assert_eq!([(); 4].map(|()| bench.next()), [(number, 80); 4]);
        assert_eq!(bench.encodes(), number);
    }
}
