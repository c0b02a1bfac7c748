//! Layers that the server paints over MJPEG and single pictures, and that nobody else pays for.

use std::net::SocketAddr;

use serde_json::{Value, json};
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

/// Two streams of one camera, plain and with layers, read side by side.
struct Pair([http::Stream; 2]);

impl Pair {
    fn open(address: SocketAddr, query: &str, layers: &str) -> Pair {
        let paths =
            [format!("/video_feed?{query}"), format!("/api/video/stream/main?{query}&overlay={layers}")];
        Pair(paths.map(|path| opened(address, &path)))
    }

    /// The next frame that both show.
    fn next(&mut self) -> [Vec<u8>; 2] {
        let mut shown = self.0.each_mut().map(numbered);
        for _ in 0..100 {
            let [(plain, _), (painted, _)] = &shown;
            if plain == painted {
                return shown.map(|(_, jpeg)| jpeg);
            }
            let behind = usize::from(plain > painted);
            shown[behind] = numbered(&mut self.0[behind]);
        }
        panic!("no frame that both got");
    }

    /// The next frame that both show and of which more than `least` pixels are others.
    fn differing_by(&mut self, least: usize) -> [Vec<u8>; 2] {
        wait::until_some("enough is painted", 3 * PATIENCE, || {
            let pair = self.next();
            (differing(&pair[0], &pair[1]) > least).then_some(pair)
        })
    }
}

/// A stream that has begun.
fn opened(address: SocketAddr, path: &str) -> http::Stream {
    let stream = http::open(address, path, &[]);
    assert_eq!(stream.status, 200, "{path}");
    stream
}

/// The next picture of a stream with the number of its frame.
fn numbered(stream: &mut http::Stream) -> (u64, Vec<u8>) {
    let jpeg = stream.part().expect("the stream goes on").jpeg;
    (comment_of(&jpeg).expect("carries its comment").frame, jpeg)
}

/// How many pixels of two pictures differ by more than a JPEG's rounding.
fn differing(one: &[u8], other: &[u8]) -> usize {
    grey(one).iter().zip(&grey(other)).filter(|(one, other)| one.abs_diff(**other) > 40).count()
}

#[test]
fn boxes_labels_heat_and_lines_are_in_the_picture_of_those_who_ask_for_them() {
    let (server, line) = plaza();
    let [plain, lines] = Pair::open(server.address, "level=95", "lines").next();
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
        let [plain, painted] = Pair::open(server.address, query, layers).differing_by(least);
        assert_eq!(decoded_size(&plain), decoded_size(&painted));
    }
    assert!(differing(&plain, &lines) < SIZE.0 * SIZE.1 / 20, "and only that");
    let snapshot = http::get(server.address, "/api/snapshot/main?overlay=1&scale=8");
    assert_eq!((snapshot.status, decoded_size(&snapshot.body)), (200, (160, 90)));
}

/// A road with nobody on it: another picture altogether.
const EMPTY_ROAD: &str = "synthetic:kind=road,people=0,vehicles=0";

#[test]
fn boxes_of_the_source_before_are_not_on_the_pictures_of_the_next_one() {
    let (server, _) = plaza();
    let mut pair = Pair::open(server.address, "level=95", "boxes");
    let [before, _] = pair.differing_by(2000);
    let reply = http::change(server.address, "POST", "/set_source", &json!({ "source": EMPTY_ROAD }));
    assert_eq!(reply.status, 200, "{}", reply.text());
    // Before its own results come, which take two looks at least.
    for n in 0..2 {
        let [plain, painted] = wait::until_some("the next source shows", 3 * PATIENCE, || {
            let pair = pair.next();
            let is_slate = comment_of(&pair[0]).expect("carries its comment").slate;
            (!is_slate && differing(&pair[0], &before) > SIZE.0 * SIZE.1 / 4).then_some(pair)
        });
        assert_eq!(differing(&plain, &painted), 0, "picture {n} of the next source");
    }
}

/// What the server has counted of frames and of their encoding.
struct Work {
    captured: f64,
    /// Frames that were encoded, or would have been if a newer one had not come.
    encoded: f64,
}

impl Work {
    fn of(server: &Server) -> Work {
        let metrics = Metrics::of(server.address);
        let given_up = metrics.sum("frames_skipped_total", &["reason=\"encoder_busy\""]);
        let encoded = metrics.sum("encodes_total", &[]) + given_up;
        Work { captured: metrics.sum("frames_captured_total", &[]), encoded }
    }

