//! The body of a multipart answer, as cameras send it: bytes in as they come, pictures out as soon as they
//! are whole. Pure.
//!
//! Cameras differ from RFC 2046 and from each other. The boundary of the header may be quoted, may have its
//! dashes already, may be missing or be another one than the body's; the body may leave out its dashes; lines
//! may end in LF; `Content-Length` may be missing, too large or too small. So a picture is found by its own
//! markers, from SOI to EOI, and where its EOI is missing it ends at the next delimiter or the next picture;
//! or after as many bytes as `Content-Length` says, if nothing more has come by then, so that it is not late.
//! Where EOI and `Content-Length` disagree, the latter is wrong.

mod bounds;
mod delimiter;
mod headers;
mod part;
mod progress;
mod search;
mod walk;

pub use self::bounds::TooLarge;
pub(super) use self::part::Part;
use self::{
    bounds::{MOST_LINE_BYTES, MOST_PICTURE_BYTES},
    delimiter::{Delimiter, FirstLine},
    headers::{Headers, HeadersRead},
    progress::{Filling, Progress},
    search::find,
    walk::{BEGIN, Walk, Walked},
};

/// Takes a body apart.
#[derive(Debug)]
pub(super) struct PartReader {
    delimiter: Delimiter,
    /// What has come and is not taken yet.
    buffer: Vec<u8>,
    /// What the buffer begins with.
    progress: Progress,
    /// Whether a delimiter has come. From then on each part holds one picture; what else it holds (previews)
    /// is passed over.
    delimited: bool,
    /// The last part's headers; their length is counted from the buffer's beginning.
    headers: Headers,
}

impl PartReader {
    /// Takes the body of that content type apart; `None` if it is not one of several parts.
    pub fn of(content_type: &str) -> Option<PartReader> {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let kind = kind.trim().to_ascii_lowercase();
        if !kind.starts_with("multipart/") || kind == "multipart/form-data" {
            return None;
        }
        Some(PartReader {
            progress: Progress::Start,
            delimiter: Delimiter::named_in(parameters),
            ..PartReader::bare()
        })
    }

    /// Takes a body apart that has the given beginning, and no content type that says how.
    pub fn told_from(begin: &[u8]) -> Option<PartReader> {
        begin
            .trim_ascii_start()
            .starts_with(b"--")
            .then(|| PartReader { progress: Progress::Start, ..PartReader::bare() })
    }

    /// Takes pictures that follow each other without anything between them, or that come alone.
    pub fn bare() -> PartReader {
        PartReader {
            delimiter: Delimiter::none(),
            buffer: Vec::new(),
            progress: Progress::Between,
            delimited: false,
            headers: Headers::default(),
        }
    }

