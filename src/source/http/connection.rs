//! A connection to a camera on which no wait is longer than its deadline: requests out, heads of answers in.
//!
//! An HTTP library of the usual kind has limits for a whole body or for each read, of which a trickle takes
//! any number, and refuses heads that cameras do send. TLS is FFmpeg's: cameras sign their certificates
//! themselves.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use url::Url;

use super::{
    deadline::left,
    failure::Failure,
    head::{Head, Parsed},
    place::Place,
};
use crate::source::reach;

/// Longest time that connecting may take, the name's resolution included.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(4);

/// Most bytes that are asked of a connection at once.
const CHUNK: usize = 64 << 10;

/// An open connection.
pub(super) struct Connection {
    stream: TcpStream,
    pub(super) opened: Instant,
    /// What has come and is not taken yet.
    pub(super) raw: Vec<u8>,
    chunk: Box<[u8]>,
}

impl Connection {
    /// Connects to the address's host.
    ///
    /// # Errors
    /// Why nobody answers, or is asked.
    pub fn open(url: &Url, place: &Place, deadline: Instant) -> Result<Connection, Failure> {
        let deadline = deadline.min(Instant::now() + CONNECT_WITHIN);
        let found = reach::resolve(url, place.port, deadline).map_err(|error| {
            if reach::is_refusal(&error) { Failure::ForbiddenAddress } else { Failure::NoThread }
        })?;
        if found.is_empty() {
            return Err(Failure::HostUnknown { host: place.host.clone() });
        }
        let stream = reach::connect(&found, deadline).map_err(|error| place.unreached(error.kind()))?;
        // A request leaves at once; where that cannot be had it leaves a little later.
        let _ = stream.set_nodelay(true);
        let chunk = vec![0; CHUNK].into_boxed_slice();
        Ok(Connection { stream, opened: Instant::now(), raw: Vec::new(), chunk })
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

    /// The failure of a connection that ended before any picture.
    fn hung_up(&self) -> Failure {
        Failure::HungUp { after: self.opened.elapsed(), before_first: true }
    }

    /// Waits for more to come.
    pub(super) fn fill(&mut self, deadline: Instant) -> Filled {
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
pub(super) enum Filled {
    /// Something came.
    Some,
    /// Nothing came until the deadline.
    Silent,
    /// The connection has ended.
    Ended,
}
