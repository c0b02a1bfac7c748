//! Doors for fuzzing into what is private to this room: bytes in, nothing out.

use super::multipart::PartReader;

/// Bytes that come at once, as over a network that cuts everywhere.
const PIECE: usize = 97;

/// Takes a body apart as it comes, after its content type, which stands on the first line.
pub(crate) fn multipart(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (kind, body) = data.split_at(end);
    let kind = String::from_utf8_lossy(kind);
    let told = PartReader::of(&kind).or_else(|| PartReader::told_from(body));
    let mut reader = told.unwrap_or_else(PartReader::bare);
    for piece in body.chunks(PIECE) {
        reader.inbox().extend_from_slice(piece);
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
    let _ = (reader.finish(), reader.kind().len());
}
