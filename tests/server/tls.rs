//! The server under TLS: pages and pictures, certificates that change, clients that stall.

pub mod client;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use client::{Viewer, Wire, agree, answer, ask, connect, json, shown};
use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd, generate_simple_self_signed};
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};
use steadycast::{protocol::comment_of, tools::fence::Place};
use tempfile::TempDir;

use crate::support::{
    SCENE, http,
    media::free_port,
    server::Server,
    viewer::{decoded_size, narrow},
    wait::{self, PATIENCE},
};

/// The admin's token of these tests.
const ADMIN: &str = "the-admins-token-of-these-tests";

/// The beginning of a greeting (RFC 8446, section 4.1.2): a record, its length, and what it is.
const BEGINNING: [u8; 20] = [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 7, 7, 7, 7, 7, 7, 7, 7, 7];

/// A folder with a certificate and its key, and a server that shows it.
struct House {
    folder: TempDir,
    server: Server,
}

impl House {
    /// A server of the small scene, with flags besides.
    fn with(flags: &[&str]) -> House {
        House::of(flags, Server::scene)
    }

    /// A server that is started with TLS' flags and these.
    fn of(flags: &[&str], start: impl FnOnce(&[&str]) -> Server) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let house = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let (cert, key) = (house("cert.pem"), house("key.pem"));
        exchange(&folder, &made(None));
        let tls: &[&str] = &["--tls-cert", &cert, "--tls-key", &key];
        let server = start(&[tls, flags].concat());
        House { folder, server }
    }

    fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// How many watch its camera.
    fn viewers(&self) -> Value {
        let status = json(self.address(), ("GET", "/api/status"), "", &Value::Null).1;
        status["cameras"][0]["viewers"].clone()
    }
}

/// A certificate and its key, PEM; it ends in so many days, or in some thousand years.
fn made(days: Option<i64>) -> (String, String) {
    let Some(days) = days else {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["cam.example".to_owned()]).expect("a certificate is made");
        return (cert.pem(), signing_key.serialize_pem());
    };
    let key = KeyPair::generate().expect("a key is made");
    let mut wanted = CertificateParams::new(vec!["cam.example".to_owned()]).expect("a name");
    let seconds = jiff::Timestamp::now().as_second() + days * 86_400;
    let end = jiff::Timestamp::from_second(seconds).expect("a time").to_zoned(jiff::tz::TimeZone::UTC);
    wanted.not_after = date_time_ymd(end.year().into(), end.month() as u8, end.day() as u8);
    (wanted.self_signed(&key).expect("it is signed").pem(), key.serialize_pem())
}

/// Puts certificate and key into the folder, one after the other.
fn exchange(folder: &TempDir, (cert, key): &(String, String)) {
    fs::write(folder.path().join("cert.pem"), cert).expect("the certificate is written");
    fs::write(folder.path().join("key.pem"), key).expect("the key is written");
}

#[test]
fn pages_and_pictures_come_by_both_versions_and_by_any_name() {
    let house = House::with(&[]);
    for version in [&TLS12, &TLS13] {
        for name in ["127.0.0.1", "any.example"] {
            let socket = TcpStream::connect(house.address()).expect("the server listens");
            let wire = agree(socket, &[version], name).expect("keys are agreed on");
            assert_eq!(wire.conn.alpn_protocol(), None, "this client asks for none");
            Viewer::over(wire, house.address(), "/websocket/60").frames(10);
        }
    }
    let (status, page) = ask(house.address(), ("GET", "/api/status"), "", "");
    assert_eq!(status, 200, "{page}");
    assert_eq!(ask(house.address(), ("GET", "/api/snapshot/main"), "", "").0, 200);
}

#[test]
fn browsers_are_told_to_come_by_https_alone_where_that_is_set() {
    let told = |house: &House| {
        let answer = answer(house.address(), ("GET", "/api/health"), "", "").to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        let line = answer.lines().find_map(|line| line.strip_prefix("strict-transport-security:"));
        line.map(|value| value.trim().to_owned())
    };
    let thirty_days = told(&House::with(&["--hsts-days", "30"])).expect("it is told");
    assert_eq!(thirty_days.split(';').next(), Some("max-age=2592000"));
    assert_eq!(told(&House::with(&[])), None);
}

