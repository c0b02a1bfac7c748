//! Layers that the server paints over MJPEG and single pictures, and that nobody else pays for.

use std::{collections::HashMap, net::SocketAddr, thread};

use serde_json::Value;
use turbojpeg::PixelFormat;

use steadycast::protocol::comment_of;

use crate::support::{
    http,
    metrics::Metrics,
    server::Server,
    viewer::{Viewer, decoded_size},
    wait::{self, PATIENCE},
};

/// The shipped models know the scene at its usual size and density.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "10", "--analytics", "on"];

/// Width and height of the plaza.
const SIZE: (usize, usize) = (1280, 720);

/// A plaza whose models have found things, and its line.
fn plaza() -> (Server, Value) {
    let server = Server::start(&PLAZA);
    let mut viewer = Viewer::open(server.address, "/websocket/30");
    let line = viewer.text("hello")["lines"][0].clone();
    for part in ["objects", "crowd"] {
        let has = |result: &Value| result.get(part).is_some_and(|part| *part != serde_json::json!([]));
        viewer.text_where("analytics", 3 * PATIENCE, has);
    }
    (server, line)
}

fn grey(jpeg: &[u8]) -> Vec<u8> {
    turbojpeg::decompress(jpeg, PixelFormat::GRAY).expect("decodes").pixels
}

/// Pictures of a stream by the numbers of their frames.
fn pictures(address: SocketAddr, path: &str, count: usize) -> HashMap<u64, Vec<u8>> {
    let mut stream = http::open(address, path, &[]);
    assert_eq!(stream.status, 200, "{path}");
    let mut part = || stream.part().expect("the stream goes on").jpeg;
    (0..count)
        .map(|_| part())
        .map(|jpeg| (comment_of(&jpeg).expect("carries its comment").frame, jpeg))
        .collect()
}

/// Pictures of one frame by a query, plain and with layers.
fn both(address: SocketAddr, query: &str, layers: &str) -> [Vec<u8>; 2] {
    let paths = [format!("/video_feed?{query}"), format!("/api/video/stream/main?{query}&overlay={layers}")];
    let threads = paths.map(|path| thread::spawn(move || pictures(address, &path, 15)));
    let [first, mut second] = threads.map(|thread| thread.join().expect("watches"));
    let pair = first.into_iter().find_map(|(number, jpeg)| Some([jpeg, second.remove(&number)?]));
    pair.expect("a frame that both got")
}

/// How many pixels of two pictures differ by more than a JPEG's rounding.
fn differing(one: &[u8], other: &[u8]) -> usize {
    grey(one).iter().zip(&grey(other)).filter(|(one, other)| one.abs_diff(**other) > 40).count()
}

#[test]
fn boxes_labels_heat_and_lines_are_in_the_picture_of_those_who_ask_for_them() {
    let (server, line) = plaza();
    let [plain, lines] = both(server.address, "level=95", "lines");
    let place = |end: &str, axis: usize| line[end][axis].as_f64().expect("a number");
    let luma = |jpeg: &[u8], share: f64| {
        let at = |axis, length: usize| {
            let place = place("from", axis) + share * (place("to", axis) - place("from", axis));
            (place * length as f64) as usize
        };
        // The brightest within the line's width.
        let (x, y, pixels) = (at(0, SIZE.0), at(1, SIZE.1), grey(jpeg));
        (y - 1..=y + 1).map(|y| pixels[y * SIZE.0 + x]).max().unwrap_or_default()
    };
    for share in [0.2, 0.3, 0.7, 0.8] {
        assert!(luma(&lines, share) > 200, "{share} of the line: {}", luma(&lines, share));
    }
    for (query, layers, least) in [
        ("level=95", "boxes", 2000),
        ("level=95", "labels", 2000),
        // Tints more than it brightens, and there may be few people.
        ("level=95", "heat", 500),
        ("level=95", "1", 5000),
        ("level=95&scale=4", "boxes,labels", 500),
    ] {
        let [plain, painted] = both(server.address, query, layers);
        let pixels = differing(&plain, &painted);
        assert!(pixels > least, "{layers} at {query}: {pixels} pixels are others");
        assert_eq!(decoded_size(&plain), decoded_size(&painted));
    }
    assert!(differing(&plain, &lines) < SIZE.0 * SIZE.1 / 20, "and only that");
    let snapshot = http::get(server.address, "/api/snapshot/main?overlay=1&scale=8");
    assert_eq!((snapshot.status, decoded_size(&snapshot.body)), (200, (160, 90)));
}