    /// The buffer behind whose bytes those that come next are to be put.
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
            let before = (self.progress, self.buffer.len());
            let part = match self.progress {
                Progress::Start => self.read_first_line(),
                Progress::Between => self.skip_to(!self.delimited),
                Progress::Headers => self.read_headers()?,
                Progress::Part(filling) => self.look_into_part(filling),
                Progress::Picture { walk, searched } => self.walk_on(walk, searched)?,
            };
            if part.is_some() || (self.progress, self.buffer.len()) == before {
                return Ok(part);
            }
        }
    }

    /// The picture that the body breaks off in, with an EOI put in.
    pub fn finish(&mut self) -> Option<Part> {
        let Progress::Picture { walk, .. } = self.progress else { return None };
        let bytes = self.end_picture(self.buffer.len());
        Some(Part::cut_off(walk, bytes)).filter(|part| *part != Part::NoPicture)
    }

    /// Learns from the body's first line how delimiters are written, which need not be what the header says.
    fn read_first_line(&mut self) -> Option<Part> {
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.buffer.drain(..blank);
        let end = self.buffer.iter().position(|byte| *byte == b'\n');
        let Some(end) = end.filter(|end| *end < MOST_LINE_BYTES) else {
            if self.buffer.len() >= MOST_LINE_BYTES || self.buffer.starts_with(&BEGIN) {
                self.progress = Progress::Between;
            }
            return None;
        };
        match self.delimiter.learn(&self.buffer[..end]) {
            FirstLine::Delimiter => {
                self.buffer.drain(..=end);
                self.begin_part();
            }
            FirstLine::Other => self.progress = Progress::Between,
        }
        None
    }

    fn begin_part(&mut self) {
        self.delimited = true;
        self.headers = Headers::default();
        self.progress = Progress::Headers;
    }

    /// Drops all up to the end of the next delimiter's line or, where that will do, up to the next picture,
    /// as far as that has come.
    fn skip_to(&mut self, picture_will_do: bool) -> Option<Part> {
        let delimiter = self.delimiter.find(&self.buffer, 0);
        let picture = if picture_will_do { find(&self.buffer, &BEGIN) } else { None };
        match (delimiter, picture) {
            (None, None) => {
                self.buffer.drain(..self.buffer.len() - self.kept());
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
        self.progress = Progress::Picture { walk: Walk::new(), searched: 0 };
    }

    /// Drops `count` bytes of a part.
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
            HeadersRead::Body(begin, headers) => {
                self.buffer.drain(..begin);
                self.progress = Progress::Part(if holds_no_picture(&headers.kind) {
                    Filling::Other
                } else {
                    Filling::Empty
                });
                self.headers = headers;
            }
            HeadersRead::Picture(begin) => self.begin_picture(begin),
            HeadersRead::More => {}
        }
        Ok(None)
    }

    /// Bytes at the buffer's end that may be the beginning of a delimiter or of a picture.
    fn kept(&self) -> usize {
        self.buffer.len().min(self.delimiter.len().max(BEGIN.len()) + 1)
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
            self.progress = Progress::Between;
            self.skip_delimiter(begin);
            return (filling == Filling::NoPicture).then_some(Part::NoPicture);
        }
        // What is kept may be the beginning of a delimiter, so it does not yet count as a filling.
        let dropped = self.buffer.len() - self.kept();
        let blank = self.buffer[..dropped].iter().all(u8::is_ascii_whitespace);
        self.drop_of_part(dropped);
        if let Progress::Part(before @ Filling::Empty) = &mut self.progress
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
        let part = match (walked, delimiter) {
            (Walked::End(end), _) => Part::Picture(self.end_picture(end)),
            // SOI written twice.
            (Walked::Again(2), _) => {
                let times = self.buffer.chunks_exact(2).take_while(|pair| *pair == &BEGIN[..2]).count();
                self.begin_picture(2 * (times - 1));
                return Ok(None);
            }
            (Walked::Again(at), _) => {
                let cut = self.take(at);
                self.begin_picture(0);
                Part::cut_off(walk, cut)
            }
            (Walked::Lost, _) => {
                self.buffer.drain(..BEGIN.len() - 1);
                self.progress = Progress::Between;
                Part::NoPicture
            }
            (Walked::More, Some(end)) => Part::cut_off(walk, self.end_picture(end)),
            (Walked::More, None) if self.buffer.len() > MOST_PICTURE_BYTES => return Err(TooLarge),
            (Walked::More, None) if self.has_come_to_its_length() => {
                Part::cut_off(walk, self.end_picture(self.headers.length.unwrap_or_default()))
            }
            (Walked::More, None) => {
                let searched = self.buffer.len().saturating_sub(self.delimiter.len());
                self.progress = Progress::Picture { walk, searched };
                return Ok(None);
            }
        };
        Ok(Some(part))
    }

    /// Takes the picture that ends at `end`; a delimiter is looked for behind it.
    fn end_picture(&mut self, end: usize) -> Vec<u8> {
        self.progress = Progress::Between;
        self.take(end)
    }

    /// Whether as much has come as the part says, and nothing behind it but a line's end.
    fn has_come_to_its_length(&self) -> bool {
        let rest = self.headers.length.and_then(|length| self.buffer.get(length..));
        rest.is_some_and(|rest| matches!(rest, b"\r\n" | b"\n"))
    }

    /// Takes the buffer's bytes up to `end`.
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

#[cfg(test)]
mod tests;
