//! Two hundred odd addresses, each given to a server of its own: nobody gets to see a password, wherever the
//! trouble is told.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use rustix::process::Signal;

use crate::{
    is_long,
    support::{http, media::free_port, program::Program, viewer::Viewer, wait::PATIENCE},
};

/// What stands between the two halves of a password.
const BETWEEN: [&str; 29] = [
    "", "/", "?", "#", "@", ":", "%", "%z", "%2", "%2F", "%252F", "%40", "%2540", " ", "[", "]", "\\", "&",
    "=", ";", "+", "!", "\"", "<", "|", "ü", "中", "//", "@/",
];

/// First halves of a password; the digits look like a port.
const FIRST: [&str; 2] = ["verborgen", "7391739173"];

/// The second half of each password.
const SECOND: &str = "geheim";

const USER: &str = "wachmann";

const SCHEMES: [&str; 5] = ["rtsp://", "http://", "snapshot:http://", "RTMP://", "https://"];

/// How many servers run at once: each waits for its camera most of the time.
const AT_ONCE: usize = 6;

/// One address in so many is taken where not all are wanted: each costs the start of a server.
const ONE_IN: usize = 5;

/// Addresses whose hosts are the `ports` in turn.
fn odd_addresses(ports: [u16; 2]) -> Vec<String> {
    let passwords = BETWEEN.iter().flat_map(|between| FIRST.map(|first| format!("{first}{between}{SECOND}")));
    let forms = |(n, password): (usize, String)| {
        let scheme = SCHEMES[n % SCHEMES.len()];
        let host = format!("127.0.0.1:{}", ports[n % ports.len()]);
        [
            format!("{scheme}{USER}:{password}@{host}/live?x=1"),
            format!("{scheme}{USER}:{password}@{host}/live#{password}"),
            format!("{scheme}{host}/user={USER}&password={password}"),
            format!("{scheme}{host}/cgi?user={USER}&pwd={password}"),
        ]
    };
    passwords.enumerate().flat_map(forms).collect()
}

/// A camera that asks everybody for a login, and again; gives its port.
fn asks_for_a_login() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let (mut stream, mut asked) = (stream, [0; 4096]);
                // Whoever does not speak in lines is hung up on.
                while let Ok(read @ 1..) = stream.read(&mut asked) {
                    let asked = String::from_utf8_lossy(&asked[..read]);
                    let version = if asked.contains("RTSP/1.0") { "RTSP/1.0" } else { "HTTP/1.1" };
                    let sequence = asked.lines().find(|line| line.starts_with("CSeq:")).unwrap_or("CSeq: 1");
                    let challenge = "WWW-Authenticate: Digest realm=\"camera\", nonce=\"a1b2\", qop=\"auth\"";
                    let answer = format!(
                        "{version} 401 Unauthorized\r\n{sequence}\r\n{challenge}\r\nContent-Length: 0\r\n\r\n"
                    );
                    if stream.write_all(answer.as_bytes()).is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

/// All that a server with this source says, to viewers, to clients and on its log. Slates are not read: each
/// story in the tests of `capture::life` checks that a slate is drawn from the status's reason.
fn said_about(source: &str) -> Vec<String> {
    let environment = [("STEADYCAST_SOURCE", source), ("RUST_LOG", "debug")];
    let mut program = match Program::try_start(&["--port", "0"], &environment, "") {
        Ok(program) => program,
        Err(log) => {
            assert!(log.contains("STEADYCAST_SOURCE") || log.contains("--source"), "{source}: {log}");
            return vec![log];
        }
    };
    let mut viewer = Viewer::open(program.address, "/websocket/80");
    let hello = viewer.text("hello").to_string();
    let trouble = viewer.text_where("status", PATIENCE, |status| status.get("reason_code").is_some());
    let mut said = vec![hello, trouble.to_string()];
    for path in ["/api/status", "/api/ready", "/api/stats", "/metrics"] {
        said.push(http::get(program.address, path).text());
    }
    drop(viewer);
    program.signal(Signal::TERM);
    program.ended();
    said.push(program.log());
    said
}

#[test]
fn no_password_of_two_hundred_odd_addresses_is_told_to_anybody() {
    let addresses = odd_addresses([free_port(), asks_for_a_login()]);
    assert!(addresses.len() >= 200, "{} addresses", addresses.len());
    let addresses: Vec<String> = addresses.into_iter().step_by(if is_long() { 1 } else { ONE_IN }).collect();
    let (next, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(source) = addresses.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let said = said_about(source);
                    taken.fetch_add(usize::from(said.len() > 1), Ordering::Relaxed);
                    for text in said {
                        let shown =
                            [FIRST[0], FIRST[1], SECOND, USER].into_iter().find(|word| text.contains(word));
                        assert!(shown.is_none(), "{source} is told with {shown:?}: {text}");
                    }
                }
            });
        }
    });
    // Where every address were refused, nothing would have been said about a camera.
    let taken = taken.into_inner();
    assert!(taken > addresses.len() / 2, "{taken} of {} addresses are understood", addresses.len());
}
