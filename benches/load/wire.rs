//! WebSocket frames and the JPEG's comment segment, as pure functions of bytes.
//!
//! In: bytes as they come from a server. Out: whole messages, of which only the first [`KEPT`] bytes are
//! kept unless all are wanted, and masked frames to send. Not here: sockets, clocks, the upgrade
//! (`handshake.rs`). Fragmented messages are an error: a server that sends one JPEG per message has no reason
//! to cut it.

/// Most bytes kept of each message: a comment segment is about 200 at most, a control frame 125.
pub const KEPT: usize = 256;
/// Longest message, bytes; a longer one is taken for a broken stream: the largest 720p JPEG at level 95 is
/// far below 1 MiB.
const LONGEST_BYTES: u64 = 64 << 20;

/// Kind of a WebSocket frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Kind {
    /// Returns the number on the wire (RFC 6455, section 5.2).
    fn opcode(self) -> u8 {
        match self {
            Kind::Text => 1,
            Kind::Binary => 2,
            Kind::Close => 8,
            Kind::Ping => 9,
            Kind::Pong => 10,
        }
    }
}

/// What a server sent that this client does not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WireError {
    #[error("the server cuts messages into several frames, which this client does not read")]
    Fragmented,
    #[error("the server sent a frame with opcode {0}, which does not exist")]
    Opcode(u8),
    #[error("the server masked a frame or set a reserved bit (first bytes {0:02x} {1:02x})")]
    Bits(u8, u8),
    #[error("the server announced a message of {0} bytes")]
    TooLong(u64),
}

/// One frame's header: what follows it and how long that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub kind: Kind,
    pub payload_bytes: u64,
}

/// Returns the length of a server's frame header before a payload of so many bytes (RFC 6455, section 5.2).
pub fn header_bytes(payload_bytes: u64) -> u64 {
    match payload_bytes {
        0..126 => 2,
        126..65_536 => 4,
        _ => 10,
    }
}

/// Reads a server's frame header of 2, 4 or 10 bytes; `None` while `bytes` is too short.
pub fn parse_header(bytes: &[u8]) -> Result<Option<Header>, WireError> {
    let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
    if first & 0x70 != 0 || second & 0x80 != 0 {
        return Err(WireError::Bits(first, second));
    }
    let kind = match first & 0x0f {
        0 => return Err(WireError::Fragmented),
        1 => Kind::Text,
        2 => Kind::Binary,
        8 => Kind::Close,
        9 => Kind::Ping,
        10 => Kind::Pong,
        other => return Err(WireError::Opcode(other)),
    };
    if first & 0x80 == 0 {
        return Err(WireError::Fragmented);
    }
    let extended = match second {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let Some(length) = rest.get(..extended) else { return Ok(None) };
    let payload_bytes = match extended {
        0 => u64::from(second),
        _ => length.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
    };
    if payload_bytes > LONGEST_BYTES {
        Err(WireError::TooLong(payload_bytes))
    } else {
        Ok(Some(Header { kind, payload_bytes }))
    }
}

/// A message that has arrived to its last byte.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<'a> {
    pub kind: Kind,
    pub payload_bytes: u64,
    /// The first bytes of the payload, at most [`KEPT`] unless all are wanted.
    pub start: &'a [u8],
}

/// Cuts a byte stream into messages; holds [`KEPT`] bytes whatever their size, unless all are wanted.
pub struct Decoder {
    /// Most bytes of a message that are kept.
    most: usize,
    header_bytes: Vec<u8>,
    current: Option<Header>,
    left: u64,
    kept: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::keeping(KEPT)
    }
}

impl Decoder {
    /// Makes a decoder that keeps up to `most` bytes of each message.
    pub fn keeping(most: usize) -> Self {
        Decoder { most, header_bytes: Vec::new(), current: None, left: 0, kept: Vec::new() }
    }

