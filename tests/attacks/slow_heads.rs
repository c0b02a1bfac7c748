//! Clients that are answered, and then begin something that they do not end.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{
    house::{House, VIEWER},
    support::viewer::Viewer,
    wire,
};

/// Time within which a server gives up a connection on which nothing is being answered: it keeps one 20 s.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(40);

/// Time between two pieces of what does not end.
const PIECE_EVERY: Duration = Duration::from_secs(1);

/// What is sent first, how the answer to it begins, and what is sent again and again behind it.
struct Slow {
    name: &'static str,
    request: String,
    answer: &'static str,
    piece: &'static str,
}

impl Slow {
    /// Says what is wrong with how a server takes it.
    fn fault(&self, address: SocketAddr) -> Option<String> {
        let mut socket = wire::connect(address, None);
        let (heard, ended) = wire::converse(&mut socket, self.request.as_bytes(), PIECE_EVERY);
        let heard = String::from_utf8_lossy(&heard).into_owned();
        if !heard.starts_with(self.answer) {
            return Some(format!("{}: {heard:?} is answered", self.name));
        }
        let (mut is_over, began) = (ended, Instant::now());
        while !is_over && began.elapsed() < GIVEN_UP_WITHIN {
            is_over = wire::converse(&mut socket, self.piece.as_bytes(), PIECE_EVERY).1;
        }
        (!is_over).then(|| format!("{}: is waited for", self.name))
    }
}

fn table(host: SocketAddr) -> [Slow; 4] {
    let health = format!("GET /api/health HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let endless = |path: &str, more: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n{more}\r\n")
    };
    let (json, meant) = ("Content-Type: application/json\r\n", "X-Steadycast: 1\r\n");
    [
        Slow { name: "a second head", request: health.clone(), answer: "HTTP/1.1 200", piece: "G" },
        Slow {
            name: "nothing behind the beginning of a second head",
            request: health + "GET /api/hea",
            answer: "HTTP/1.1 200",
            piece: "",
        },
        Slow {
            name: "a body that is refused",
            request: endless("/api/cameras", json),
            answer: "HTTP/1.1 401",
            piece: "1\r\nx\r\n",
        },
        Slow {
            name: "a body that nobody reads",
            request: endless("/api/logout", meant),
            answer: "HTTP/1.1 204",
            piece: "1\r\nx\r\n",
        },
    ]
}

#[test]
fn what_does_not_end_behind_an_answer_is_given_up_and_streams_go_on() {
    let house = House::open(&[]);
    let address = house.address();
    let mut watching = Viewer::open(address, &format!("/websocket/yard/60?token={VIEWER}"));
    let rows = table(address);
    let faults: Vec<String> = thread::scope(|scope| {
        let slow: Vec<_> = rows.iter().map(|row| scope.spawn(move || row.fault(address))).collect();
        while slow.iter().any(|slow| !slow.is_finished()) {
            watching.frame();
        }
        slow.into_iter().filter_map(|slow| slow.join().expect("a row goes as planned")).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    watching.frame();
    house.assert_log_is_clean();
}
