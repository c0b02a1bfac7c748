//! The WebSocket as a well-behaved viewer meets it: messages, levels, refusals.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{
    frames::{share, usual_rate},
    http,
    server::Server,
    viewer::{Frame, Heard, Viewer, decoded_size},
    wait::{self, PATIENCE},
};

#[test]
fn hello_comes_first_and_says_everything() {
    let server = Server::scene(&["--min-level", "40", "--max-level", "90"]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let Heard::Text(hello) = viewer.next() else { panic!("the first message is text") };
    let run = hello["run"].as_str().expect("names the run").to_owned();
    assert!(!run.is_empty());
    assert_eq!(hello["lines"][0]["id"], "promenade", "the scene brings its own line");
    let expected = json!({
        "type": "hello", "protocol": 1, "run": run, "camera": "main", "level": 80, "scale": 1,
        "levels": [40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90], "scales": [1, 2, 4, 8],
        "width": 320, "height": 180, "server": env!("CARGO_PKG_VERSION"),
        "analytics": false, "lines": hello["lines"], "zones": hello["zones"],
    });
    assert_eq!(hello, expected);
}

#[test]
fn hello_comes_first_also_where_there_is_more_to_say_at_once() {
    let server = Server::scene(&["--max-level", "70"]);
    for _ in 0..5 {
        let mut viewer = Viewer::open(server.address, "/websocket/95");
        viewer.say(&json!({ "type": "ping", "t": 1 }));
        let Heard::Text(first) = viewer.next() else { panic!("the first message is text") };
        assert_eq!(first["type"], "hello", "{first}");
        viewer.text("pong");
    }
}

#[test]
fn another_start_is_another_run() {
    let run = |server: &Server| Viewer::open(server.address, "/websocket/80").text("hello")["run"].clone();
    let (first, second) = (Server::scene(&[]), Server::scene(&[]));
    assert_ne!(run(&first), run(&second));
    assert_eq!(run(&first), run(&first));
}

#[test]
fn every_frame_is_a_jpeg_of_the_level_asked_for_and_numbers_rise() {
    let server = Server::scene(&[]);
    // A level between two steps is rounded down; a camera may be named.
    for (path, level) in
        [("/websocket/85", 85), ("/websocket/87?analytics=off", 85), ("/websocket/main/30?scale=1", 30)]
    {
        // Numbers, comment and the JPEG's ends are checked by the viewer.
        let frames = Viewer::open(server.address, path).frames(5);
        for Frame { comment, jpeg, .. } in &frames {
            assert_eq!(decoded_size(jpeg), (320, 180));
            assert_eq!(
                (comment.camera.as_str(), comment.level, comment.scale, comment.slate),
                ("main", level, 1, false)
            );
        }
        assert_ne!(frames[0].picture(), frames[4].picture(), "the picture moves");
    }
}

#[test]
fn a_viewer_that_never_writes_gets_frames_at_the_capture_rate() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.frame();
    let frames = viewer.frames_of(60);
    let fps = usual_rate(&frames);
    assert!((fps - 20.0).abs() < 1.0, "captured at {fps}");
    assert!(share(&frames) > 0.8, "{} of all frames", share(&frames));
}

#[test]
fn without_messages_only_frames_come() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80?messages=none");
    // Also not as answers: whoever asks for none cannot read them.
    viewer.say(&json!({ "type": "ping", "t": 1 }));
    viewer.say(&json!({ "type": "level", "level": 50 }));
    let end = Instant::now() + Duration::from_millis(1500);
    let mut levels = Vec::new();
    while Instant::now() < end {
        match viewer.next() {
            Heard::Frame(frame) => levels.push(frame.comment.level),
            Heard::Text(text) => panic!("{text}"),
            _ => {}
        }
    }
    assert_eq!(levels.last(), Some(&50), "and is obeyed nevertheless");
}

#[test]
fn a_ping_message_is_echoed_with_the_servers_clock() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/30");
    for t in [json!(1732147200000.5), json!("text"), json!({ "any": ["value"] }), json!(null)] {
        let before = steadycast::frame::now_us();
        viewer.say(&json!({ "type": "ping", "t": t }));
        let pong = viewer.text("pong");
        let server_us = pong["server_us"].as_u64().expect("microseconds");
        assert_eq!(pong["t"], t);
        assert!((before..=steadycast::frame::now_us()).contains(&server_us), "{pong}");
    }
}

