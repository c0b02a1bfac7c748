//! Answers that wait for a viewer's socket.

use bytes::Bytes;

/// Answers that wait for the socket: the newest of each kind, already framed.
#[derive(Default)]
pub(in crate::transport) struct Replies {
    /// To a `ping` message.
    pub echo: Option<Bytes>,
    /// To a ping frame.
    pub pong: Option<Bytes>,
    /// A change of level.
    pub level: Option<Bytes>,
    /// A ping frame of our own.
    pub ping: Option<Bytes>,
}

impl Replies {
    /// The most urgent one.
    pub fn next(&mut self) -> Option<Bytes> {
        [&mut self.level, &mut self.echo, &mut self.pong, &mut self.ping].into_iter().find_map(Option::take)
    }
}
