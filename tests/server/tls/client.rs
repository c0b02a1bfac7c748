//! A client under TLS that takes any certificate, and says which one it was shown.

use std::{
    io::{self, Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::Value;
use steadycast::protocol::comment_of;
use tokio_tungstenite::tungstenite::{self, Message, WebSocket, client::IntoClientRequest};

pub use crate::support::tls::{Wire, agree, connect};

use crate::support::wait::PATIENCE;

/// Returns the certificate that a new connection is shown.
pub fn shown(address: SocketAddr) -> Vec<u8> {
    let wire = connect(address);
    let chain = wire.conn.peer_certificates().expect("a server shows a certificate");
    chain[0].to_vec()
}

/// Sends a request with a body of JSON, if any, and a token, and returns all of the answer.
pub fn answer(address: SocketAddr, (method, path): (&str, &str), token: &str, body: &str) -> String {
    let mut wire = connect(address);
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    wire.write_all(request.as_bytes()).expect("the server takes the request");
    let mut answer = Vec::new();
    wire.read_to_end(&mut answer).expect("the answer ends as TLS ends");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends a request as [`answer`] does, and returns status and body of the answer.
pub fn ask(address: SocketAddr, asked: (&str, &str), token: &str, body: &str) -> (u16, String) {
    let answer = answer(address, asked, token, body);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (status.unwrap_or_else(|| panic!("no status line: {answer:?}")), body)
}

/// Asks as [`ask`] does, and returns the JSON of an answer of that status.
pub fn json(address: SocketAddr, asked: (&str, &str), token: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, answer) = ask(address, asked, token, &body);
    (status, serde_json::from_str(&answer).unwrap_or(Value::Null))
}

/// A WebSocket viewer under TLS.
pub struct Viewer(pub WebSocket<Wire>);

impl Viewer {
    /// Watches `path` over a socket that has agreed on keys.
    pub fn over(wire: Wire, address: SocketAddr, path: &str) -> Viewer {
        let request = format!("wss://{address}{path}").into_client_request().expect("a valid address");
        let (socket, _) = tungstenite::client(request, wire)
            .unwrap_or_else(|error| panic!("{path}: no answer to the handshake: {error}"));
        Viewer(socket)
    }

    /// Watches `path`.
    pub fn open(address: SocketAddr, path: &str) -> Viewer {
        Viewer::over(connect(address), address, path)
    }

    /// Returns the number of the next frame; the code with which the server closes instead, 0 without one.
    pub fn frame(&mut self) -> Result<u64, u16> {
        let jpeg = self.picture()?;
        Ok(comment_of(&jpeg).expect("the comment stands right after SOI").frame)
    }

    /// Returns the next frame; the code with which the server closes instead, 0 without one.
    pub fn picture(&mut self) -> Result<Bytes, u16> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.0.read() {
                Ok(Message::Binary(jpeg)) => return Ok(jpeg),
                Ok(Message::Close(frame)) => return Err(frame.map_or(0, |frame| frame.code.into())),
                Ok(_) => {}
                Err(_) => return Err(0),
            }
        }
        panic!("no frame within {PATIENCE:?}")
    }

    /// Reads the next `count` frames, whose numbers must rise.
    pub fn frames(&mut self, count: usize) -> Vec<u64> {
        let frames: Vec<u64> = (0..count).map(|_| self.frame().expect("it is open")).collect();
        assert!(frames.is_sorted_by(|one, next| one < next), "{frames:?}");
        frames
    }

    /// Reads the end behind the server's close.
    ///
    /// # Errors
    /// A connection that ends without TLS' own end.
    pub fn end(mut self) -> io::Result<usize> {
        self.0.get_mut().read(&mut [0])
    }

    /// Reads on until the server closes; the code, and how long that took.
    pub fn closed(&mut self) -> (u16, Duration) {
        let began = Instant::now();
        loop {
            if let Err(code) = self.frame() {
                return (code, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "it goes on and on");
        }
    }
}
