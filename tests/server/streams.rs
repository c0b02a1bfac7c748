//! RTSP and RTMP from real servers that are killed and come back: slate, then video, and nobody disconnected.

use std::time::{Duration, Instant};

use crate::support::{
    http,
    media::{MediaServer, Rtmp, Rtsp},
    metrics::Metrics,
    program::Program,
    server::Server,
    skip,
    viewer::{Frame, Heard, Viewer, decoded_size},
};

/// Opening a stream, its first key frame (the clip has one in 10 s), and the longest wait between two tries,
/// on a busy machine.
const COMES_WITHIN: Duration = Duration::from_secs(40);

/// What one viewer saw, in order.
struct Watch {
    viewer: Viewer,
    events: Vec<String>,
    states: Vec<String>,
}

impl Watch {
    /// Watches on until a frame fits; every other frame goes by.
    fn until(&mut self, what: &str, fits: impl Fn(&Frame) -> bool) -> Frame {
        let deadline = Instant::now() + COMES_WITHIN;
        while Instant::now() < deadline {
            match self.viewer.next_within(Duration::from_millis(200)) {
                Some(Heard::Frame(frame)) if fits(&frame) => return frame,
                Some(Heard::Text(text)) => self.hear(&text),
                Some(Heard::Close(code, reason)) => panic!("{what}: closed with {code} {reason:?}"),
                Some(Heard::Gone) => panic!("{what}: the connection ended"),
                _ => {}
            }
        }
        panic!("not within {COMES_WITHIN:?}: {what}; states {:?}, events {:?}", self.states, self.events)
    }

    fn hear(&mut self, text: &serde_json::Value) {
        let (list, said) = match text["type"].as_str() {
            Some("event") => (&mut self.events, &text["kind"]),
            Some("status") => (&mut self.states, &text["state"]),
            _ => return,
        };
        let said = said.as_str().expect("a word").to_owned();
        if list.last() != Some(&said) {
            list.push(said);
        }
    }
}

fn survives(media: &mut impl MediaServer) {
    media.start();
    let program = Program::start(&["--source", &media.url(), "--capture-fps", "34"]);
    let mut watch =
        Watch { viewer: Viewer::open(program.address, "/websocket/30"), events: vec![], states: vec![] };
    let first = watch.until("video comes", |frame| !frame.comment.slate);
    assert_eq!(decoded_size(&first.jpeg), (1280, 720));
    for _ in 0..25 {
        watch.until("video flows", |frame| !frame.comment.slate);
    }
    let reconnects = |program: &Program| Metrics::of(program.address).sum("source_reconnects_total", &[]);
    let before = reconnects(&program);

    media.kill();
    let killed = Instant::now();
    let mut last_picture = killed;
    // What the pipeline still held may come.
    let deadline = Instant::now() + COMES_WITHIN;
    let slate = loop {
        let frame = watch.until("a slate comes", |_| true);
        if frame.comment.slate {
            break frame;
        }
        last_picture = frame.at;
        assert!(Instant::now() < deadline, "pictures go on although the server is dead");
    };
    let waited = slate.at - last_picture;
    assert!(waited > Duration::from_millis(1800), "a slate after {waited:?} already");
    assert_eq!(watch.states.last().map(String::as_str), Some("reconnecting"), "{:?}", watch.states);
    let status = http::get(program.address, "/api/status").text();
    assert!(status.contains("reconnecting") && status.contains("nothing listens"), "{status}");

    media.start();
    let back = watch.until("video comes back", |frame| !frame.comment.slate);
    // That they rise all along is checked by the viewer at each frame.
    assert!(back.comment.frame > slate.comment.frame);
    for _ in 0..25 {
        watch.until("video flows again", |frame| !frame.comment.slate);
    }
    watch.viewer.text_where("status", Duration::from_secs(10), |status| status["state"] == "streaming");
    assert_eq!(watch.events, ["source_lost", "source_back"]);
    assert!(reconnects(&program) > before);
    let mut late = Viewer::open(program.address, "/websocket/30");
    let mut statuses = 0;
    while statuses < 2 {
        match late.next() {
            Heard::Text(text) if text["type"] == "status" => statuses += 1,
            Heard::Text(text) => assert_eq!(text["type"], "hello", "what happened before is no news"),
            _ => {}
        }
    }
}

#[test]
fn rtsp_survives_the_death_of_its_server() {
    match Rtsp::prepare() {
        Ok(mut server) => survives(&mut server),
        Err(reason) => skip("rtsp_survives_the_death_of_its_server", &reason),
    }
}

#[test]
fn rtmp_survives_the_death_of_its_server() {
    match Rtmp::prepare() {
        Ok(mut server) => survives(&mut server),
        Err(reason) => skip("rtmp_survives_the_death_of_its_server", &reason),
    }
}

#[test]
fn a_stream_over_http_is_lost_and_only_those_who_watched_are_told() {
    // This program's own MJPEG is as good a camera as any.
    let camera = Server::scene(&[]);
    let program = Program::start(&["--source", &format!("http://{}/video_feed?level=80", camera.address)]);
    let mut watch =
        Watch { viewer: Viewer::open(program.address, "/websocket/30"), events: vec![], states: vec![] };
    watch.until("video comes", |frame| !frame.comment.slate);
    watch.viewer.text_where("status", Duration::from_secs(10), |status| status["state"] == "streaming");
    drop(camera);
    let slate = watch.until("a slate comes", |frame| frame.comment.slate);
    assert_eq!(decoded_size(&slate.jpeg), (320, 180), "of the picture's size");
    assert_eq!(watch.events, ["source_lost"]);
    let mut late =
        Watch { viewer: Viewer::open(program.address, "/websocket/30"), events: vec![], states: vec![] };
    for _ in 0..2 {
        late.until("a slate comes", |frame| frame.comment.slate);
    }
    assert_eq!(late.states, ["reconnecting"]);
    assert_eq!(late.events, [""; 0], "what happened before is no news");
}
