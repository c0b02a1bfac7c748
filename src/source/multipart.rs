//! The body of a multipart answer, as cameras send it: bytes in as they come, pictures out as soon as they
//! are whole. Pure.
//!
//! Cameras differ from RFC 2046 and from each other. The boundary of the header may be quoted, may have its
//! dashes already, may be missing or be another one than the body's; the body may leave out its dashes; lines
//! may end in LF; `Content-Length` may be missing, too large or too small. So a picture is found by its own
//! markers, from SOI to EOI, and where its EOI is missing it ends at the next delimiter or the next picture;
//! or after as many bytes as `Content-Length` says, if nothing more has come by then, so that it is not late.
//! Where EOI and `Content-Length` disagree, the latter is wrong.

mod delimiter;
mod headers;
mod walk;

use thiserror::Error;

use self::{
    delimiter::{Delimiter, FirstLine},
    headers::{Found, Headers},
    walk::{BEGIN, END, Walk, Walked},
};

/// Bytes that a picture may have: more than the largest picture of a 4K camera.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// Bytes that the line of a delimiter may have.
const MOST_LINE_BYTES: usize = 8 << 10;

/// A stream that does not keep to any bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a picture or its headers are larger than any camera's")]
pub struct TooLarge;

/// What a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A picture from SOI to EOI.
    Picture(Vec<u8>),
    /// A picture whose EOI is missing and has been put in. The picture may be whole, or be cut off anywhere.
    Cut(Vec<u8>),
    /// A part that should hold a picture and does not.
    NoPicture,
}

/// Takes a body apart.
#[derive(Debug)]
pub(super) struct Parts {
    delimiter: Delimiter,
    /// What has come and is not taken yet.
    buffer: Vec<u8>,
    at: At,
    /// Whether a delimiter has come. From then on each part holds one picture; what else it holds (previews)
    /// is passed over.
    delimited: bool,
    /// The last part's; the length is counted from the buffer's beginning.
    headers: Headers,
}

/// What the buffer begins with.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// The body's first line, which shows how delimiters are written.
    Start,
    /// Something before the next delimiter.
    Between,
    /// Headers of a part.
    Headers,
    /// A part without a picture so far.
    Part(Filling),
    /// A picture, of which so many bytes hold no delimiter.
    Picture { walk: Walk, searched: usize },
}

/// What a part holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Filling {
    /// Nothing yet.
    Empty,
    /// Something that should have been a picture.
    NoPicture,
    /// Text or sound by its own word.
    Other,
}

impl Parts {
    /// Takes the body of that content type apart; `None` if it is not one of several parts.
    pub fn of(content_type: &str) -> Option<Parts> {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let kind = kind.trim().to_ascii_lowercase();
        if !kind.starts_with("multipart/") || kind == "multipart/form-data" {
            return None;
        }
        Some(Parts { at: At::Start, delimiter: Delimiter::named_in(parameters), ..Parts::bare() })
    }

    /// Takes a body apart that has the given beginning, and no content type that says how.
    pub fn told_from(begin: &[u8]) -> Option<Parts> {
        begin.trim_ascii_start().starts_with(b"--").then(|| Parts { at: At::Start, ..Parts::bare() })
    }

    /// Takes pictures that follow each other without anything between them, or that come alone.
    pub fn bare() -> Parts {
        Parts {
            delimiter: Delimiter::none(),
            buffer: Vec::new(),
            at: At::Between,
            delimited: false,
            headers: Headers::default(),
        }
    }