    /// Asserts that since then each frame was encoded for so many streams, no more and no less. A few frames
    /// are under way when the server is asked.
    fn assert_encodings_since(&self, Work { captured, encoded }: &Work, streams: f64) {
        let (captured, encoded) = (self.captured - captured, self.encoded - encoded);
        assert!(captured >= 20.0, "{captured} frames tell nothing");
        let off = (encoded - streams * captured).abs();
        assert!(off <= 4.0 * streams, "{encoded} encodings of {captured} frames, for {streams} streams");
    }
}

#[test]
fn who_watches_the_same_overlay_shares_its_encoding_which_ends_when_all_have_left() {
    let server = Server::scene(&[]);
    let path = "/video_feed?level=80&overlay=boxes,lines";
    let mut streams = ["", ",boxes"].map(|more| opened(server.address, &format!("{path}{more}")));
    let mut read = |count| (0..count).for_each(|_| streams.iter_mut().for_each(|one| drop(numbered(one))));
    read(1);
    let before = Work::of(&server);
    read(40);
    Work::of(&server).assert_encodings_since(&before, 1.0);
    drop(streams);
    wait::until("all are gone", PATIENCE, || Metrics::of(server.address).sum("viewers", &[]) == 0.0);
    let frames_later = |count: f64| {
        let seen = Work::of(&server).captured;
        wait::until("frames come", PATIENCE, || Work::of(&server).captured >= seen + count);
    };
    // What was under way.
    frames_later(2.0);
    let left = Work::of(&server);
    frames_later(10.0);
    assert_eq!(Work::of(&server).encoded, left.encoded);
    assert_eq!(http::get(server.address, "/api/status").json()["cameras"][0]["levels"], json!([]));
}

#[test]
fn one_overlay_at_two_levels_beside_a_plain_viewer_is_three_encodings() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let mut streams =
        ["80", "60"].map(|level| opened(server.address, &format!("/video_feed?level={level}&overlay=1")));
    streams.iter_mut().for_each(|stream| drop(numbered(stream)));
    assert_eq!(viewer.frames(1).len(), 1);
    let before = Work::of(&server);
    for _ in 0..30 {
        streams.iter_mut().for_each(|stream| drop(numbered(stream)));
    }
    assert_eq!(viewer.frames(10).len(), 10, "and the plain one gets its own");
    Work::of(&server).assert_encodings_since(&before, 3.0);
}

#[test]
fn single_pictures_of_one_frame_with_one_overlay_are_encoded_once_however_many_are_asked_for() {
    let server = Server::scene_at("1", &[]);
    let ask = || {
        let reply = http::get(server.address, "/api/snapshot/main?level=80&overlay=boxes");
        assert_eq!(reply.status, 200);
    };
    ask();
    let before = Work::of(&server);
    (0..30).for_each(|_| ask());
    let after = Work::of(&server);
    let (captured, encoded) = (after.captured - before.captured, after.encoded - before.encoded);
    assert!(encoded <= captured + 1.0, "{encoded} encodings of {captured} frames");
}

#[test]
fn a_fifth_set_of_layers_is_refused_with_what_is_always_to_be_had() {
    let server = Server::scene(&[]);
    let path = |layers: &str| format!("/video_feed?level=30&overlay={layers}");
    let mut open = ["boxes", "labels", "heat", "lines"].map(|layers| opened(server.address, &path(layers)));
    open.iter_mut().for_each(|stream| drop(numbered(stream)));
    let refused = http::get(server.address, &path("boxes,labels"));
    assert_eq!((refused.status, refused.error_code().as_str()), (503, "overlay_limit"));
    assert!(refused.text().contains("overlay=1") && refused.header("retry-after").is_some());
    assert_eq!(http::get(server.address, "/api/snapshot/main?overlay=boxes,labels").status, 503);
    for layers in ["1", "0", "labels"] {
        drop(numbered(&mut opened(server.address, &path(layers))));
    }
    drop(open);
    wait::until("another set is let in", PATIENCE, || {
        http::get(server.address, "/api/snapshot/main?overlay=boxes,labels").status == 200
    });
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
        assert_eq!((reply.status, reply.error_code().as_str()), (400, "bad_overlay"), "{path}");
        assert!(reply.text().contains("boxes, labels, heat, lines"), "{}", reply.text());
    }
    assert_eq!(http::get(server.address, "/api/snapshot/main?overlay=0").status, 200);
}
