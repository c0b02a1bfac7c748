//! A request of FFmpeg's to a proxy: its head in, where it leads and what the server is to get out.
//!
//! FFmpeg sends no bodies here, so a request is its head.

use std::io::{self, BufRead, Read};

use url::Url;

/// Most bytes of a head: FFmpeg's addresses have 4,096 at most, and its cookies as many.
const MOST_BYTES: u64 = 32 << 10;

/// A request.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    /// Host and port that it is for, as the address of their first page.
    pub(super) place: Url,
    /// Whether bytes are to be handed on both ways, whatever they are.
    pub(super) is_tunnel: bool,
    /// The request as the server itself is asked.
    pub(super) bytes: Vec<u8>,
}

impl Asked {
    /// Reads the next request; `None` where there is none.
    ///
    /// # Errors
    /// What the connection says, and [`io::ErrorKind::InvalidData`] where it is no request to a proxy.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Asked>> {
        let mut from = from.take(MOST_BYTES);
        let mut head = Vec::new();
        loop {
            let began = head.len();
            if from.read_until(b'\n', &mut head)? == 0 {
                let is_end = head.is_empty();
                return if is_end { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            if matches!(&head[began..], b"\r\n" | b"\n") {
                return Asked::of(&head).map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into());
            }
        }
    }

    /// Reads a whole head.
    fn of(head: &[u8]) -> Option<Asked> {
        let end = head.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = head.split_at(end + 1);
        let mut words = std::str::from_utf8(line).ok()?.trim_end().split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        if method == "CONNECT" {
            return Some(Asked { place: place(target)?, is_tunnel: true, bytes: Vec::new() });
        }
        let target = target.strip_prefix("http://")?;
        let (authority, path) = target.split_at(target.find(['/', '?']).unwrap_or(target.len()));
        let root = if path.starts_with('/') { "" } else { "/" };
        let mut bytes = format!("{method} {root}{path} {version}\r\n").into_bytes();
        bytes.extend_from_slice(rest);
        Some(Asked { place: place(authority)?, is_tunnel: false, bytes })
    }
}

/// The address of the first page of a host, without a user.
fn place(authority: &str) -> Option<Url> {
    let url = Url::parse(&format!("http://{authority}/")).ok()?;
    (url.path() == "/" && url.query().is_none() && url.username().is_empty() && url.password().is_none())
        .then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<Option<Asked>> {
        Asked::read(&mut text.as_bytes())
    }

    #[test]
    fn a_request_is_turned_into_one_to_the_server_itself() {
        for (line, place, asked) in [
            ("GET http://cam:8080/a/b?c=d HTTP/1.1", "http://cam:8080/", "GET /a/b?c=d HTTP/1.1"),
            ("GET http://cam:80/a%20b HTTP/1.1", "http://cam/", "GET /a%20b HTTP/1.1"),
            ("GET http://cam HTTP/1.0", "http://cam/", "GET / HTTP/1.0"),
            ("GET http://cam?a=b HTTP/1.1", "http://cam/", "GET /?a=b HTTP/1.1"),
            ("GET http://[fd00::1]:81/ HTTP/1.1", "http://[fd00::1]:81/", "GET / HTTP/1.1"),
        ] {
            let read = read(&format!("{line}\r\nHost: cam\r\nRange: bytes=7-\r\n\r\nmore")).expect("is one");
            let read = read.expect("is one");
            assert_eq!((read.place.as_str(), read.is_tunnel), (place, false), "{line}");
            let bytes = format!("{asked}\r\nHost: cam\r\nRange: bytes=7-\r\n\r\n");
            assert_eq!(String::from_utf8(read.bytes).expect("is text"), bytes);
        }
    }

    #[test]
    fn a_tunnel_is_for_a_host_and_a_port() {
        let read =
            read("CONNECT cam.example:443 HTTP/1.1\r\nHost: x\r\n\r\n").expect("is one").expect("is one");
        assert_eq!((read.place.as_str(), read.is_tunnel), ("http://cam.example:443/", true));
    }

    #[test]
    fn what_is_no_request_to_a_proxy_is_refused() {
        assert_eq!(read("").expect("nothing came"), None);
        for text in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET https://cam/ HTTP/1.1\r\n\r\n",
            "GET http://cam/\r\n\r\n",
            "GET http://cam/ a HTTP/1.1\r\n\r\n",
            "GET http://me:pw@cam/ HTTP/1.1\r\n\r\n",
            "GET http:///etc/passwd HTTP/1.1\r\n\r\n",
            "CONNECT cam:443/x HTTP/1.1\r\n\r\n",
            "CONNECT :443 HTTP/1.1\r\n\r\n",
            "\x16\x03\x01\n\n",
            "GET http://cam/ HTTP/1.1\r\nHost: cam\r\n",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(read(&format!("GET http://cam/{} HTTP/1.1\r\n\r\n", "x".repeat(40_000))).is_err());
    }
}
