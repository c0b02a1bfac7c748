//! The body of an answer, piece by piece: what comes on its connection in, bytes of the body out.

use std::time::{Duration, Instant};

use super::{
    connection::{Connection, Filled},
    framing::Framing,
    head::Head,
};

/// Most bytes that a body may bring behind what is needed of it for its connection to be used again.
const MOST_DRAINED: usize = 64 << 10;

/// Longest wait for the rest of a body whose connection is to be used again.
const DRAINED_WITHIN: Duration = Duration::from_millis(300);

/// The body of an answer, and the connection that it comes on.
pub(super) struct Body {
    connection: Connection,
    framing: Framing,
    keeps: bool,
}

/// What reading a body came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Came {
    /// More of the body.
    Some,
    /// Nothing until the deadline.
    Silent,
    /// Nothing, since the body has ended, or the connection has.
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

    /// Whether the head tells where the body ends.
    pub fn has_length(&self) -> bool {
        self.framing.has_length()
    }

    /// Time since the connection was opened.
    pub fn age(&self) -> Duration {
        self.connection.opened.elapsed()
    }

    /// Waits for more of the body and appends that to `out`.
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

    /// The connection, for another request; `None` where it ends with this body, or where the rest of the
    /// body does not come soon.
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
