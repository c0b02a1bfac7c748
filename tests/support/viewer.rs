//! A WebSocket viewer that checks what it gets: each binary message a whole JPEG with its comment, numbers
//! strictly rising but for sharper blocks, which belong to the frame before, and key frames that it asked
//! for, which may be of that frame.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;
use socket2::{Domain, Socket, Type};
use steadycast::protocol::{Comment, comment_of};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    client::IntoClientRequest,
    http::{HeaderName, HeaderValue},
};

use super::wait::PATIENCE;

/// Size of a receive buffer, bytes, so small that a viewer which stops reading is noticed after a frame or
/// two.
const SMALL_BUFFER: usize = 4096;

/// Time after which a waiting viewer looks whether it has waited too long.
const TICK: Duration = Duration::from_millis(50);

/// A picture that arrived.
pub struct Frame {
    /// What its comment segment says.
    pub comment: Comment,
    /// The whole message.
    pub jpeg: Vec<u8>,
    /// When it arrived.
    pub at: Instant,
}

impl Frame {
    /// Returns the JPEG without its comment segment: the same for the same picture at the same level.
    pub fn picture(&self) -> &[u8] {
        let comment = usize::from(u16::from_be_bytes([self.jpeg[4], self.jpeg[5]]));
        &self.jpeg[4 + comment..]
    }
}

/// What arrived.
pub enum Heard {
    /// A picture.
    Frame(Frame),
    /// A JSON message.
    Text(Value),
    /// The answer to a ping frame.
    Pong(Vec<u8>),
    /// The server closes, with code and reason.
    Close(u16, String),
    /// The connection ended.
    Gone,
}

/// A viewer of one camera.
pub struct Viewer {
    /// The socket, for tests that break the rules.
    pub socket: WebSocket<TcpStream>,
    last: Option<u64>,
    /// Whether the viewer has ever asked for a key frame.
    asks_keys: bool,
    /// Frames that the viewer did not get, told by the gaps in their numbers.
    pub gaps: u64,
}

impl Viewer {
    /// Watches `path`, such as `/websocket/80`.
    pub fn open(address: SocketAddr, path: &str) -> Viewer {
        Viewer::try_open(address, path, &[])
            .unwrap_or_else(|status| panic!("{path} is refused with {status}"))
    }

    /// Watches `path` with a receive buffer so small that it fills at once.
    pub fn open_narrow(address: SocketAddr, path: &str) -> Viewer {
        Viewer::connect(narrow(address), address, path, &[])
            .unwrap_or_else(|status| panic!("{path} is refused with {status}"))
    }

    /// Watches `path`, asking with more headers.
    ///
    /// # Errors
    /// The HTTP status, if the server does not upgrade.
    pub fn try_open(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Viewer, u16> {
        Viewer::connect(TcpStream::connect(address).expect("the server listens"), address, path, headers)
    }

    fn connect(
        stream: TcpStream,
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Viewer, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().expect("a valid address");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
        stream.set_nodelay(true).expect("small messages can leave at once");
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => {
                socket.get_ref().set_read_timeout(Some(TICK)).expect("a limit can be set");
                Ok(Viewer { socket, last: None, asks_keys: false, gaps: 0 })
            }
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{path}: no answer to the handshake: {error}"),
        }
    }

    /// Returns the next thing that arrives, within [`PATIENCE`].
    pub fn next(&mut self) -> Heard {
        self.next_within(PATIENCE).unwrap_or_else(|| panic!("nothing arrives within {PATIENCE:?}"))
    }

    /// Returns the next thing that arrives; `None` after `limit`.
    pub fn next_within(&mut self, limit: Duration) -> Option<Heard> {
        let deadline = Instant::now() + limit;
        loop {
            let message = match self.socket.read() {
                Ok(message) => message,
                Err(tungstenite::Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if Instant::now() >= deadline {
                        return None;
                    }
                    continue;
                }
                Err(_) => return Some(Heard::Gone),
            };
            return Some(match message {
                Message::Binary(jpeg) => Heard::Frame(self.checked(jpeg.to_vec())),
                Message::Text(text) => {
                    Heard::Text(serde_json::from_str(&text).expect("a text message is JSON"))
                }
                Message::Pong(payload) => Heard::Pong(payload.to_vec()),
                Message::Close(Some(frame)) => Heard::Close(frame.code.into(), frame.reason.to_string()),
                Message::Close(None) => Heard::Gone,
                Message::Ping(_) | Message::Frame(_) => continue,
            });
        }
    }