#[test]
fn who_watches_the_same_overlay_shares_its_encoding_and_leaves_nothing_behind() {
    let server = Server::scene(&[]);
    let path = "/video_feed?level=80&overlay=boxes,lines";
    let mut streams = ["", ",boxes"].map(|more| http::open(server.address, &format!("{path}{more}"), &[]));
    streams.iter_mut().for_each(|stream| drop(stream.part().expect("a picture")));
    let before = Metrics::of(server.address);
    let watching =
        streams.map(|mut stream| thread::spawn(move || (0..40).filter(|_| stream.part().is_some()).count()));
    for thread in watching {
        assert_eq!(thread.join().expect("watches"), 40);
    }
    let after = Metrics::of(server.address);
    let grown = |name| after.sum(name, &[]) - before.sum(name, &[]);
    let (captured, encoded) = (grown("frames_captured_total"), grown("encodes_total"));
    assert!(encoded <= captured + 2.0 && encoded >= 0.7 * captured, "{encoded} encodes of {captured} frames");
    let status = http::get(server.address, "/api/status").json();
    assert!(status["cameras"][0]["levels"].as_array().is_some_and(|levels| levels.len() <= 1), "{status}");
    wait::until("all are forgotten", PATIENCE, || Metrics::of(server.address).sum("viewers", &[]) == 0.0);
}

#[test]
fn one_overlay_at_two_levels_beside_a_plain_viewer_is_three_encodings() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let mut streams = ["80", "60"]
        .map(|level| http::open(server.address, &format!("/video_feed?level={level}&overlay=1"), &[]));
    streams.iter_mut().for_each(|stream| drop(stream.part().expect("a picture")));
    let before = Metrics::of(server.address);
    let watching =
        streams.map(|mut stream| thread::spawn(move || (0..30).filter(|_| stream.part().is_some()).count()));
    assert_eq!(viewer.frames(30).len(), 30);
    watching.into_iter().for_each(|thread| assert_eq!(thread.join().expect("watches"), 30));
    let after = Metrics::of(server.address);
    let grown = |name, labels: &[&str]| after.sum(name, labels) - before.sum(name, labels);
    let captured = grown("frames_captured_total", &[]);
    let [top, low] = ["80", "60"].map(|level| grown("encodes_total", &[&format!("level=\"{level}\"")]));
    assert!(top >= 1.4 * captured && top <= 2.0 * captured + 4.0, "{top} of {captured} frames");
    assert!(low >= 0.7 * captured && low <= captured + 2.0, "{low} of {captured} frames");
}

#[test]
fn a_layer_that_there_is_not_is_refused_with_those_there_are() {
    let server = Server::scene(&[]);
    for path in [
        "/video_feed?overlay=faces",
        "/api/stream/video?overlay=",
        "/api/video/stream/main?overlay=boxes,faces",
        "/api/snapshot/main?overlay=2",
    ] {
        let reply = http::get(server.address, path);
        assert_eq!((reply.status, reply.error_code().as_str()), (400, "bad_level"), "{path}");
        assert!(reply.text().contains("boxes, labels, heat, lines"), "{}", reply.text());
    }
    assert_eq!(http::get(server.address, "/api/snapshot/main?overlay=0").status, 200);
}
