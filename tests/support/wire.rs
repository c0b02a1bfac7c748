//! A client that sends whatever it is told to: requests as bytes in, answers with their time out.
//!
//! Unlike the other tests' client it takes an answer that breaks off, or none, for an answer.

// Every test uses its own part.
#![allow(dead_code)]

use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;
use socket2::{Domain, Socket, Type};

use super::wait::PATIENCE;

/// Most bytes of a body that are read.
const MOST_BODY: usize = 1 << 20;

/// Time within which a server takes what is sent, or has had enough of it.
const TAKES_WITHIN: Duration = Duration::from_secs(2);

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Method, as it is written.
    pub method: String,
    /// Path and query, as they are written.
    pub path: String,
    /// Headers; one named `Host` replaces the usual one.
    pub headers: Vec<(String, String)>,
    /// Body; none where it is empty and the method is GET or HEAD.
    pub body: Vec<u8>,
    /// The address of this machine that it comes from.
    pub from: Option<Ipv4Addr>,
}

impl Request {
    /// Makes a request without headers and body.
    pub fn of(method: &str, path: &str) -> Request {
        Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() }
    }

    /// Adds a header.
    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows a bearer token.
    pub fn showing(self, token: &str) -> Request {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// Says that a change is meant, by the header that pages of other sites cannot send.
    pub fn meant(self) -> Request {
        self.with("X-Steadycast", "1")
    }

    /// Adds a JSON body.
    pub fn json(mut self, body: &Value) -> Request {
        self.body = body.to_string().into_bytes();
        self.with("Content-Type", "application/json")
    }

    /// Comes from that address of this machine.
    pub fn from(mut self, from: Ipv4Addr) -> Request {
        self.from = Some(from);
        self
    }

    fn head(&self, address: SocketAddr) -> String {
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !has("Host") {
            head.push_str(&format!("Host: {address}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let looks = matches!(&*self.method, "GET" | "HEAD");
        if !has("Content-Length") && !has("Transfer-Encoding") && (!looks || !self.body.is_empty()) {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        if !has("Connection") {
            head.push_str("Connection: close\r\n");
        }
        head + "\r\n"
    }
}

/// What came back.
#[derive(Debug, Default)]
pub struct Said {
    /// Status; 0 where the connection ended without an answer.
    pub status: u16,
    /// Status line and headers, as they came.
    pub head: String,
    /// Body, as far as the answer says its length; else what came with the head.
    pub body: Vec<u8>,
    /// Time from the first byte of the request to the end of the answer's head.
    pub took: Duration,
}

impl Said {
    /// Returns the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let mut found = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the code of an error; empty where it is none of the program's own.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Connects from an address of this machine, or from any.
pub fn connect(address: SocketAddr, from: Option<Ipv4Addr>) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    if let Some(from) = from {
        let own = SocketAddr::new(IpAddr::V4(from), 0);
        socket.bind(&own.into()).expect("all of 127.0.0.0/8 is this machine");
    }
    socket.connect(&address.into()).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    socket.set_write_timeout(Some(TAKES_WITHIN)).expect("a limit can be set");
    socket.into()
}

/// Sends a request on a connection of its own, and reads its answer.
pub fn ask(address: SocketAddr, request: &Request) -> Said {
    let mut socket = connect(address, request.from);
    let began = Instant::now();
    // A server that has had enough answers before it has all of it.
    let _ = socket.write_all(request.head(address).as_bytes()).and_then(|()| socket.write_all(&request.body));
    read(&mut socket, began, request.method == "HEAD")
}

/// Reads one answer on a connection.
fn read(socket: &mut TcpStream, began: Instant, head_only: bool) -> Said {
    let (mut all, mut piece, mut said) = (Vec::new(), [0; 16 * 1024], Said::default());
    let mut begins = None;
    loop {
        if begins.is_none()
            && let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n")
        {
            begins = Some(end + 4);
            said.took = began.elapsed();
            said.head = String::from_utf8_lossy(&all[..end]).into_owned();
            said.status = said.head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        }
        if let Some(begins) = begins {
            let told = said.header("content-length").and_then(|length| length.parse().ok());
            let wanted: usize = if head_only { 0 } else { told.unwrap_or(0) };
            if all.len() >= begins + wanted.min(MOST_BODY) {
                break;
            }
        }
        match socket.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => all.extend_from_slice(&piece[..read]),
        }
    }
    if begins.is_none() {
        said.took = began.elapsed();
    }
    said.body = begins.map(|begins| all.split_off(begins)).unwrap_or_default();
    said
}

/// Whether the server has ended a connection, whatever it said before, which is read and forgotten.
pub fn is_ended(mut socket: &TcpStream) -> bool {
    socket.set_nonblocking(true).expect("can be set");
    loop {
        match socket.read(&mut [0; 1024]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// Writes the bytes out that a text says in hexadecimal.
pub fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).expect("hexadecimal");
    (0..hexadecimal.len()).step_by(2).map(pair).collect()
}

/// Sends bytes, and reads what comes until the server ends the connection or `limit` has passed. Returns
/// that, and whether the server has ended it.
pub fn converse(socket: &mut TcpStream, bytes: &[u8], limit: Duration) -> (Vec<u8>, bool) {
    // The server may have had enough before the end.
    let _ = socket.write_all(bytes);
    let (mut all, mut piece, deadline) = (Vec::new(), [0; 16 * 1024], Instant::now() + limit);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return (all, false);
        }
        socket.set_read_timeout(Some(left)).expect("a limit can be set");
        match socket.read(&mut piece) {
            Ok(0) => return (all, true),
            Ok(read) => all.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (all, true),
            Err(_) => {}
        }
    }
}
