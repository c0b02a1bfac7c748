//! A connection to a camera on which no wait is longer than its deadline: requests out, heads and bodies in.
//!
//! An HTTP library of the usual kind has limits for a whole body or for each read, of which a trickle takes
//! any number, and refuses heads that cameras do send. TLS is FFmpeg's: cameras sign their certificates
//! themselves.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use url::{Host, Url};

use super::{
    failure::Failure,
    framing::Framing,
    head::{Head, Parsed},
};
use crate::tools::threads::{Role, spawn};

/// The port of `http`.
const PORT: u16 = 80;

/// How long connecting may take, the name's resolution included.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(4);

/// Bytes asked of the connection at once.
const CHUNK: usize = 64 << 10;

/// What a body may still bring behind what is needed of it, bytes, for its connection to be used again.
const MOST_DRAINED: usize = 64 << 10;

/// How long that may take.
const DRAINED_WITHIN: Duration = Duration::from_millis(300);

/// Where a camera is, as it may be told.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The host, unless what stands there may be part of a password.
    host: Option<String>,
    port: u16,
}

/// An open connection.
pub(super) struct Connection {
    stream: TcpStream,
    opened: Instant,
    /// What has come and is not taken yet.
    raw: Vec<u8>,
    chunk: Box<[u8]>,
}

/// The body of an answer, and the connection that it comes on.
pub(super) struct Body {
    connection: Connection,
    framing: Framing,
    keeps: bool,
}

impl Place {
    /// The address's host, as far as it may be shown, and its port.
    pub fn new(shown_host: Option<&str>, url: &Url) -> Place {
        Place { host: shown_host.map(str::to_owned), port: url.port().unwrap_or(PORT) }
    }

    fn told(&self) -> String {
        let Place { host, port } = self;
        host.as_ref().map_or_else(|| "the host".to_owned(), |host| format!("{host} port {port}"))
    }
}

impl Connection {
    /// Connects to the address's host.
    ///
    /// # Errors
    /// Why nobody answers.
    pub fn open(url: &Url, place: &Place, deadline: Instant) -> Result<Connection, Failure> {
        let deadline = deadline.min(Instant::now() + CONNECT_WITHIN);
        let found = resolve(url, place.port, deadline)?;
        let mut failure = Failure::HostUnknown { host: place.host.clone() };
        if found.is_empty() {
            return Err(failure);
        }
        for (n, address) in found.iter().enumerate() {
            let others = u32::try_from(found.len() - n).unwrap_or(u32::MAX);
            let limit = left(deadline).unwrap_or_default() / others;
            match TcpStream::connect_timeout(address, limit.max(Duration::from_millis(1))) {
                Ok(stream) => {
                    // A request leaves at once; where that cannot be had it leaves a little later.
                    let _ = stream.set_nodelay(true);
                    let chunk = vec![0; CHUNK].into_boxed_slice();
                    return Ok(Connection { stream, opened: Instant::now(), raw: Vec::new(), chunk });
                }
                Err(error) => failure = unreached(place, error.kind()),
            }
        }
        Err(failure)
    }

    /// Sends a request and reads the head of its answer.
    ///
    /// # Errors
    /// [`Failure::HungUp`] where not even that much came, [`Failure::Unanswered`] where it did not come in
    /// time.
    pub fn ask(&mut self, request: &[u8], deadline: Instant) -> Result<Head, Failure> {
        let began = Instant::now();
        let unanswered = || Failure::Unanswered(deadline.saturating_duration_since(began));
        let limit = left(deadline).ok_or_else(unanswered)?;
        // A camera that takes no request may have said why before it hung up, so this is found out by
        // reading.
        let _ = self.stream.set_write_timeout(Some(limit)).and_then(|()| self.stream.write_all(request));
        loop {
            match Head::parse(&self.raw) {
                Ok(Some(Parsed { head, length })) => {
                    self.raw.drain(..length);
                    return Ok(head);
                }
                Ok(None) => {}
                Err(_) => return Err(Failure::NotHttp),
            }
            match self.fill(deadline) {
                Filled::Some => {}
                Filled::Silent => return Err(unanswered()),
                Filled::Ended => return Err(self.hung_up()),
            }
        }
    }

