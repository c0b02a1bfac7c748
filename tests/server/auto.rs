//! Viewers that leave the choice to the server: what they get on a fast link, and on one that carries little.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use steadycast::protocol::comment_of;

use crate::support::{
    http,
    server::Server,
    viewer::{Frame, Heard, Viewer},
    wait::PATIENCE,
};

/// A reader of about one megabit a second.
const BYTES_PER_SECOND: f64 = 125_000.0;

/// Reads at that rate until a frame is `enough`, and acks where that is wanted.
fn read_slowly(viewer: &mut Viewer, acks: bool, enough: impl Fn(&Frame) -> bool) -> Frame {
    let until = Instant::now() + 3 * PATIENCE;
    while Instant::now() < until {
        if let Heard::Frame(frame) = viewer.next() {
            thread::sleep(Duration::from_secs_f64(frame.jpeg.len() as f64 / BYTES_PER_SECOND));
            if acks {
                viewer.ack(&frame);
            }
            if enough(&frame) {
                return frame;
            }
        }
    }
    panic!("not in time");
}

#[test]
fn on_a_fast_link_the_server_climbs_and_says_so() {
    let server = Server::scene(&[]);
    for path in ["/websocket/auto", "/websocket/auto?scale=2"] {
        let mut viewer = Viewer::open(server.address, path);
        let hello = viewer.text("hello");
        assert_eq!(hello["level"], 60, "{path}");
        let told = viewer.text_where("level", PATIENCE, |level| level["level"] == 75);
        assert_eq!(told, json!({ "type": "level", "level": 75, "scale": hello["scale"], "reason": "auto" }));
        let frame = viewer.frame();
        assert!(frame.comment.level >= 75 && hello["scale"] == frame.comment.scale, "{:?}", frame.comment);
    }
}

#[test]
fn a_slow_reader_gets_pictures_that_it_can_carry() {
    let server = Server::start(&["--analytics", "off", "--capture-fps", "20"]);
    for acks in [true, false] {
        let mut viewer = Viewer::open_narrow(server.address, "/websocket/auto");
        let frame = read_slowly(&mut viewer, acks, |frame| frame.comment.scale >= 4);
        assert!(frame.jpeg.len() < 20_000, "{} bytes, acks: {acks}", frame.jpeg.len());
    }
}

#[test]
fn the_choice_can_be_handed_over_and_taken_back() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/30?scale=4");
    viewer.frame();
    viewer.say(&json!({ "type": "level", "level": "auto" }));
    assert_eq!(viewer.text("level"), json!({ "type": "level", "level": 60, "scale": 1, "reason": "auto" }));
    viewer.text_where("level", PATIENCE, |level| level["level"] == 65);
    viewer.say(&json!({ "type": "level", "level": 40 }));
    viewer.text_where("level", PATIENCE, |level| {
        *level == json!({ "type": "level", "level": 40, "scale": 1, "reason": "requested" })
    });
    viewer.frame();
    let heard = viewer.frames_for(Duration::from_secs(2));
    assert!(heard.iter().all(|frame| frame.comment.level == 40));
}

#[test]
fn an_mjpeg_stream_adapts_to_its_reader() {
    let server = Server::start(&["--analytics", "off", "--capture-fps", "20"]);
    let mut stream = http::open_narrow(server.address, "/video_feed?level=auto");
    let until = Instant::now() + 3 * PATIENCE;
    let mut seen = Vec::new();
    while Instant::now() < until {
        let part = stream.part().expect("a picture");
        thread::sleep(Duration::from_secs_f64(part.jpeg.len() as f64 / BYTES_PER_SECOND));
        let comment = comment_of(&part.jpeg).expect("carries its comment");
        seen.push((comment.scale, comment.level));
        if comment.scale >= 4 {
            return;
        }
    }
    panic!("{seen:?}");
}
