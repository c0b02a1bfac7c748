//! The body of `multipart/x-mixed-replace`, as cameras send it: bytes in as they come, parts out as soon as they are whole. Pure.
//!
//! Cameras differ from RFC 2046 and from each other: the boundary may be quoted, may have its dashes already, lines may end in LF, and
//! `Content-Length` may be missing or wrong. What a part holds is not looked at, but for where a JPEG ends.

use thiserror::Error;

/// Bytes that a part may have: more than the largest picture of a 4K camera.
const MOST_BYTES: usize = 16 << 20;

/// Bytes that a part's headers, or the line of a boundary, may have.
const MOST_HEADER_BYTES: usize = 8 << 10;

/// A stream that does not keep to any bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a picture or its headers are larger than any camera's")]
pub struct TooLarge;

/// Takes a body apart.
#[derive(Debug)]
pub(super) struct Parts {
    /// Two dashes and the boundary without those that it may have itself.
    delimiter: Vec<u8>,
    /// What has come and is not taken yet.
    buffer: Vec<u8>,
    at: At,
}

/// What the buffer begins with.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// Something before the next delimiter.
    Outside,
    /// Headers of a part.
    Headers,
    /// A part of that length, or one that ends at the next delimiter, of which so many bytes hold none.
    Body { length: Option<usize>, searched: usize },
}

