//! Clients that break every rule, and a viewer who must not notice.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame as WireFrame,
        coding::{Data, OpCode},
    },
};

use crate::support::{
    SCENE, http,
    metrics::Metrics,
    program::Program,
    server::Server,
    unnoticed as watching,
    viewer::{Heard, Viewer},
    wait::{self, PATIENCE},
};

/// Runs `attack` while somebody watches, who must get (nearly) every frame; nobody is left behind afterwards.
fn unnoticed(server: &Server, attack: impl FnOnce(SocketAddr) + Send + 'static) {
    let address = server.address;
    let mut good = Viewer::open(address, "/websocket/60");
    watching::unnoticed(&mut good, Duration::from_secs(30), move || attack(address));
    wait::until("everybody else is forgotten", PATIENCE, || {
        // Read on, so that this viewer is no slow one.
        good.frame();
        http::get(address, "/api/status").json()["cameras"][0]["viewers"] == 1
    });
}

fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(address).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    socket
}

/// What the server answers until it ends the connection.
fn answer(mut socket: TcpStream) -> String {
    let mut all = Vec::new();
    // A connection that is reset has said what it had to say.
    let _ = socket.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn two_hundred_viewers_that_come_and_go_disturb_nobody() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        let crowd: Vec<_> = (0..4)
            .map(|part| {
                thread::spawn(move || {
                    for n in 0..50 {
                        let mut viewer =
                            Viewer::open(address, &format!("/websocket/{}", 30 + (part * 50 + n) % 66));
                        match n % 3 {
                            0 => drop(viewer.frame()),
                            1 => drop(viewer.next()),
                            // Without a word.
                            _ => drop(viewer),
                        }
                    }
                })
            })
            .collect();
        crowd.into_iter().for_each(|part| part.join().expect("everybody got in"));
    });
    wait::until("the gauge agrees, its own viewer included", PATIENCE, || {
        Metrics::of(server.address).sum("viewers", &[]) == 0.0
    });
}

#[test]
fn half_open_handshakes_and_garbage_disturb_nobody() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        let half: Vec<TcpStream> = (0..50)
            .map(|n| {
                let mut socket = connect(address);
                let request =
                    format!("GET /websocket/80 HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n");
                socket
                    .write_all(&request.as_bytes()[..n.min(request.len())])
                    .expect("the server takes the bytes");
                socket
            })
            .collect();
        for garbage in [
            &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"[..],
            b"\0\0\0\0\r\n\r\n",
            b"GET\r\n\r\n",
            b"\r\n\r\n\r\nX\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
        ] {
            let mut socket = connect(address);
            socket.write_all(garbage).expect("the server takes the bytes");
            socket.shutdown(Shutdown::Write).expect("the end can be said");
            let said = answer(socket);
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said} to {garbage:?}");
        }
        drop(half);
    });
}

#[test]
fn an_upgrade_that_is_none_is_refused() {
    let server = Server::scene(&[]);
    let host = server.address;
    for (headers, statuses) in [
        ("", &[400][..]),
        ("Connection: Upgrade\r\nUpgrade: h2c\r\n", &[400]),
        ("Connection: Upgrade\r\nUpgrade: websocket\r\n", &[400]),
        (
            "Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: x\r\n",
            &[400, 426],
        ),
    ] {
        let request = format!("GET /websocket/80 HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        let reply = http::send_open(server.address, &request);
        assert!(statuses.contains(&reply.status), "{} to {headers:?}", reply.status);
    }
    wait::until("nobody watches", PATIENCE, || {
        http::get(host, "/api/status").json()["cameras"][0]["viewers"] == 0
    });
}

#[test]
fn garbage_after_the_handshake_closes_that_viewer_only() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        // Control frames have at most 125 bytes.
        let oversized_ping = [&[0x89, 0xFE, 0x00, 0xC8, 0, 0, 0, 0][..], &[b'x'; 200]].concat();
        for garbage in [
            &[0xFF; 64][..],
            &[0x81, 0x05, b'h', b'e', b'l', b'l', b'o'],
            &[0x83, 0x80, 0, 0, 0, 0],
            &oversized_ping,
        ] {
            let mut viewer = Viewer::open(address, "/websocket/80");
            viewer.frame();
            viewer.socket.get_mut().write_all(garbage).expect("the server takes the bytes");
            let (code, reason) = viewer.closing();
            assert!(matches!(code, 1002 | 1003 | 1009), "{code} {reason} for {garbage:?}");
            viewer.ended();
        }
    });
}

