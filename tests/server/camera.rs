//! Cameras that send JPEGs: what reaches viewers untouched, what is encoded anew, and what a camera may get
//! wrong.

use std::{collections::HashSet, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use steadycast::protocol::comment_of;
use turbojpeg::{PixelFormat, Subsamp};

use crate::support::{
    camera::{Camera, jpegs},
    http,
    metrics::Metrics,
    program::Program,
    server::Server,
    viewer::{Frame, Viewer, decoded_size},
    wait::PATIENCE,
};

/// The first frames that are no slates.
fn pictures(viewer: &mut Viewer, count: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    while frames.len() < count {
        let frame = viewer.frame();
        if !frame.comment.slate {
            frames.push(frame);
        }
    }
    frames
}

/// Whether it is one of the camera's, but for the comment behind SOI.
fn is_untouched(frame: &Frame, sent: &[Vec<u8>]) -> bool {
    sent.iter().any(|jpeg| frame.picture() == &jpeg[2..])
}

fn grey(jpeg: &[u8]) -> Vec<u8> {
    turbojpeg::decompress(jpeg, PixelFormat::GRAY).expect("decodes").pixels
}

#[test]
fn the_top_level_gets_the_cameras_own_jpegs_and_others_get_the_same_pictures() {
    let sent = jpegs(20, 60, Subsamp::Sub2x1);
    let camera = Camera::start(sent.clone());
    let server = Server::of(&camera.url(""), &[]);
    let mut top = Viewer::open(server.address, "/websocket/95");
    let mut low = Viewer::open(server.address, "/websocket/50");
    let (top, low): (Vec<Frame>, Vec<Frame>) =
        (0..60).map(|_| (pictures(&mut top, 1).remove(0), pictures(&mut low, 1).remove(0))).unzip();
    for frame in &top {
        assert_eq!((frame.comment.level, frame.comment.scale), (95, 1));
        assert!(is_untouched(frame, &sent), "{}", frame.comment);
    }
    let both = low.iter().filter_map(|low| {
        top.iter().find(|top| top.comment.frame == low.comment.frame).map(|top| (top, low))
    });
    let both: Vec<_> = both.collect();
    assert!(both.len() > 20, "{} frames that both got", both.len());
    for (top, low) in both {
        assert!(!is_untouched(low, &sent) && low.comment.level == 50, "{}", low.comment);
        let (top, low) = (grey(&top.jpeg), grey(&low.jpeg));
        let off: u64 = top.iter().zip(&low).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(top.len() == low.len() && off / top.len() as u64 <= 8, "{off} in all");
    }
    let metrics = Metrics::of(server.address);
    assert!(metrics.sum("frames_untouched_total", &["camera=\"main\""]) >= 60.0);
    assert!(metrics.sum("encodes_total", &["level=\"95\""]) <= 10.0, "only to compare sizes");
}

#[test]
fn an_overlay_is_painted_over_the_cameras_picture_and_others_get_their_jpegs_as_they_came() {
    let sent = jpegs(20, 60, Subsamp::Sub2x1);
    let camera = Camera::start(sent.clone());
    let server = Server::of(&camera.url(""), &[]);
    let mut top = Viewer::open(server.address, "/websocket/95");
    pictures(&mut top, 1);
    let mut stream = http::open(server.address, "/video_feed?level=95&overlay=1", &[]);
    for _ in 0..20 {
        let frame = pictures(&mut top, 1).remove(0);
        assert!(is_untouched(&frame, &sent), "{}", frame.comment);
        let jpeg = stream.part().expect("the stream goes on").jpeg;
        let comment = comment_of(&jpeg).expect("carries its comment");
        assert_eq!((comment.level, comment.slate, decoded_size(&jpeg)), (95, false, (320, 180)));
        let overlaid = Frame { comment, jpeg, at: frame.at };
        assert!(!is_untouched(&overlaid, &sent), "{}", overlaid.comment);
    }
}

#[test]
fn nobody_pays_more_for_a_worse_picture_than_the_camera_sent() {
    let sent = jpegs(20, 50, Subsamp::Sub2x2);
    let camera = Camera::start(sent.clone());
    let server = Server::of(&camera.url(""), &[]);
    for (level, untouched) in [("30", false), ("70", true), ("95", true)] {
        let mut viewer = Viewer::open(server.address, &format!("/websocket/{level}"));
        for frame in pictures(&mut viewer, 10) {
            assert_eq!(is_untouched(&frame, &sent), untouched, "{}", frame.comment);
            assert_eq!(frame.comment.level.to_string(), level);
        }
    }
}

#[test]
fn huffman_tables_that_a_camera_leaves_out_are_put_in() {
    let sent = jpegs(20, 60, Subsamp::Sub2x1);
    let find = |jpeg: &[u8], marker: u8| jpeg.windows(2).position(|pair| pair == [0xFF, marker]);
    // As Motion JPEG has it: nothing between the frame header and the scan.
    let bare = |jpeg: &Vec<u8>| {
        let (tables, scan) = (find(jpeg, 0xC4).expect("has tables"), find(jpeg, 0xDA).expect("has a scan"));
        [&jpeg[..tables], &jpeg[scan..]].concat()
    };
    let camera = Camera::start(sent.iter().map(bare).collect());
    let server = Server::of(&camera.url(""), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    for frame in pictures(&mut viewer, 10) {
        let scan = &frame.jpeg[find(&frame.jpeg, 0xDA).expect("has a scan")..];
        assert!(sent.iter().any(|jpeg| jpeg.ends_with(scan)), "the entropy-coded data are the camera's");
        assert_eq!(frame.jpeg.windows(2).filter(|pair| *pair == [0xFF, 0xC4]).count(), 4);
    }
}

#[test]
fn what_a_camera_tells_beside_its_picture_reaches_no_viewer() {
    let sent = jpegs(20, 60, Subsamp::Sub2x1);
    // A quarter turn for those who heed it, and words that are nobody else's.
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let comment = b"\xFF\xFE\x00\x0Fserial 123456";
    let told = |jpeg: &Vec<u8>| [&jpeg[..2], exif, comment, &jpeg[2..]].concat();
    let camera = Camera::start(sent.iter().map(told).collect());
    let server = Server::of(&camera.url(""), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    for frame in pictures(&mut viewer, 5) {
        assert!(is_untouched(&frame, &sent), "{}", frame.comment);
    }
}

#[test]
fn a_camera_whose_jpegs_are_larger_than_ours_is_encoded_anew() {
    let sent = jpegs(20, 100, Subsamp::None);
    let camera = Camera::start(sent.clone());
    let server = Server::of(&camera.url(""), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    for frame in pictures(&mut viewer, 20) {
        assert!(!is_untouched(&frame, &sent), "{}", frame.comment);
        assert!(sent.iter().all(|jpeg| frame.jpeg.len() < jpeg.len()));
    }
    assert_eq!(Metrics::of(server.address).sum("frames_untouched_total", &[]), 0.0);
}

#[test]
fn what_a_camera_sends_broken_costs_nothing_but_itself() {
    let good = jpegs(10, 60, Subsamp::Sub2x2);
    let broken = |n: usize| match n % 3 {
        0 => b"no picture at all".to_vec(),
        1 => good[n][..good[n].len() / 2].to_vec(),
        _ => [&good[n][..30], &good[n][200..]].concat(),
    };
    let parts = good.iter().enumerate().flat_map(|(n, jpeg)| [jpeg.clone(), broken(n)]).collect();
    let camera = Camera::start(parts);
    let server = Server::of(&camera.url(""), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    let frames = pictures(&mut viewer, 40);
    let seen: HashSet<usize> = frames
        .iter()
        .filter_map(|frame| good.iter().position(|jpeg| frame.picture() == &jpeg[2..]))
        .collect();
    assert_eq!(seen.len(), good.len(), "each good picture has come");
    assert!(frames.iter().all(|frame| is_untouched(frame, &good)), "and nothing else");
    let status = http::get(server.address, "/api/status").json();
    assert_eq!(status["cameras"][0]["state"], "streaming", "{status}");
    let metrics = Metrics::of(server.address);
    assert!(metrics.sum("frames_skipped_total", &["reason=\"broken\""]) >= 30.0);
    assert_eq!(metrics.sum("source_reconnects_total", &[]), 0.0);
}

#[test]
fn a_camera_whose_picture_never_changes_is_frozen_and_still_shown() {
    let camera = Camera::start(jpegs(1, 60, Subsamp::Sub2x2));
    let server = Server::of(&camera.url(""), &["--frozen-after", "2"]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    viewer.text_where("status", PATIENCE, |status| status["state"] == "streaming");
    viewer.text_where("status", PATIENCE, |status| status["state"] == "frozen");
    let status = http::get(server.address, "/api/status").json();
    let reason = status["cameras"][0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("has not changed for"), "{status}");
    assert_eq!(pictures(&mut viewer, 2).len(), 2, "no slates, and more than the first");
    let ready = http::get(server.address, "/api/ready");
    assert_eq!(ready.status, 200);
    let degraded = &ready.json()["degraded"][0];
    assert!(degraded.as_str().is_some_and(|degraded| degraded.contains("has not changed for")), "{degraded}");
}

#[test]
fn what_comes_without_parts_is_opened_by_ffmpeg() {
    let camera = Camera::start_without_parts(jpegs(20, 60, Subsamp::Sub2x2));
    let program = Program::start(&["--source", &camera.url("admin:hunter%402@")]);
    let mut viewer = Viewer::open(program.address, "/websocket/95");
    let frame = pictures(&mut viewer, 5).remove(4);
    assert_eq!(decoded_size(&frame.jpeg), (320, 180));
    assert_eq!(Metrics::of(program.address).sum("frames_untouched_total", &[]), 0.0);
    let log = program.log();
    let says = log.lines().find(|line| line.contains("left to FFmpeg")).expect("the log says so");
    assert!(says.contains("video/x-motion-jpeg") && !says.contains("hunter"), "{says}");
}

#[test]
fn a_camera_is_asked_without_a_proxy() {
    let camera = Camera::start(jpegs(20, 60, Subsamp::Sub2x2));
    // Nobody listens there, which fails whoever asks.
    let proxies = ["ALL_PROXY", "http_proxy", "HTTP_PROXY"].map(|name| (name, "http://127.0.0.1:1"));
    let program = Program::start_with(&["--port", "0", "--source", &camera.url("")], &proxies, "");
    let mut viewer = Viewer::open(program.address, "/websocket/95");
    viewer.text_where("status", PATIENCE, |status| status["state"] == "streaming");
    pictures(&mut viewer, 3);
    assert!(
        Metrics::of(program.address).sum("frames_untouched_total", &[]) >= 1.0,
        "opened by our own reader"
    );
}

#[test]
fn a_password_opens_the_camera_and_is_in_no_log() {
    let camera = Camera::start_with(
        &format!("Basic {}", STANDARD.encode("admin:hunter@2")),
        jpegs(20, 60, Subsamp::Sub2x2),
    );
    let source = camera.url("admin:hunter%402@");
    let program = Program::start_with(
        &["--port", "0", "--analytics", "off", "--source", &source],
        &[("RUST_LOG", "trace")],
        "",
    );
    let mut viewer = Viewer::open(program.address, "/websocket/95");
    pictures(&mut viewer, 3);
    assert!(
        Metrics::of(program.address).sum("frames_untouched_total", &[]) >= 1.0,
        "opened by our own reader"
    );
    drop(camera);
    viewer.text_where("status", PATIENCE, |status| status["state"] == "reconnecting");
    let said = program.log() + &http::get(program.address, "/api/status").text();
    let encoded = STANDARD.encode("admin:hunter@2");
    for secret in ["hunter", encoded.as_str(), "channel=1"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn analytics_see_what_is_in_the_cameras_jpegs() {
    // This program's own MJPEG of the plaza, which the shipped models know.
    let camera = Server::start(&[
        "--source",
        "synthetic:people=40,vehicles=6,seed=3",
        "--capture-fps",
        "15",
        "--analytics",
        "off",
    ]);
    let source = format!("http://{}/video_feed?level=80", camera.address);
    // Named, since a camera that is not the scene itself gets none of itself.
    let models = ["--crowd-model", "crowd.onnx", "--detect-model", "detector.onnx"];
    let server = Server::start(&[&["--source", &source, "--analytics", "on"], &models[..]].concat());
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    let people = |result: &serde_json::Value| result["counts"]["person"].as_u64().unwrap_or_default();
    let result = viewer.text_where("analytics", Duration::from_secs(30), |result| people(result) >= 5);
    assert_eq!(result["camera"], "main");
    let metrics = Metrics::of(server.address);
    assert!(metrics.sum("frames_untouched_total", &[]) >= 1.0, "while viewers get the JPEGs as they came");
}
