//! Floods: what somebody sends in numbers who means ill, or who forgets to read. For tests and benches.

// Every program uses its own part.
#![allow(dead_code)]

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use super::wire::{self, Request, Said};

/// Where floods come from: another address than that of who watches.
pub const FLOODER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);

/// Addresses from which logins are guessed, each by a thread.
const GUESSERS: u8 = 8;

/// Uploads that are sent at a time.
const UPLOADS: usize = 50;

/// Sockets that this process and a server that it starts may each have open.
const SOCKETS: u64 = 8192;

/// Lets this process, and servers that it starts from now on, have as many sockets open as a flood takes.
pub fn allow_sockets() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < SOCKETS) {
        let current = Some(limit.maximum.map_or(SOCKETS, |most| most.min(SOCKETS)));
        setrlimit(Resource::Nofile, Rlimit { current, maximum: limit.maximum })
            .expect("up to its own maximum");
    }
}

/// Waits until it is the turn of number `n` of `count` that are spread evenly over a time.
fn turn(began: Instant, n: u64, count: u64, over: Duration) {
    let due = over.mul_f64(n as f64 / count.max(1) as f64);
    thread::sleep(due.saturating_sub(began.elapsed()));
}

/// Opens a connection whose head stops after some bytes; `n` says where. It is open until it is dropped.
pub fn half_open(server: SocketAddr, n: usize) -> TcpStream {
    let mut socket = wire::connect(server, Some(FLOODER));
    let head = format!("GET /websocket/yard/80 HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\n");
    socket.write_all(&head.as_bytes()[..n % head.len()]).expect("the server takes the bytes");
    socket
}

/// Connects and drops so many times, spread over a time.
pub fn come_and_go(server: SocketAddr, times: u64, over: Duration) {
    let began = Instant::now();
    for n in 0..times {
        turn(began, n, times, over);
        let mut socket = wire::connect(server, Some(FLOODER));
        if n.is_multiple_of(3) {
            // It may be gone already.
            let _ = socket.write_all(b"GET /api/health HTTP/1.1\r\n");
        }
    }
}

/// Sends fifty uploads, each a byte a second for as long, by the admin's token.
pub fn slow_uploads(server: SocketAddr, admin: &str, seconds: u64) {
    let head = |n: usize| {
        format!(
            "PUT /api/uploads/slow{n}.mp4 HTTP/1.1\r\nHost: {server}\r\nX-Steadycast: 1\r\n\
             Authorization: Bearer {admin}\r\nContent-Length: 1000000\r\n\r\n"
        )
    };
    let begin = |n| {
        let mut socket = wire::connect(server, Some(FLOODER));
        socket.write_all(head(n).as_bytes()).expect("the server takes the head");
        socket
    };
    let mut slow: Vec<TcpStream> = (0..UPLOADS).map(begin).collect();
    for _ in 0..seconds {
        // Those that were refused are closed.
        slow.iter_mut().for_each(|socket| drop(socket.write_all(b"x")));
        thread::sleep(Duration::from_secs(1));
    }
}

/// Tries to log in, from another address of this machine.
pub fn login_from(local: Ipv4Addr, server: SocketAddr, shown: &serde_json::Value) -> Said {
    wire::ask(server, &Request::of("POST", "/api/login").json(shown).from(local))
}

/// Begins to guess at logins, so many times, spread over a time, by some threads from as many addresses;
/// half of the guesses are at `name`, the others at names that there are not.
pub fn guess(server: SocketAddr, name: &str, times: u64, over: Duration) -> Vec<thread::JoinHandle<()>> {
    let (given, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let guesser = |last: u8| {
        let (given, name) = (Arc::clone(&given), name.to_owned());
        thread::spawn(move || {
            loop {
                let number = given.fetch_add(1, Ordering::Relaxed);
                if number >= times {
                    return;
                }
                turn(began, number, times, over);
                let name = if number.is_multiple_of(2) { name.clone() } else { format!("name{number}") };
                let shown = json!({ "name": name, "password": format!("guess {number}") });
                let said = login_from(Ipv4Addr::new(127, 0, 1, last), server, &shown);
                assert!([401, 429, 503].contains(&said.status), "{} {}", said.status, said.text());
            }
        })
    };
    (1..=GUESSERS).map(guesser).collect()
}