#[test]
fn the_cookie_of_a_session_goes_by_encrypted_ways_alone() {
    let house = House::with(&["--viewer-token", "look"]);
    let shown = json!({ "token": "look" }).to_string();
    // The client always shows a bearer token, and a wrong one would be refused.
    let answer = answer(house.address(), ("POST", "/api/login"), "look", &shown);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let cookie = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
    assert!(cookie.is_some_and(|cookie| cookie.contains("; Secure")), "{answer}");
}

#[test]
fn a_certificate_is_exchanged_while_somebody_watches() {
    let house = House::with(&[]);
    let mut viewer = Viewer::open(house.address(), "/websocket/60");
    viewer.frames(5);
    let first = shown(house.address());
    exchange(&house.folder, &made(None));
    wait::until("another certificate is shown", PATIENCE, || {
        viewer.frames(1);
        shown(house.address()) != first
    });
    viewer.frames(5);
    fs::write(house.folder.path().join("key.pem"), "no key").expect("the key is written");
    let second = shown(house.address());
    assert_ne!(second, first);
    viewer.frames(60);
    assert_eq!(shown(house.address()), second, "what fits no more changes nothing");
}

#[test]
fn whoever_stalls_in_the_handshake_is_let_go_and_holds_nobody_up() {
    let house = House::with(&[]);
    let began = Instant::now();
    let stalled: Vec<TcpStream> = (0..300)
        .map(|n| {
            let mut socket = TcpStream::connect(house.address()).expect("the server listens");
            socket.set_read_timeout(Some(2 * PATIENCE)).expect("a limit can be set");
            socket.write_all(&BEGINNING[..n % BEGINNING.len()]).expect("the server takes the bytes");
            socket
        })
        .collect();
    Viewer::open(house.address(), "/websocket/60").frames(5);
    let held_up = began.elapsed();
    for mut socket in stalled {
        // An alert may come first.
        let _ = socket.read_to_end(&mut Vec::new());
    }
    assert!(began.elapsed() < Duration::from_secs(12), "let go after {:?}", began.elapsed());
    assert!(held_up < Duration::from_secs(4), "watching after {held_up:?}");
}

#[test]
fn plain_http_on_the_port_of_https_gets_nothing_of_the_server() {
    let house = House::with(&[]);
    let mut socket = TcpStream::connect(house.address()).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("the server takes the bytes");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn plain_http_on_the_second_port_is_led_to_https_without_its_token() {
    let port = free_port();
    let named = port.to_string();
    let house = House::with(&["--http-redirect-port", &named, "--allowed-origins", "https://cam.local"]);
    let second = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let reply = http::get_with(second, "/?camera=main&token=secret", &[("Host", "cam.local:80")]);
    assert_eq!(reply.status, 308);
    let expected = format!("https://cam.local:{}/?camera=main", house.address().port());
    assert_eq!(reply.header("location"), Some(&*expected));
    for host in ["user@cam.local", "evil.example", "cam.local.evil.example"] {
        assert_eq!(http::get_with(second, "/", &[("Host", host)]).status, 403, "{host}");
    }
    let ask = |target: &str, host: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        http::send(second, &head)
    };
    assert_eq!(ask("http://evil.example/live", "cam.local").status, 403, "the target says which host it is");
    let led = ask("http://cam.local/live", "evil.example");
    let expected = format!("https://cam.local:{}/live", house.address().port());
    assert_eq!((led.status, led.header("location")), (308, Some(&*expected)));
}

#[test]
fn a_certificate_that_ends_soon_is_told() {
    let house = House::with(&[]);
    let ready = || json(house.address(), ("GET", "/api/ready"), "", &Value::Null).1.to_string();
    assert!(!ready().contains("certificate"), "{}", ready());
    exchange(&house.folder, &made(Some(3)));
    wait::until("it is told", PATIENCE, || ready().contains("the certificate ends in"));
}

