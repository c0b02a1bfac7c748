//! What goes over an RTSP connection: bytes in, messages out, and back.

use std::io::{self, BufRead, Read};

use crate::source::login::Challenge;

/// Most bytes of a message's head.
const LONGEST_HEAD: usize = 16 << 10;

/// Most bytes of a message's body.
const LONGEST_BODY: usize = 256 << 10;

/// What goes over an RTSP connection (RFC 2326, sections 4 and 10.12).
pub(super) enum Message {
    /// Interleaved data, with its four bytes of header.
    Packet(Vec<u8>),
    /// A request or an answer.
    Text(Text),
}

/// A request or an answer.
#[derive(Clone)]
pub(super) struct Text {
    /// The request line or the status line.
    pub(super) first: String,
    /// The header fields, each as it was written.
    pub(super) fields: Vec<String>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Message {
    /// The next message; `None` at the end.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Message>> {
        let Some(&first) = from.fill_buf()?.first() else { return Ok(None) };
        if first == b'$' {
            let mut head = [0; 4];
            from.read_exact(&mut head)?;
            let mut packet = head.to_vec();
            packet.resize(4 + usize::from(u16::from_be_bytes([head[2], head[3]])), 0);
            from.read_exact(&mut packet[4..])?;
            return Ok(Some(Message::Packet(packet)));
        }
        Text::read(from).map(|text| text.map(Message::Text))
    }
}

impl Text {
    /// The next text; `None` at the end.
    fn read(from: &mut impl BufRead) -> io::Result<Option<Text>> {
        let Some(mut lines) = read_head(from)? else { return Ok(None) };
        let (first, fields) = (lines.remove(0), lines);
        let mut text = Text { first, fields, body: Vec::new() };
        let length = text.field("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        if length > LONGEST_BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        text.body = vec![0; length];
        from.read_exact(&mut text.body)?;
        Ok(Some(text))
    }

    /// Values of all fields of that name.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.fields.iter().filter_map(|field| field.split_once(':'));
        named.filter(move |(other, _)| other.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Value of the first field of that name.
    fn field<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The status of an answer; `None` where the text is none.
    pub(super) fn status(&self) -> Option<u16> {
        self.first.strip_prefix("RTSP/")?.split(' ').nth(1)?.parse().ok()
    }

    /// Logins that an answer asks for.
    pub(super) fn challenges(&self) -> Vec<Challenge> {
        Challenge::all(self.all("www-authenticate"))
    }

    /// Bytes of the text as it is sent.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut head = self.first.clone();
        for field in &self.fields {
            head.push_str("\r\n");
            head.push_str(field);
        }
        head.push_str("\r\n\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// The lines of the next head, without the empty one at its end; `None` where nothing comes any more.
fn read_head(from: &mut impl BufRead) -> io::Result<Option<Vec<String>>> {
    let mut lines = Vec::new();
    let mut limited = from.take(LONGEST_HEAD as u64);
    loop {
        let mut line = Vec::new();
        if limited.read_until(b'\n', &mut line)? == 0 {
            return if lines.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        // Realms may be in any encoding.
        let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        match (line.is_empty(), lines.is_empty()) {
            (true, false) => return Ok(Some(lines)),
            // Some cameras send empty lines between messages.
            (true, true) => {}
            _ => lines.push(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(bytes: &[u8]) -> Vec<Message> {
        let mut from = bytes;
        std::iter::from_fn(|| Message::read(&mut from).ok().flatten()).collect()
    }

    #[test]
    fn texts_and_packets_are_told_apart() {
        let bytes = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc\
                      $\0\0\x02xy\r\nRTSP/1.0 200 OK\r\n\r\n";
        let read = messages(bytes);
        assert!(
            matches!(&read[0], Message::Text(text) if text.body == b"abc" && text.field("CSEQ") == Some("1"))
        );
        assert!(matches!(&read[1], Message::Packet(packet) if packet == b"$\0\0\x02xy"));
        assert!(matches!(&read[2], Message::Text(text) if text.bytes() == b"RTSP/1.0 200 OK\r\n\r\n"));
        assert_eq!(read.len(), 3);
    }
}