    /// Whether a failed request found a connection that the camera had closed before.
    pub fn is_stale(&self) -> bool {
        self.raw.is_empty()
    }

    /// That the connection ended, before any picture.
    fn hung_up(&self) -> Failure {
        Failure::HungUp { after: self.opened.elapsed(), before_first: true }
    }

    /// Waits for more.
    fn fill(&mut self, deadline: Instant) -> Filled {
        let Some(limit) = left(deadline) else { return Filled::Silent };
        match self.stream.set_read_timeout(Some(limit)).and_then(|()| self.stream.read(&mut self.chunk)) {
            Ok(0) => Filled::Ended,
            Ok(read) => {
                self.raw.extend_from_slice(&self.chunk[..read]);
                Filled::Some
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Filled::Silent
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Filled::Some,
            Err(_) => Filled::Ended,
        }
    }
}

/// What waiting for more came to.
enum Filled {
    Some,
    Silent,
    Ended,
}

/// What reading a body came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Came {
    /// More of the body.
    Some,
    /// Nothing until the deadline.
    Silent,
    /// Nothing: the body has ended, or the connection has.
    End,
}

impl Body {
    /// The body that comes next on the connection.
    pub fn new(connection: Connection, head: &Head) -> Body {
        Body { connection, framing: Framing::of(head), keeps: head.keeps }
    }

    /// The body taken as one without end, of which some has been read already.
    pub fn endless(mut self, head: &Head) -> Body {
        // Nothing is lost by it: what a body in chunks has come to stays.
        if !matches!(self.framing, Framing::Chunked(_)) {
            self.framing = Framing::of_stream(head);
        }
        self
    }

    /// Whether its head tells where it ends.
    pub fn has_length(&self) -> bool {
        self.framing.has_length()
    }

    /// Time since the connection was opened.
    pub fn age(&self) -> Duration {
        self.connection.opened.elapsed()
    }

    /// Waits for more of it and appends that to `out`.
    pub fn read(&mut self, out: &mut Vec<u8>, deadline: Instant) -> Came {
        let before = out.len();
        loop {
            let connection = &mut self.connection;
            match self.framing.take(&connection.raw, out) {
                Ok(taken) => connection.raw.drain(..taken),
                Err(_) => return Came::End,
            };
            if out.len() > before {
                return Came::Some;
            }
            if self.framing.is_done() {
                return Came::End;
            }
            match connection.fill(deadline) {
                Filled::Some => {}
                Filled::Silent => return Came::Silent,
                Filled::Ended => return Came::End,
            }
        }
    }

    /// The connection, for another request: `None` if it ends with this body, or if what is left of it does
    /// not come soon.
    pub fn into_connection(mut self) -> Option<Connection> {
        if !self.keeps || !self.framing.is_bounded() {
            return None;
        }
        let deadline = Instant::now() + DRAINED_WITHIN;
        let mut rest = Vec::new();
        while !self.framing.is_done() {
            let came = self.read(&mut rest, deadline);
            let goes_on = came == Came::Some || self.framing.is_done();
            if !goes_on || rest.len() > MOST_DRAINED {
                return None;
            }
        }
        self.connection.raw.is_empty().then_some(self.connection)
    }
}

/// The time until then, if there is some.
fn left(deadline: Instant) -> Option<Duration> {
    deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}

/// The addresses of the host, none if it is not known. The system's resolver knows no limit of time, so it
/// has a thread.
fn resolve(url: &Url, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, Failure> {
    let name = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Ipv6(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Domain(name)) => name.to_owned(),
        None => String::new(),
    };
    let (done, is_done) = channel();
    let ask = move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Whoever asked may have given up.
        let _ = done.send(found.unwrap_or_default());
    };
    spawn(Role::Capture, "resolve", ask).map_err(|_| Failure::NoThread)?;
    // A resolver that is silent knows no host either.
    Ok(is_done.recv_timeout(left(deadline).unwrap_or_default()).unwrap_or_default())
}

fn unreached(place: &Place, kind: ErrorKind) -> Failure {
    let place = place.told();
    match kind {
        ErrorKind::ConnectionRefused => Failure::Refused { place },
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::Unreachable { place, why: None },
        kind => Failure::Unreachable { place, why: Some(kind) },
    }
}