#[test]
fn files_that_are_no_certificate_any_more_are_told_until_they_are_one_again() {
    let house = House::with(&[]);
    let degraded =
        || json(house.address(), ("GET", "/api/ready"), "", &Value::Null).1["degraded"].to_string();
    assert!(!degraded().contains("TLS"), "{}", degraded());
    fs::write(house.folder.path().join("key.pem"), "no key").expect("the key is written");
    wait::until("a wrong key is told", PATIENCE, || degraded().contains("key.pem"));
    fs::remove_file(house.folder.path().join("cert.pem")).expect("the certificate goes");
    wait::until("a missing file is told", PATIENCE, || degraded().contains("cert.pem"));
    exchange(&house.folder, &made(None));
    wait::until("it is over", PATIENCE, || !degraded().contains("TLS"));
}

#[test]
fn only_an_admin_learns_which_files_are_no_certificate() {
    let house = House::with(&["--viewer-token", "look", "--admin-token", ADMIN]);
    let degraded = |token: &str| {
        json(house.address(), ("GET", "/api/ready"), token, &Value::Null).1["degraded"].to_string()
    };
    fs::write(house.folder.path().join("key.pem"), "no key").expect("the key is written");
    wait::until("an admin is told the file", PATIENCE, || degraded(ADMIN).contains("key.pem"));
    let told = degraded("look");
    assert!(told.contains("the files of the certificate are refused"), "{told}");
    assert!(!told.contains(".pem"), "{told}");
}

#[test]
fn whoever_reads_slowly_gets_the_newest_frames_and_keeps_nobody_waiting() {
    let house = House::with(&[]);
    let socket = narrow(house.address());
    let wire = agree(socket, rustls::ALL_VERSIONS, "127.0.0.1").expect("keys are agreed on");
    let mut slow = Viewer::over(wire, house.address(), "/websocket/90");
    slow.frames(1);
    let newest = *Viewer::open(house.address(), "/websocket/60").frames(60).last().expect("sixty frames");
    let mut old = 0;
    while slow.frame().expect("it is open") < newest {
        old += 1;
    }
    // One in the kernel of either side, and one that was being written.
    assert!(old <= 8, "{old} of sixty frames were waiting");
}

/// The number of the next frame of an MJPEG stream whose body is no chunks.
fn next_of(stream: &mut BufReader<Wire>) -> u64 {
    let (mut line, mut length) = (String::new(), 0);
    while length == 0 || line != "\r\n" {
        line.clear();
        assert!(stream.read_line(&mut line).expect("it goes on") > 0, "it has ended");
        if let Some(bytes) = line.strip_prefix("Content-Length: ") {
            length = bytes.trim().parse().expect("a number");
        }
    }
    let mut jpeg = vec![0; length];
    stream.read_exact(&mut jpeg).expect("the picture comes whole");
    comment_of(&jpeg).expect("the comment stands right after SOI").frame
}