    /// Takes bytes off `input` until one message is complete (`Some`) or nothing is left (`None`).
    pub fn feed(&mut self, input: &mut &[u8]) -> Result<Option<Message<'_>>, WireError> {
        while self.current.is_none() {
            let Some((&byte, rest)) = input.split_first() else { return Ok(None) };
            *input = rest;
            self.header_bytes.push(byte);
            if let Some(header) = parse_header(&self.header_bytes)? {
                self.header_bytes.clear();
                self.kept.clear();
                self.left = header.payload_bytes;
                self.current = Some(header);
            }
        }
        let taken = input.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let (payload, rest) = input.split_at(taken);
        *input = rest;
        let wanted = payload.len().min(self.most - self.kept.len());
        self.kept.extend_from_slice(&payload[..wanted]);
        Ok(self.skip(taken as u64))
    }

    /// Returns the payload bytes still to come that nobody will look at, so that the kernel may throw them
    /// away.
    pub fn skippable(&self) -> u64 {
        if self.current.is_some() && self.kept.len() == self.most { self.left } else { 0 }
    }

    /// Notes that `bytes` of the payload went by; the message, when these were its last.
    pub fn skip(&mut self, bytes: u64) -> Option<Message<'_>> {
        self.left -= bytes;
        if self.left > 0 {
            return None;
        }
        let header = self.current.take()?;
        Some(Message { kind: header.kind, payload_bytes: header.payload_bytes, start: &self.kept })
    }
}

/// Appends a client's frame to `out`, masked with `key`. `payload` is at most 65,535 bytes.
pub fn push_masked(out: &mut Vec<u8>, kind: Kind, payload: &[u8], key: [u8; 4]) {
    out.push(0x80 | kind.opcode());
    match u8::try_from(payload.len()) {
        Ok(short @ ..=125) => out.push(0x80 | short),
        _ => {
            let length =
                u16::try_from(payload.len()).expect("a client of this generator sends acks and pongs only");
            out.push(0x80 | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(&key);
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// Returns a server's frame: header and payload in one piece.
pub fn server_frame(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x80 | kind.opcode()];
    match payload.len() {
        short @ ..=125 => out.push(short as u8),
        medium @ ..=65_535 => out.extend_from_slice(&[126, (medium >> 8) as u8, medium as u8]),
        long => {
            out.push(127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
    out
}

/// A level at a tier, as numbers of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// JPEG quality.
    pub level: u8,
    /// Divisor of each axis.
    pub scale: u8,
}

/// What the comment segment says that a viewer measures by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Number of the frame.
    pub frame: u64,
    /// When the source returned the picture: UTC, microseconds since the Unix epoch.
    pub captured_us: u64,
    /// Level and tier of the picture.
    pub rung: Rung,
    /// Whether the picture is the one shown while the camera gives none.
    pub slate: bool,
    /// What a delta frame says besides; `None` of a complete picture.
    pub delta: Option<Delta>,
}

/// What the comment of a delta frame says besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delta {
    /// Number of the frame that it applies to, or an earlier one.
    pub base: u64,
    /// Blocks that it holds.
    pub blocks: u64,
    /// Bytes that a complete picture would take.
    pub whole: u64,
    /// Which blocks these are.
    pub kind: DeltaKind,
}

/// Which blocks a delta frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeltaKind {
    /// All that changed.
    Changed,
    /// A part of a picture that takes several messages.
    Sweep,
    /// Sharper ones of the frame that came last.
    Refined,
}

/// Reads `steadycast/1 … frame=… captured_us=… level=… scale=…` from the comment segment right after SOI;
/// `None` where the JPEG carries none.
pub fn parse_comment(jpeg: &[u8]) -> Option<Comment> {
    let rest = jpeg.strip_prefix(&[0xff, 0xd8, 0xff, 0xfe])?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let text = rest.get(..usize::from(u16::from_be_bytes(*length)).checked_sub(2)?)?;
    let words = std::str::from_utf8(text).ok()?.strip_prefix("steadycast/1 ")?;
    let value = |name: &str| {
        words.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse::<u64>().ok())
    };
    let small = |name| u8::try_from(value(name)?).ok();
    let rung = Rung { level: small("level")?, scale: small("scale")? };
    let kind = match (value("refined"), value("sweep")) {
        (Some(1), _) => DeltaKind::Refined,
        (_, Some(1)) => DeltaKind::Sweep,
        _ => DeltaKind::Changed,
    };
    let delta = value("base").zip(value("blocks")).zip(value("whole"));
    Some(Comment {
        frame: value("frame")?,
        captured_us: value("captured_us")?,
        rung,
        slate: value("slate") == Some(1),
        delta: delta.map(|((base, blocks), whole)| Delta { base, blocks, whole, kind }),
    })
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