    /// Where what has come is to be put, behind what is there.
    pub fn inbox(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// The content type of the last part, as the camera wrote it; empty where it did not.
    pub fn kind(&self) -> &str {
        &self.headers.kind
    }

    /// The next part that is whole; `None` until more has come.
    ///
    /// # Errors
    /// Where a part is too large. Nothing good is to be expected then.
    pub fn next(&mut self) -> Result<Option<Part>, TooLarge> {
        loop {
            let before = (self.at, self.buffer.len());
            let part = match self.at {
                At::Start => self.read_first_line(),
                At::Between => self.skip_to(!self.delimited),
                At::Headers => self.read_headers()?,
                At::Part(filling) => self.look_into_part(filling),
                At::Picture { walk, searched } => self.walk_on(walk, searched)?,
            };
            if part.is_some() || (self.at, self.buffer.len()) == before {
                return Ok(part);
            }
        }
    }

    /// The picture that the body breaks off in, with an EOI put in.
    pub fn finish(&mut self) -> Option<Part> {
        let At::Picture { walk, .. } = self.at else { return None };
        self.at = At::Between;
        let bytes = std::mem::take(&mut self.buffer);
        walk.has_scan().then(|| Part::Cut(ended(bytes)))
    }

    /// Learns from the body's first line how delimiters are written, which need not be what the header says.
    fn read_first_line(&mut self) -> Option<Part> {
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.buffer.drain(..blank);
        let end = self.buffer.iter().position(|byte| *byte == b'\n');
        let Some(end) = end.filter(|end| *end < MOST_LINE_BYTES) else {
            if self.buffer.len() >= MOST_LINE_BYTES || self.buffer.starts_with(&BEGIN) {
                self.at = At::Between;
            }
            return None;
        };
        match self.delimiter.learn(&self.buffer[..end]) {
            FirstLine::Delimiter => {
                self.buffer.drain(..=end);
                self.begin_part();
            }
            FirstLine::Other => self.at = At::Between,
        }
        None
    }

    fn begin_part(&mut self) {
        self.delimited = true;
        self.headers = Headers::default();
        self.at = At::Headers;
    }

    /// Drops all up to the end of the next delimiter's line or, where that will do, up to the next picture,
    /// as far as that has come.
    fn skip_to(&mut self, picture_will_do: bool) -> Option<Part> {
        let delimiter = self.delimiter.find(&self.buffer, 0);
        let picture = if picture_will_do { find(&self.buffer, &BEGIN) } else { None };
        match (delimiter, picture) {
            (None, None) => {
                // The beginning of either may be what came last.
                let kept = self.buffer.len().min(self.delimiter.len().max(BEGIN.len()) + 1);
                self.buffer.drain(..self.buffer.len() - kept);
            }
            (delimiter, Some(picture)) if delimiter.is_none_or(|delimiter| picture < delimiter) => {
                self.begin_picture(picture)
            }
            (Some(delimiter), _) => self.skip_delimiter(delimiter),
            (None, Some(picture)) => self.begin_picture(picture),
        }
        None
    }

    /// Drops what is before the picture that begins at `at`.
    fn begin_picture(&mut self, at: usize) {
        self.drop_of_part(at);
        self.at = At::Picture { walk: Walk::new(), searched: 0 };
    }

    /// Drops so many bytes of a part.
    fn drop_of_part(&mut self, count: usize) {
        self.buffer.drain(..count);
        self.headers.length = self.headers.length.and_then(|length| length.checked_sub(count));
    }

    /// Drops all up to the end of the line of the delimiter that begins at `begin`, if that has come.
    fn skip_delimiter(&mut self, begin: usize) {
        self.buffer.drain(..begin);
        // A delimiter that begins with the end of the line before has another one behind it.
        let from = usize::from(self.buffer.starts_with(b"\n"));
        match self.buffer[from..].iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                self.buffer.drain(..=from + end);
                self.begin_part();
            }
            None if self.buffer.len() > MOST_LINE_BYTES => {
                // No line: something that looks like a delimiter.
                self.buffer.drain(..self.delimiter.len());
            }
            None => {}
        }
    }

    /// Reads headers up to the empty line, if that has come, or up to a picture that comes without one.
    fn read_headers(&mut self) -> Result<Option<Part>, TooLarge> {
        match headers::read(&self.buffer)? {
            Found::Body(begin, headers) => {
                self.buffer.drain(..begin);
                self.at =
                    At::Part(if holds_no_picture(&headers.kind) { Filling::Other } else { Filling::Empty });
                self.headers = headers;
            }
            Found::Picture(begin) => self.begin_picture(begin),
            Found::More => {}
        }
        Ok(None)
    }

    /// Looks for the part's picture, up to the next delimiter.
    fn look_into_part(&mut self, filling: Filling) -> Option<Part> {
        let delimiter = self.delimiter.find(&self.buffer, 0);
        let held = &self.buffer[..delimiter.unwrap_or(self.buffer.len())];
        let picture = if filling == Filling::Other { None } else { find(held, &BEGIN) };
        if let Some(picture) = picture {
            self.begin_picture(picture);
            return None;
        }
        let blank = held.iter().all(u8::is_ascii_whitespace);
        let filling = if filling == Filling::Empty && !blank { Filling::NoPicture } else { filling };
        if let Some(begin) = delimiter {
            self.at = At::Between;
            self.skip_delimiter(begin);
            return (filling == Filling::NoPicture).then_some(Part::NoPicture);
        }
        let kept = self.buffer.len().min(self.delimiter.len().max(BEGIN.len()) + 1);
        // What is kept may be the beginning of a delimiter, so it does not yet count as a filling.
        let dropped = self.buffer.len() - kept;
        let blank = self.buffer[..dropped].iter().all(u8::is_ascii_whitespace);
        self.drop_of_part(dropped);
        if let At::Part(before @ Filling::Empty) = &mut self.at
            && !blank
        {
            *before = Filling::NoPicture;
        }
        None
    }

    /// Walks on through the picture at the buffer's beginning, as far as it has come.
    fn walk_on(&mut self, mut walk: Walk, searched: usize) -> Result<Option<Part>, TooLarge> {
        let delimiter = self.delimiter.find(&self.buffer, searched);
        let walked = walk.on(&self.buffer[..delimiter.unwrap_or(self.buffer.len())]);
        match (walked, delimiter) {
            (Walked::End(end), _) => {
                self.at = At::Between;
                Ok(Some(Part::Picture(self.take(end))))
            }
            // SOI written twice.
            (Walked::Again(2), _) => {
                let times = self.buffer.chunks_exact(2).take_while(|pair| *pair == &BEGIN[..2]).count();
                self.begin_picture(2 * (times - 1));
                Ok(None)
            }
            (Walked::Again(at), _) => {
                let cut = self.take(at);
                self.begin_picture(0);
                Ok(Some(cut_off(walk, cut)))
            }
            (Walked::Lost, _) => {
                self.buffer.drain(..BEGIN.len() - 1);
                self.at = At::Between;
                Ok(Some(Part::NoPicture))
            }
            (Walked::More, Some(end)) => {
                self.at = At::Between;
                let cut = self.take(end);
                Ok(Some(cut_off(walk, cut)))
            }
            (Walked::More, None) if self.buffer.len() > MOST_BYTES => Err(TooLarge),
            (Walked::More, None) if self.has_come_to_its_length() => {
                let cut = self.take(self.headers.length.unwrap_or_default());
                self.at = At::Between;
                Ok(Some(cut_off(walk, cut)))
            }
            (Walked::More, None) => {
                self.at =
                    At::Picture { walk, searched: self.buffer.len().saturating_sub(self.delimiter.len()) };
                Ok(None)
            }
        }
    }

    /// Whether as much has come as the part says, and nothing behind it but a line's end.
    fn has_come_to_its_length(&self) -> bool {
        let rest = self.headers.length.and_then(|length| self.buffer.get(length..));
        rest.is_some_and(|rest| matches!(rest, b"\r\n" | b"\n"))
    }

    /// The buffer's first bytes.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(end);
        std::mem::replace(&mut self.buffer, rest)
    }
}

