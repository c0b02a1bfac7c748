//! Viewers that are slow, stuck or dead, and what the others notice of them: nothing.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use steadycast::frame::now_us;

use crate::support::{
    frames::{share, while_capturing},
    http,
    server::Server,
    viewer::{Heard, Viewer, narrow},
    wait::{self, PATIENCE},
};

fn viewers(address: SocketAddr) -> u64 {
    http::get(address, "/api/status").json()["cameras"][0]["viewers"].as_u64().expect("a count")
}

#[test]
fn a_viewer_that_stops_reading_costs_the_others_no_frame() {
    let server = Server::scene(&[]);
    let mut good = Viewer::open(server.address, "/websocket/80");
    let mut stuck = Viewer::open_narrow(server.address, "/websocket/80");
    good.frame();
    stuck.frame();
    let frames = good.frames_of(60);
    assert!(share(&frames) > 0.8, "{} of all frames", share(&frames));
}

#[test]
fn who_reads_again_gets_fresh_frames_and_is_told_how_many_it_missed() {
    let server = Server::scene(&[]);
    let mut slow = Viewer::open_narrow(server.address, "/websocket/80");
    slow.frame();
    let before = slow.gaps;
    while_capturing(server.address, 60.0);
    let reads_again_us = now_us();
    let mut stale = 0;
    while slow.frame().comment.captured_us < reads_again_us {
        stale += 1;
        // What is on the way already was chosen before: the kernel's unsent bytes and the receiver's buffer,
        // a frame or three.
        assert!(stale < 15, "{stale} old frames");
    }
    let missed = slow.gaps - before;
    assert!(missed >= 25, "{missed} of 60 frames were skipped");
    let status = slow.text("status");
    assert_eq!(status["skipped"], slow.gaps, "{status}");
}

#[test]
fn a_viewer_that_acks_gets_every_frame() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let mut frames = vec![viewer.frame()];
    let last = frames[0].comment.frame + 60;
    while frames[frames.len() - 1].comment.frame < last {
        viewer.ack(&frames[frames.len() - 1]);
        frames.push(viewer.frame());
    }
    assert!(share(&frames) > 0.8, "{} of all frames", share(&frames));
}

#[test]
fn a_viewer_that_stops_acking_is_held_for_two_seconds_and_then_goes_on() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let first = viewer.frame();
    viewer.ack(&first);
    // A second ack, so that what is under way by now was sent under the window.
    let second = viewer.frame();
    viewer.ack(&second);
    // By the times of capture: what was chosen late is a late picture.
    let mut seconds_on = || (viewer.frame().comment.captured_us - second.comment.captured_us) as f64 / 1e6;
    let mut early = 0;
    let went_on_after = loop {
        let seconds = seconds_on();
        if seconds > 1.5 {
            break seconds;
        }
        early += 1;
    };
    assert!((1..=5).contains(&early), "{early} frames without an ack");
    assert!((1.7..6.0).contains(&went_on_after), "went on after {went_on_after} s");
    let later = viewer.frames_of(20);
    assert!(share(&later) > 0.5, "{} of all once it counts as one that never acks", share(&later));
}

#[test]
fn acks_of_frames_that_were_never_sent_do_no_harm() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    for frame in [0, 1, u64::MAX, 1 << 53] {
        viewer.say(&serde_json::json!({ "type": "ack", "frame": frame, "shown": frame }));
        viewer.frame();
    }
    viewer.say(&serde_json::json!({ "type": "ack", "frame": -1 }));
    assert_eq!(viewer.closing().0, 1003);
}

#[test]
fn a_viewer_that_accepts_no_byte_is_closed() {
    let server = Server::scene(&["--viewer-timeout", "1"]);
    let mut good = Viewer::open(server.address, "/websocket/80");
    let mut stuck = Viewer::open_narrow(server.address, "/websocket/95");
    stuck.frame();
    let mut mjpeg = narrow(server.address);
    let request = format!("GET /video_feed HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    mjpeg.write_all(request.as_bytes()).expect("the server takes the request");
    wait::until("all three watch", PATIENCE, || viewers(server.address) == 3);
    let began = Instant::now();
    // The good one goes on reading, and answers pings on the way.
    while viewers(server.address) > 1 {
        assert!(
            began.elapsed() < PATIENCE,
            "{} viewers after {:?}",
            viewers(server.address),
            began.elapsed()
        );
        good.frames(5);
    }
    good.frame();
}

#[test]
fn a_dead_peer_that_answers_no_ping_is_closed_and_a_silent_one_that_answers_is_not() {
    let server = Server::scene(&["--viewer-timeout", "2"]);
    let mut alive = Viewer::open(server.address, "/websocket/30");
    // Reads everything, but below the WebSocket, so that no ping is answered.
    let mut dead = Viewer::open(server.address, "/websocket/30");
    let reading = thread::spawn(move || {
        let began = Instant::now();
        let socket: &mut TcpStream = dead.socket.get_mut();
        let mut buffer = [0; 65536];
        while began.elapsed() < PATIENCE {
            match socket.read(&mut buffer) {
                Ok(0) => return Some(began.elapsed()),
                Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Some(began.elapsed());
                }
                _ => {}
            }
        }
        None
    });
    let began = Instant::now();
    while !reading.is_finished() || began.elapsed() < Duration::from_secs(5) {
        alive.frames(5);
    }
    let after = reading.join().expect("reads").expect("the server ends the connection");
    assert!(after > Duration::from_millis(1500), "given up after {after:?} already");
    wait::until("it is forgotten", PATIENCE, || viewers(server.address) == 1);
    alive.frame();
}

#[test]
fn a_switch_of_a_stuck_viewer_holds_when_it_reads_again() {
    let server = Server::scene(&[]);
    let mut slow = Viewer::open_narrow(server.address, "/websocket/95");
    slow.frame();
    thread::sleep(Duration::from_secs(1));
    slow.say(&serde_json::json!({ "type": "level", "level": 30 }));
    slow.text("level");
    let deadline = Instant::now() + Duration::from_secs(1);
    while Instant::now() < deadline {
        if let Heard::Frame(frame) = slow.next() {
            assert_eq!(frame.comment.level, 30, "after the message about the level");
        }
    }
}