#[test]
fn a_ping_frame_is_answered_with_a_pong_frame() {
    let server = Server::scene(&[]);
    for path in ["/websocket/30", "/websocket/30?messages=none"] {
        let mut viewer = Viewer::open(server.address, path);
        viewer.frame();
        viewer.send(Message::Ping(b"are you there".as_slice().into()));
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "no pong frame on {path}");
            if let Heard::Pong(payload) = viewer.next() {
                assert_eq!(payload, b"are you there");
                break;
            }
        }
    }
}

#[test]
fn a_ping_message_does_not_swallow_the_answer_to_a_ping_frame() {
    let server = Server::scene(&[]);
    for path in ["/websocket/30", "/websocket/30?messages=none"] {
        let mut viewer = Viewer::open(server.address, path);
        viewer.frame();
        // In one write, so that the server reads both at once.
        viewer.socket.write(Message::Ping(b"frame".as_slice().into())).expect("writes");
        viewer
            .socket
            .write(Message::text(json!({ "type": "ping", "t": "message" }).to_string()))
            .expect("writes");
        viewer.socket.flush().expect("writes");
        let deadline = Instant::now() + PATIENCE;
        let (mut frame, mut message) = (false, path.ends_with("none"));
        while !(frame && message) {
            assert!(Instant::now() < deadline, "{path}: pong frame {frame}, pong message {message}");
            match viewer.next() {
                Heard::Pong(payload) => frame |= payload == b"frame",
                Heard::Text(text) => message |= text["type"] == "pong" && text["t"] == "message",
                _ => {}
            }
        }
    }
}

#[test]
fn the_level_switches_without_reconnecting_and_the_old_one_never_returns() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    viewer.frames(3);
    for level in [30, 60, 35, 95, 90] {
        viewer.say(&json!({ "type": "level", "level": level }));
        let told = viewer.text("level");
        assert_eq!(told, json!({ "type": "level", "level": level, "scale": 1, "reason": "requested" }));
        // The viewer checks on the way that numbers go on rising.
        for frame in viewer.frames(4) {
            assert_eq!(frame.comment.level, level, "after the message about {level}");
        }
    }
}

#[test]
fn a_switch_delivers_a_frame_at_once_however_slow_the_camera() {
    let server = Server::scene_at("1", &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    viewer.frames(2);
    // Right after a frame the next one is a second away; switching asks for no more than the protocol says,
    // the next frame.
    viewer.say(&json!({ "type": "level", "level": 30 }));
    assert_eq!(viewer.frame().comment.level, 30);
}

/// Size and scale of each tier of the small scene, 320 x 180.
const TIERS: [(u32, (usize, usize)); 4] = [(1, (320, 180)), (2, (160, 90)), (4, (80, 45)), (8, (40, 23))];

#[test]
fn a_scale_divides_both_axes_and_rounds_up() {
    let server = Server::scene(&[]);
    for (scale, size) in TIERS {
        let mut viewer = Viewer::open(server.address, &format!("/websocket/80?scale={scale}"));
        let hello = viewer.text("hello");
        assert_eq!(
            (&hello["scale"], &hello["width"], &hello["height"]),
            (&json!(scale), &json!(320), &json!(180)),
            "{hello}"
        );
        for Frame { comment, jpeg, .. } in viewer.frames(3) {
            assert_eq!((decoded_size(&jpeg), comment.scale, comment.level), (size, scale, 80));
        }
    }
}

#[test]
fn the_tier_switches_without_reconnecting_and_stays_where_only_the_level_does() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    viewer.frames(2);
    for (scale, size) in [TIERS[2], TIERS[3], TIERS[0], TIERS[1]] {
        for (level, message) in [
            (60, json!({ "type": "level", "level": 60, "scale": scale })),
            (70, json!({ "type": "level", "level": 70 })),
        ] {
            viewer.say(&message);
            assert_eq!(
                viewer.text("level"),
                json!({ "type": "level", "level": level, "scale": scale, "reason": "requested" })
            );
            for Frame { comment, jpeg, .. } in viewer.frames(3) {
                assert_eq!(
                    (comment.level, comment.scale, decoded_size(&jpeg)),
                    (level, scale, size),
                    "after {message}"
                );
            }
        }
    }
}

