//! What an answer is, and who reads it: content type and first bytes in, a kind out. Pure.

use super::failure::{Failure, shown};
use crate::source::multipart::PartReader;

/// Bytes at the body's beginning that tell what it is.
pub(super) const TELLING_BYTES: usize = 16;

/// What a JPEG begins with.
const JPEG: &[u8] = &[0xFF, 0xD8];

/// What a playlist begins with, which servers send as text now and then.
const PLAYLIST: &[u8] = b"#EXTM3U";

/// What an answer is.
#[derive(Debug)]
pub(super) enum Kind {
    /// Pictures without end.
    Stream(PartReader),
    /// A picture, to be asked for again and again.
    Snapshot,
    /// Something that FFmpeg may open, and how it is called.
    Video(String),
    /// Nothing that anybody can show.
    Nothing(Failure),
}

/// What a content type says before anything of the body has come.
#[derive(Debug)]
pub(super) enum Said {
    /// The content type says all that has to be known.
    Enough(Kind),
    /// The beginning of the body has to tell.
    TooLittle,
}

/// What the content type alone says.
pub(super) fn by_type(content_type: &str) -> Said {
    let kind = essence(content_type);
    if let Some(parts) = PartReader::of(content_type) {
        return Said::Enough(Kind::Stream(parts));
    }
    let is_vague =
        kind.is_empty() || kind == "application/octet-stream" || kind.starts_with("image/") || is_text(&kind);
    if is_vague { Said::TooLittle } else { Said::Enough(Kind::Video(shown(content_type))) }
}

/// What an answer is whose body begins like that, as far as it has come; `has_length` says whether its head
/// tells where it ends.
pub(super) fn by_beginning(content_type: &str, begin: &[u8], has_length: bool) -> Kind {
    let kind = essence(content_type);
    let is_image = kind.starts_with("image/");
    if begin.starts_with(JPEG) {
        // Pictures that follow each other without end are what some tools send that know nothing of parts.
        return if is_image || has_length { Kind::Snapshot } else { Kind::Stream(PartReader::bare()) };
    }
    if is_image {
        return Kind::Nothing(Failure::NotJpeg { kind: shown(&kind) });
    }
    if begin.starts_with(PLAYLIST) {
        return Kind::Video("a playlist".to_owned());
    }
    if let Some(parts) = PartReader::told_from(begin).filter(|_| !is_text(&kind)) {
        return Kind::Stream(parts);
    }
    if kind == "text/html" || kind == "application/xhtml+xml" || (kind.is_empty() && looks_like_a_page(begin))
    {
        return Kind::Nothing(Failure::WebPage);
    }
    if is_text(&kind) {
        return Kind::Nothing(Failure::NotVideo { kind: shown(&kind) });
    }
    Kind::Video(if kind.is_empty() { "something without a content type".to_owned() } else { shown(&kind) })
}

/// A content type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a content type is text for people or programs. Playlists and descriptions of streams are not among
/// them.
fn is_text(kind: &str) -> bool {
    let is_structured = ["json", "xml", "javascript"].iter().any(|end| kind.ends_with(end));
    kind.starts_with("text/")
        || (kind.starts_with("application/") && is_structured && kind != "application/dash+xml")
}

/// Whether a body begins as a web page does.
fn looks_like_a_page(begin: &[u8]) -> bool {
    let begin = begin.trim_ascii_start().to_ascii_lowercase();
    begin.starts_with(b"<html") || begin.starts_with(b"<!doctype")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind in a word.
    fn kind(content_type: &str, begin: &[u8], has_length: bool) -> String {
        let kind = match by_type(content_type) {
            Said::Enough(kind) => kind,
            Said::TooLittle => by_beginning(content_type, begin, has_length),
        };
        match kind {
            Kind::Stream(_) => "stream".to_owned(),
            Kind::Snapshot => "snapshot".to_owned(),
            Kind::Video(what) => format!("video: {what}"),
            Kind::Nothing(failure) => format!("{:?}", failure.reason().text),
        }
    }

    #[test]
    fn each_answer_goes_to_whom_it_is_for() {
        let jpeg = b"\xFF\xD8\xFF\xE0";
        for (content_type, begin, has_length, is) in [
            ("multipart/x-mixed-replace;boundary=a", &b""[..], false, "stream"),
            ("Multipart/Mixed", b"", true, "stream"),
            ("", b"\r\n--frame\r\n", false, "stream"),
            ("application/octet-stream", b"--ffmpeg\r\n", false, "stream"),
            ("application/octet-stream", jpeg, false, "stream"),
            ("image/jpeg", jpeg, true, "snapshot"),
            ("IMAGE/JPG; x=y", jpeg, false, "snapshot"),
            ("image/png", jpeg, true, "snapshot"),
            ("", jpeg, true, "snapshot"),
            ("text/plain", jpeg, true, "snapshot"),
            ("image/png", b"\x89PNG", true, "it sends image/png"),
            ("image/jpeg", b"GIF89a", true, "are no JPEGs"),
            ("text/html; charset=utf-8", b"<html>", true, "web page"),
            ("", b"\n<!DOCTYPE html>", true, "web page"),
            ("application/json", b"{}", true, "application/json, not with video"),
            ("text/plain", b"-- Welcome --", true, "text/plain, not with video"),
            ("application/soap+xml", b"<?xml", true, "application/soap+xml, not with video"),
            ("text/plain", b"#EXTM3U\n", true, "video: a playlist"),
            ("application/vnd.apple.mpegurl", b"", true, "video: application/vnd.apple.mpegurl"),
            ("application/dash+xml", b"<?xml", true, "video: application/dash+xml"),
            ("video/mp2t", b"", false, "video: video/mp2t"),
            ("audio/aac", b"", false, "video: audio/aac"),
            ("application/octet-stream", b"FLV\x01", true, "video: application/octet-stream"),
            ("", b"FLV\x01", false, "video: something"),
            ("x-camera/unheard-of", b"", false, "video: x-camera/unheard-of"),
        ] {
            let found = kind(content_type, begin, has_length);
            assert!(found.contains(is), "{content_type}: {found} is not {is}");
        }
    }
}