/// Whether a part of that content type is not meant to hold a picture.
fn holds_no_picture(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["text/", "audio/", "application/json", "application/xml"].iter().any(|other| kind.starts_with(other))
}

/// A picture that another one or a delimiter has cut off.
fn cut_off(walk: Walk, bytes: Vec<u8>) -> Part {
    if walk.has_scan() { Part::Cut(ended(bytes)) } else { Part::NoPicture }
}

/// A picture without EOI, with one: in place of the line's end that belongs to the delimiter, or of half an
/// EOI.
fn ended(mut bytes: Vec<u8>) -> Vec<u8> {
    for end in [&b"\n"[..], b"\r", b"\xFF"] {
        if bytes.ends_with(end) {
            bytes.pop();
        }
    }
    bytes.extend_from_slice(&END);
    bytes
}

/// Where `wanted` begins within `bytes`.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/x-mixed-replace; boundary=frame";

    /// SOI, a scan of three bytes, EOI.
    const ONE: [u8; 12] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 3, 1, 9, 8, 7, 0xFF, 0xD9];
    const TWO: [u8; 12] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 3, 1, 6, 5, 4, 0xFF, 0xD9];

    /// All parts of a body that comes in pieces of that size.
    fn parts(content_type: &str, body: &[u8], piece: usize) -> Vec<Part> {
        let mut parts = Parts::of(content_type).expect("a multipart type");
        let mut found = Vec::new();
        for bytes in body.chunks(piece) {
            parts.inbox().extend_from_slice(bytes);
            while let Some(part) = parts.next().expect("keeps to its bounds") {
                found.push(part);
            }
        }
        found
    }

    /// Expects the pictures ONE and TWO of a body, in whatever pieces it comes.
    fn holds_both(content_type: &str, body: &[u8]) {
        for piece in [1, 2, 7, 1000] {
            let both = [Part::Picture(ONE.to_vec()), Part::Picture(TWO.to_vec())];
            let shown = String::from_utf8_lossy(body);
            assert_eq!(parts(content_type, body, piece), both, "{content_type}, by {piece}: {shown}");
        }
    }

    #[test]
    fn two_pictures_come_out_however_a_camera_writes_them() {
        let head = "Content-Type: image/jpeg\r\n\r\n";
        // What stands before the first picture, between the two, and behind the second.
        for (what, first, second, last) in [
            (
                "plain",
                "--frame\r\nContent-Type: image/jpeg\r\n\r\n",
                "\r\n--frame\r\n\r\n",
                "\r\n--frame--\r\n",
            ),
            ("line feeds only", "--frame\nA: b\n\n", "\n--frame\nA: b\n\n", "\n"),
            ("no line before the delimiter", "--frame\r\n\r\n", "--frame\r\n\r\n", ""),
            (
                "a length too large",
                "--frame\r\nContent-Length: 52\r\n\r\n",
                "\r\n--frame\r\nContent-Length: 52\r\n\r\n",
                "\r\n",
            ),
            (
                "a length too small",
                "--frame\r\nContent-Length: 10\r\n\r\n",
                "\r\n--frame\r\nContent-Length: 10\r\n\r\n",
                "\r\n",
            ),
            ("dashes doubled", "----frame\r\n\r\n", "\r\n----frame\r\n\r\n", "\r\n----frame"),
            ("no dashes", "frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\nframe\r\n\r\n", "\r\nframe\r\n"),
            ("another boundary", "--other\r\n\r\n", "\r\n--other\r\n\r\n", "\r\n--other"),
            ("delimiters doubled", "--frame\r\n--frame\r\n\r\n", "\r\n--frame\r\n--frame\r\n\r\n", ""),
            ("no first delimiter", head, "\r\n--frame\r\n\r\n", ""),
            (
                "headers in the delimiter's line",
                "--frameContent-type: image/jpeg\r\n\r\n",
                "\r\n--frameContent-type: x\r\n\r\n",
                "",
            ),
            ("no empty line", "--frame\r\nA: b\r\n", "\r\n--frame\r\nA: b\r\n", ""),
            ("a welcome", "Welcome\r\n-\r\n--fra\r\n--frame\r\n\r\n", "\r\n--frame\r\n\r\n", ""),
            (
                "text between",
                "--frame\r\n\r\n",
                "\r\n--frame\r\nContent-Type: text/plain\r\n\r\nmove=1\r\n--frame\r\n\r\n",
                "",
            ),
            (
                "empty parts",
                "--frame\r\n\r\n\r\n--frame\r\n\r\n",
                "\r\n--frame\r\n\r\n\r\n--frame\r\n\r\n",
                "",
            ),
            ("blank lines before pictures", "--frame\r\n\r\n\r\n", "\r\n--frame\r\n\r\n\r\n", ""),
            ("padding", "--frame\r\n\r\n", "\0\0\0\0\r\n--frame\r\n\r\n", "\0\0"),
            ("nothing", "", "", ""),
        ] {
            for named in ["; boundary=frame", "; boundary=\"--frame\"", ""] {
                if named.is_empty() && matches!(what, "no dashes" | "no first delimiter" | "a welcome") {
                    continue;
                }
                let body = [first.as_bytes(), &ONE, second.as_bytes(), &TWO, last.as_bytes()].concat();
                for kind in ["x-mixed-replace", "Mixed"] {
                    holds_both(&format!("multipart/{kind}{named}"), &body);
                }
            }
        }
    }

    #[test]
    fn a_picture_that_has_ended_does_not_wait_for_the_next_one() {
        assert_eq!(
            parts(TYPE, &[b"--frame\r\n\r\n", &ONE[..]].concat(), 1000),
            [Part::Picture(ONE.to_vec())]
        );
    }

    #[test]
    fn a_picture_without_its_end_ends_where_the_next_part_begins() {
        for (open, second) in [
            (&ONE[..10], "\r\n--frame\r\n\r\n"),
            (&ONE[..10], "\n--frame\n\n"),
            (&ONE[..10], ""),
            (&ONE[..11], "\r\n--frame\r\n\r\n"),
        ] {
            let body = [b"--frame\r\nContent-Length: 7\r\n\r\n", open, second.as_bytes(), &TWO].concat();
            for piece in [1, 3, 1000] {
                let found = parts(TYPE, &body, piece);
                assert_eq!(
                    found,
                    [Part::Cut(ONE.to_vec()), Part::Picture(TWO.to_vec())],
                    "{second:?} by {piece}"
                );
            }
        }
    }

    #[test]
    fn a_picture_without_its_end_is_not_late_where_its_length_is_right() {
        for (length, behind) in [(10, "\r\n"), (12, "\n")] {
            let blank = "\r\n".repeat((length - 10) / 2);
            let head = format!("--frame\r\nContent-Length: {length}\r\n\r\n{blank}");
            let body = [head.as_bytes(), &ONE[..10], behind.as_bytes()].concat();
            assert_eq!(parts(TYPE, &body, 1000), [Part::Cut(ONE.to_vec())], "{length}{behind:?}");
            // More of the picture than its length says.
            assert_eq!(parts(TYPE, &[&body[..], &ONE[10..11]].concat(), 1000), [], "{length}{behind:?}");
        }
    }

    #[test]
    fn a_body_that_breaks_off_may_hold_a_picture_all_the_same() {
        let mut parts = Parts::bare();
        parts.inbox().extend_from_slice(&ONE[..10]);
        assert_eq!((parts.next(), parts.finish()), (Ok(None), Some(Part::Cut(ONE.to_vec()))));
        assert_eq!(parts.finish(), None);
        parts.inbox().extend_from_slice(&ONE[..4]);
        assert_eq!((parts.next(), parts.finish()), (Ok(None), None));
    }

    #[test]
    fn a_preview_behind_the_picture_is_no_picture_of_its_own() {
        let body = [b"--frame\r\n\r\n", &ONE[..], &TWO, b"\r\n--frame\r\n\r\n", &TWO].concat();
        holds_both(TYPE, &body);
    }

    #[test]
    fn a_start_that_is_written_several_times_is_one() {
        let starts = [0xFF, 0xD8].repeat(40_000);
        holds_both(TYPE, &[b"--frame\r\n\r\n", &starts[..], &ONE, b"\r\n--frame\r\n\r\n", &TWO].concat());
    }

    #[test]
    fn what_is_no_picture_is_told_and_text_is_passed_over() {
        let mut body = b"--frame\r\n\r\nno picture\r\n".to_vec();
        body.extend_from_slice(b"--frame\r\nContent-Type: image/png\r\n\r\nPNG\r\n");
        body.extend_from_slice(b"--frame\r\nContent-Type: text/plain\r\n\r\nsnow\r\n");
        body.extend_from_slice(
            b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xFF\xD8\xFF\xE0\0\x04abc, no marker\r\n--frame\r\n",
        );
        for piece in [1, 5, 1000] {
            assert_eq!(
                parts(TYPE, &body, piece),
                [Part::NoPicture, Part::NoPicture, Part::NoPicture],
                "by {piece}"
            );
        }
    }

    #[test]
    fn the_type_of_a_part_is_known() {
        let mut parts = Parts::of(TYPE).expect("a multipart type");
        parts.inbox().extend_from_slice(b"--frame\r\nCONTENT-TYPE: image/png\r\n\r\nPNG\r\n--frame");
        assert_eq!((parts.next(), parts.kind()), (Ok(Some(Part::NoPicture)), "image/png"));
    }

    #[test]
    fn nothing_grows_without_bound() {
        let endless = |begin: &[u8], filling: &[u8]| {
            let mut parts = Parts::of(TYPE).expect("a multipart type");
            parts.inbox().extend_from_slice(begin);
            for _ in 0..2 * MOST_BYTES / filling.len() {
                parts.inbox().extend_from_slice(filling);
                if parts.next().is_err() {
                    return true;
                }
                assert!(parts.buffer.len() <= MOST_BYTES + filling.len());
            }
            false
        };
        let filling = vec![b'x'; 1 << 16];
        assert!(endless(&[b"--frame\r\n\r\n", &ONE[..7]].concat(), &filling), "a picture without an end");
        assert!(endless(b"--frame\r\nA: ", &filling), "headers without an end");
        for nowhere in ["", "--frame", "--frame\r\n\r\n", "Welcome\r\n"] {
            assert!(!endless(nowhere.as_bytes(), &filling), "what is no picture is kept nowhere: {nowhere}");
        }
    }

    #[test]
    fn any_bytes_are_taken_apart_without_a_panic() {
        let pieces: [&[u8]; 12] = [
            &ONE,
            &TWO,
            &ONE[..5],
            &ONE[3..],
            b"--frame",
            b"\r\n",
            b"\n",
            b"frame",
            b"Content-Length: 9",
            b"Content-Type: text/x",
            b"--",
            b"\xFF",
        ];
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..20_000 {
            let kind = ["multipart/mixed", TYPE, "multipart/mixed; boundary=a"][random.usize(..3)];
            let mut parts = Parts::of(kind).expect("a multipart type");
            let mut came = 0;
            for _ in 0..random.usize(..30) {
                let piece = pieces[random.usize(..pieces.len())];
                parts.inbox().extend_from_slice(piece);
                came += piece.len();
                if random.bool() {
                    continue;
                }
                while let Some(part) = parts.next().expect("is small") {
                    let (Part::Picture(bytes) | Part::Cut(bytes)) = part else { continue };
                    assert!(
                        bytes.starts_with(&BEGIN) && bytes.ends_with(&END) && bytes.len() <= came + END.len()
                    );
                }
            }
            // Any answer will do.
            let _ = parts.finish();
        }
    }

    #[test]
    fn other_content_types_are_not_ours() {
        for other in ["video/mp4", "multipart/form-data; boundary=a", "image/jpeg", ""] {
            assert!(Parts::of(other).is_none(), "{other}");
        }
        assert!(Parts::told_from(b"\r\n--frame").is_some() && Parts::told_from(b"<html>").is_none());
    }
}
