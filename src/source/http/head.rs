//! The head of an answer, as cameras write it: bytes in, out come status and headers. Pure.
//!
//! Lines may end in LF alone, names may have spaces, a line may be no header at all, and the status line may
//! be missing: what is not understood is passed over.

/// Most bytes of a head.
const MOST_BYTES: usize = 64 << 10;

/// The head of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    /// The status code; 200 where the status line is missing.
    pub status: u16,
    /// Whether the connection may be used again once the body has come.
    pub keeps: bool,
    headers: Vec<(String, String)>,
}

/// Why bytes are no head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NoHead;

/// A head that has come, and where the body begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parsed {
    /// The head.
    pub head: Head,
    /// Bytes that it takes, the empty line included.
    pub length: usize,
}

impl Head {
    /// Reads the head that `bytes` begin with; `None` until its empty line has come.
    ///
    /// # Errors
    /// Where it is no head of HTTP, or has no end.
    pub fn parse(bytes: &[u8]) -> Result<Option<Parsed>, NoHead> {
        if bytes.first().is_some_and(|first| !first.is_ascii_alphabetic()) {
            return Err(NoHead);
        }
        let mut head = Head { status: 0, keeps: false, headers: Vec::new() };
        let mut begin = 0;
        while let Some(end) = bytes[begin..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&bytes[begin..begin + end]);
            let line = line.trim_end();
            if begin == 0 {
                head.begin(line)?;
            } else if line.is_empty() {
                head.settle();
                return Ok(Some(Parsed { head, length: begin + end + 1 }));
            } else {
                head.add(line);
            }
            begin += end + 1;
        }
        if bytes.len() > MOST_BYTES { Err(NoHead) } else { Ok(None) }
    }

    /// Value of the first header of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Values of all headers of that name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Takes the first line: a status line or, where that is missing, a header.
    fn begin(&mut self, line: &str) -> Result<(), NoHead> {
        let mut words = line.split_ascii_whitespace();
        let protocol = words.next().unwrap_or_default();
        if protocol.starts_with("HTTP/") || protocol == "ICY" {
            self.status = words.next().and_then(|word| word.parse().ok()).ok_or(NoHead)?;
            self.keeps = protocol == "HTTP/1.1";
        } else if protocol.ends_with(':') {
            self.status = 200;
            self.add(line);
        } else {
            return Err(NoHead);
        }
        Ok(())
    }

    fn add(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            // A header that goes on.
            if let Some((_, value)) = self.headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            self.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    fn settle(&mut self) {
        let says = |word: &str| {
            self.all("connection")
                .flat_map(|value| value.split(','))
                .any(|said| said.trim().eq_ignore_ascii_case(word))
        };
        self.keeps = if self.keeps { !says("close") } else { says("keep-alive") };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::parse(text.as_bytes()).expect("is one").expect("has come").head
    }

    #[test]
    fn a_head_is_read_once_its_empty_line_has_come() {
        let text =
            b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nSET-COOKIE: a\r\nset-cookie: b\r\n\r\nbody";
        for end in 0..text.len() - 4 {
            assert_eq!(Head::parse(&text[..end]), Ok(None), "{end} bytes");
        }
        let Parsed { head, length } = Head::parse(text).expect("is one").expect("has come");
        assert_eq!(
            (head.status, head.get("content-type"), length),
            (200, Some("image/jpeg"), text.len() - 4)
        );
        assert_eq!(head.all("Set-Cookie").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_cameras_get_wrong_is_put_up_with() {
        for text in [
            "HTTP/1.1 200 OK\nContent-Type: multipart/mixed\n\n",
            "HTTP/1.0 200\r\nContent-Type : multipart/mixed\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nContent Disposition: inline\r\n\
             Content-Type: multipart/mixed\r\n\r\n",
            "HTTP/1.1 200 OK\r\nnothing at all\r\nContent-Type:\r\n  multipart/mixed\r\n\r\n",
            "Server: cam\r\nContent-Type: multipart/mixed\r\n\r\n",
            "ICY 200 OK\r\ncontent-type:multipart/mixed\r\n\r\n",
        ] {
            let head = head(text);
            assert_eq!(
                (head.status, head.get("content-type").map(str::trim)),
                (200, Some("multipart/mixed")),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_http_is_told_at_once() {
        for bytes in [
            &b"\xFF\xD8\xFF"[..],
            b"RTSP/1.0 200 OK\r\n",
            b"220 mail.example ready\r\n",
            b"SSH-2.0-cam\r\n",
            b"HTTP/1.1 fine\r\n",
        ] {
            assert_eq!(Head::parse(bytes), Err(NoHead), "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(
            Head::parse(&b"HTTP/1.1 200 OK\r\nA: b\r\n".repeat(4000)),
            Err(NoHead),
            "a head without an end"
        );
    }

    #[test]
    fn whether_the_connection_lasts_is_told_by_version_and_header() {
        for (text, keeps) in [
            ("HTTP/1.1 200 OK\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nConnection: Upgrade, Close\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", true),
            ("A: b\r\n\r\n", false),
        ] {
            assert_eq!(head(text).keeps, keeps, "{text}");
        }
    }
}