impl Parts {
    /// Takes the body of that content type apart; `None` if it is not one of this kind.
    pub fn of(content_type: &str) -> Option<Parts> {
        let (kind, parameters) = content_type.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("multipart/x-mixed-replace") {
            return None;
        }
        let boundary = parameters.split(';').filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
            name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').trim_start_matches('-'))
        })?;
        if boundary.is_empty() || boundary.len() > MOST_HEADER_BYTES / 2 {
            return None;
        }
        Some(Parts { delimiter: [b"--", boundary.as_bytes()].concat(), buffer: Vec::new(), at: At::Outside })
    }

    /// Takes what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next part that is whole; `None` until more has come.
    ///
    /// # Errors
    /// Where a part is too large. Nothing good is to be expected then.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, TooLarge> {
        loop {
            let went_on = match self.at {
                At::Outside => self.skip_delimiter(),
                At::Headers => self.read_headers()?,
                At::Body { length, searched } => {
                    let Some(end) = self.end_of_body(length, searched)? else { return Ok(None) };
                    self.at = At::Outside;
                    return Ok(Some(self.take(end)));
                }
            };
            if !went_on {
                return Ok(None);
            }
        }
    }

    /// Drops all up to the end of the next delimiter's line, if that has come.
    fn skip_delimiter(&mut self) -> bool {
        let Some(begin) = self.find_delimiter(0) else {
            // Its beginning may be what came last.
            let kept = self.buffer.len().min(self.delimiter.len() - 1);
            self.buffer.drain(..self.buffer.len() - kept);
            return false;
        };
        self.buffer.drain(..begin);
        match self.buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                self.buffer.drain(..=end);
                self.at = At::Headers;
                true
            }
            None if self.buffer.len() > MOST_HEADER_BYTES => {
                // No line: something that looks like a delimiter.
                self.buffer.drain(..self.delimiter.len());
                true
            }
            None => false,
        }
    }

    /// Reads headers up to the empty line, if that has come.
    fn read_headers(&mut self) -> Result<bool, TooLarge> {
        let (mut begin, mut length) = (0, None);
        while let Some(end) = self.buffer[begin..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.buffer[begin..begin + end]);
            let line = line.trim();
            begin += end + 1;
            if line.is_empty() {
                self.buffer.drain(..begin);
                self.at = At::Body { length, searched: 0 };
                return Ok(true);
            }
            if let Some((name, value)) = line.split_once(':')
                && name.trim().eq_ignore_ascii_case("content-length")
            {
                // Zero is what some say who do not know.
                length = value.trim().parse().ok().filter(|length| *length > 0);
            }
        }
        if self.buffer.len() > MOST_HEADER_BYTES { Err(TooLarge) } else { Ok(false) }
    }

    /// Where the part ends, if that has come.
    fn end_of_body(&mut self, length: Option<usize>, searched: usize) -> Result<Option<usize>, TooLarge> {
        if length.unwrap_or(self.buffer.len()) > MOST_BYTES {
            return Err(TooLarge);
        }
        if let Some(length) = length {
            return Ok((self.buffer.len() >= length).then_some(length));
        }
        if let Some(end) = self.find_delimiter(searched) {
            return Ok(Some(end));
        }
        // A picture that has ended is not held back until the next one begins: the delimiter may come only then.
        let ended = self.buffer.trim_ascii_end().ends_with(&[0xFF, 0xD9]);
        self.at = At::Body { length, searched: self.buffer.len().saturating_sub(self.delimiter.len() - 1) };
        Ok(ended.then_some(self.buffer.len()))
    }

    /// The buffer's first bytes.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(end);
        std::mem::replace(&mut self.buffer, rest)
    }

    /// Where the next delimiter begins, looked for from `from` on.
    fn find_delimiter(&self, from: usize) -> Option<usize> {
        let wanted = &self.delimiter[..];
        let mut at = from;
        loop {
            at += self.buffer.get(at..)?.iter().position(|byte| *byte == b'-')?;
            if self.buffer[at..].starts_with(wanted) {
                return Some(at);
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/x-mixed-replace; boundary=frame";

    /// All parts of a body that comes in pieces of that size.
    fn parts(content_type: &str, body: &[u8], piece: usize) -> Vec<Vec<u8>> {
        let mut parts = Parts::of(content_type).expect("a multipart type");
        let mut found = Vec::new();
        for bytes in body.chunks(piece) {
            parts.push(bytes);
            while let Some(part) = parts.next().expect("keeps to its bounds") {
                found.push(part.trim_ascii_end().to_vec());
            }
        }
        found
    }

    #[test]
    fn a_boundary_may_be_quoted_or_have_its_dashes() {
        for boundary in ["frame", "\"frame\"", "--frame", "\"--frame\"", "frame; charset=utf-8"] {
            let content_type = format!("Multipart/X-Mixed-Replace;BOUNDARY={boundary}");
            let body = b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\none\r\n--frame\r\n\r\ntwo\r\n--frame--\r\n";
            for piece in [1, 7, 1000] {
                assert_eq!(parts(&content_type, body, piece), [b"one", b"two"], "{boundary} by {piece}");
            }
        }
    }

    #[test]
    fn dashes_doubled_in_the_body_are_no_matter() {
        let body = b"----frame\nContent-Length: 3\n\none\n----frame\n\ntwo\n----frame\n";
        let found = parts("multipart/x-mixed-replace; boundary=--frame", body, 5);
        assert_eq!(found.len(), 2);
        assert!(found[0] == b"one" && found[1].starts_with(b"two"));
    }

    #[test]
    fn a_length_is_believed_even_where_the_picture_holds_a_delimiter() {
        let body = b"--frame\r\ncontent-length: 11\r\n\r\none--frame\n\r\n--frame\r\nContent-Length:3\r\n\r\ntwo\r\n";
        for piece in [1, 1000] {
            assert_eq!(parts(TYPE, body, piece), [&b"one--frame"[..], b"two"]);
        }
    }

    #[test]
    fn after_a_wrong_length_the_next_part_is_found() {
        for (length, first) in [("2", "on"), ("9", "one\r\n--fr"), ("0", "one"), ("many", "one")] {
            let body = format!(
                "--frame\r\nContent-Length: {length}\r\n\r\none\r\n--frame\r\n\r\ntwo\r\n--frame\r\n\r\nthree\r\n--frame"
            );
            let found = parts(TYPE, body.as_bytes(), 4);
            assert_eq!((found[0].as_slice(), found[found.len() - 1].as_slice()), (first.as_bytes(), &b"three"[..]), "{length}");
        }
    }

    #[test]
    fn a_picture_that_has_ended_does_not_wait_for_the_next_one() {
        let picture = [0xFF, 0xD8, 7, 0xFF, 0xD9];
        let body = [b"--frame\r\n\r\n", &picture[..], b"\r\n"].concat();
        assert_eq!(parts(TYPE, &body, 1000), [picture]);
        assert_eq!(
            parts(TYPE, &[&body[..], &body].concat(), 1000),
            [picture, picture],
            "and the delimiter that follows is found"
        );
    }

    #[test]
    fn what_is_before_the_first_delimiter_is_no_part() {
        assert_eq!(parts(TYPE, b"Welcome\r\n-\r\n--fra\r\n--frame\r\n\r\none\r\n--frame", 3), [b"one"]);
    }

    #[test]
    fn nothing_grows_without_bound() {
        let endless = |begin: &str, filling: &[u8]| {
            let mut parts = Parts::of(TYPE).expect("a multipart type");
            parts.push(begin.as_bytes());
            for _ in 0..2 * MOST_BYTES / filling.len() {
                parts.push(filling);
                if parts.next().is_err() {
                    return true;
                }
                assert!(parts.buffer.len() <= MOST_BYTES + filling.len());
            }
            false
        };
        let filling = vec![b'x'; 1 << 16];
        assert!(endless("--frame\r\n\r\n", &filling), "a part without an end");
        assert!(endless("--frame\r\nA: ", &filling), "headers without an end");
        assert!(endless("--frame\r\nContent-Length: 99999999999\r\n\r\n", &filling), "a length beyond all bounds");
        assert!(!endless("", &filling), "no part at all is kept nowhere");
        assert!(!endless("--frame", &filling), "nor is a delimiter that is none");
    }

    #[test]
    fn other_content_types_are_not_ours() {
        for other in [
            "video/mp4",
            "multipart/form-data; boundary=a",
            "multipart/x-mixed-replace",
            "multipart/x-mixed-replace; boundary=\"\"",
        ] {
            assert!(Parts::of(other).is_none(), "{other}");
        }
    }
}
