//! MJPEG for clients that know no WebSocket, also through a reverse proxy.

use steadycast::{frame::now_us, protocol::comment_of};

use crate::support::{
    http,
    media::Proxy,
    server::Server,
    skip,
    viewer::{Viewer, decoded_size},
    wait::{self, PATIENCE},
};

#[test]
fn every_route_streams_whole_jpegs_whose_numbers_rise() {
    let server = Server::scene(&[]);
    for (path, level, scale, size) in [
        ("/video_feed", 95, 1, (320, 180)),
        ("/api/stream/video?level=40", 40, 1, (320, 180)),
        ("/api/video/stream/main?level=62&scale=1", 60, 1, (320, 180)),
        ("/video_feed?scale=8", 95, 8, (40, 23)),
    ] {
        let mut stream = http::open(server.address, path, &[]);
        assert_eq!(stream.status, 200, "{path}");
        assert_eq!(stream.header("content-type"), Some("multipart/x-mixed-replace; boundary=frame"));
        assert!(stream.header("cache-control").is_some_and(|value| value.contains("no-store")), "{path}");
        assert_eq!(stream.header("x-accel-buffering"), Some("no"));
        let mut last = 0;
        for _ in 0..5 {
            let part = stream.part().expect("the stream goes on");
            assert_eq!(http::header(&part.headers, "content-type"), Some("image/jpeg"));
            assert_eq!(decoded_size(&part.jpeg), size);
            let comment = comment_of(&part.jpeg).expect("carries its comment");
            assert_eq!((comment.level, comment.scale), (level, scale), "{path}");
            assert!(comment.frame > last);
            last = comment.frame;
        }
    }
    wait::until("all are forgotten", PATIENCE, || {
        http::get(server.address, "/api/status").json()["cameras"][0]["viewers"] == 0
    });
}

#[test]
fn a_picture_is_complete_for_a_browser_as_soon_as_it_is_there() {
    // Browsers show a part when the boundary after it has come. If that waited for the next frame, each would
    // be a second old by then; on a busy machine one may be.
    let server = Server::scene_at("1", &[]);
    let mut stream = http::open(server.address, "/video_feed?level=30", &[]);
    stream.part().expect("a picture");
    let ages_us = [(); 3].map(|()| {
        let frame = comment_of(&stream.part().expect("the next one").jpeg).expect("carries its comment");
        assert!(stream.boundary(), "the stream goes on");
        now_us().saturating_sub(frame.captured_us)
    });
    assert!(ages_us.iter().any(|age| *age < 700_000), "complete when they are {ages_us:?} us old");
}

#[test]
fn http_1_0_clients_get_the_stream_without_chunks() {
    let server = Server::scene(&[]);
    let mut stream = http::send_open(server.address, "GET /video_feed?level=30 HTTP/1.0\r\n\r\n");
    assert_eq!((stream.status, stream.header("transfer-encoding")), (200, None));
    for _ in 0..5 {
        decoded_size(&stream.part().expect("the stream goes on").jpeg);
    }
}

#[test]
fn a_level_or_camera_that_is_not_there_is_refused() {
    let server = Server::scene(&[]);
    for (path, status, code) in [
        ("/video_feed?level=20", 400, "bad_level"),
        ("/video_feed?level=automatic", 400, "bad_level"),
        ("/api/stream/video?scale=3", 400, "bad_level"),
        ("/api/video/stream/garden", 404, "no_camera"),
        ("/video_feed?camera=garden", 404, "no_camera"),
        ("/api/stream/video?camera=garden&level=50", 404, "no_camera"),
        ("/api/video/stream/garden?level=20", 400, "bad_level"),
    ] {
        let reply = http::get(server.address, path);
        assert_eq!((reply.status, reply.error_code().as_str()), (status, code), "{path}");
    }
    let limited = Server::scene(&["--max-level", "50"]);
    let part = http::open(limited.address, "/video_feed?level=90", &[]).part().expect("a picture");
    assert_eq!(comment_of(&part.jpeg).expect("carries its comment").level, 50, "the nearest level on offer");
}

#[test]
fn streams_survive_a_reverse_proxy() {
    let server = Server::scene(&[]);
    let proxy = match Proxy::start(server.address) {
        Ok(proxy) => proxy,
        Err(reason) => return skip("streams_survive_a_reverse_proxy", &reason),
    };
    let mut stream = http::open(proxy.address, "/video_feed?level=50", &[]);
    assert_eq!(stream.status, 200);
    let mut ages: Vec<u64> = (0..40)
        .map(|_| {
            let part = stream.part().expect("the stream goes on");
            now_us().saturating_sub(comment_of(&part.jpeg).expect("carries its comment").captured_us)
        })
        .collect();
    ages.sort_unstable();
    assert!(ages[20] < 300_000, "the proxy holds frames back: {ages:?}");
    let mut viewer = Viewer::open(proxy.address, "/websocket/80");
    viewer.text("hello");
    viewer.frames(5);
    let reply = http::get(proxy.address, "/api/snapshot/main");
    assert_eq!((reply.status, decoded_size(&reply.body)), (200, (320, 180)));
    drop((stream, viewer));
    wait::until("all are forgotten", PATIENCE, || {
        http::get(server.address, "/api/status").json()["cameras"][0]["viewers"] == 0
    });
}
