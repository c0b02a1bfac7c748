//! Who gets deltas, and what is counted of them; key frames that are asked for in a loop.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Instant,
};

use serde_json::{Value, json};
use steadycast::{
    frame::now_us,
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

/// The kinds of messages, as the metrics name them.
const KINDS: [(&str, Part); 4] =
    [("key", Part::Whole), ("delta", Part::Delta), ("sweep", Part::Sweep), ("refined", Part::Refined)];

/// Longest header of a WebSocket message from a server, bytes.
const LONGEST_HEADER: usize = 10;

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

/// What was sent to the only viewer, as the server counts it: messages of each kind, bytes, and blocks that
/// changed or became sharper.
fn counted(metrics: &Metrics) -> [f64; 7] {
    let kind = |(word, _): (&str, Part)| {
        metrics.sum("delta_frames_total", &[r#"camera="main""#, &*format!("kind=\"{word}\"")])
    };
    let [key, delta, sweep, refined] = KINDS.map(kind);
    let all = ["delta_bytes_total", "delta_blocks_total", "refined_blocks_total"];
    let [bytes, changed, sharper] = all.map(|name| metrics.sum(name, &[]));
    [key, delta, sweep, refined, bytes, changed, sharper]
}

/// What these messages come to, in the order of [`counted`], each with so many bytes of a header.
fn sums(frames: &[Frame], header: usize) -> [f64; 7] {
    let part = |frame: &Frame| frame.comment.delta.map_or(Part::Whole, |delta| delta.part());
    let [key, delta, sweep, refined] =
        KINDS.map(|(_, kind)| frames.iter().filter(|frame| part(frame) == kind).count() as f64);
    let blocks = |refined: bool| -> f64 {
        let deltas = frames.iter().filter_map(|frame| frame.comment.delta);
        deltas.filter(|delta| delta.refined == refined).map(|delta| f64::from(delta.blocks)).sum()
    };
    let bytes: usize = frames.iter().map(|frame| frame.jpeg.len() + header).sum();
    [key, delta, sweep, refined, bytes as f64, blocks(false), blocks(true)]
}

#[test]
fn what_was_sent_is_counted_by_kind_and_once() {
    if !are_made("what_was_sent_is_counted_by_kind_and_once") {
        return;
    }
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60?delta=1&messages=none");
    let mut frames: Vec<Frame> = viewer.frames(40);
    viewer.say(&json!({ "type": "key" }));
    wait::until("a key frame comes", PATIENCE, || {
        frames.push(viewer.frame());
        frames.last().is_some_and(|frame| frame.comment.delta.is_none())
    });
    let least = sums(&frames, 0);
    let metrics = Metrics::of(server.address);
    // What was counted before now was captured before now, and may still be under way.
    let counted_us = now_us();
    while frames.last().is_none_or(|frame| frame.comment.captured_us <= counted_us) {
        frames.push(viewer.frame());
    }
    let most = sums(&frames, LONGEST_HEADER);
    let counted = counted(&metrics);
    let bounds = least.iter().zip(&most);
    let are_within = counted.iter().zip(bounds).all(|(count, (least, most))| least <= count && count <= most);
    assert!(are_within, "{least:?} at least, {counted:?} counted, {most:?} at most");
    assert!(counted[0] >= 2.0 && counted[1] > 0.0, "{counted:?}");
    assert_eq!(metrics.sum("delta_keys_asked_total", &[]), 1.0);
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

/// How many key frames followed the frame before. Behind a long skip, as of a busy machine, one may take less
/// than a delta.
fn unasked(frames: &[Frame]) -> usize {
    let follows = |pair: &&[Frame]| pair[1].comment.frame == pair[0].comment.frame + 1;
    frames.windows(2).filter(follows).filter(|pair| pair[1].comment.delta.is_none()).count()
}

/// How often a frame did not follow the one before, or the one before again.
fn skips(frames: &[Frame]) -> usize {
    let skips = |pair: &&[Frame]| pair[1].comment.frame > pair[0].comment.frame + 1;
    frames.windows(2).filter(skips).count()
}

#[test]
fn key_frames_asked_for_in_a_loop_come_twice_a_second_and_cost_others_nothing() {
    if !are_made("key_frames_asked_for_in_a_loop_come_twice_a_second_and_cost_others_nothing") {
        return;
    }
    let server = Server::scene(&[]);
    let mut good = Viewer::open(server.address, "/websocket/60?delta=1");
    good.frame();
    let quiet = good.frames_of(100);
    let (before, began) = (Metrics::of(server.address), Instant::now());
    let ended = AtomicBool::new(false);
    let (loud, good) = thread::scope(|scope| {
        let loud = scope.spawn(|| ask_in_a_loop(server.address, &ended));
        let ending = Ending(&ended);
        let frames = good.frames_of(100);
        drop(ending);
        (loud.join().expect("frames come"), frames)
    });
    let after = Metrics::of(server.address);
    // The first wish is granted at once.
    let wishes = 1.0 + KEYS_A_SECOND * began.elapsed().as_secs_f64();
    let more = |name: &str, labels: &[&str]| after.sum(name, labels) - before.sum(name, labels);
    let asked = more("delta_keys_asked_total", &[]);
    assert!(asked >= 1.0 && asked <= wishes, "{asked} wishes for key frames counted, {wishes:.1} granted");
    // The loud one's first frame comes unasked, and so may one behind each skip of a busy machine.
    let sent = more("delta_frames_total", &[r#"kind="key""#]);
    let skips = (skips(&good) + skips(&loud)) as f64;
    assert!(
        sent <= wishes + 1.0 + skips,
        "{sent} key frames of all rungs, {wishes:.1} granted, {skips} skips"
    );
    assert!(share(&good) > 0.8, "{} of all frames", share(&good));
    let unasked = [unasked(&quiet), unasked(&good)];
    assert!(unasked[1] <= unasked[0], "nobody else gets key frames: {unasked:?} without and with wishes");
    let keys = loud.iter().filter(|frame| frame.comment.delta.is_none()).count() as f64;
    let [first, last] = [&loud[0], &loud[loud.len() - 1]].map(|frame| frame.comment.captured_us);
    let seconds = (last - first) as f64 / 1e6;
    // The first one comes unasked.
    assert!(keys >= 2.0 && keys <= 2.0 + KEYS_A_SECOND * seconds, "{keys} key frames in {seconds} s");
}