#[test]
fn whoever_reads_mjpeg_slowly_gets_the_newest_frames_too() {
    let house = House::with(&[]);
    let mut wire =
        agree(narrow(house.address()), rustls::ALL_VERSIONS, "127.0.0.1").expect("keys are agreed on");
    wire.write_all(b"GET /video_feed?level=30 HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("it is taken");
    let mut slow = BufReader::new(wire);
    next_of(&mut slow);
    let newest = *Viewer::open(house.address(), "/websocket/60").frames(60).last().expect("sixty frames");
    let mut old = 0;
    while next_of(&mut slow) < newest {
        old += 1;
    }
    // In the kernel of either side, in TLS, and in the window of the link; twice as many without what waits
    // for TLS.
    assert!(old <= 7, "{old} of sixty frames were waiting");
}

#[test]
fn a_server_that_stops_says_so_and_ends_tls_at_once() {
    let took = (0..3).map(|_| {
        let mut house = House::with(&[]);
        let mut viewer = Viewer::open(house.address(), "/websocket/60");
        viewer.frames(3);
        house.server.begin_stop();
        assert_eq!(viewer.closed().0, 1001);
        let began = Instant::now();
        assert_eq!(viewer.end().expect("TLS has ended"), 0);
        began.elapsed()
    });
    let least = took.min().expect("three rounds");
    // actix by itself waits for at least half a second for what the peer might still say.
    assert!(least < Duration::from_millis(300), "the end is waited for: {least:?}");
}

#[test]
fn a_panic_while_a_viewer_is_written_to_ends_that_one_alone() {
    let house = House::with(&[]);
    let mut viewers = [60, 80].map(|level| Viewer::open(house.address(), &format!("/websocket/{level}")));
    viewers.iter_mut().for_each(|viewer| drop(viewer.frames(3)));
    house.server.metrics.fences.arm(Place::Viewer, 1, 1);
    let ended = wait::until_some("one of both has ended", PATIENCE, || {
        viewers.iter_mut().position(|viewer| viewer.frame().is_err())
    });
    viewers[1 - ended].frames(10);
    let (_, metrics) = ask(house.address(), ("GET", "/metrics"), "", "");
    assert!(metrics.contains("steadycast_panics_total{where=\"viewer\"} 1\n"), "{metrics}");
    drop(viewers);
    wait::until("nobody is left", PATIENCE, || house.viewers() == 0);
}

#[test]
fn what_tls_takes_in_several_goes_arrives_whole() {
    let large =
        ["--source", SCENE, "--capture-width", "1280", "--capture-height", "720", "--analytics", "off"];
    let house = House::of(&large, Server::start);
    let socket = narrow(house.address());
    let wire = agree(socket, rustls::ALL_VERSIONS, "127.0.0.1").expect("keys are agreed on");
    let mut viewer = Viewer::over(wire, house.address(), "/websocket/95");
    for _ in 0..10 {
        let jpeg = viewer.picture().expect("it is open");
        assert!(jpeg.len() > 64 * 1024, "rustls holds as much for a full socket: {}", jpeg.len());
        assert_eq!(decoded_size(&jpeg), (1280, 720));
    }
}

#[test]
fn whoever_reads_nothing_is_let_go() {
    let house = House::with(&["--viewer-timeout", "2"]);
    let socket = narrow(house.address());
    let wire = agree(socket, rustls::ALL_VERSIONS, "127.0.0.1").expect("keys are agreed on");
    let mut stuck = Viewer::over(wire, house.address(), "/websocket/95");
    stuck.frames(1);
    assert_eq!(house.viewers(), 1);
    wait::until("it is forgotten", 2 * PATIENCE, || house.viewers() == 0);
}

#[test]
fn whoever_watches_with_a_token_that_is_revoked_is_told_at_once_and_others_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("access.db").to_string_lossy().into_owned();
    let secret = "a secret of at least thirty-two bytes";
    let house =
        House::with(&["--admin-token", ADMIN, "--access-database", &database, "--jwt-secret", secret]);
    let token = || {
        let wanted = json!({ "role": "viewer", "ttl_seconds": 600 });
        let (status, made) = json(house.address(), ("POST", "/api/tokens"), ADMIN, &wanted);
        assert_eq!(status, 201, "{made}");
        (made["id"].clone(), made["token"].as_str().expect("a token").to_owned())
    };
    let ((id, one), (_, other)) = (token(), token());
    let watch = |token: &str| Viewer::open(house.address(), &format!("/websocket/60?token={token}"));
    let (mut refused, mut kept) = (watch(&one), watch(&other));
    refused.frames(2);
    let revoked = json(house.address(), ("POST", "/api/tokens/revoke"), ADMIN, &json!({ "id": id }));
    assert_eq!(revoked.0, 200, "{}", revoked.1);
    let (code, took) = refused.closed();
    assert!(code == 1008 && took < Duration::from_secs(5), "{code} after {took:?}");
    kept.frames(20);
    assert_eq!(Viewer::open(house.address(), &format!("/websocket/60?token={one}")).closed().0, 1008);
}

#[test]
fn an_address_has_no_more_connections_than_it_may() {
    let house = House::with(&["--max-connections-per-address", "8"]);
    let mut held: Vec<_> = (0..8).map(|_| connect(house.address())).collect();
    let mut above = connect(house.address());
    let _ = above.write_all(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut answer = Vec::new();
    let _ = above.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
    let refused = house.server.metrics.refused.with_label_values(&["too_many_connections"]).get();
    assert!(refused >= 1, "it is counted");
    held.clear();
    wait::until("there is room again", PATIENCE, || {
        let mut wire = connect(house.address());
        let _ = wire.write_all(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let _ = wire.read_to_end(&mut answer);
        answer.starts_with(b"HTTP/1.1 200")
    });
}