#[test]
fn a_level_that_is_not_offered_becomes_the_nearest_and_says_so() {
    let server = Server::scene(&["--min-level", "40", "--max-level", "70"]);
    let mut viewer = Viewer::open(server.address, "/websocket/95");
    let Heard::Text(hello) = viewer.next() else { panic!("the first message is text") };
    assert_eq!(hello["level"], 70);
    assert_eq!(viewer.text("level"), json!({ "type": "level", "level": 70, "scale": 1, "reason": "limit" }));
    assert_eq!(viewer.frame().comment.level, 70);
    viewer.say(&json!({ "type": "level", "level": 30, "scale": 1 }));
    assert_eq!(viewer.text("level"), json!({ "type": "level", "level": 40, "scale": 1, "reason": "limit" }));
    assert_eq!(viewer.frame().comment.level, 40);
}

#[test]
fn a_level_out_of_range_closes_with_a_reason_that_tells_the_range() {
    let server = Server::scene(&[]);
    for level in ["Auto", "20", "29", "96", "abc", "-80", "80.5", "%20", "99999999999999999999"] {
        let (code, reason) = Viewer::open(server.address, &format!("/websocket/{level}")).closing();
        assert_eq!(code, 1003, "{level}: {reason}");
        assert!(reason.contains("30") && reason.contains("95"), "{level}: {reason}");
    }
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.say(&json!({ "type": "level", "level": "best" }));
    let (code, reason) = viewer.closing();
    assert!(code == 1003 && reason.contains("30") && reason.contains("95"), "{code} {reason}");
    viewer.ended();
}

#[test]
fn a_scale_that_is_not_offered_closes_with_1003() {
    let server = Server::scene(&[]);
    for scale in ["3", "0", "x", "16", "-2", "2.0", ""] {
        let (code, reason) = Viewer::open(server.address, &format!("/websocket/80?scale={scale}")).closing();
        assert_eq!(code, 1003, "{reason}");
        assert!(reason.starts_with("scale must be 1, 2, 4 or 8"), "{reason}");
    }
    let mut viewer = Viewer::open(server.address, "/websocket/80?scale=8");
    viewer.frame();
    viewer.say(&json!({ "type": "level", "level": 80, "scale": 5 }));
    let (code, reason) = viewer.closing();
    assert!(code == 1003 && reason.starts_with("scale must be 1, 2, 4 or 8"), "{code} {reason}");
}

#[test]
fn an_unknown_camera_closes_with_4404() {
    let server = Server::scene(&[]);
    let (code, reason) = Viewer::open(server.address, "/websocket/garden/80").closing();
    assert_eq!(code, 4404, "{reason}");
}

#[test]
fn what_is_no_json_object_closes_with_1003() {
    let server = Server::scene(&[]);
    for text in ["hello", "", "{", "[1", "\"text"] {
        let mut viewer = Viewer::open(server.address, "/websocket/80");
        viewer.send(Message::text(text));
        assert_eq!(viewer.closing().0, 1003, "{text}");
        viewer.ended();
    }
}

#[test]
fn a_message_over_4_kib_closes_with_1009_and_one_of_4_kib_passes() {
    let server = Server::scene(&[]);
    let message = |length: usize| {
        let frame = json!({ "type": "ping", "t": "" }).to_string().len();
        json!({ "type": "ping", "t": "x".repeat(length - frame) })
    };
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    assert_eq!(message(4096).to_string().len(), 4096);
    viewer.say(&message(4096));
    viewer.text("pong");
    viewer.say(&message(4097));
    assert_eq!(viewer.closing().0, 1009);
    viewer.ended();
}

