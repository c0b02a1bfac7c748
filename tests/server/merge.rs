//! More rungs than the encoders may take: the least watched are merged, everybody is told and keeps his
//! frames, and gets back what he asked for.

use serde_json::{Value, json};
use steadycast::protocol::comment_of;

use crate::support::{
    http,
    metrics::Metrics,
    server::Server,
    viewer::{Heard, Viewer},
    wait::{self, PATIENCE},
};

/// A server that finds anything at all too much: one level of its pictures takes more on any machine.
fn short_of_time() -> Server {
    Server::start(&[
        "--analytics",
        "off",
        "--capture-width",
        "1920",
        "--capture-height",
        "1080",
        "--encode-share",
        "0.001",
    ])
}

/// What a viewer is told next about its level, and the frames before that.
fn told(viewer: &mut Viewer) -> (Value, Vec<u8>) {
    let mut before = Vec::new();
    loop {
        match viewer.next() {
            Heard::Text(text) if text["type"] == "level" => return (text, before),
            Heard::Frame(frame) => before.push(frame.comment.level),
            Heard::Close(code, reason) => panic!("closed with {code} {reason:?}"),
            Heard::Gone => panic!("the connection ended"),
            _ => {}
        }
    }
}

fn limited_to(level: u8) -> Value {
    json!({ "type": "level", "level": level, "scale": 1, "reason": "limit" })
}

#[test]
fn a_rung_too_many_is_merged_and_everybody_told_and_undone_when_its_reason_is_gone() {
    let server = short_of_time();
    let others = ["/websocket/60"; 2].map(|path| Viewer::open(server.address, path));
    let mut alone = Viewer::open(server.address, "/websocket/90");
    let (message, before) = told(&mut alone);
    assert_eq!(message, limited_to(60));
    assert!(before.iter().all(|level| *level == 90), "{before:?}");
    assert!(alone.frames(20).iter().all(|frame| frame.comment.level == 60), "from the next frame on");
    assert_eq!(Metrics::of(server.address).sum("rungs_merged", &["camera=\"main\""]), 1.0);

    let status = alone.text_where("status", PATIENCE, |status| status.get("degraded").is_some());
    assert_eq!(
        status["degraded"],
        json!(["one level is merged into a lower one, because encoding all takes too long"])
    );

    let mut late = Viewer::open(server.address, "/websocket/90");
    assert_eq!(told(&mut late), (limited_to(60), vec![]), "who asks for it now is told before any frame");
    alone.say(&json!({ "type": "level", "level": 90 }));
    assert_eq!(told(&mut alone).0, limited_to(60), "and so is who asks for it again");
    let mut stream = http::open(server.address, "/video_feed?level=90", &[]);
    let part = stream.part().expect("a picture");
    assert_eq!(comment_of(&part.jpeg).expect("carries its comment").level, 60);
    let snapshot = http::get(server.address, "/api/snapshot/main?level=90");
    assert_eq!(
        comment_of(&snapshot.body).expect("carries its comment").level,
        90,
        "a single picture is what was asked for"
    );
    drop((late, stream, others));

    let (message, before) = told(&mut alone);
    assert_eq!(message, limited_to(90), "nobody is left for whose sake it was given 60");
    // There may be no frame between the two, where the merger looks at once.
    assert!(before.iter().all(|level| *level == 60), "{before:?}");
    assert!(alone.frames(20).iter().all(|frame| frame.comment.level == 90));
    wait::until("nothing is merged", PATIENCE, || {
        Metrics::of(server.address).sum("rungs_merged", &[]) == 0.0
    });
}

#[test]
fn a_viewer_that_leaves_the_choice_to_the_server_is_merged_too() {
    let server = short_of_time();
    let _others = ["/websocket/30"; 2].map(|path| Viewer::open(server.address, path));
    // It has been too much for long enough when this one is told.
    let mut first = Viewer::open(server.address, "/websocket/90");
    assert_eq!(told(&mut first).0, limited_to(30));
    let mut viewer = Viewer::open(server.address, "/websocket/auto");
    let level = viewer.text_where("level", PATIENCE, |level| level["reason"] == "limit");
    assert_eq!(level, limited_to(30));
    assert!(viewer.frame().comment.level < 60, "it begins anew from there");
}

#[test]
fn a_few_levels_are_left_alone() {
    let server = Server::scene(&[]);
    let mut viewers =
        ["30", "60", "95"].map(|level| Viewer::open(server.address, &format!("/websocket/{level}")));
    viewers.iter_mut().for_each(|viewer| drop(viewer.frames_of(40)));
    let metrics = Metrics::of(server.address);
    assert_eq!(metrics.sum("rungs_merged", &[]), 0.0);
    let load = metrics.sum("encode_load", &[]);
    assert!(load > 0.0 && load < 0.6, "{load}");
}
