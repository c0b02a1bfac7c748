//! The headers of a part: bytes in, out comes what they say and where they end. Pure.

use super::{
    bounds::{MOST_HEADER_BYTES, TooLarge},
    search::find,
    walk::BEGIN,
};

/// What a part's headers say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Headers {
    /// The content type, as the camera wrote it; empty where it did not.
    pub kind: String,
    /// Bytes that the part has.
    pub length: Option<usize>,
}

/// What reading headers came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum HeadersRead {
    /// The headers are all there; the part's body begins at that byte.
    Body(usize, Headers),
    /// A picture that begins at that byte, without an empty line before it.
    Picture(usize),
    /// More bytes are needed.
    More,
}

/// Reads the headers that `bytes` begin with.
///
/// # Errors
/// Where they have no end.
pub(super) fn read(bytes: &[u8]) -> Result<HeadersRead, TooLarge> {
    let (mut begin, mut headers) = (0, Headers::default());
    while let Some(end) = bytes[begin..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[begin..begin + end];
        if let Some(picture) = find(line, &BEGIN) {
            return Ok(HeadersRead::Picture(begin + picture));
        }
        begin += end + 1;
        let line = String::from_utf8_lossy(line);
        if line.trim().is_empty() {
            return Ok(HeadersRead::Body(begin, headers));
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => headers.kind = value.trim().to_owned(),
            "content-length" => headers.length = value.trim().parse().ok(),
            _ => {}
        }
    }
    match find(&bytes[begin..], &BEGIN) {
        Some(picture) => Ok(HeadersRead::Picture(begin + picture)),
        None if bytes.len() > MOST_HEADER_BYTES => Err(TooLarge),
        None => Ok(HeadersRead::More),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_with_an_empty_line_or_with_a_picture() {
        let head = b"CONTENT-TYPE : image/jpeg\r\nnonsense\r\nContent-Length: 12\r\n";
        let whole = [&head[..], b"\r\nbody"].concat();
        let headers = Headers { kind: "image/jpeg".to_owned(), length: Some(12) };
        assert_eq!(read(&whole), Ok(HeadersRead::Body(head.len() + 2, headers)));
        assert_eq!(read(&whole[..head.len() + 1]), Ok(HeadersRead::More));
        for rest in [&b"\xFF\xD8\xFF\xE0"[..], b"\xFF\xD8\xFF\xE0\n"] {
            assert_eq!(read(&[head, rest].concat()), Ok(HeadersRead::Picture(head.len())));
        }
        assert_eq!(read(b"\n"), Ok(HeadersRead::Body(1, Headers::default())));
        assert_eq!(read(&[b'x'; MOST_HEADER_BYTES + 1]), Err(TooLarge));
    }
}