#[test]
fn unknown_types_and_fields_are_ignored() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    for message in [
        json!({ "type": "dance" }),
        json!({}),
        json!({ "type": 7 }),
        json!({ "type": "analytics", "enabled": false, "later": true }),
        json!({ "type": "ack", "frame": 1, "later": { "deep": [] } }),
    ] {
        viewer.say(&message);
    }
    viewer.say(&json!({ "type": "ping", "t": "still here", "later": 1 }));
    assert_eq!(viewer.text("pong")["t"], "still here");
    viewer.frame();
}

#[test]
fn beyond_the_viewer_limit_nobody_gets_in_until_somebody_leaves() {
    let server = Server::scene(&["--max-viewers", "2"]);
    let mut first = Viewer::open(server.address, "/websocket/80");
    let mut second = Viewer::open(server.address, "/websocket/30");
    first.frame();
    second.frame();
    let (code, reason) = Viewer::open(server.address, "/websocket/80").closing();
    assert_eq!(code, 1013, "{reason}");
    let reply = http::get(server.address, "/video_feed");
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "viewer_limit"));
    let seconds: u32 =
        reply.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("says when to come back");
    assert!((1..=60).contains(&seconds));
    drop(second);
    wait::until("there is room again", PATIENCE, || {
        let heard = Viewer::open(server.address, "/websocket/30").next();
        matches!(heard, Heard::Text(hello) if hello["type"] == "hello")
    });
    first.frame();
}

#[test]
fn of_twenty_who_come_at_once_only_as_many_get_in_as_allowed() {
    let server = Server::scene(&["--max-viewers", "5"]);
    let address = server.address;
    let comers: Vec<_> = (0..20)
        .map(|_| {
            thread::spawn(move || {
                let mut viewer = Viewer::open(address, "/websocket/80?messages=none");
                match viewer.next() {
                    Heard::Frame(_) => Some(viewer),
                    Heard::Close(1013, _) => None,
                    _ => panic!("neither a frame nor 1013"),
                }
            })
        })
        .collect();
    // All that got in are kept until the last has knocked.
    let inside: Vec<Viewer> =
        comers.into_iter().filter_map(|comer| comer.join().expect("is answered")).collect();
    assert_eq!(inside.len(), 5);
}

#[test]
fn a_message_sent_along_with_the_handshake_is_read() {
    let server = Server::scene(&[]);
    let mut socket = TcpStream::connect(server.address).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    let ping = br#"{"type":"ping","t":"early bird"}"#;
    let handshake = format!(
        "GET /websocket/30 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address
    );
    // Masked with zeros.
    let frame = [&[0x81, 0x80 | ping.len() as u8, 0, 0, 0, 0], &ping[..]].concat();
    socket.write_all(&[handshake.as_bytes(), &frame].concat()).expect("the server takes both");
    let mut said: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    let deadline = Instant::now() + PATIENCE;
    while !said.windows(10).any(|bytes: &[u8]| bytes == b"early bird") {
        assert!(Instant::now() < deadline, "no answer to the message");
        let read = socket.read(&mut buffer).expect("the server goes on");
        assert!(read > 0, "the server ended the connection");
        said.extend(&buffer[..read]);
    }
}

#[test]
fn status_comes_each_second_and_tells_rate_viewers_and_loss() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let _other = Viewer::open(server.address, "/websocket/30");
    let settled = |status: &serde_json::Value| {
        let fps = status["fps"].as_f64().expect("a rate");
        status["state"] == "streaming" && (18.0..=22.0).contains(&fps) && status["viewers"] == 2
    };
    viewer.text_where("status", PATIENCE, settled);
    let began = Instant::now();
    for _ in 0..3 {
        let status = viewer.text("status");
        assert!(settled(&status), "{status}");
        assert_eq!(status["skipped"], viewer.gaps, "what the server says is what the numbers say");
    }
    let elapsed = began.elapsed().as_secs_f64();
    assert!((2.0..4.5).contains(&elapsed), "three statuses in {elapsed} s");
}

#[test]
fn a_close_is_answered_and_the_connection_ends() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.frame();
    viewer.socket.close(None).expect("the close leaves");
    viewer.ended();
    wait::until("the viewer is forgotten", PATIENCE, || {
        http::get(server.address, "/api/status").json()["cameras"][0]["viewers"] == 0
    });
}
