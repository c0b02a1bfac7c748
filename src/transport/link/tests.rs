//! Links of viewers who get deltas, over a real connection; frames come from the test.

use std::{future::poll_fn, net, time::Duration};

use parking_lot::Mutex;

use super::*;
use crate::{
    cameras::Survey,
    coder::{Coefficients, Motion, Moved},
    delta::{Advance, Live},
    encode::{Encoder, Stream},
    frame::{Facts, Frame},
    hub::{Audiences, Channel, Door, Supply},
    nouns::{
        layers::View,
        picture::Planes,
        quality::{Level, Tier},
    },
    tools::metrics::Metrics,
};

const RUNG: Rung = Rung { tier: Tier::Full, level: Level::MAX };

/// Width and height of the stream's pictures.
const SIDE: usize = 320;

/// A camera with a door before it.
struct House {
    audiences: Arc<Audiences>,
    door: Door,
    channel: Arc<Channel>,
    metrics: Metrics,
}

impl House {
    fn new() -> Self {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("starts");
        let audiences = Arc::new(Audiences::default());
        let supply = Supply::Pool(pool.encoder());
        let door = Door::new(Arc::clone(&audiences), supply, metrics.clone(), 10);
        let channel = audiences.add("main", (4, 4), Survey::default());
        pool.stop();
        House { audiences, door, channel, metrics }
    }

    /// A link without text.
    fn link(&self, form: Form) -> Link {
        let viewer = self.door.join(&self.channel, View::plain(RUNG), form).expect("joins");
        Link::new(viewer, Hello::default(), [false; 2])
    }

    fn publish(&self, advance: Advance) {
        let stream = Stream::of(self.channel.camera(), View::plain(RUNG));
        self.audiences.publish_advance(&stream, &Arc::new(advance));
    }

    /// A complete picture of no stream.
    fn publish_lone(&self, number: u64) {
        let slate = Frame::slate(number, 0, Planes::grey(4, 4, 0));
        let frame = EncodedFrame::new("main", &slate, RUNG, &[0xFF, 0xD8, 0xFF, 0xD9]);
        self.publish(Advance::lone(&Arc::new(frame)));
    }

    /// The second frame of a stream that stands still: one for which nearly all viewers need a delta.
    fn publish_second(&self) -> Arc<Mutex<Live>> {
        let (mut picture, mut moved) = (Coefficients::new(), Moved::default());
        let (mut planes, mut rng) = (Planes::grey(SIDE, SIDE, 0), fastrand::Rng::with_seed(7));
        planes.y.fill_with(|| rng.u8(..));
        picture.load_planes(&planes).expect("a picture");
        let (mut motion, mut live) = (Motion::new(), Live::new(self.channel.camera(), RUNG, Level::MAX));
        for number in [1, 2] {
            motion.measure(&picture, number, &mut moved);
            let captured_us = number * 29_412;
            let facts = Facts { number, captured_us, size: (SIDE, SIDE), ..Facts::default() };
            live.advance(&picture, &moved, facts, None).expect("a picture");
        }
        let from = live.usual();
        let usual = live.serve(Some(from), Room::default()).expect("has a frame");
        let live = Arc::new(Mutex::new(live));
        self.publish(Advance::of(usual, from, &live));
        live
    }

    fn keys_asked(&self) -> u64 {
        self.metrics.deltas.keys_asked.with_label_values(&["main"]).get()
    }
}

/// A connection, and its far end, which keeps it open.
fn connection() -> (TcpStream, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
    near.set_nonblocking(true).expect("can be set");
    let far = listener.accept().expect("accepts").0;
    (TcpStream::from_std(near).expect("registers"), far)
}

#[actix_web::test]
async fn who_asks_for_key_frames_all_the_time_gets_two_a_second_and_every_frame() {
    let (house, (near, _far)) = (House::new(), connection());
    let [mut asking, mut other] = [house.link(Form::Delta), house.link(Form::Delta)];
    let begin = Instant::now();
    // 30 frames a second for three seconds.
    for n in 0..90 {
        let now = begin + Duration::from_secs(1) * n / 30;
        asking.ask_key();
        house.publish_lone(u64::from(n) + 1);
        for link in [&mut asking, &mut other] {
            assert!(link.next(&near, now).is_some(), "{n}");
            assert!(link.next(&near, now).is_none(), "{n}");
        }
    }
    assert_eq!(house.keys_asked(), 6);
}

#[actix_web::test]
async fn to_who_gets_complete_pictures_a_wish_for_a_key_frame_is_nothing() {
    let (house, (near, _far)) = (House::new(), connection());
    let mut link = house.link(Form::Whole);
    link.ask_key();
    let frame = Frame::slate(1, 0, Planes::grey(4, 4, 0));
    let frame = EncodedFrame::new("main", &frame, RUNG, &[0xFF, 0xD8, 0xFF, 0xD9]);
    let stream = Stream::of(house.channel.camera(), View::plain(RUNG));
    house.audiences.publish(&stream, &Arc::new(frame));
    assert!(link.next(&near, Instant::now()).is_some());
    assert_eq!(house.keys_asked(), 0);
}

#[actix_web::test]
async fn a_frame_that_somebody_else_is_at_is_asked_for_again_though_nobody_rings() {
    let (house, (near, _far)) = (House::new(), connection());
    let mut link = house.link(Form::Delta);
    let live = house.publish_second();
    let mut is_first = true;
    let next = poll_fn(|context| {
        let busy = mem::take(&mut is_first).then(|| live.lock());
        let polled = link.poll_next(context, &near);
        assert_eq!(busy.is_some(), polled.is_pending());
        polled
    });
    let next = tokio::time::timeout(Duration::from_secs(10), next).await;
    assert!(next.expect("comes by itself").is_some());
    assert!(link.next(&near, Instant::now()).is_none(), "once");
}

#[actix_web::test]
async fn a_key_frame_that_is_asked_for_between_two_frames_is_of_the_one_before_at_most_twice_a_second() {
    let (house, (near, _far)) = (House::new(), connection());
    let mut link = house.link(Form::Delta);
    house.publish_second();
    let begin = Instant::now();
    let key = link.next(&near, begin).expect("who comes is given a key frame");
    assert!(link.next(&near, begin).is_none());
    link.ask_key();
    assert_eq!(link.next(&near, begin), Some(key.clone()));
    link.ask_key();
    assert!(link.next(&near, begin + Duration::from_millis(499)).is_none(), "too early");
    // It comes by itself.
    let next = poll_fn(|context| link.poll_next(context, &near));
    let next = tokio::time::timeout(Duration::from_secs(10), next).await;
    assert_eq!(next.expect("its time comes"), Some(key));
    assert!(begin.elapsed() >= Duration::from_millis(500));
    assert!(link.next(&near, Instant::now()).is_none(), "once");
}
