//! What stands between two parts: told from the header and from the body's first line, which need not agree.
//! Pure.

use super::search::find;

/// Most bytes of a boundary.
const MOST_BYTES: usize = 4 << 10;

/// Least letters that a boundary needs to be told from a picture's bytes wherever it stands; a shorter one
/// has to begin a line.
const TELLING: usize = 4;

/// The delimiter between two parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delimiter {
    /// The boundary without dashes; empty where there is none.
    name: Vec<u8>,
    /// What to look for: two dashes and the boundary, or a line's end and the boundary where the body leaves
    /// out the dashes.
    wanted: Vec<u8>,
}

/// What a body's first line is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FirstLine {
    /// The first part's delimiter.
    Delimiter,
    /// Something else, which may be looked through for a picture.
    Other,
}

impl Delimiter {
    /// No delimiter: pictures follow each other, or come alone.
    pub fn none() -> Self {
        Delimiter::of(b"")
    }

    /// The delimiter that the parameters of a content type name, if they name one. Cameras write the dashes
    /// into the header or do not.
    pub fn named_in(parameters: &str) -> Self {
        let boundary = parameters.split(';').filter_map(|parameter| parameter.split_once('=')).find_map(
            |(name, value)| {
                name.trim()
                    .eq_ignore_ascii_case("boundary")
                    .then(|| value.trim().trim_matches('"').trim_start_matches('-').trim())
            },
        );
        Delimiter::of(boundary.filter(|boundary| boundary.len() <= MOST_BYTES).unwrap_or_default().as_bytes())
    }

    /// The delimiter of a boundary without its dashes.
    fn of(name: &[u8]) -> Self {
        let wanted = if name.is_empty() { Vec::new() } else { [b"--", name].concat() };
        Delimiter { name: name.to_vec(), wanted }
    }

    /// Takes over from the body's first line how delimiters are written.
    pub fn learn(&mut self, line: &[u8]) -> FirstLine {
        if line.starts_with(b"--") {
            if self.name.is_empty() || find(line, &self.name).is_none() {
                let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                let dashes = word.iter().take_while(|byte| **byte == b'-').count();
                *self = Delimiter::of(&word[dashes..]);
            }
            FirstLine::Delimiter
        } else if !self.name.is_empty() && line.starts_with(&self.name) {
            self.wanted = [b"\n", &self.name[..]].concat();
            FirstLine::Delimiter
        } else {
            FirstLine::Other
        }
    }

    /// Bytes that are looked for.
    pub fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Place where the next delimiter begins, with all dashes that it has; it is looked for from `from` on.
    pub fn find(&self, bytes: &[u8], mut from: usize) -> Option<usize> {
        if self.wanted.is_empty() {
            return None;
        }
        loop {
            let at = from + find(bytes.get(from..)?, &self.wanted)?;
            if self.wanted[0] == b'\n' {
                return Some(at);
            }
            let begin = at - bytes[..at].iter().rev().take_while(|byte| **byte == b'-').count();
            let begins_line = begin == 0 || bytes[begin - 1] == b'\n';
            if begins_line || self.name.len() >= TELLING {
                return Some(begin);
            }
            from = at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_may_be_quoted_have_its_dashes_or_be_missing() {
        for boundary in
            ["=frame", "=\"frame\"", "=--frame", "=\"--frame\"", " = frame; charset=utf-8", "=-----frame"]
        {
            assert_eq!(
                Delimiter::named_in(&format!("charset=x; BOUNDARY{boundary}")),
                Delimiter::of(b"frame"),
                "{boundary}"
            );
        }
        for nothing in ["", "boundary", "boundary=", "boundary=\"\"", "boundary=--"] {
            assert_eq!(Delimiter::named_in(nothing), Delimiter::none(), "{nothing}");
        }
    }

    #[test]
    fn the_first_line_has_the_last_word() {
        for (named, line, found, body) in [
            ("frame", "--frame", FirstLine::Delimiter, "--frame"),
            ("frame", "----frame", FirstLine::Delimiter, "--frame"),
            ("frame", "--frameContent-Type: image/jpeg", FirstLine::Delimiter, "--frame"),
            ("frame", "--other", FirstLine::Delimiter, "--other"),
            ("", "--myboundary charset", FirstLine::Delimiter, "--myboundary"),
            ("frame", "frame\r", FirstLine::Delimiter, "\nframe"),
            ("frame", "Content-Type: image/jpeg", FirstLine::Other, "--frame"),
            ("", "Welcome", FirstLine::Other, ""),
        ] {
            let mut delimiter = Delimiter::of(named.as_bytes());
            assert_eq!(delimiter.learn(line.as_bytes()), found, "{line}");
            assert_eq!(delimiter.wanted, body.as_bytes(), "{line}");
        }
    }

    #[test]
    fn a_short_boundary_has_to_begin_a_line() {
        assert_eq!(Delimiter::of(b"a").find(b"x--a\n--a", 0), Some(5));
        assert_eq!(Delimiter::of(b"a").find(b"x\n----a", 0), Some(2));
        assert_eq!(Delimiter::of(b"frame").find(b"x--frame", 0), Some(1));
    }
}
