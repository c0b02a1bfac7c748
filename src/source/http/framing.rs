//! Where the body of an answer ends (RFC 9112, section 6): bytes of the connection in, bytes of the body out.
//! Pure.

use super::head::Head;

/// Most bytes of the line of a chunk's size.
const MOST_LINE_BYTES: usize = 1 << 10;

/// How a body is bounded, and how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Framing {
    /// The body ends with the connection.
    Endless,
    /// Bytes that are still to come.
    Length(u64),
    /// The body comes in chunks.
    Chunked(Chunk),
}

/// What comes next of a body in chunks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Chunk {
    /// A line with the next chunk's size, of which this has come.
    Size(Vec<u8>),
    /// Bytes of the body, that many.
    Data(u64),
    /// The line's end behind a chunk.
    DataEnd,
    /// Lines behind the last chunk; whether the present one is empty so far.
    Trailer { empty: bool },
    /// Nothing.
    Done,
}

/// A chunk's size that is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BadChunk;

impl Framing {
    /// The framing of an answer of pictures without end: what such an answer says about its length is not
    /// believed, since there are cameras that say 0 and 2147483647.
    pub fn of_stream(head: &Head) -> Self {
        if is_chunked(head) { Framing::Chunked(Chunk::Size(Vec::new())) } else { Framing::Endless }
    }

    /// The framing of an answer that ends.
    pub fn of(head: &Head) -> Self {
        if head.status == 304 || head.status == 204 {
            return Framing::Length(0);
        }
        if is_chunked(head) {
            return Framing::Chunked(Chunk::Size(Vec::new()));
        }
        let length = head.get("content-length").and_then(|value| value.parse().ok());
        length.map_or(Framing::Endless, Framing::Length)
    }

    /// Whether all has come.
    pub fn is_done(&self) -> bool {
        matches!(self, Framing::Length(0) | Framing::Chunked(Chunk::Done))
    }

    /// Whether the end is told without the connection's end.
    pub fn is_bounded(&self) -> bool {
        *self != Framing::Endless
    }

    /// Whether the end is told in advance.
    pub fn has_length(&self) -> bool {
        matches!(self, Framing::Length(_))
    }

    /// Appends to `body` what `raw` holds of it. Returns how many bytes of `raw` are done with: all, unless
    /// the body ends within.
    ///
    /// # Errors
    /// Where the next chunk's size makes no sense.
    pub fn take(&mut self, raw: &[u8], body: &mut Vec<u8>) -> Result<usize, BadChunk> {
        match self {
            Framing::Endless => {
                body.extend_from_slice(raw);
                Ok(raw.len())
            }
            Framing::Length(left) => Ok(take_up_to(left, raw, body)),
            Framing::Chunked(chunk) => {
                let mut done = 0;
                while done < raw.len() && *chunk != Chunk::Done {
                    done += chunk.take(&raw[done..], body)?;
                }
                Ok(done)
            }
        }
    }
}

impl Chunk {
    /// Appends to `body` what `raw` holds of it next. Returns how many bytes of `raw` are done with.
    fn take(&mut self, raw: &[u8], body: &mut Vec<u8>) -> Result<usize, BadChunk> {
        match self {
            Chunk::Size(line) => {
                let Some(end) = take_line(line, raw)? else { return Ok(raw.len()) };
                *self = match size(line)? {
                    0 => Chunk::Trailer { empty: true },
                    size => Chunk::Data(size),
                };
                Ok(end + 1)
            }
            Chunk::Data(left) => {
                let taken = take_up_to(left, raw, body);
                if *left == 0 {
                    *self = Chunk::DataEnd;
                }
                Ok(taken)
            }
            Chunk::DataEnd => {
                if raw[0] == b'\n' {
                    *self = Chunk::Size(Vec::new());
                }
                Ok(1)
            }
            Chunk::Trailer { empty } => {
                match raw[0] {
                    b'\n' if *empty => *self = Chunk::Done,
                    b'\n' => *empty = true,
                    b'\r' => {}
                    _ => *empty = false,
                }
                Ok(1)
            }
            Chunk::Done => Ok(0),
        }
    }
}

/// Appends to a line what `raw` holds of it. Returns where it ends in `raw`; `None` where it goes on.
fn take_line(line: &mut Vec<u8>, raw: &[u8]) -> Result<Option<usize>, BadChunk> {
    let end = raw.iter().position(|byte| *byte == b'\n');
    line.extend_from_slice(&raw[..end.unwrap_or(raw.len())]);
    if line.len() > MOST_LINE_BYTES { Err(BadChunk) } else { Ok(end) }
}

/// Appends as much of `raw` as is left to come, and counts it off.
fn take_up_to(left: &mut u64, raw: &[u8], body: &mut Vec<u8>) -> usize {
    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(raw.len());
    body.extend_from_slice(&raw[..taken]);
    *left -= taken as u64;
    taken
}

/// A chunk's size, in hexadecimal, before any extension.
fn size(line: &[u8]) -> Result<u64, BadChunk> {
    let text = std::str::from_utf8(line).map_err(|_| BadChunk)?;
    let digits = text.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16).map_err(|_| BadChunk)
}

/// Whether a body comes in chunks.
fn is_chunked(head: &Head) -> bool {
    head.get("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(lines: &str) -> Head {
        Head::parse(format!("HTTP/1.1 200 OK\r\n{lines}\r\n").as_bytes())
            .expect("is one")
            .expect("has come")
            .head
    }

    /// The body that comes in pieces of that size, and how many bytes were left over.
    fn body(framing: &Framing, raw: &[u8], piece: usize) -> Result<(Vec<u8>, usize, bool), BadChunk> {
        let (mut framing, mut body, mut over) = (framing.clone(), Vec::new(), 0);
        for raw in raw.chunks(piece) {
            over += raw.len() - framing.take(raw, &mut body)?;
        }
        Ok((body, over, framing.is_done()))
    }

    #[test]
    fn each_body_ends_where_its_head_says() {
        let chunked = b"4;x=y\r\nabcd\r\n2\r\nef\r\n0\r\nA: b\r\n\r\nmore";
        for piece in [1, 3, 100] {
            let chunks = Framing::of(&head("Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n"));
            assert_eq!(body(&chunks, chunked, piece), Ok((b"abcdef".to_vec(), 4, true)));
            assert_eq!(
                body(&Framing::of(&head("Content-Length: 3\r\n")), b"abcd", piece),
                Ok((b"abc".to_vec(), 1, true))
            );
            assert_eq!(body(&Framing::of(&head("")), b"abcd", piece), Ok((b"abcd".to_vec(), 0, false)));
        }
        assert!(
            !Framing::of(&head("")).is_bounded() && Framing::of(&head("Content-Length: 0\r\n")).is_done()
        );
    }

    #[test]
    fn the_length_of_what_has_no_end_is_not_believed() {
        for length in ["0", "2147483647", "many"] {
            assert_eq!(Framing::of_stream(&head(&format!("Content-Length: {length}\r\n"))), Framing::Endless);
        }
        assert!(Framing::of_stream(&head("Transfer-Encoding: chunked\r\n")).is_bounded());
    }

    #[test]
    fn a_size_that_is_none_is_noticed() {
        let chunks = Framing::Chunked(Chunk::Size(Vec::new()));
        for raw in [&b"xyz\r\n"[..], b"\r\n", b"-1\r\n", b"11111111111111111\r\n", &[b'1'; 2000]] {
            assert_eq!(body(&chunks, raw, 100), Err(BadChunk), "{}", String::from_utf8_lossy(raw));
        }
    }
}