    /// Returns the next picture, passing over messages.
    pub fn frame(&mut self) -> Frame {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.next() {
                Heard::Frame(frame) => return frame,
                Heard::Close(code, reason) => panic!("closed with {code} {reason:?} instead of a frame"),
                Heard::Gone => panic!("the connection ended instead of a frame"),
                _ => {}
            }
        }
        panic!("no frame within {PATIENCE:?}")
    }

    /// Returns the next `count` pictures.
    pub fn frames(&mut self, count: usize) -> Vec<Frame> {
        (0..count).map(|_| self.frame()).collect()
    }

    /// Pictures that arrive while the camera captures `count` more, from the next one on.
    pub fn frames_of(&mut self, count: u64) -> Vec<Frame> {
        let mut frames = vec![self.frame()];
        let last = frames[0].comment.frame + count;
        while frames[frames.len() - 1].comment.frame < last {
            frames.push(self.frame());
        }
        frames
    }

    /// Returns the pictures that arrive in `time`.
    pub fn frames_for(&mut self, time: Duration) -> Vec<Frame> {
        let deadline = Instant::now() + time;
        let mut frames = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next_within(left) {
                Some(Heard::Frame(frame)) if !left.is_zero() => frames.push(frame),
                Some(Heard::Close(code, reason)) => panic!("closed with {code} {reason:?} while watching"),
                Some(Heard::Gone) => panic!("the connection ended while watching"),
                Some(_) if !left.is_zero() => {}
                _ => return frames,
            }
        }
    }

    /// Returns the next message of a type, passing over everything else.
    pub fn text(&mut self, kind: &str) -> Value {
        self.text_where(kind, PATIENCE, |_| true)
    }

    /// Returns the next message of a type for which `fits` holds, within `limit`.
    pub fn text_where(&mut self, kind: &str, limit: Duration, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            match self.next_within(TICK) {
                Some(Heard::Text(value)) if value["type"] == kind && fits(&value) => return value,
                Some(Heard::Close(code, reason)) => {
                    panic!("closed with {code} {reason:?} instead of a {kind} message")
                }
                Some(Heard::Gone) => panic!("the connection ended instead of a {kind} message"),
                _ => {}
            }
        }
        panic!("no such {kind} message within {limit:?}")
    }

    /// Returns the code and the reason with which the server closes, passing over everything else.
    pub fn closing(&mut self) -> (u16, String) {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.next_within(TICK) {
                Some(Heard::Close(code, reason)) => return (code, reason),
                Some(Heard::Gone) => panic!("the connection ended without a close message"),
                _ => {}
            }
        }
        panic!("not closed within {PATIENCE:?}")
    }

    /// Waits until the server ends the connection itself.
    pub fn ended(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if matches!(self.next_within(TICK), Some(Heard::Gone)) {
                return;
            }
        }
        panic!("the connection is still there after {PATIENCE:?}")
    }

    /// Waits until the server closes; its code and reason.
    pub fn closed(&mut self) -> (u16, String) {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.next() {
                Heard::Close(code, reason) => return (code, reason),
                Heard::Gone => panic!("the connection ended without a close frame"),
                _ => {}
            }
        }
        panic!("not closed within {PATIENCE:?}")
    }

    /// Sends a JSON message.
    pub fn say(&mut self, message: &Value) {
        self.asks_keys |= message["type"] == "key";
        self.send(Message::text(message.to_string()));
    }

    /// Sends anything.
    pub fn send(&mut self, message: Message) {
        self.socket.send(message).expect("the server takes the message");
    }

    /// Acknowledges a frame.
    pub fn ack(&mut self, frame: &Frame) {
        self.say(&serde_json::json!({ "type": "ack", "frame": frame.comment.frame }));
    }

    fn checked(&mut self, jpeg: Vec<u8>) -> Frame {
        assert!(
            jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]),
            "a binary message is one whole JPEG"
        );
        let comment = comment_of(&jpeg).expect("the comment stands right after SOI");
        let may_repeat = comment.delta.map_or(self.asks_keys, |delta| delta.refined);
        if let Some(last) = self.last.replace(comment.frame) {
            let follows = comment.frame > last || may_repeat && comment.frame == last;
            assert!(follows, "frame {} after frame {last}", comment.frame);
            self.gaps += comment.frame.saturating_sub(last + 1);
        }
        Frame { comment, jpeg, at: Instant::now() }
    }
}

/// A connection with a small receive buffer, set before connecting, when the window is agreed on.
pub fn narrow(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(SMALL_BUFFER).expect("the buffer can be small");
    socket.connect(&address.into()).expect("the server listens");
    socket.into()
}

/// Width and height of a JPEG that decodes to the last row.
pub fn decoded_size(jpeg: &[u8]) -> (usize, usize) {
    let picture = turbojpeg::decompress(jpeg, turbojpeg::PixelFormat::GRAY).expect("the JPEG decodes");
    (picture.width, picture.height)
}
