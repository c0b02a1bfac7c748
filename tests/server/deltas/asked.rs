//! Who gets deltas, and what is counted of them; key frames that are asked for in a loop.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};
use steadycast::{
    nouns::form::Part,
    protocol::{comment_of, patch_of},
};

use super::{Composing, Ending, are_made};
use crate::support::{
    frames::share,
    http,
    metrics::Metrics,
    server::Server,
    viewer::{Frame, Viewer, decoded_size},
    wait::{self, PATIENCE},
};

/// Key frames a second that one viewer gets at most because it asks.
const KEYS_A_SECOND: f64 = 2.0;

/// A complete picture of `size` as there were before deltas: JFIF's segment stands behind the comment.
fn assert_plain(jpeg: &[u8], size: (usize, usize)) {
    let comment = comment_of(jpeg).expect("carries its comment");
    assert_eq!(comment.delta, None);
    assert!(patch_of(jpeg).is_none());
    let behind = 4 + usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
    assert_eq!(jpeg[behind..behind + 2], [0xFF, 0xE0]);
    assert_eq!(decoded_size(jpeg), size);
}

#[test]
fn without_delta_the_bytes_are_those_of_before() {
    let server = Server::scene(&[]);
    // Who gets deltas of the same stream changes nothing for others.
    let _delta = Viewer::open(server.address, "/websocket/60?delta=1");
    for path in ["/websocket/60", "/websocket/60?delta=0", "/websocket/60?delta=true", "/websocket/60?delta="]
    {
        let mut viewer = Viewer::open(server.address, path);
        assert_eq!(viewer.text("hello")["delta"], Value::Null, "{path}");
        viewer.frames(5).iter().for_each(|frame| assert_plain(&frame.jpeg, (320, 180)));
    }
    let part = http::open(server.address, "/video_feed?level=60&delta=1", &[]).part().expect("a picture");
    assert_plain(&part.jpeg, (320, 180));
    // A snapshot has never had a form: of one frame there is one complete JPEG of a level.
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    wait::until("a snapshot is of the frame that the viewer has", PATIENCE, || {
        let snapshot = http::get(server.address, "/api/snapshot/main?level=60").body;
        let number = comment_of(&snapshot).expect("carries its comment").frame;
        let mut frame = viewer.frame();
        while frame.comment.frame < number {
            frame = viewer.frame();
        }
        let same = frame.comment.frame == number;
        assert!(!same || frame.jpeg == snapshot, "frame {number} has two forms");
        same
    });
}

#[test]
fn with_delta_hello_says_so_and_a_key_frame_comes_first() {
    if !are_made("with_delta_hello_says_so_and_a_key_frame_comes_first") {
        return;
    }
    let server = Server::scene(&[]);
    for path in ["/websocket/60?delta=1", "/websocket/main/60?scale=2&delta=1", "/websocket/auto?delta=1"] {
        let mut viewer = Viewer::open(server.address, path);
        assert_eq!(viewer.text("hello")["delta"], true, "{path}");
        let mut composing = Composing::new(viewer);
        composing.watch(20);
        assert!(composing.parts[&Part::Delta] > 10, "{path}: {:?}", composing.parts);
    }
}

#[test]
fn what_was_sent_is_counted_by_kind() {
    if !are_made("what_was_sent_is_counted_by_kind") {
        return;
    }
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60?delta=1");
    let frames: Vec<Frame> = viewer.frames(40);
    viewer.say(&json!({ "type": "key" }));
    wait::until("a key frame comes", PATIENCE, || viewer.frame().comment.delta.is_none());
    let metrics = Metrics::of(server.address);
    let kind = |kind: &str| metrics.sum("delta_frames_total", &[r#"camera="main""#, kind]);
    assert!(kind(r#"kind="key""#) >= 2.0);
    let deltas: Vec<_> = frames.iter().filter_map(|frame| frame.comment.delta).collect();
    assert!(
        kind(r#"kind="delta""#) >= deltas.iter().filter(|delta| delta.part() == Part::Delta).count() as f64
    );
    let blocks: u32 = deltas.iter().filter(|delta| !delta.refined).map(|delta| delta.blocks).sum();
    assert!(metrics.sum("delta_blocks_total", &[]) >= f64::from(blocks));
    let bytes: usize = frames.iter().map(|frame| frame.jpeg.len()).sum();
    assert!(metrics.sum("delta_bytes_total", &[]) >= bytes as f64);
    assert!(metrics.sum("delta_keys_asked_total", &[]) >= 1.0);
}

/// Asks for key frames all the time; the frames that came.
fn ask_in_a_loop(address: SocketAddr, ended: &AtomicBool) -> Vec<Frame> {
    let mut viewer = Viewer::open(address, "/websocket/60?delta=1&messages=none");
    let mut frames = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        (0..20).for_each(|_| viewer.say(&json!({ "type": "key" })));
        frames.push(viewer.frame());
    }
    frames
}

#[test]
fn key_frames_asked_for_in_a_loop_come_twice_a_second_and_cost_others_nothing() {
    if !are_made("key_frames_asked_for_in_a_loop_come_twice_a_second_and_cost_others_nothing") {
        return;
    }
    let server = Server::scene(&[]);
    let mut good = Viewer::open(server.address, "/websocket/60?delta=1");
    good.frame();
    let ended = AtomicBool::new(false);
    let (loud, good) = thread::scope(|scope| {
        let loud = scope.spawn(|| ask_in_a_loop(server.address, &ended));
        let ending = Ending(&ended);
        let frames = good.frames_of(100);
        drop(ending);
        (loud.join().expect("frames come"), frames)
    });
    assert!(share(&good) > 0.8, "{} of all frames", share(&good));
    assert!(good.iter().all(|frame| frame.comment.delta.is_some()), "nobody else gets key frames");
    let keys = loud.iter().filter(|frame| frame.comment.delta.is_none()).count() as f64;
    let [first, last] = [&loud[0], &loud[loud.len() - 1]].map(|frame| frame.comment.captured_us);
    let seconds = (last - first) as f64 / 1e6;
    // The first one comes unasked.
    assert!(keys >= 2.0 && keys <= 2.0 + KEYS_A_SECOND * seconds, "{keys} key frames in {seconds} s");
}
