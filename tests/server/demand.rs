//! What is encoded: only what somebody wants, once for all of them, and at once for whoever joins.

use std::thread;

use crate::support::{
    frames::{assert_shown_at_once, while_capturing},
    http,
    metrics::Metrics,
    server::Server,
    viewer::{Viewer, decoded_size},
    wait::{self, PATIENCE},
};

const CAPTURED: &str = "frames_captured_total";
const ENCODED: &str = "encodes_total";

#[test]
fn without_viewers_nothing_is_encoded() {
    let server = Server::scene(&[]);
    let (_, after) = while_capturing(server.address, 20.0);
    assert_eq!(after.sum(ENCODED, &[]), 0.0);
}

#[test]
fn when_the_last_viewer_has_left_nothing_more_is_encoded() {
    let server = Server::scene(&[]);
    Viewer::open(server.address, "/websocket/80").frames(3);
    drop(http::open(server.address, "/video_feed?level=30", &[]).part().expect("a picture"));
    wait::until("the viewers are forgotten", PATIENCE, || {
        Metrics::of(server.address).sum("viewers", &[]) == 0.0
    });
    let (before, after) = while_capturing(server.address, 20.0);
    assert_eq!(after.sum(ENCODED, &[]) - before.sum(ENCODED, &[]), 0.0);
}

#[test]
fn two_viewers_of_a_level_share_its_encoding() {
    let server = Server::scene(&[]);
    let mut viewers =
        [Viewer::open(server.address, "/websocket/80"), Viewer::open(server.address, "/websocket/84")];
    viewers.iter_mut().for_each(|viewer| drop(viewer.frame()));
    let before = Metrics::of(server.address);
    let watching = viewers.map(|mut viewer| thread::spawn(move || viewer.frames(40).len()));
    for thread in watching {
        assert_eq!(thread.join().expect("watches"), 40);
    }
    let after = Metrics::of(server.address);
    let grown = |name| after.sum(name, &[]) - before.sum(name, &[]);
    let (captured, encoded, sent) = (grown(CAPTURED), grown(ENCODED), grown("frames_sent_total"));
    assert!(encoded <= captured + 2.0, "{encoded} encodes of {captured} frames");
    assert!(encoded >= 0.7 * captured, "{encoded} encodes of {captured} frames");
    assert!(sent >= 80.0 && sent >= 1.5 * encoded, "{sent} frames sent of {encoded}");
}

#[test]
fn only_levels_that_somebody_watches_are_encoded() {
    let server = Server::scene(&[]);
    let mut low = Viewer::open(server.address, "/websocket/35");
    let mut high = Viewer::open(server.address, "/websocket/90");
    low.frames(10);
    high.frames(10);
    assert_eq!(Metrics::of(server.address).encoded_levels(), [35, 90]);
    let status = http::get(server.address, "/api/status").json();
    assert_eq!(status["cameras"][0]["levels"], serde_json::json!([35, 90]));
    assert_eq!(status["cameras"][0]["scales"], serde_json::json!([1]));
}

#[test]
fn a_rung_at_two_tiers_is_encoded_once_a_frame_at_each() {
    let server = Server::scene(&[]);
    let paths =
        ["/websocket/80?scale=2", "/websocket/80?scale=2", "/websocket/80?scale=4", "/websocket/80?scale=4"];
    let mut viewers = paths.map(|path| Viewer::open(server.address, path));
    viewers.iter_mut().for_each(|viewer| drop(viewer.frame()));
    let before = Metrics::of(server.address);
    let watching = viewers.map(|mut viewer| thread::spawn(move || viewer.frames(40).len()));
    for thread in watching {
        assert_eq!(thread.join().expect("watches"), 40);
    }
    let after = Metrics::of(server.address);
    let grown = |name, label: &[&str]| after.sum(name, label) - before.sum(name, label);
    let captured = grown(CAPTURED, &[]);
    for scale in ["scale=\"2\"", "scale=\"4\""] {
        let encoded = grown(ENCODED, &[scale]);
        assert!(
            encoded <= captured + 2.0 && encoded >= 0.7 * captured,
            "{encoded} encodes of {captured} frames, {scale}"
        );
    }
    assert_eq!(grown(ENCODED, &["scale=\"1\""]), 0.0);
}

#[test]
fn who_joins_a_camera_of_one_frame_a_second_sees_a_picture_at_once() {
    let server = Server::scene_at("1", &[]);
    while_capturing(server.address, 1.0);
    assert_shown_at_once(server.address, "/websocket/70");
}

#[test]
fn a_snapshot_needs_no_viewer() {
    let server = Server::scene(&[]);
    for (path, level, scale, size) in [
        ("/api/snapshot/main", 95, 1, (320, 180)),
        ("/api/snapshot/main?level=40", 40, 1, (320, 180)),
        ("/api/snapshot/main?level=44&scale=1", 40, 1, (320, 180)),
        ("/api/snapshot/main?level=50&scale=2", 50, 2, (160, 90)),
        ("/api/snapshot/main?scale=8", 95, 8, (40, 23)),
    ] {
        let reply = http::get(server.address, path);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("image/jpeg")), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(decoded_size(&reply.body), size);
        let comment = steadycast::protocol::comment_of(&reply.body).expect("carries its comment");
        assert_eq!((comment.level, comment.scale, comment.slate), (level, scale, false), "{path}");
    }
    wait::until("nobody is left", PATIENCE, || Metrics::of(server.address).sum("viewers", &[]) == 0.0);
}

#[test]
fn snapshots_that_follow_each_other_are_not_the_same_old_picture() {
    let server = Server::scene(&[]);
    let mut last = 0;
    for _ in 0..3 {
        let reply = http::get(server.address, "/api/snapshot/main?level=30");
        let frame = steadycast::protocol::comment_of(&reply.body).expect("carries its comment").frame;
        assert!(frame > last, "frame {frame} after {last}");
        last = frame;
        while_capturing(server.address, 2.0);
    }
}

#[test]
fn a_snapshot_of_a_level_scale_or_camera_that_is_not_there_is_refused() {
    let server = Server::scene(&[]);
    for level in ["auto", "20", "96", "abc", ""] {
        let reply = http::get(server.address, &format!("/api/snapshot/main?level={level}"));
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (400, "bad_level"),
            "{level:?}: {}",
            reply.text()
        );
    }
    for scale in ["0", "3", "16", "x", ""] {
        let reply = http::get(server.address, &format!("/api/snapshot/main?scale={scale}"));
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (400, "bad_level"),
            "{scale:?}: {}",
            reply.text()
        );
        assert!(reply.text().contains("scale must be 1, 2, 4 or 8"), "{}", reply.text());
    }
    let reply = http::get(server.address, "/api/snapshot/garden");
    assert_eq!((reply.status, reply.error_code().as_str()), (404, "no_camera"));
}