#[test]
fn an_endless_message_is_cut_off_at_4_kib() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        let mut viewer = Viewer::open(address, "/websocket/80");
        // The header promises 2^62 bytes; they are written until the server has had enough.
        let mut wire = vec![0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        wire.extend([b'x'; 32 * 1024]);
        // The rest may meet a closed door.
        let _ = viewer.socket.get_mut().write_all(&wire);
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "not closed");
            match viewer.next() {
                Heard::Close(code, _) => break assert_eq!(code, 1009),
                // A reset may overtake the close message.
                Heard::Gone => break,
                _ => {}
            }
        }
    });
}

#[test]
fn an_endless_message_fills_no_memory_whether_it_comes_from_a_viewer_or_a_stranger() {
    const SENT: usize = 64 * 1024 * 1024;
    for path in ["/websocket/30?token=sesame", "/websocket/30?token=wrong"] {
        let small = ["--capture-width", "320", "--capture-height", "180", "--viewer-token", "sesame"];
        let program = Program::start(&[&["--source", SCENE], &small[..]].concat());
        let mut watching = Viewer::open(program.address, "/websocket/80?token=sesame");
        watching.frames(10);
        let before = program.memory_kib();
        let mut endless = Viewer::open(program.address, path);
        let socket: &mut TcpStream = endless.socket.get_mut();
        socket.set_write_timeout(Some(Duration::from_secs(2))).expect("a limit can be set");
        let mut wire = vec![0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        wire.resize(1024 * 1024, b'x');
        let (mut sent, mut most) = (0, before);
        // Until the server has had enough; what it does with the connection is another test's.
        while sent < SENT && socket.write_all(&wire).is_ok() {
            sent += wire.len();
            most = most.max(program.memory_kib());
        }
        let grown = most.max(program.memory_kib()) - before;
        assert!(grown < 16 * 1024, "{grown} KiB more for {sent} bytes on {path}");
        watching.frames(5);
    }
}

fn piece(data: &str, opcode: Data, last: bool) -> Message {
    Message::Frame(WireFrame::message(data.as_bytes().to_vec(), OpCode::Data(opcode), last))
}

#[test]
fn a_message_in_pieces_is_understood_and_bounded() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.send(piece("{\"type\":\"pi", Data::Text, false));
    // A control frame may stand between the pieces.
    viewer.send(Message::Ping(b"between".as_slice().into()));
    viewer.send(piece("ng\",\"t\":", Data::Continue, false));
    viewer.send(piece("\"whole\"}", Data::Continue, true));
    assert_eq!(viewer.text("pong")["t"], "whole");
    viewer.send(piece("{\"type\":\"ping\",\"t\":\"", Data::Text, false));
    for _ in 0..5 {
        // The server may close in between.
        let _ = viewer.socket.send(piece(&"x".repeat(1000), Data::Continue, false));
    }
    assert_eq!(viewer.closing().0, 1009);
    viewer.ended();
}

#[test]
fn a_piece_that_continues_nothing_closes() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.send(piece("more", Data::Continue, true));
    let (code, _) = viewer.closing();
    assert!(matches!(code, 1002 | 1003), "{code}");
    viewer.ended();
}

#[test]
fn binary_messages_are_ignored_and_bounded() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.send(Message::Binary(vec![0xFF; 4096].into()));
    viewer.say(&serde_json::json!({ "type": "ping", "t": 1 }));
    viewer.text("pong");
    viewer.send(Message::Binary(vec![0xFF; 4097].into()));
    assert_eq!(viewer.closing().0, 1009);
}

