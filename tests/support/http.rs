//! The least HTTP/1.1 client that shows everything: request text in; status, headers and body out.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use super::{described, viewer::narrow, wait::PATIENCE};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers in the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body of the answer, without transfer encoding.
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns the code of an error, written as in the protocol; panics if the answer is none.
    pub fn error_code(&self) -> String {
        let json = self.json();
        let error = &json["error"];
        assert!(
            error["message"].as_str().is_some_and(|message| message.len() > 5),
            "says what is wrong: {json}"
        );
        error["code"].as_str().expect("an error has a code").to_owned()
    }
}

/// An answer whose body is still coming.
pub struct Stream {
    /// Status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// First line of the request; empty where that is not known.
    asked: String,
    body: Box<dyn BufRead + Send>,
    /// True once the boundary of the next part has been read.
    at_part: bool,
}

/// One part of a multipart stream.
pub struct Part {
    /// Headers of the part, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The picture.
    pub jpeg: Vec<u8>,
}

/// Asks by `GET`, and reads the answer to its end.
pub fn get(address: SocketAddr, path: &str) -> Reply {
    get_with(address, path, &[])
}

/// Asks by `GET` with more headers, and reads the answer to its end; one named `Host` replaces the usual one.
pub fn get_with(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Reply {
    open(address, path, headers).read_out(false)
}

/// Sends a JSON body by `method`, as this machine's own programs do, and reads the answer to its end.
pub fn change(address: SocketAddr, method: &str, path: &str, body: &Value) -> Reply {
    let json = ("Content-Type", "application/json");
    change_with(address, (method, path), &[json], &body.to_string())
}

/// Sends any body by a method to a path, with headers besides, and reads the answer to its end.
pub fn change_with(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    send(
        address,
        &format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{lines}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        ),
    )
}

/// Sends a body of any bytes by a method to a path, with the header that says that it is meant and others
/// besides, and reads the answer to its end. A server may answer before it has all of it.
pub fn send_bytes(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut socket = begin(address, (method, path), headers, body.len());
    // What the server does not want to read, it says in its answer.
    let _ = socket.write_all(body);
    answer(socket)
}

/// Sends the head of such a request alone, whose body has `length` bytes and comes later, if at all.
pub fn begin(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    length: usize,
) -> TcpStream {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut socket = TcpStream::connect(address).expect("the server listens");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nX-Steadycast: 1\r\n{lines}\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).expect("the server takes the request");
    socket
}

/// Reads the answer on a socket to its end; a server that looks at what was sent may take a while.
pub fn answer(socket: TcpStream) -> Reply {
    read_on(socket, "", 6 * PATIENCE).read_out(false)
}

/// Sends any request as text, and reads the answer to its end.
pub fn send(address: SocketAddr, request: &str) -> Reply {
    let head_only = request.starts_with("HEAD ");
    send_open(address, request).read_out(head_only)
}

/// Asks by `GET` for a body that is read bit by bit.
pub fn open(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Stream {
    let host = ("Host", &*address.to_string());
    let has_host = headers.iter().any(|(name, _)| *name == "Host");
    let lines = std::iter::once(&host).filter(|_| !has_host).chain(headers);
    let lines: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    send_open(address, &format!("GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"))
}

/// Asks by `GET` for a body that is read bit by bit, with a receive buffer so small that it fills at once.
pub fn open_narrow(address: SocketAddr, path: &str) -> Stream {
    send_on(narrow(address), &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
}

/// Sends any request as text, whose answer is read bit by bit.
pub fn send_open(address: SocketAddr, request: &str) -> Stream {
    send_on(TcpStream::connect(address).expect("the server listens"), request)
}

fn send_on(mut socket: TcpStream, request: &str) -> Stream {
    socket.write_all(request.as_bytes()).expect("the server takes the request");
    read_on(socket, request, PATIENCE)
}

/// Begins to read the answer to `request`, in which something comes within `patience`.
fn read_on(socket: TcpStream, request: &str, patience: Duration) -> Stream {
    socket.set_read_timeout(Some(patience)).expect("a limit can be set");
    let mut reader = BufReader::new(socket);
    let mut status = String::new();
    reader.read_line(&mut status).expect("an answer comes in time");
    let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let code = code.unwrap_or_else(|| panic!("no status line: {status:?} to {request:?}"));
    let headers = read_headers(&mut reader);
    let chunked = header(&headers, "transfer-encoding") == Some("chunked");
    let length = header(&headers, "content-length").and_then(|length| length.parse().ok());
    let body: Box<dyn BufRead + Send> = match (chunked, length) {
        (true, _) => Box::new(BufReader::new(Chunks { reader, left: 0, ended: false })),
        (false, Some(length)) => Box::new(reader.take(length)),
        (false, None) => Box::new(reader),
    };
    let asked = request.lines().next().unwrap_or_default().to_owned();
    Stream { status: code, headers, asked, body, at_part: false }
}

impl Stream {
    /// Returns the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the next part of a `multipart/x-mixed-replace` stream; `None` at its end.
    pub fn part(&mut self) -> Option<Part> {
        if !std::mem::take(&mut self.at_part) && !self.boundary() {
            return None;
        }
        self.at_part = false;
        let headers = read_headers(&mut self.body);
        if headers.is_empty() {
            // Ended after a boundary.
            return None;
        }
        let length: usize = header(&headers, "content-length")
            .and_then(|length| length.parse().ok())
            .expect("a part says its length");
        let mut jpeg = vec![0; length];
        if self.body.read_exact(&mut jpeg).is_err() {
            return None;
        }
        Some(Part { headers, jpeg })
    }

    /// Returns the next line of a text, without its end; `None` at the end of the body.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.body.read_line(&mut line).expect("the stream goes on");
        (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Reads the boundary that precedes the next part; false at the stream's end.
    pub fn boundary(&mut self) -> bool {
        let mut line = String::new();
        while line.trim().is_empty() {
            line.clear();
            if self.body.read_line(&mut line).expect("the stream goes on") == 0 {
                return false;
            }
        }
        assert_eq!(line.trim(), "--frame", "each part begins with the boundary");
        self.at_part = true;
        true
    }

    fn read_out(mut self, head_only: bool) -> Reply {
        let mut body = Vec::new();
        if !head_only {
            self.body.read_to_end(&mut body).expect("the whole answer comes in time");
        }
        if self.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            described::hold(&self.asked, self.status, &body);
        }
        Reply { status: self.status, headers: self.headers, body }
    }
}

/// A chunked body, without its chunks.
struct Chunks<R> {
    reader: R,
    left: usize,
    ended: bool,
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 && !self.ended {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                line.clear();
                self.reader.read_line(&mut line)?;
            }
            // A connection that breaks off ends the body as well; whoever counts parts notices.
            self.left = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
            self.ended = self.left == 0;
        }
        let wanted = buffer.len().min(self.left);
        let read = self.reader.read(&mut buffer[..wanted])?;
        self.left -= read;
        Ok(read)
    }
}

/// Returns the first header of that name.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn read_headers(reader: &mut impl BufRead) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("headers come in time");
        let Some((name, value)) = line.trim_end().split_once(':') else { return headers };
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
}
