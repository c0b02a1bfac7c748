//! What arrived set against what the server says that it captured, so that a machine which is busy, and
//! captures less or later, changes no judgement.

use std::net::SocketAddr;

use steadycast::frame::now_us;

use super::{
    metrics::Metrics,
    viewer::{Frame, Viewer},
    wait::{self, PATIENCE},
};

/// Counts the frames that a camera has captured.
const CAPTURED: &str = "frames_captured_total";

/// Viewers that join one after another to find out whether a picture is there at once.
const JOIN: usize = 5;

/// Waits until `count` more frames have been captured; the metrics before and after.
pub fn while_capturing(address: SocketAddr, count: f64) -> (Metrics, Metrics) {
    let before = Metrics::of(address);
    let after = wait::until_some("frames are captured", PATIENCE, || {
        let now = Metrics::of(address);
        (now.sum(CAPTURED, &[]) >= before.sum(CAPTURED, &[]) + count).then_some(now)
    });
    (before, after)
}

/// The share of captured frames that arrived.
pub fn share(frames: &[Frame]) -> f64 {
    let (first, last) = (&frames[0].comment, &frames[frames.len() - 1].comment);
    frames.len() as f64 / (last.frame - first.frame + 1) as f64
}

/// Frames a second by the usual distance of two: a machine that was busy for a moment does not count.
pub fn usual_rate(frames: &[Frame]) -> f64 {
    let follow = |pair: &&[Frame]| pair[1].comment.frame == pair[0].comment.frame + 1;
    let distance = |pair: &[Frame]| pair[1].comment.captured_us - pair[0].comment.captured_us;
    let mut distances: Vec<u64> = frames.windows(2).filter(follow).map(distance).collect();
    assert!(distances.len() >= 20, "{} frames that follow each other", distances.len());
    distances.sort_unstable();
    1e6 / distances[distances.len() / 2] as f64
}

/// Fails where viewers that join have to wait for a new picture. Each is shown one that was captured before
/// it came; of five, since one may come at the moment of a new one.
pub fn assert_shown_at_once(address: SocketAddr, path: &str) {
    let waits_for_none = || {
        let came_us = now_us();
        Viewer::open(address, path).frame().comment.captured_us < came_us
    };
    let at_once = (0..JOIN).filter(|_| waits_for_none()).count();
    assert!(2 * at_once > JOIN, "{at_once} of {JOIN} saw a picture of before they came");
}