#[test]
fn text_that_is_no_text_closes() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let not_utf8 = WireFrame::message(vec![0xC3, 0x28, 0xFF], OpCode::Data(Data::Text), true);
    viewer.send(Message::Frame(not_utf8));
    let (code, _) = viewer.closing();
    assert!(matches!(code, 1003 | 1007), "{code}");
    viewer.ended();
}

#[test]
fn a_flood_of_messages_disturbs_nobody() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        let mut viewer = Viewer::open(address, "/websocket/80");
        for n in 0..3000 {
            let message = match n % 4 {
                0 => serde_json::json!({ "type": "level", "level": 30 + n % 66 }),
                1 => serde_json::json!({ "type": "ping", "t": n }),
                2 => serde_json::json!({ "type": "ack", "frame": n }),
                _ => serde_json::json!({ "type": "level", "level": 95 - n % 66, "scale": 1 }),
            };
            viewer.say(&message);
            if n % 100 == 0 {
                viewer.frame();
            }
        }
        viewer.say(&serde_json::json!({ "type": "level", "level": 40 }));
        viewer.say(&serde_json::json!({ "type": "ping", "t": "last" }));
        viewer.text_where("pong", PATIENCE, |pong| pong["t"] == "last");
        assert_eq!(viewer.frame().comment.level, 40);
    });
}

#[test]
fn very_long_urls_and_headers_are_refused() {
    let server = Server::scene(&[]);
    for length in [2_000, 20_000, 300_000] {
        let mut socket = connect(server.address);
        let request = format!("GET /websocket/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "8".repeat(length));
        // The server may have had enough before the end.
        let _ = socket.write_all(request.as_bytes());
        let _ = socket.shutdown(Shutdown::Write);
        let said = answer(socket);
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 4"),
            "{length}: {}",
            &said[..said.len().min(100)]
        );
    }
    let long = "x".repeat(900);
    let (code, reason) = Viewer::open(server.address, &format!("/websocket/{long}")).closing();
    assert!(code == 1003 && reason.len() <= 123, "{code} {reason}");
    let (code, _) = Viewer::open(server.address, &format!("/websocket/{long}/80")).closing();
    assert_eq!(code, 4404);
    let long = "x".repeat(5_000);
    assert_eq!(Viewer::try_open(server.address, &format!("/websocket/{long}"), &[]).err(), Some(414));
    let reply = http::get_with(server.address, "/api/status", &[("Origin", &format!("http://{long}"))]);
    assert_eq!(reply.status, 403);
    assert!(reply.body.len() < 1_000, "an error does not repeat everything: {} bytes", reply.body.len());
}

#[test]
fn names_in_percent_encoding_are_the_same_names() {
    let server = Server::scene(&[]);
    Viewer::open(server.address, "/websocket/m%61in/8%30").frame();
    assert_eq!(http::get(server.address, "/api/snapshot/%6dain?level=5%30").status, 200);
    for name in ["ma%2Fin", "..%2Fmain", "main%00", "%FF%FE", "%3Cscript%3Ealert(1)", "Main", "main%20"] {
        let reply = http::get(server.address, &format!("/api/snapshot/{name}"));
        assert!(matches!(reply.status, 400 | 404), "{name}: {}", reply.status);
        assert!(!reply.error_code().is_empty(), "{name}");
        let (code, _) = Viewer::open(server.address, &format!("/websocket/{name}/80")).closing();
        assert_eq!(code, 4404, "{name}");
    }
}

#[test]
fn a_picture_fetched_and_dropped_in_the_middle_leaves_nobody_behind() {
    let server = Server::scene(&[]);
    unnoticed(&server, |address| {
        for _ in 0..30 {
            drop(http::open(address, "/video_feed?level=95", &[]));
            let mut stream = http::open(address, "/api/stream/video?level=40", &[]);
            stream.part().expect("a picture");
        }
    });
}

#[test]
fn two_requests_on_one_connection_are_both_answered() {
    let server = Server::scene(&[]);
    let mut socket = connect(server.address);
    let request = |path: &str, end: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{end}\r\n");
    let both = request("/api/health", "") + &request("/api/stats", "Connection: close\r\n");
    socket.write_all(both.as_bytes()).expect("the server takes the requests");
    let said = answer(socket);
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
}
