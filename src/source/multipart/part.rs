//! What a body's parts come to: pictures, whole or cut off, or nothing. Pure.

use super::walk::{END, Walk};

/// What a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Part {
    /// A picture from SOI to EOI.
    Picture(Vec<u8>),
    /// A picture whose EOI is missing and has been put in. The picture may be whole, or be cut off anywhere.
    Cut(Vec<u8>),
    /// A part that should hold a picture and does not.
    NoPicture,
}

impl Part {
    /// The part of a picture that another one, a delimiter or the body's end has cut off after as much as has
    /// been walked.
    pub(super) fn cut_off(walk: Walk, bytes: Vec<u8>) -> Part {
        if walk.has_scan() { Part::Cut(ended(bytes)) } else { Part::NoPicture }
    }
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
