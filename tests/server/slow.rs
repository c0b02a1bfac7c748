//! Viewers that are slow, stuck or dead, and what the others notice of them: nothing.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    http,
    server::Server,
    viewer::{Frame, Heard, Viewer, narrow},
    wait::{self, PATIENCE},
};

fn viewers(address: SocketAddr) -> u64 {
    http::get(address, "/api/status").json()["cameras"][0]["viewers"].as_u64().expect("a count")
}

/// The share of captured frames that arrived.
fn share(frames: &[Frame]) -> f64 {
    let (first, last) = (&frames[0].comment, &frames[frames.len() - 1].comment);
    frames.len() as f64 / (last.frame - first.frame + 1) as f64
}

#[test]
fn a_viewer_that_stops_reading_costs_the_others_no_frame() {
    let server = Server::scene(&[]);
    let mut good = Viewer::open(server.address, "/websocket/80");
    let mut stuck = Viewer::open_narrow(server.address, "/websocket/80");
    good.frame();
    stuck.frame();
    let frames = good.frames_for(Duration::from_secs(3));
    assert!(frames.len() >= 48, "{} of 60 frames", frames.len());
    assert!(share(&frames) > 0.9, "{} of all frames", share(&frames));
}

#[test]
fn who_reads_again_gets_fresh_frames_and_is_told_how_many_it_missed() {
    let server = Server::scene(&[]);
    let mut slow = Viewer::open_narrow(server.address, "/websocket/80");
    slow.frame();
    let before = slow.gaps;
    // Not reading is the condition itself: nothing else could be awaited.
    thread::sleep(Duration::from_secs(3));
    let began = Instant::now();
    let mut stale = 0;
    while slow.frame().age_us > 500_000 {
        stale += 1;
        // What is on the way already was chosen before: the kernel's unsent bytes and the receiver's buffer,
        // a frame or three.
        assert!(stale < 15, "{stale} old frames");
    }
    assert!(began.elapsed() < Duration::from_secs(1), "fresh after {:?}", began.elapsed());
    let missed = slow.gaps - before;
    assert!(missed >= 25, "{missed} of 60 frames were skipped");
    let status = slow.text("status");
    assert_eq!(status["skipped"], slow.gaps, "{status}");
}

#[test]
fn a_viewer_that_acks_gets_every_frame() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let end = Instant::now() + Duration::from_secs(3);
    let mut frames = Vec::new();
    while Instant::now() < end {
        let frame = viewer.frame();
        viewer.ack(&frame);
        frames.push(frame);
    }
    assert!(
        frames.len() >= 45 && share(&frames) > 0.85,
        "{} frames, {} of all",
        frames.len(),
        share(&frames)
    );
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
    let held = Instant::now();
    let early = viewer.frames_for(Duration::from_millis(1500));
    assert!((1..=5).contains(&early.len()), "{} frames without an ack", early.len());
    let next = viewer.frame();
    let pause = held.elapsed();
    assert!(pause > Duration::from_millis(1700) && pause < Duration::from_secs(6), "went on after {pause:?}");
    assert!(next.age_us < 1_000_000, "with a fresh frame, not one of {} us", next.age_us);
    let later = viewer.frames_for(Duration::from_secs(1));
    assert!(later.len() >= 12, "{} frames in a second once it counts as one that never acks", later.len());
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
