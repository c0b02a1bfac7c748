//! Server-sent events as bytes ("HTML", section 9.2.5). Pure.
//!
//! JSON has no line breaks of its own here, so each event's data is one line.

use bytes::Bytes;

/// Time after which a client that lost the stream comes again, milliseconds.
const RETRY_MS: u32 = 2000;

/// A comment, which clients pass over.
pub fn comment() -> Bytes {
    Bytes::from_static(b":\n\n")
}

/// The beginning: when to come again; and for a client that saw no event, the number that it is to give until
/// it has seen one.
pub fn opening(number: Option<u64>) -> Bytes {
    let id = number.map_or_else(String::new, |number| format!("id: {number}\n"));
    format!("retry: {RETRY_MS}\n{id}\n").into()
}

/// Something that happened.
pub fn event(number: i64, json: &str) -> Bytes {
    format!("id: {number}\nevent: event\ndata: {json}\n\n").into()
}

/// What a model found. Without a number: nobody asks for old ones.
pub fn result(json: &[u8]) -> Bytes {
    [b"event: result\ndata: ", json, b"\n\n"].concat().into()
}

/// Events that are nowhere to be had; `None` where nobody knows how many.
pub fn lost(count: Option<u64>) -> Bytes {
    let count = count.map_or_else(|| "null".to_owned(), |count| count.to_string());
    format!("event: lost\ndata: {{\"count\":{count}}}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_ends_with_an_empty_line() {
        assert_eq!(&opening(Some(7))[..], b"retry: 2000\nid: 7\n\n");
        assert_eq!(&opening(None)[..], b"retry: 2000\n\n");
        assert_eq!(&event(7, "{}")[..], b"id: 7\nevent: event\ndata: {}\n\n");
        assert_eq!(&result(b"{}")[..], b"event: result\ndata: {}\n\n");
        assert_eq!(&lost(Some(3))[..], b"event: lost\ndata: {\"count\":3}\n\n");
        assert_eq!(&lost(None)[..], b"event: lost\ndata: {\"count\":null}\n\n");
    }
}
