//! WebSocket framing, RFC 6455 section 5.2, server to client only: unmasked, never fragmented.
//!
//! What comes in is read by `actix-ws`. What goes out is framed here, because a frame's header and picture
//! are laid out once and shared by all its viewers.

use bytes::Bytes;

/// The kinds of WebSocket frame this server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// A JSON message.
    Text = 0x1,
    /// A JPEG.
    Binary = 0x2,
    /// The end, with a code and a reason.
    Close = 0x8,
    /// A question whether the peer is alive.
    Ping = 0x9,
    /// The answer to a client's ping frame.
    Pong = 0xA,
}

/// Why a socket was closed, as RFC 6455 section 7.4 and this protocol number it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// The client closed, or the stream ended as asked.
    Normal = 1000,
    /// The server is stopping.
    GoingAway = 1001,
    /// A message is not understood, or asks for a level that does not exist.
    BadMessage = 1003,
    /// The credential is missing or wrong.
    Credential = 1008,
    /// A message is over the size limit.
    TooBig = 1009,
    /// The viewer limit is reached, or too many wrong tokens were sent.
    TryLater = 1013,
    /// There is no camera of that name.
    NoCamera = 4404,
}

/// Longest reason in a close frame, bytes: its payload is at most 125, two of them the code (RFC 6455 section
/// 5.5).
const MAX_REASON: usize = 123;

/// Bit of the first header byte that says that no fragment follows.
const FIN: u8 = 0x80;

/// Length of the longest [`header`], bytes.
pub const LONGEST_HEADER: usize = 10;

/// Returns the header of a frame with `length` bytes of payload: 2, 4 or 10 bytes.
pub fn header(opcode: Opcode, length: usize) -> Vec<u8> {
    let first = FIN | opcode as u8;
    match length {
        0..126 => vec![first, length as u8],
        126..0x1_0000 => [&[first, 126][..], &(length as u16).to_be_bytes()].concat(),
        _ => [&[first, 127][..], &(length as u64).to_be_bytes()].concat(),
    }
}

/// Returns a whole frame: header and payload.
pub fn framed(opcode: Opcode, payload: &[u8]) -> Bytes {
    [&header(opcode, payload.len()), payload].concat().into()
}

/// Returns the payload of a whole frame that this server made.
pub fn payload(frame: &Bytes) -> Bytes {
    let header = match frame.get(1) {
        Some(0..126) => 2,
        Some(126) => 4,
        _ => LONGEST_HEADER,
    };
    frame.slice(header.min(frame.len())..)
}

impl CloseCode {
    /// Returns a whole close frame with a reason, cut at a character where it is too long for one.
    pub fn framed(self, reason: &str) -> Bytes {
        let end =
            (0..=reason.len().min(MAX_REASON)).rev().find(|&end| reason.is_char_boundary(end)).unwrap_or(0);
        framed(Opcode::Close, &[&(self as u16).to_be_bytes(), &reason.as_bytes()[..end]].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_grows_with_the_payload() {
        assert_eq!(header(Opcode::Text, 125), [0x81, 125]);
        assert_eq!(header(Opcode::Binary, 126), [0x82, 126, 0, 126]);
        assert_eq!(header(Opcode::Binary, 65_535), [0x82, 126, 0xFF, 0xFF]);
        assert_eq!(header(Opcode::Binary, 65_536), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_frame_gives_its_payload_back() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let bytes = vec![7; length];
            assert_eq!(&payload(&framed(Opcode::Text, &bytes))[..], bytes, "{length} bytes");
        }
    }

    #[test]
    fn a_close_frame_carries_code_and_reason() {
        assert_eq!(&CloseCode::NoCamera.framed("no")[..], [0x88, 4, 0x11, 0x34, b'n', b'o']);
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character() {
        let frame = CloseCode::BadMessage.framed(&"é".repeat(100));
        assert_eq!(frame.len(), 2 + 2 + 122, "61 whole two-byte characters fit into 123 bytes");
        assert!(std::str::from_utf8(&frame[4..]).is_ok());
    }
}
